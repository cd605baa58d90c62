"""The guard of the seller's inbox: past some warnings an hour, the dashboard tells the rest."""

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
LISTED = "Too many warnings within an hour: see Needs attention in the dashboard."


def moderate(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """What a seller reads in the dashboard instead; one statement where there are warnings."""
    ours = [fact for fact in facts if fact.message.template in WARNINGS]
    if not ours:
        return {}
    left = _left(ours)
    found: dict[int, Verdict] = {}
    for fact in ours:
        left[fact.message.seller_id] += 1
        if left[fact.message.seller_id] > MOST_AN_HOUR:
            found[fact.message.pk] = Verdict(
                MessageStatus.SUPPRESSED, Cause.TOO_MANY_WARNINGS, LISTED
            )
    return found


def _left(facts: Sequence[Facts]) -> Counter[UUID]:
    """How many warnings left to each seller within an hour."""
    rows = Message.objects.filter(
        seller__in={fact.message.seller_id for fact in facts},
        template__in=WARNINGS,
        status__in=REACHED_PROVIDER,
        settled_at__gt=timezone.now() - timedelta(hours=1),
    )
    return Counter(dict(rows.values_list("seller").annotate(Count("pk"))))
