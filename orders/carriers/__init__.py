"""The registry of carriers by code; a new carrier is one file and one line here."""

from django.utils.module_loading import import_string

from orders.carriers.base import Carrier
from orders.errors import DomainError

OWN = "own"
ADAPTERS = {
    OWN: "orders.carriers.own.OwnCouriers",
}
CARRIERS: dict[str, Carrier] = {code: import_string(path)() for code, path in ADAPTERS.items()}


def carrier_of(code: str) -> Carrier:
    """The carrier with this code. Raises DomainError when there is none."""
    if code not in CARRIERS:
        raise DomainError(f"There is no carrier “{code}”. Known: {', '.join(CARRIERS)}.")
    return CARRIERS[code]
