"""Marks on matters that need attention: whose each one is, and until when it is snoozed."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from orders.access import Viewer
from orders.models import MatterMark

MOST_MARKS = 2_000
Key = tuple[str, UUID]  # a kind of matter, and its subject


def marks_of(viewer: Viewer) -> dict[Key, MatterMark]:
    """Load the marks that a seller's people have made, the newest where there are very many."""
    rows = MatterMark.objects.visible_to(viewer).select_related("owner").order_by("-marked_at")
    return {(row.matter, row.subject_id): row for row in rows[:MOST_MARKS]}


def snoozed(marks: dict[Key, MatterMark], now: datetime) -> Q:
    """The condition of matters that are snoozed now, by the columns of the worklist."""
    ids: dict[str, list[Any]] = defaultdict(list)
    for (kind, subject_id), mark in marks.items():
        if mark.is_snoozed(now):
            ids[kind].append(subject_id)
    found = Q(pk__in=[])
    for kind, subjects in ids.items():
        found |= Q(matter_kind=kind, matter_subject_id__in=subjects)
    return found
