"""Files of locations as a lead sees them: kept, looked at, and what their check found."""

from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, QuerySet

from orders.errors import InvalidInput
from orders.files.formats.limits import FileRefused
from orders.files.uploading import choose_columns, keep_file
from orders.models import Import, ImportRecord, User, Warehouse
from warehouse.places.file_kind import Places

MOST_PROBLEMS = 50
MOST_FILES = 5
MOST_NOTES = 10


class Found(NamedTuple):
    """What a check found: [row, column, found, expected, what to do], and why rows are left out."""

    problems: list[list[Any]]
    notes: list[tuple[str, int]]


@transaction.atomic
def take_file(warehouse: Warehouse, *, name: str, content: bytes, actor: User) -> Import:
    """Keep a file and let a worker check it. Raises FileRefused, or DomainError."""
    job = keep_file(warehouse, kind=Places.code, name=name, content=content, actor=actor)
    try:
        return choose_columns(job, job.columns, day_first=job.day_first, actor=actor)
    except InvalidInput as error:
        raise FileRefused(" ".join(text for _, text in error.problems)) from error


def files_of(rows: "QuerySet[Import]") -> "QuerySet[Import]":
    """The last files of locations."""
    files = rows.filter(kind=Places.code).defer("content", "sample", "headings")
    return files.order_by("-created_at")[:MOST_FILES]


def found_in(records: "QuerySet[ImportRecord]") -> Found:
    """What the check, or the import, found in these records of one file."""
    refused = records.filter(action=ImportRecord.Action.REJECT).order_by("number")
    kept = refused.values_list("problems", flat=True)[:MOST_PROBLEMS]
    noted = records.filter(action=ImportRecord.Action.SKIP).exclude(note="").order_by()
    notes = noted.values_list("note").annotate(count=Count("pk")).order_by("-count")
    return Found(
        [problem for problems in kept for problem in problems][:MOST_PROBLEMS],
        list(notes[:MOST_NOTES]),
    )
