"""The REST API of Magento: its search in URLs, and what its refusals mean."""

from typing import Any
from urllib.parse import quote

from orders.shops.telling import ANSWERED, Door, KeyRefused, Refused
from orders.words import say, say_later

NO_ENTRY = say_later(
    "The shop does not accept the access token, or the integration has too few rights. In newer "
    "Magento an access token works only once “Allow OAuth Access Tokens to be used as standalone "
    "Bearer tokens” is set to Yes."
)


def ask(door: Door, token: str, method: str, path: str, body: Any = None) -> Any:
    """The JSON of an answer. Raises Refused or Unanswered."""
    headers = {"Authorization": f"Bearer {token}"}
    status, answer = door.ask(method, f"/rest/V1/{path}", body, headers)
    if status in (401, 403):
        raise KeyRefused(str(NO_ENTRY))
    if status == 404:
        raise Refused(say("The shop does not know this order, or its address is another."))
    if status != 200:
        raise Refused(str(ANSWERED).format(status=status, message=_message(answer)))
    return answer


def search(*groups: list[tuple[str, str, str]], order: tuple[str, ...] = (), most: int) -> str:
    """The query string of a search: of each group one filter (field, condition, value) holds."""
    parts: dict[str, str] = {}
    for place, group in enumerate(groups):
        for number, (field, condition, value) in enumerate(group):
            path = f"searchCriteria[filter_groups][{place}][filters][{number}]"
            parts |= {
                f"{path}[field]": field,
                f"{path}[condition_type]": condition,
                f"{path}[value]": value,
            }
    for number, field in enumerate(order):
        path = f"searchCriteria[sortOrders][{number}]"
        parts |= {f"{path}[field]": field, f"{path}[direction]": "ASC"}
    parts["searchCriteria[pageSize]"] = f"{most}"
    return "&".join(f"{quote(name)}={quote(value)}" for name, value in parts.items())


def _message(answer: Any) -> str:
    """The message of a refusal, with its parameters: by number, or by name."""
    if not isinstance(answer, dict):
        return ""
    told, given = str(answer.get("message") or ""), answer.get("parameters")
    if isinstance(given, list):
        given = {f"{number}": value for number, value in enumerate(given, start=1)}
    for name, value in given.items() if isinstance(given, dict) else ():
        told = told.replace(f"%{name}", str(value))
    return told
