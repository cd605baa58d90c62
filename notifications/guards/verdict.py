"""Why a claimed message does not leave, or not yet."""

from datetime import date
from typing import NamedTuple

from notifications.states import Cause, MessageStatus


class DayStopped(NamedTuple):
    """A seller's texts are stopped for a day: which, and after how many."""

    on: date
    sent: int


class Verdict(NamedTuple):
    """Its next status and why, for code and for people.

    `delay` in seconds where it waits, None where it is settled.
    `by`: the id of the later message that supersedes it. `stops`: the day on which no text of
    its seller leaves any more, to be noted by who settles it.
    """

    status: MessageStatus
    cause: Cause
    reason: str
    delay: float | None = None
    by: int | None = None
    stops: DayStopped | None = None
