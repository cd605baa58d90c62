"""Warning limit guard: beyond MOST_AN_HOUR warnings an hour, a seller gets no e-mail."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.kinds.catalogue import ALL
from notifications.models import Message
from notifications.states import REACHED_PROVIDER, Cause, MessageStatus

WARNINGS = frozenset(kind.name for kind in ALL if kind.is_warning)
MOST_AN_HOUR = 10
TOO_MANY = "Too many warnings within an hour: see Needs attention in the dashboard."


def warning_limit_guard(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Suppress warnings beyond the limit; the dashboard lists them. One statement, or none."""
    ours = [fact for fact in facts if fact.message.template in WARNINGS]
    if not ours:
        return {}
    left = _sent_counts(ours)
    found: dict[int, Verdict] = {}
    for fact in ours:
        # Counts this batch too.
        left[fact.message.seller_id] += 1
        if left[fact.message.seller_id] > MOST_AN_HOUR:
            found[fact.message.pk] = Verdict(
                MessageStatus.SUPPRESSED, Cause.TOO_MANY_WARNINGS, TOO_MANY
            )
    return found


def _sent_counts(facts: Sequence[Facts]) -> Counter[UUID]:
    """Count the warnings that were sent to each seller within an hour."""
    rows = Message.objects.filter(
        seller__in={fact.message.seller_id for fact in facts},
        template__in=WARNINGS,
        status__in=REACHED_PROVIDER,
        settled_at__gt=timezone.now() - timedelta(hours=1),
    )
    return Counter(dict(rows.values_list("seller").annotate(Count("pk"))))
