"""Read and write XLSX: bounded before it is unpacked, row by row, nothing evaluated."""

import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any
from xml.parsers.expat import ExpatError

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml import DEFUSEDXML

from orders.errors import DomainError
from orders.files.formats.cells import FORMULA
from orders.files.formats.elements import TooMany, check_elements
from orders.files.formats.limits import (
    MOST_COLUMNS,
    MOST_ENTRIES,
    MOST_OTHER_PART,
    MOST_ROW_NUMBER,
    MOST_SHARED_TEXTS,
    MOST_UNZIPPED,
    FileRefused,
)
from orders.files.formats.sheet import SheetRow
from orders.words import say, say_later

if not DEFUSEDXML:
    raise ImportError("defusedxml is missing: workbooks could hold XML bombs.")

ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UNREADABLE = say_later(
    "This workbook cannot be read. Open it, save it as .xlsx again, or save it as CSV."
)
TOO_LARGE = say_later("This workbook is too large when it is unpacked: save the sheet as CSV.")
MOST_EXACT = 10**15  # Excel keeps 15 digits
WIDEST = 2000  # cells of a row, empty ones with a colour too
MOST_CHARACTERS = 32_767  # of a cell, says Excel
SHARED_TEXTS, SHEETS = "xl/sharedstrings.xml", "xl/worksheets/"
ENCRYPTED = 0x1
# What unpacking a damaged file raises.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, EOFError,
)  # fmt: skip


class Sheet(ReadOnlyWorksheet):  # type: ignore[misc]  # openpyxl brings no types
    """A sheet that does not look for its size: to find none, all rows would be read and kept."""

    def _get_size(self) -> None:
        """What a file says of its size would not be believed anyway."""


class Reader(ExcelReader):  # type: ignore[misc]  # as above
    """Reads sheets row by row, and nothing beside them."""

    def read_worksheets(self) -> None:
        """The sheets with cells, in their order."""
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                found = Sheet(self.wb, sheet.name, relation.target, self.shared_strings)
                self.wb._sheets.append(found)


def look(content: bytes) -> dict[str, Any]:
    """How a workbook is read: {sheet}. Raises FileRefused for a bomb, before it is unpacked."""
    if content.startswith(OLD):
        raise FileRefused(
            say(
                "This is an old Excel file (.xls), or has a password: save it as .xlsx without one."
            )
        )
    _check_parts(content)
    _check_elements(content)
    return {"format": "xlsx"}


def rows_of(content: bytes, form: dict[str, Any]) -> Iterator[SheetRow]:
    """The rows of the first sheet, numbered as it does. Raises FileRefused."""
    _check_parts(content)
    _check_elements(content)
    try:
        yield from _rows(content)
    except DomainError:
        raise
    except Exception as error:  # whatever the library makes of an odd file, it is not readable
        raise FileRefused(str(UNREADABLE)) from error


def written(rows: Iterable[Iterable[object]], title: str) -> "tempfile.SpooledTemporaryFile[bytes]":
    """A workbook with one sheet, as a temporary file; numbers are numbers, texts are texts."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:30])
    for row in rows:
        sheet.append([_written(sheet, value) for value in row])
    file = tempfile.SpooledTemporaryFile(max_size=2**20)  # noqa: SIM115 - who sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _rows(content: bytes) -> Iterator[SheetRow]:
    reader = Reader(io.BytesIO(content), read_only=True, keep_links=False)
    reader.read()
    book = reader.wb
    try:
        if not book.worksheets:
            raise FileRefused(say("This workbook has no sheet with cells."))
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            if number > MOST_ROW_NUMBER or len(cells) > WIDEST:
                raise FileRefused(str(UNREADABLE))
            yield _row(number, cells[: MOST_COLUMNS + 1])
    finally:
        book.close()


def _row(number: int, cells: Any) -> SheetRow:
    texts, bad = [], {}
    for place, cell in enumerate(cells):
        value = cell.value
        if value is None:
            texts.append("")
            continue
        text, why = _text(cell, value)
        texts.append(text)
        if why:
            bad[place] = why
    return SheetRow(number, texts, bad)


def _text(cell: Any, value: Any) -> tuple[str, str]:
    if cell.data_type == "f":
        return str(value)[:200], FORMULA
    if cell.data_type == "e":
        return str(value), "is an error of the spreadsheet"
    if isinstance(value, str):
        return value.strip(), ""
    if isinstance(value, bool):
        return ("yes" if value else "no"), ""
    if isinstance(value, int | float):
        return _number(cell, value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, datetime | date | time):
        return value.isoformat(), ""
    return str(value), ""


def _number(cell: Any, value: float) -> tuple[str, str]:
    if value == int(value):
        digits = str(int(value))
        if abs(value) >= MOST_EXACT:
            return digits, "is a number of which Excel has lost digits: make its column text"
        # A postcode that is shown with its zeros has them.
        shown = str(cell.number_format or "")
        return (digits.zfill(len(shown)) if shown and not shown.strip("0") else digits), ""
    digits = f"{value:.10f}".rstrip("0")
    # Three places could be thousands where a text says so; of a number they are not.
    return (f"{digits}0" if len(digits.partition(".")[2]) == 3 else digits), ""


def _check_parts(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            entries = parts.infolist()
    except DAMAGED:
        raise FileRefused(str(UNREADABLE)) from None
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise FileRefused(say("This workbook has a password: save it without one."))
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or len(set(names)) < len(names):
        raise FileRefused(str(UNREADABLE))
    if sum(entry.file_size for entry in entries) > MOST_UNZIPPED:
        raise FileRefused(str(TOO_LARGE))
    for entry in entries:
        name = entry.filename.lower()
        most = MOST_SHARED_TEXTS if name == SHARED_TEXTS else MOST_OTHER_PART
        is_read_whole = name.endswith((".xml", ".rels")) and not name.startswith(SHEETS)
        if is_read_whole and entry.file_size > most:
            raise FileRefused(str(TOO_LARGE))


def _check_elements(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            check_elements(parts)
    except TooMany:
        raise FileRefused(str(TOO_LARGE)) from None
    except (ExpatError, *DAMAGED):
        raise FileRefused(str(UNREADABLE)) from None


def _written(sheet: Any, value: object) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < MOST_EXACT:
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:MOST_CHARACTERS]
    if not text.startswith(("=", "#")):
        return text or None
    # A text all the same; the library would make a formula or an error of it.
    cell = WriteOnlyCell(sheet, value="")
    cell._value, cell.data_type = text, "s"
    return cell
