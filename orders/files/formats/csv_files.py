"""Read and write CSV: any usual encoding and separator, with a BOM or not, formulas refused."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from orders.files.formats.cells import cell_of, safe
from orders.files.formats.limits import FileRefused
from orders.files.formats.sheet import SheetRow
from orders.words import say

SEPARATORS = ",;\t|"
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PIECE = 2**20
MOST_LOOKED_AT = 64 * 1024  # characters, for the separator
SEPARATOR_LINE = "sep="  # the first line of some files from Excel
# A quote that is never closed makes one cell of all that follows.
csv.field_size_limit(128 * 1024)


def look(content: bytes) -> dict[str, Any]:
    """How a file is read: {encoding, separator}. Raises FileRefused for what is no text."""
    encoding = _encoding(content)
    try:
        with _opened(content, encoding) as text:
            beginning = text.read(MOST_LOOKED_AT)
    except UnicodeDecodeError:
        raise FileRefused(say("This is no text file. Save it as CSV or XLSX.")) from None
    if "\x00" in beginning:
        raise FileRefused(say("This is no text file. Save it as CSV or XLSX."))
    return {"format": "csv", "encoding": encoding, "separator": _separator(beginning)}


def rows_of(content: bytes, form: dict[str, Any]) -> Iterator[SheetRow]:
    """Its rows, numbered from 1. Raises FileRefused at a row that cannot be read."""
    number = 0
    try:
        with _opened(content, form["encoding"]) as text:
            for cells in csv.reader(text, delimiter=form["separator"], strict=True):
                number += 1
                is_said = number == 1 and "".join(cells[:1]).lower().startswith(SEPARATOR_LINE)
                yield _row(number, [] if is_said else cells)
    except (csv.Error, UnicodeError) as error:
        raise FileRefused(
            say(
                "Row {row} cannot be read ({error}): look for a quote that is never closed.",
                row=number + 1,
                error=error,
            )
        ) from None


class Echo:
    """A file that hands back what is written, for an answer that is sent piece by piece."""

    def write(self, text: str) -> str:
        return text


def lines_of(rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """A CSV file, row by row, which Excel opens as it is; no cell of it can start a formula."""
    writer = csv.writer(Echo())
    yield codecs.BOM_UTF8
    for row in rows:
        yield str(writer.writerow([safe(str(cell)) for cell in row])).encode()


def _row(number: int, cells: list[str]) -> SheetRow:
    read = [cell_of(cell) for cell in cells]
    bad = {place: why for place, (_, why) in enumerate(read) if why}
    return SheetRow(number, [text for text, _ in read], bad)


def _opened(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _encoding(content: bytes) -> str:
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), PIECE):
            decoder.decode(content[start : start + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        # What Windows calls ANSI; five of its bytes are nothing there, and something in Latin-1.
        unknown = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
        return "latin-1" if any(byte in content for byte in unknown) else "cp1252"
    return "utf-8"


def _separator(beginning: str) -> str:
    """The one that the first line with text has most often, outside of quotes."""
    for line in beginning.splitlines():
        if line.lower().startswith(SEPARATOR_LINE) and line[len(SEPARATOR_LINE) :][:1]:
            return line[len(SEPARATOR_LINE)]
        if line.strip():
            bare = "".join(line.split('"')[::2])
            return max(SEPARATORS, key=bare.count)
    return ","
