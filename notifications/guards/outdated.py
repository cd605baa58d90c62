"""Outdated guard: messages of which nothing is true any more are not sent."""

from collections.abc import Sequence

from notifications.facts import Facts
from notifications.guards.verdict import Verdict


def outdated_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Return the messages that `trim` marked as stale; no statement."""
    return {fact.message.pk: Verdict(*fact.stale) for fact in facts if fact.stale}
