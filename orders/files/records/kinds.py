"""The registry of what files hold (orders, products, ...): `settings.FILE_KINDS` lists them.

A kind says its columns, checks a batch of records against the books, and writes a batch.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.module_loading import import_string

from orders.access import Role
from orders.errors import DomainError
from orders.files.formats.sheet import SheetRow
from orders.models import Import, ImportRecord, SalesChannel, Seller, Warehouse
from orders.values.texts import SHORT, one_line
from orders.values.unfit import Unfit
from orders.words import say

T = TypeVar("T")
Action = ImportRecord.Action
MOST_PROBLEMS = 20  # that are told of one record
LONGEST_FOUND = 80  # of what stands in a cell, in a problem
MEND = "Correct the cell."
BETWEEN_NOTES = "; "


@dataclass(frozen=True, slots=True)
class Column:
    """A value of a record: what people call it, and headings by which its column is known."""

    label: str
    names: tuple[str, ...] = ()
    most: int = SHORT  # characters
    is_needed: bool = False
    is_of_line: bool = False  # each row has its own; else the first row of a record has it
    help: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell, as the seller reads it; without a column it is the whole row."""

    row: int
    column: str
    found: str
    expected: str
    mend: str = MEND

    def kept(self) -> list[Any]:
        """As JSON."""
        return [self.row, self.column, self.found[:LONGEST_FOUND], self.expected, self.mend]


@dataclass(slots=True)
class Draft:
    """The rows of one record."""

    rows: list[SheetRow]
    key: str = ""

    @property
    def number(self) -> int:
        return self.rows[0].number


@dataclass(slots=True)
class Verdict:
    """What is to be done with a record, and why not; `value` is what the kind has read."""

    action: str
    problems: list[Problem] = field(default_factory=list)
    note: str = ""  # what is to be said of it; several with BETWEEN_NOTES
    value: Any = None
    seen: dict[str, Any] = field(default_factory=dict)
    content_hash: bytes = b""
    order_id: UUID | None = None


def rejected(*problems: Problem) -> Verdict:
    return Verdict(Action.REJECT, list(problems))


def skipped(note: str) -> Verdict:
    return Verdict(Action.SKIP, note=note)


class Cells:
    """The cells of a row by the fields of its kind; what is wrong with them is gathered."""

    def __init__(self, job: Import, row: SheetRow, problems: list[Problem]) -> None:
        self.job, self.row, self.problems = job, row, problems

    def has(self, name: str) -> bool:
        """Whether the file has a column of this field."""
        return name in self.job.columns

    def text(self, name: str) -> str:
        """The text of a field; "" where it is empty, refused, or in no column."""
        place = self.job.columns.get(name)
        if place is None:
            return ""
        if why := self.row.bad.get(place):
            self.refuse(name, f"expected a value: this {why}", "Put the value itself in the cell.")
            return ""
        text = self.row.at(place)
        most = kind_of(self.job).columns[name].most
        if len(text) > most:
            self.refuse(
                name, say("expected at most {most} characters, got {got}", most=most, got=len(text))
            )
            return ""
        return text

    def line(self, name: str) -> str:
        return one_line(self.text(name))

    def kept(self, name: str, read: Callable[[str], T], otherwise: T) -> T:
        """A field as `read` keeps it; a problem where it raises Unfit."""
        before = len(self.problems)
        text = self.text(name)
        if len(self.problems) > before:
            return otherwise
        try:
            return read(text)
        except Unfit as error:
            self.refuse(name, str(error))
            return otherwise

    def refuse(self, name: str, expected: str, mend: str = MEND) -> None:
        place = self.job.columns.get(name)
        label = kind_of(self.job).columns[name].label
        column = label if place is None else self.job.headings[place]
        found = "" if place is None else self.row.at(place)
        # A cell is told once, whatever else is read from it.
        told = {(problem.row, problem.column) for problem in self.problems}
        if len(told) < MOST_PROBLEMS and (self.row.number, column) not in told:
            self.problems.append(Problem(self.row.number, column, found, expected, mend))

    def refuse_row(self, expected: str, mend: str) -> None:
        self.problems.append(Problem(self.row.number, "", "", expected, mend))


class Kind(Protocol):
    """What the files of one kind hold; copy a neighbour and add it to `settings.FILE_KINDS`."""

    code: str
    title: str  # "Orders"
    nouns: tuple[str, str]  # "order", "orders"
    explained: str  # what an import of this kind does
    columns: dict[str, Column]
    spans_rows: bool  # whether a record may have several rows, one below the other
    has_channel: bool  # whether all its records are of one sales channel
    has_dates: bool
    is_of_seller: bool  # else files of this kind are of a warehouse
    roles: tuple[Role, ...]

    def lacking(self, columns: Mapping[str, int], headings: Sequence[str]) -> list[str]:
        """What a choice of columns lacks, in sentences; none where records can be read."""

    def key_of(self, cells: Cells) -> str:
        """By what a record is known: the same key twice in a file is refused."""

    def check(self, job: Import, drafts: Sequence[Draft]) -> list[Verdict]:
        """What is to be done with each of these; writes nothing."""

    def write(
        self, job: Import, drafts: Sequence[Draft], before: Sequence[dict[str, Any]]
    ) -> list[Verdict]:
        """Check them again and write them, in the transaction of the caller; what came of each.

        `before` is what their checks had seen.
        """


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of file by code, in the order of the settings."""
    found: list[Kind] = [import_string(path)() for path in settings.FILE_KINDS]
    return {kind.code: kind for kind in found}


@cache
def seller_kinds() -> dict[str, Kind]:
    """The kinds that sellers upload."""
    return {code: kind for code, kind in kinds().items() if kind.is_of_seller}


def kind_of(job: Import) -> Kind:
    """The kind of a file that was uploaded."""
    return kinds()[job.kind]


def channel_of(job: Import) -> SalesChannel:
    """The sales channel of a file whose kind has one."""
    if job.channel is None:
        raise DomainError(say("This file needs a sales channel: upload it again."))
    return job.channel


def seller_of(job: Import) -> Seller:
    """Whose file it is, of a kind that sellers upload."""
    if job.seller is None:
        raise DomainError(say("This file needs a seller: upload it again."))
    return job.seller


def warehouse_of(job: Import) -> Warehouse:
    """The warehouse of a file: its own, or that of its seller."""
    return job.warehouse or seller_of(job).warehouse


def zone_of_seller(job: Import) -> ZoneInfo:
    return ZoneInfo(warehouse_of(job).time_zone)
