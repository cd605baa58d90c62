"""The guard of browsers: one that left is not told; and the stage that finds where each is."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from notifications.consent.browsers import PUSH
from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.models import PushSubscription
from notifications.states import Cause, MessageStatus

LEFT = "Notifications are turned off in this browser."


def find_browsers(facts: Sequence[Facts]) -> list[Facts]:
    """New facts with the browser that each goes to, while it is told; one statement, or none."""
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


def reachable_browsers(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Browsers that are told no more, as `find_browsers` found them; no statement."""
    return {
        fact.message.pk: Verdict(MessageStatus.SUPPRESSED, Cause.BROWSER_LEFT, LEFT)
        for fact in facts
        if fact.message.channel == PUSH and fact.browser is None
    }
