"""Labels of codes (locations, totes, products): sheets as PDF, and ZPL for a label printer.

Whatever has a code gets labels by making a `CodeLabel` of it.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import zxingcpp

from orders.errors import DomainError
from orders.words import say
from warehouse.documents.papers import ROLL, Paper
from warehouse.documents.rendering import DOTS_PER_MM, pages, render
from warehouse.documents.zpl import as_zpl
from warehouse.scanning.articles import is_misread

MOST_LABELS = 1000  # of one file
MOST_ZPL = 100  # each is drawn dot by dot
MARGIN_MM = 3.0
LEAST_DOTS, MOST_DOTS = 2, 4  # of the narrowest bar
GTIN_FORMATS = {
    8: zxingcpp.BarcodeFormat.EAN8,
    12: zxingcpp.BarcodeFormat.UPCA,
    13: zxingcpp.BarcodeFormat.EAN13,
    14: zxingcpp.BarcodeFormat.ITF,
}
Arrow = Literal["", "up", "down"]


class CodeLabel(NamedTuple):
    """What is on a label: the code as a barcode and in letters, and words below it.

    `is_gtin`: the code is one, and gets the barcode of its length.
    """

    code: str
    words: str = ""
    is_gtin: bool = False


def label_sheet(
    labels: Sequence[CodeLabel], paper: Paper, *, arrow: Arrow = "", skip: int = 0
) -> bytes:
    """The labels as PDF; `skip` are gone from the first sheet. Raises DomainError."""
    _check(labels, MOST_LABELS)
    return render("sheet", _given(labels, paper, arrow, skip % paper.a_sheet))


def label_zpl(labels: Sequence[CodeLabel], *, arrow: Arrow = "") -> bytes:
    """The labels for a printer of 203 dots an inch that speaks ZPL. Raises DomainError.

    They are drawn here: the printer needs no letters of any script.
    """
    _check(labels, MOST_ZPL)
    return b"".join(as_zpl(page) for page in label_pages(labels, ROLL, arrow=arrow))


def label_pages(
    labels: Sequence[CodeLabel],
    paper: Paper,
    *,
    arrow: Arrow = "",
    skip: int = 0,
    dots_per_mm: int = DOTS_PER_MM,
) -> list[bytes]:
    """Each sheet as PNG, in the dots of a printer. Raises DomainError."""
    return pages("sheet", _given(labels, paper, arrow, skip), dots_per_mm=dots_per_mm)


def is_gtin(code: str) -> bool:
    """Whether these are the digits of a GTIN, the last of which checks the others."""
    is_long_enough = len(code) in GTIN_FORMATS and code.isascii() and code.isdigit()
    return is_long_enough and not is_misread(code)


def _check(labels: Sequence[CodeLabel], most: int) -> None:
    if not labels:
        raise DomainError(say("There is nothing to print."))
    if len(labels) > most:
        raise DomainError(
            say("These are more than {most} labels: choose fewer, as one aisle.", most=most)
        )


def _given(labels: Sequence[CodeLabel], paper: Paper, arrow: Arrow, skip: int) -> dict[str, Any]:
    room = paper.label_width - 2 * MARGIN_MM
    return {
        "paper": paper.measures(),
        "arrow": arrow,
        "skip": skip,
        "margin": MARGIN_MM,
        "labels": [
            {"code": label.code, "words": label.words, "barcode": _barcode(label, room)}
            for label in labels
        ],
    }


def _barcode(label: CodeLabel, room: float) -> dict[str, Any]:
    """As SVG with its width in mm, quiet zones included, and the room to its left.

    All are of whole dots: a bar between two dots is a grey one, which a printer makes too wide.
    """
    code_format = zxingcpp.BarcodeFormat.Code128
    if label.is_gtin:
        code_format = GTIN_FORMATS[len(label.code)]
    elif not label.code.isascii() or not label.code.isprintable():
        raise DomainError(
            say("{code} has letters that no barcode can have: give it a barcode.", code=label.code)
        )
    barcode = zxingcpp.create_barcode(label.code, code_format)
    modules = barcode.to_image().shape[1]
    dots = min(MOST_DOTS, int(room * DOTS_PER_MM // modules))
    if dots < LEAST_DOTS:
        raise DomainError(
            say("{code} is too long for this label: choose a larger one.", code=label.code)
        )
    beside = int(room * DOTS_PER_MM) - modules * dots
    return {
        "svg": barcode.to_svg(),
        "width": modules * dots / DOTS_PER_MM,
        "left": beside // 2 / DOTS_PER_MM,
    }
