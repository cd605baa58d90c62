"""Count the elements of a workbook's parts before anything is made of them.

Bytes say little: the smallest element has four, and a library makes a thousand of it. What a part
is for, its name need not say, so each part is counted that is XML at all.
"""

import zipfile
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

CHUNK = 2**16
MOST_IN_A_ROW = 16_000  # elements: of 2,000 cells, with their values
MOST_TEXTS = 300_000  # that cells share
MOST_WITH_TEXTS = 1_500_000  # elements of a part of shared texts
MOST_OTHER = 200_000  # of any other part, outside of rows
MOST_OF_A_SHEET = 8_000_000
BEGINNING = 1_000  # bytes: what is no XML up to there is a picture or the like


class TooMany(Exception):
    """A part has more elements than a sheet that people work with."""


class _Count:
    """What is counted while one part is parsed."""

    def __init__(self) -> None:
        self.depth = self.in_row = self.in_rows = self.texts = self.others = 0

    def start(self, name: str, _attributes: Any) -> None:
        local = name.rpartition(" ")[2]
        if self.depth or local == "row":
            self.depth += local == "row"
            self.in_row += 1
            self.in_rows += 1
        else:
            self.others += 1
            self.texts += local == "si"
        most = MOST_WITH_TEXTS if self.texts else MOST_OTHER
        if (
            self.in_row > MOST_IN_A_ROW
            or self.in_rows > MOST_OF_A_SHEET
            or self.texts > MOST_TEXTS
            or self.others > most
        ):
            raise TooMany

    def end(self, name: str) -> None:
        if self.depth and name.rpartition(" ")[2] == "row":
            self.depth -= 1
            if not self.depth:
                self.in_row = 0


def check_elements(parts: zipfile.ZipFile) -> None:
    """Raise TooMany; ExpatError where a part begins as XML and is none, ValueError for entities."""
    for entry in parts.infolist():
        with parts.open(entry) as part:
            _check_part(part)


def _check_part(part: Any) -> None:
    count = _Count()
    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = count.start, count.end
    parser.EntityDeclHandler = _refuse
    read = 0
    while chunk := part.read(CHUNK):
        try:
            parser.Parse(chunk, False)
        except ExpatError:
            if read + parser.ErrorByteIndex < BEGINNING and not count.others:
                return
            raise
        read += len(chunk)


def _refuse(*_declared: Any) -> None:
    raise ValueError("A workbook declares no entities.")
