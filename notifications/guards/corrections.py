"""Correction guard: a correction is sent only if the message that it corrects was sent."""

from collections.abc import Sequence

from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import kind_of
from notifications.models import Message
from notifications.states import MAY_HAVE_ARRIVED, Cause, MessageStatus
from notifications.undone_messages import messages_of_undone

NEVER_LEFT = "The message to correct was never sent."
ON_ITS_WAY, A_MOMENT = "The message to correct is being sent.", 5.0


def correction_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Suppress corrections of messages that were never sent; hold them while one is being sent."""
    ours = [fact for fact in facts if kind_of(fact.message.template).corrects]
    if not ours:
        return {}
    undone = messages_of_undone([fact.message.event for fact in ours])
    found: dict[int, Verdict] = {}
    for fact in ours:
        lane = fact.message.recipient, fact.message.channel
        statuses = {
            _final_message(row).status
            for row in undone[fact.message.event_id].messages
            if (row.recipient, row.channel) == lane
        }
        if MessageStatus.CLAIMED in statuses:
            found[fact.message.pk] = Verdict(
                MessageStatus.HELD, Cause.CORRECTS_CLAIMED, ON_ITS_WAY, A_MOMENT
            )
        elif statuses.isdisjoint(MAY_HAVE_ARRIVED):
            found[fact.message.pk] = Verdict(MessageStatus.SUPPRESSED, Cause.NEVER_LEFT, NEVER_LEFT)
    return found


def _final_message(row: Message) -> Message:
    """Follow `superseded_by` to the message of the same kind that combines this one."""
    while (by := row.superseded_by) and by.template == row.template:
        row = by
    return row
