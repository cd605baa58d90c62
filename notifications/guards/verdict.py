"""Why a claimed message does not leave, or not yet."""

from typing import NamedTuple

from notifications.states import Cause, MessageStatus


class Verdict(NamedTuple):
    """Its next status and why, for code and for people.

    `delay` in seconds where it waits, None where it is settled.
    `by`: the id of the later message that supersedes it.
    """

    status: MessageStatus
    cause: Cause
    reason: str
    delay: float | None = None
    by: int | None = None
