"""A second look at a scanned code: whether it is a serial number, or something else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from orders.errors import DomainError
from orders.models import Product
from orders.words import say
from warehouse.models import PackedSerial
from warehouse.serials.reading import is_marked

KNOWN = 20  # of the last numbers of a product


class NotSeen(DomainError):
    """A code that may be a serial number: somebody is to look at the unit."""


def refuse_unseen(code: str, number: str, product: Product, *, looked_at: str) -> None:
    """Raise NotSeen for a code that nobody has looked at, unless all speaks for it.

    It is marked as a serial number (GS1), or has the shape of one that the product has had.
    """
    if looked_at.strip() == code.strip() or is_marked(code):
        return
    latest = PackedSerial.objects.filter(product=product).order_by("-pk")
    if shape_of(number) in map(shape_of, latest.values_list("number", flat=True)[:KNOWN]):
        return
    told = "Is {number} the serial number of {title}? Look at the unit, then press Yes."
    raise NotSeen(say(told, number=number, title=product.title))


@contextmanager
def doubts(found: list[str], code: str) -> Iterator[None]:
    """Note the code in `found` where it was refused until somebody has looked at the unit."""
    try:
        yield
    except NotSeen:
        found.append(code)
        raise


def shape_of(number: str) -> str:
    """Its digits as 9 and its letters as A: “AA-9999” of “SN-1234”."""
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", number))
