"""Verdict: the answer of a guard about a message that is not sent, or not yet."""

from datetime import date
from typing import NamedTuple

from notifications.states import Cause, MessageStatus


class DayStopped(NamedTuple):
    """The daily cap of a seller and channel is reached: on which day, after how many messages."""

    on: date
    sent: int


class Verdict(NamedTuple):
    """The next status of a message, and why: `cause` for code, `reason` for people.

    `delay`: seconds until it is due again, None where it is settled.
    `by`: the id of the later message that supersedes it. `stops`: the day on which no more
    messages of the seller are sent by this channel; `settle` stores it.
    """

    status: MessageStatus
    cause: Cause
    reason: str
    delay: float | None = None
    by: int | None = None
    stops: DayStopped | None = None
