"""Suppression guard: addresses of the suppression list get no messages."""

from collections.abc import Sequence

from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.models import Suppression
from notifications.states import Cause, MessageStatus
from orders.prepared import PreparedQuery, is_among

LISTED = PreparedQuery(
    lambda: Suppression.objects.filter(
        is_among("notifications_suppression.seller_id", 1),
        is_among("channel", 2, "text"),
        is_among("recipient", 3, "text"),
    )
)


def suppression_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Suppress messages to addresses of the suppression list; one query for a batch."""
    if not facts:
        return {}
    sellers, channels, recipients = zip(*(fact.message.address for fact in facts), strict=True)
    # Three IN lists match some rows too many, but use one index; an OR of addresses is slower.
    rows = LISTED(list(set(sellers)), list(set(channels)), list(set(recipients)))
    known = {(row.seller_id, row.channel, row.recipient): row for row in rows}
    found: dict[int, Verdict] = {}
    for fact in facts:
        if row := known.get(fact.message.address):
            text = f"{row.get_reason_display()} ({row.since:%Y-%m-%d})."
            found[fact.message.pk] = Verdict(MessageStatus.SUPPRESSED, Cause.BLOCKED_ADDRESS, text)
    return found
