"""An uploaded file as a table: its format found out, its headings, its rows within limits."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from orders.files.formats import csv_files, workbooks
from orders.files.formats.limits import (
    LONGEST_CELL,
    LONGEST_HEADING,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    FileRefused,
)
from orders.files.formats.sheet import SheetRow
from orders.values.texts import one_line
from orders.words import say
from orders.words.writing import grouped

READERS = {"csv": csv_files, "xlsx": workbooks}
MEGABYTES = MOST_BYTES // 2**20


def look(content: bytes) -> dict[str, Any]:
    """How a file is to be read, as JSON. Raises FileRefused."""
    if not content.strip():
        raise FileRefused(say("This file is empty."))
    if len(content) > MOST_BYTES:
        raise FileRefused(say("This file is larger than {most} MB: divide it.", most=MEGABYTES))
    is_workbook = content.startswith((workbooks.ZIP, workbooks.OLD))
    return workbooks.look(content) if is_workbook else csv_files.look(content)


def beginning(content: bytes, form: dict[str, Any], most: int) -> tuple[list[str], list[SheetRow]]:
    """The headings, each one different, and up to so many rows. Raises FileRefused."""
    rows = _rows(content, form)
    headings = next(rows, None)
    if headings is None:
        raise FileRefused(say("This file has no row with headings."))
    found = list(islice(rows, most))
    if not found:
        raise FileRefused(say("This file has headings, and no rows below them."))
    return _headings(headings.cells), found


def rows_below_headings(content: bytes, form: dict[str, Any]) -> Iterator[SheetRow]:
    """The rows that are not empty. Raises FileRefused, also on the way."""
    rows = _rows(content, form)
    next(rows, None)
    yield from rows


def _rows(content: bytes, form: dict[str, Any]) -> Iterator[SheetRow]:
    count = 0
    for row in READERS[form["format"]].rows_of(content, form):
        if row.is_empty:
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise FileRefused(
                say("This file has more than {most} rows: divide it.", most=grouped(MOST_ROWS))
            )
        if any(row.cells[MOST_COLUMNS:]):
            raise FileRefused(
                say("Row {row} has more than {most} columns.", row=row.number, most=MOST_COLUMNS)
            )
        for place, cell in enumerate(row.cells):
            if len(cell) > LONGEST_CELL or "\x00" in cell:
                row.cells[place] = cell[:100].replace("\x00", "")
                row.bad[place] = f"is longer than {LONGEST_CELL:,} characters, or no text"
        yield row


def _headings(cells: list[str]) -> list[str]:
    """Headings with names for those that have none, and numbers for those that come again."""
    found: list[str] = []
    last = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
    for place, cell in enumerate(cells[:last], start=1):
        name = one_line(cell)[:LONGEST_HEADING] or f"Column {place}"
        again = sum(known == name or known.startswith(f"{name} (") for known in found)
        found.append(f"{name} ({again + 1})" if again else name)
    return found
