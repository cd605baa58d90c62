"""The guard of browsers: one that left is not told."""

from collections.abc import Sequence
from uuid import UUID

from notifications.consent.browsers import PUSH
from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.models import PushSubscription
from notifications.states import Cause, MessageStatus

LEFT = "The browser does not want to be told any more."


def reachable_browsers(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """The guard of browsers: finds where each is reached; one that left is not told."""
    ours = [fact for fact in facts if fact.message.channel == PUSH]
    if not ours:
        return {}
    rows = PushSubscription.objects.filter(ended_at__isnull=True)
    found = rows.in_bulk([UUID(fact.message.recipient) for fact in ours])
    for fact in ours:
        fact.browser = found.get(UUID(fact.message.recipient))
    return {
        fact.message.pk: Verdict(MessageStatus.SUPPRESSED, Cause.BROWSER_LEFT, LEFT)
        for fact in ours
        if fact.browser is None
    }
