"""The registry of carriers by code; a new carrier is one file and one line here."""

from urllib.parse import quote

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


def link_of(code: str, tracking_number: str) -> str:
    """The carrier's own page of a parcel, "" where it has none; only from our templates of URLs."""
    template: str = getattr(CARRIERS.get(code), "link", "")
    return template.format(number=quote(tracking_number, safe="")) if tracking_number else ""
