"""Errors whose text is safe to show to the person who caused them."""

from collections.abc import Iterable, Sequence
from typing import Any

from orders.words import predicate, say, say_as, state


class DomainError(Exception):
    """An action that was refused: nothing has changed, the text says why. Pages answer 409."""


class Outdated(DomainError):
    """A decision from a page that was read before somebody else changed what it is about."""


class Refusal(DomainError):
    """What a customer reads: `code` and `facts` say it again in the language of the customer."""

    def __init__(self, code: str, text: str, **facts: Any) -> None:
        self.code, self.facts = code, facts
        super().__init__(text)


# Statuses whose label does not follow "is", or "cannot be".
PRESENT = {"attempt_failed": "could not be delivered", "started": "has started"}
ALREADY = {"attempt_failed": "could already not be delivered", "started": "has already started"}
WANTED = {
    "attempt_failed": "reported as not delivered",
    "at_pickup_point": "taken to a pickup point",
    "out_for_delivery": "sent out for delivery",
    "picking": "picked",
    "packing": "packed",
    "returning": "sent back",
    "lost": "reported as lost",
    "damaged": "reported as damaged",
}


def wanted_of(status: str) -> str:
    """What a row with this status has been, in English: “cannot be picked”."""
    return WANTED.get(status, str(status).replace("_", " "))


def status_of(row: Any) -> str:
    """What is true of a row, for a sentence about it: “is handed over”."""
    if row.status in PRESENT:
        return say(PRESENT[row.status])
    return say("is {status}", status=predicate(state(row)))


def _already(row: Any) -> str:
    if row.status in ALREADY:
        return say(ALREADY[row.status])
    return say("is already {status}", status=predicate(state(row)))


class MoveRefused(DomainError):
    """A status change that the table of moves does not allow."""

    def __init__(self, rows: Sequence[Any], to: str) -> None:
        self.rows = rows
        row = rows[0]
        name = f"{say(type(row)._meta.verbose_name.capitalize())} {row}"
        if row.status == to:
            super().__init__(f"{name} {_already(row)}.")
            return
        present, wanted = status_of(row), say_as(row._meta.model_name, wanted_of(to))
        super().__init__(
            say(
                "{name} {present}: it cannot be {wanted}.",
                name=name,
                present=present,
                wanted=wanted,
            )
        )


EXPECTED = "Expected:"  # begins a line of its own on the floor


class WrongScan(DomainError):
    """A scanned code that is not the expected one; says what was expected."""

    def __init__(self, scanned: str, expected: str) -> None:
        self.scanned, self.expected = scanned, expected
        told = say("You scanned {scanned}.", scanned=scanned)
        super().__init__(f"{told} {say(EXPECTED)} {expected}.")


class InvalidInput(DomainError):
    """Invalid input: [(field path, problem)] with every problem."""

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{path}: {text}" for path, text in self.problems))
