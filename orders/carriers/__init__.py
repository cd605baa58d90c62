"""Every carrier by its code; a new one is one file and one line here."""

from orders.carriers.base import Carrier
from orders.carriers.own import OwnCouriers
from orders.errors import DomainError

OWN = "own"
CARRIERS: dict[str, Carrier] = {OWN: OwnCouriers()}


def carrier_of(code: str) -> Carrier:
    """The carrier with this code. Raises DomainError when there is none."""
    if code not in CARRIERS:
        raise DomainError(f"There is no carrier “{code}”. Known: {', '.join(CARRIERS)}.")
    return CARRIERS[code]
