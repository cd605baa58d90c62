"""Where the values of an order stand in a shop's JSON: one dotted path for each, as text."""

import re
from typing import Any, NamedTuple

from orders.errors import InvalidInput
from orders.values.contacts import LONGEST_EMAIL
from orders.values.texts import NOTE, NUMBER, PERSON, REFERENCE, SHORT, STREET, TITLE
from orders.words import say

LONGEST_PATH = 200
NAME = r"[\w@$:-]+"
PATH = re.compile(rf"{NAME}(\.{NAME}){{0,15}}")
HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
SIGNATURE = "signature_header"


class Place(NamedTuple):
    """A value that we read: how a person calls it, where it stands unless said otherwise."""

    label: str
    path: str
    most: int = 0  # characters
    is_needed: bool = False


# As in orders that are sent to the API; a path may lead into a list by a number from 0.
OF_ORDER = {
    "reference": Place("Order id", "reference", REFERENCE, is_needed=True),
    "number": Place("Order number", "number", NUMBER),
    "placed_at": Place("Placed at", "placed_at", SHORT, is_needed=True),
    "changed_at": Place("Changed at", "changed_at", SHORT),
    "currency": Place("Currency", "currency", SHORT),
    "buyer": Place("Buyer", "customer.name", PERSON),
    "email": Place("E-mail", "customer.email", LONGEST_EMAIL),
    "phone": Place("Phone", "customer.phone", SHORT),
    "language": Place("Language", "customer.language", SHORT),
    "receiver": Place("Receiver", "address.name", PERSON),
    "company": Place("Company", "address.company", SHORT),
    "street": Place("Street", "address.street", STREET),
    "street2": Place("Street, line 2", "address.street2", SHORT),
    "postcode": Place("Postcode", "address.postcode", SHORT),
    "city": Place("City", "address.city", SHORT),
    "region": Place("Region", "address.region", SHORT),
    "country": Place("Country code", "address.country", SHORT),
    "note": Place("Note", "note", NOTE),
    "lines": Place("List of lines", "lines", is_needed=True),
}
OF_LINE = {
    "line_id": Place("Line id", "id", REFERENCE),
    "sku": Place("SKU", "sku", SHORT),
    "title": Place("Title", "title", TITLE),
    "quantity": Place("Quantity", "quantity"),  # where none is said, each line is one unit
    "price": Place("Unit price", "price"),
}
# True, or one of the words behind “=”: `status=cancelled,void`.
CONDITIONS = {
    "paid": Place("Paid when", ""),
    "cancelled": Place("Cancelled when", ""),
}
PLACES = OF_ORDER | OF_LINE | CONDITIONS
DEFAULT = {SIGNATURE: "X-Signature"} | {name: place.path for name, place in PLACES.items()}


def checked(given: dict[str, Any]) -> dict[str, str]:
    """A whole mapping of what was given. Raises InvalidInput by the name of each field."""
    found = {name: str(given.get(name) or "").strip() for name in DEFAULT}
    problems = [
        (name, problem) for name, path in found.items() if (problem := _problem(name, path))
    ]
    if problems:
        raise InvalidInput(problems)
    return found


def value_at(body: Any, path: str) -> Any:
    """What stands at a path; None where nothing does."""
    for name in path.split("."):
        if isinstance(body, list) and name.isascii() and name.isdecimal() and len(name) < 5:
            body = body[int(name)] if int(name) < len(body) else None
        else:
            body = body.get(name) if isinstance(body, dict) else None
    return body


def holds(body: Any, condition: str) -> bool:
    """Whether a condition of the seller's is met by a body."""
    path, is_compared, words = condition.partition("=")
    value = value_at(body, path)
    if is_compared:
        wanted = {word.strip().lower() for word in words.split(",")}
        return isinstance(value, str | int) and str(value).strip().lower() in wanted
    return value is True or str(value).strip().lower() in ("true", "yes", "1")


def _problem(name: str, path: str) -> str:
    if name == SIGNATURE:
        return "" if HEADER.fullmatch(path) else say("expected the name of a header")
    if not path:
        return say("needed to read an order") if PLACES[name].is_needed else ""
    if name in CONDITIONS:
        path = path.partition("=")[0]
    if len(path) > LONGEST_PATH or not PATH.fullmatch(path):
        return say("expected names with dots between them, like order.customer.email")
    return ""
