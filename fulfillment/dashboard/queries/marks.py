"""Marks on matters that need attention: whose each one is, and until when it is snoozed."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from orders.access import Viewer
from orders.models import MatterMark

MOST_MARKS = 2_000
Key = tuple[str, UUID]  # a kind of matter, and its subject


def marks_of(viewer: Viewer) -> dict[Key, MatterMark]:
    """Load the marks that a seller's people have made, the newest where there are very many."""
    rows = MatterMark.objects.visible_to(viewer).select_related("owner").order_by("-marked_at")
    return {(row.matter, row.subject_id): row for row in rows[:MOST_MARKS]}


def snoozed(viewer: Viewer, now: datetime) -> Q:
    """The condition of matters that are snoozed now, by the columns of the worklist.

    What has happened to the same subject since it was snoozed is not.
    """
    marks = MatterMark.objects.visible_to(viewer).annotate(seen=Coalesce("since", "marked_at"))
    return Q(
        Exists(
            marks.filter(
                matter=OuterRef("matter_kind"),
                subject_id=OuterRef("matter_subject_id"),
                until__gt=now,
                seen__gte=OuterRef("matter_since"),
            )
        )
    )
