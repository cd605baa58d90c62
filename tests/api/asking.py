"""How a seller's system asks the API in these tests."""

import json

from django.test import Client

from tests.api.described import differences

V1 = "/api/v1/"


def ask(side, path, body=None, *, method="", **headers):
    """The answer to GET, or to POST where there is a body; `path` is below /api/v1/.

    Whatever is asked, the answer is as the schema says.
    """
    given = {"Authorization": f"Bearer {side.api_key}"} | {
        name.replace("_", "-"): text for name, text in headers.items()
    }
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    method = method or ("GET" if body is None else "POST")
    sent = b"" if body is None else content
    answer = Client().generic(method, f"{V1}{path}", sent, "application/json", headers=given)
    assert differences(method, f"{V1}{path}", answer) == []
    return answer


def errors_of(answer):
    """{field path: problem} of a refusal."""
    return {error["field"]: error["problem"] for error in answer.json()["errors"]}


def all_rows(side, path):
    """Every row of a list, page by page."""
    name = path.partition("/")[0]
    rows, after = [], ""
    joint = "&" if "?" in path else "?"
    while after is not None:
        page = ask(side, f"{path}{joint}after={after}" if after else path).json()
        rows += page[name]
        after = page["next"]
    return rows
