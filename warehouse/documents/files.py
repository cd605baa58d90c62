"""The documents of a box as files: (content, media type)."""

import io

from PIL import Image

from orders.errors import DomainError
from orders.lifecycle.label_requests import label_file_of
from orders.models import Package
from orders.states import PackageStatus
from orders.words import say
from warehouse.documents.label import package_label
from warehouse.documents.slip import packing_slip
from warehouse.documents.zpl import as_zpl

PDF, PNG, ZPL = "application/pdf", "image/png", "application/zpl"
NO_ZPL = "The carrier’s label is no ZPL: open it and print it yourself."
WIDEST_ROLL = 832  # dots: 104 mm at 203 dots an inch
File = tuple[bytes, str]


def slip_file(package: Package) -> File:
    """The packing slip. Raises DomainError for a box that was put back."""
    _refuse_cancelled(package)
    return packing_slip(package), PDF


def label_file(package: Package) -> File:
    """The label: the carrier's file if it gave one, else our own. Raises DomainError."""
    package = _with_label(package)
    if drawn := label_file_of(package):
        return drawn.content, drawn.media_type
    return package_label(package), PDF


def zpl_label(package: Package) -> File:
    """The label for a printer of 203 dots an inch that speaks ZPL. Raises DomainError.

    Only a picture can be told dot by dot: a carrier's PDF, or one drawn for finer dots, cannot.
    """
    package = _with_label(package)
    drawn = label_file_of(package)
    if drawn is None:
        return as_zpl(package_label(package, file_format="png")), ZPL
    if drawn.media_type != PNG or _width(drawn.content) > WIDEST_ROLL:
        raise DomainError(NO_ZPL)
    return as_zpl(drawn.content), ZPL


def _with_label(package: Package) -> Package:
    """The box that carries the label of this one. Raises DomainError."""
    _refuse_cancelled(package)
    return package.inside or package  # the label of its box is the only one


def _refuse_cancelled(package: Package) -> None:
    if package.status == PackageStatus.CANCELLED:
        raise DomainError(
            say(
                "Box {row} was put back with its shipment: it has neither slip nor label.",
                row=package,
            )
        )


def _width(png: bytes) -> int:
    with Image.open(io.BytesIO(png)) as opened:
        return opened.width
