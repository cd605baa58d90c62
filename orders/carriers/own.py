"""The carrier "own": our own couriers, no network; tracking numbers with a check character."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

from orders.carriers.base import Label, Parcel
from orders.models import Package
from orders.states import PackageStatus

PREFIX = "OC"
# No 0 and O, no 1, I and L. 31 is a prime, so the check character finds every wrong
# character and every two that were exchanged.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
BODY_LENGTH = 11


class OwnCouriers:
    """Parcels that our own couriers deliver; tracking numbers are computed here."""

    name = "Own couriers"
    words: Mapping[str, PackageStatus] = {
        "out": PackageStatus.OUT_FOR_DELIVERY,
        "delivered": PackageStatus.DELIVERED,
        **dict.fromkeys(Package.Failure.values, PackageStatus.ATTEMPT_FAILED),
    }

    def label(self, parcel: Parcel, *, seconds: float) -> Label:
        """The label of a packed box: its number is computed from the id of the package."""
        return Label(parcel.key, tracking_number=number_of(parcel.package_id))

    def void(self, label: Label, *, seconds: float) -> None:
        """Nothing to do: no outside carrier knows the label."""

    def recognises(self, text: str) -> bool:
        """Is this `OC`, eleven characters and their check character?"""
        body, check = text[len(PREFIX) : -1], text[-1:]
        return (
            text.startswith(PREFIX)
            and len(body) == BODY_LENGTH
            and set(body) <= set(ALPHABET)
            and check == _check_character(body)
        )


def number_of(package_id: UUID) -> str:
    """The number of a box: derived from its id, so that a retry gives the same one."""
    body = _body(package_id)
    return PREFIX + body + _check_character(body)


def _body(package_id: UUID) -> str:
    number = int.from_bytes(hashlib.sha256(package_id.bytes).digest(), "big")
    characters = []
    for _ in range(BODY_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[index])
    return "".join(characters)


def _check_character(body: str) -> str:
    total = sum(place * ALPHABET.index(character) for place, character in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]
