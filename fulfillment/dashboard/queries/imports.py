"""Uploaded files as a seller sees them: the list, what a check found, where a file may go."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.html import format_html

from fulfillment.keyset import Page, page_of
from orders.access import Viewer
from orders.files.formats.sheet import SheetRow
from orders.files.records.kinds import BETWEEN_NOTES, Cells, Kind, kind_of
from orders.files.uploading import FILES
from orders.models import Import, ImportRecord, SalesChannel, Seller
from orders.words import say
from orders.words.retelling import retold

# What the heading says already, as the texts of each language begin or end.
EXPECTED = re.compile(
    r"^(expected|erwartet (wird|werden)|se esperan?|المتوقع) | (est attendue?|sont attendue?s)$"
)
MOST_GROUPS = 20
MOST_PROBLEMS = 50
MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Whose a file is: a sales channel, or a seller; `value` stands for it in a form."""

    value: str
    label: str
    seller: Seller
    channel: SalesChannel | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found: problems by kind and one by one, why records are skipped, an example."""

    groups: list[dict[str, Any]]
    problems: list[list[Any]]
    notes: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    example: list[tuple[str, str]]
    example_rows: int


def import_list(viewer: Viewer, *, cursor: str = "") -> Page:
    """A keyset page of the files of sellers, the newest first."""
    rows = Import.objects.visible_to(viewer).filter(seller__isnull=False)
    rows = rows.defer("content", "sample", "headings")
    rows = rows.select_related("seller", "channel", "actor")
    return page_of(rows, key="-created_at", cursor=cursor)


def places(viewer: Viewer, kind: Kind) -> list[Place]:
    """Where the viewer's files of this kind may go: each channel, or each seller."""
    sellers = list(
        Seller.objects.visible_to(viewer).select_related("warehouse").order_by("name")[:MOST_PLACES]
    )
    several = len(sellers) > 1
    if not kind.has_channel:
        return [Place(f"seller-{seller.pk}", str(seller), seller) for seller in sellers]
    channels = SalesChannel.objects.visible_to(viewer).order_by("name")
    if kind.code == "orders":
        channels = channels.filter(kind=SalesChannel.Kind.FILE, is_active=True)
    by_pk = {seller.pk: seller for seller in sellers}
    found = [
        Place(
            f"channel-{channel.pk}",
            f"{by_pk[channel.seller_id]}: {channel}" if several else str(channel),
            by_pk[channel.seller_id],
            channel,
        )
        for channel in channels[:MOST_PLACES]
        if channel.seller_id in by_pk
    ]
    if kind.code != "orders":
        return found
    served = {place.seller.pk for place in found}
    new = [
        Place(f"seller-{seller.pk}", f"{seller}: {FILES}" if several else FILES, seller)
        for seller in sellers
        if seller.pk not in served
    ]
    return [*found, *new]


def found_in(viewer: Viewer, job: Import) -> Found:
    """What the check of a file found."""
    records = ImportRecord.objects.visible_to(viewer).filter(file=job)
    rejected = records.filter(action=ImportRecord.Action.REJECT)
    by_kind = rejected.values(column=F("problems__0__1"), expected=F("problems__0__3"))
    groups = by_kind.annotate(count=Count("pk")).filter(count__gt=1).order_by("-count", "expected")
    kept = rejected.order_by("number").values_list("problems", flat=True)[:MOST_PROBLEMS]
    first = records.filter(action__in=["create", "update"]).order_by("number").first()
    return Found(
        groups=[
            dict(group) | {"expected": _bare(group["expected"])} for group in groups[:MOST_GROUPS]
        ],
        problems=[
            [row, column, said, _bare(expected), mend]
            for problems in kept
            for row, column, said, expected, mend in problems
        ][:MOST_PROBLEMS],
        notes=_noted(records, ImportRecord.Action.SKIP),
        warnings=_noted(records, ImportRecord.Action.CREATE),
        example=_example(job, first) if first else [],
        example_rows=len(first.source) if first else 0,
    )


def _noted(records: QuerySet[ImportRecord], action: str) -> list[dict[str, Any]]:
    """What is noted of the records with this action, and how often."""
    noted = records.filter(action=action).exclude(note="")
    counts: Counter[str] = Counter()
    for notes, count in noted.values_list("note").annotate(count=Count("pk")).order_by("note"):
        counts.update(dict.fromkeys(notes.split(BETWEEN_NOTES), count))
    return [{"note": note, "count": count} for note, count in counts.most_common(MOST_GROUPS)]


def _bare(expected: str) -> str:
    """What was expected, below a heading that says so; English where nothing says it again."""
    said = retold(str(expected))
    text = EXPECTED.sub("", str(expected if said is None else said))
    text = text[:1].upper() + text[1:]
    return text if said is not None else format_html('<span lang="en" dir="ltr">{}</span>', text)


def _example(job: Import, record: ImportRecord) -> list[tuple[str, str]]:
    """The first record that is to be written, as it is read: (label, text) of each field."""
    if not record.source:
        return []
    cells = Cells(job, SheetRow.of(record.source[0]), [])
    labels = kind_of(job).columns
    return [
        (say(column.label), text)
        for name, column in labels.items()
        if cells.has(name) and (text := cells.text(name))
    ]
