"""The REST API of BigCommerce, v2: https://developer.bigcommerce.com/docs/rest-management/orders."""

import re
from typing import Any

from django.conf import settings

from orders.errors import DomainError
from orders.shops.telling import ANSWERED, Door, KeyRefused, Refused
from orders.words import say, say_later

ADDRESS_HINT = "https://api.bigcommerce.com/stores/abc123/v3/"
STORE = re.compile(r"(?:https://api\.bigcommerce\.com/stores/)?([a-z0-9]{4,20})(?:/v[23])?")
LOCAL = re.compile(r"http://127\.0\.0\.1:\d{1,5}")
NO_ENTRY = say_later(
    "The shop does not accept the access token, or its API account lacks a scope: it has to modify "
    "orders."
)


def checked_address(address: str) -> str:
    """The address of a shop's API, from its API path or its store hash. Raises DomainError."""
    given = address.strip().rstrip("/")
    if found := STORE.fullmatch(given.lower()):
        return f"https://api.bigcommerce.com/stores/{found[1]}"
    if settings.WEBHOOK_ALLOW_LOCAL and LOCAL.fullmatch(given):
        return given
    raise DomainError(say("Enter the API path of the shop, like {example}.", example=ADDRESS_HINT))


def ask(door: Door, token: str, method: str, path: str, body: Any = None) -> Any:
    """The JSON of an answer, None where it is empty. Raises Refused or Unanswered."""
    status, answer = door.ask(method, f"/v2/{path}", body, {"X-Auth-Token": token})
    if status in (401, 403):
        raise KeyRefused(str(NO_ENTRY))
    if status == 404:
        raise Refused(say("The shop does not know this order."))
    if status not in (200, 201, 204):
        raise Refused(str(ANSWERED).format(status=status, message=_message(answer)))
    return answer


def ask_list(door: Door, token: str, path: str) -> list[dict[str, Any]]:
    """The objects of an answer; an empty list has no answer. Raises Refused or Unanswered."""
    found = ask(door, token, "GET", path) or []
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Refused(say("The shop's answer is no list."))
    return found


def _message(answer: Any) -> str:
    """The message of a refusal: an object, or a list of such."""
    first = answer[0] if isinstance(answer, list) and answer else answer
    return str(first.get("message") or first.get("title") or "") if isinstance(first, dict) else ""
