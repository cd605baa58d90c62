"""The tracking numbers of our own couriers: a prefix, a body from the box, a check character."""

import hashlib
from uuid import UUID

PREFIX = "OC"
# No 0 and O, no 1, I and L. 31 is a prime, so the check character finds every wrong
# character and every two that were exchanged.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
BODY_LENGTH = 11


def is_number(text: str) -> bool:
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
