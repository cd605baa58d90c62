"""Render a typst template with data to PDF or PNG; barcodes as SVG."""

import json
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst
import zxingcpp

HERE = Path(__file__).parent
DOTS_PER_MM = 8  # of a common label printer
# Three dots for the narrowest bar: bars of whole dots stay sharp.
MODULE_MM = 3 / DOTS_PER_MM

Format = Literal["pdf", "png"]


def render(template: str, data: dict[str, Any], *, file_format: Format = "pdf") -> bytes:
    """A document in one file; as PNG, its only page in the dots of a label printer.

    The data is passed as JSON and never put into the template's source: no injection of typst code.
    """
    return _compiled(template, data, file_format)[0]


def pages(template: str, data: dict[str, Any], *, dots_per_mm: int) -> list[bytes]:
    """Each page of a document as PNG in the dots of a printer."""
    return _compiled(template, data, "png", dots_per_mm)


def _compiled(
    template: str, data: dict[str, Any], file_format: Format, dots_per_mm: int = DOTS_PER_MM
) -> list[bytes]:
    made: bytes | list[bytes] = typst.compile(
        HERE / f"{template}.typ",
        root=HERE,
        font_paths=_fonts(),
        format=file_format,
        ppi=dots_per_mm * 25.4,
        sys_inputs={"data": json.dumps(data)},
    )
    return made if isinstance(made, list) else [made]


def code_128(text: str) -> dict[str, Any]:
    """A Code 128 as {svg, width in mm}, quiet zones included; it may be scaled to any height."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    return {"svg": barcode.to_svg(), "width": barcode.to_image().shape[1] * MODULE_MM}


def qr_code(text: str) -> str:
    """A QR code as the data URL of an SVG, its quiet zone included."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    return f"data:image/svg+xml;base64,{b64encode(barcode.to_svg().encode()).decode()}"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(font_paths=[HERE / "fonts"])
