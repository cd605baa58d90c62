"""Every refusal of /api/ is a problem of RFC 9457, whoever refuses: view, middleware or reader."""

import json
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory

from fulfillment.home import broken
from fulfillment.serving.answers import refuse

pytestmark = pytest.mark.django_db

ORDERS = "/api/v1/orders/"
REFUSALS = [
    # method, path, headers, body, (status, code, detail begins)
    ("get", "/api/v1/events/", {"Authorization": ""}, b"", (401, "unauthenticated", "Send the")),
    ("get", "/api/v1/nothing/", {}, b"", (404, "not-found", "There is no such address.")),
    ("get", "/api/", {}, b"", (404, "not-found", "There is no such address.")),
    ("get", f"{ORDERS}no-id/", {}, b"", (404, "not-found", "There is no such address.")),
    ("get", f"{ORDERS}{uuid4()}/", {}, b"", (404, "not-found", "No such order.")),
    ("delete", ORDERS, {}, b"", (405, "method-not-allowed", 'Method "DELETE" not allowed.')),
    ("get", "/api/v1/events/?limit=x", {}, b"", (422, "invalid", "limit: expected a whole")),
    ("post", ORDERS, {}, b"{}", (400, "unreadable", "Idempotency-Key: expected a header")),
    ("post", ORDERS, {"Idempotency-Key": "a"}, b"{", (400, "unreadable", "The body is not JSON")),
    ("post", ORDERS, {"Idempotency-Key": "a"}, b"{", (400, "unreadable", "The body is not JSON")),
    ("post", ORDERS, {"Idempotency-Key": "a"}, b"{}", (422, "invalid", "Idempotency-Key: The")),
    ("post", ORDERS, {"Idempotency-Key": "b"}, b"{}", (422, "invalid", "2 problems: ")),
    ("post", ORDERS, {"Host": "evil.example"}, b"", (400, "unreadable", "The head of the")),
    ("post", ORDERS, {"Content-Length": str(2**21)}, b"", (413, "too-large", "The body is larger")),
]


def ask(side, method, path, headers, body):
    """The answer; an empty header is none."""
    given = {"Authorization": f"Bearer {side.api_key}"} | headers
    extra = {
        name: given.pop(header)
        for header, name in (("Content-Length", "CONTENT_LENGTH"), ("Host", "SERVER_NAME"))
        if header in given
    }
    headers = {name: text for name, text in given.items() if text}
    kind = "application/json"
    return Client().generic(method.upper(), path, body, kind, headers=headers, **extra)


def test_every_refusal_is_a_problem(ada):
    wrong = []
    for method, path, headers, body, expected in REFUSALS:
        answer = ask(ada, method, path, headers, body)
        told = answer.json()
        found = told["status"], told["type"].partition("#")[2], told["detail"][: len(expected[2])]
        kind = answer["Content-Type"]
        fields = list(told) == ["type", "title", "status", "detail", "errors"]
        if (found, answer.status_code, kind, fields) != (
            expected, expected[0], "application/problem+json", True
        ):  # fmt: skip
            wrong.append((method, path, found, answer.status_code, kind, told))
        assert {"field", "problem"} == set(told["errors"][0])
    assert wrong == []


def test_a_refusal_says_what_the_client_has_to_know_besides(ada, settings):
    answer = ask(ada, "get", "/api/v1/events/", {"Authorization": ""}, b"")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer["Cache-Control"] == "private, no-store"
    settings.RATE_API_KEY = 1
    answers = [ask(ada, "get", "/api/v1/events/", {}, b"") for _ in range(2)]
    assert answers[-1].json()["title"] == "Too many requests"
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60


def test_what_lacks_only_its_slash_is_sent_there_with_its_body(ada):
    answer = ask(ada, "post", "/api/v1/orders?a=1", {}, b"{}")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/orders/?a=1")
    assert ask(ada, "get", "/api/v1/nothing", {}, b"").status_code == 404


def test_an_address_that_is_none_asks_for_no_token_of_a_form(ada):
    browser = Client(enforce_csrf_checks=True)
    statuses = [
        browser.post(path, "{}", content_type="application/json").status_code
        for path in ("/api/v1/products/nope/", "/api/v1/orders")
    ]
    assert statuses == [404, 308]


def test_an_error_of_ours_is_a_problem_with_the_request_it_was_logged_as():
    request = RequestFactory().get("/api/v1/events/")
    request.id = "4711"
    answer = broken(request)
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert "4711" in json.loads(answer.content)["detail"]


def test_shops_and_providers_hear_what_they_heard_before():
    answer = refuse("/hooks/x/", 413, "Too large.")
    assert answer["Content-Type"] == "application/json"
    assert json.loads(answer.content) == {"errors": [{"field": "", "problem": "Too large."}]}
