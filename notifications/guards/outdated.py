"""The guard of the truth: what happened since may leave nothing of what a message says."""

from collections.abc import Sequence

from notifications.facts import Facts
from notifications.guards.verdict import Verdict


def outdated(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Messages of which `trim` has left nothing; no statement."""
    return {fact.message.pk: Verdict(*fact.stale) for fact in facts if fact.stale}
