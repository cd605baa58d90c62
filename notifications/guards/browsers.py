"""Browser guard: suppresses web push to browsers that unsubscribed; loads the subscriptions."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.kinds.record import PUSH
from notifications.models import PushSubscription
from notifications.states import Cause, MessageStatus

LEFT = "Notifications are turned off in this browser."


def find_browsers(facts: Sequence[Facts]) -> list[Facts]:
    """Add the browser of each web push, None if it unsubscribed; one statement, or none.

    Returns new facts.
    """
    ours = [UUID(fact.message.recipient) for fact in facts if fact.message.channel == PUSH]
    if not ours:
        return list(facts)
    found = PushSubscription.objects.filter(ended_at__isnull=True).in_bulk(ours)
    return [
        replace(fact, browser=found.get(UUID(fact.message.recipient)))
        if fact.message.channel == PUSH
        else fact
        for fact in facts
    ]


def browser_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Suppress web push to unsubscribed browsers, as `find_browsers` found them; no statement."""
    return {
        fact.message.pk: Verdict(MessageStatus.SUPPRESSED, Cause.BROWSER_LEFT, LEFT)
        for fact in facts
        if fact.message.channel == PUSH and fact.browser is None
    }
