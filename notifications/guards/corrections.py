"""What an undo does to messages: those that wait are called off, the others are corrected once."""

from collections.abc import Sequence

from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import kind_of
from notifications.models import Message
from notifications.states import MAY_HAVE_ARRIVED, Cause, MessageStatus
from notifications.told import told_of

NEVER_LEFT = "The message to correct was never sent."
ON_ITS_WAY, A_MOMENT = "The message to correct is being sent.", 5.0


def needless(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """The guard of corrections: one of a message that failed in the end is not sent."""
    ours = [fact for fact in facts if kind_of(fact.message.template).corrects]
    if not ours:
        return {}
    told = told_of([fact.message.event for fact in ours])
    found: dict[int, Verdict] = {}
    for fact in ours:
        lane = fact.message.recipient, fact.message.channel
        said = {
            _speaker(row).status
            for row in told[fact.message.event_id].messages
            if (row.recipient, row.channel) == lane
        }
        if MessageStatus.CLAIMED in said:
            found[fact.message.pk] = Verdict(
                MessageStatus.HELD, Cause.CORRECTS_CLAIMED, ON_ITS_WAY, A_MOMENT
            )
        elif said.isdisjoint(MAY_HAVE_ARRIVED):
            found[fact.message.pk] = Verdict(MessageStatus.SUPPRESSED, Cause.NEVER_LEFT, NEVER_LEFT)
    return found


def _speaker(row: Message) -> Message:
    """The message that said it in the end: this one, or that in whose list it was told."""
    while (by := row.superseded_by) and by.template == row.template:
        row = by
    return row
