"""The serial number in a scanned code: of GS1 (identifier 21), or a label of the maker's own."""

import re
from uuid import UUID

from django.db.models import Q

from orders.errors import DomainError, WrongScan
from orders.models import Product
from orders.words import say
from warehouse.models import Location
from warehouse.models.serials import LONGEST_SERIAL
from warehouse.scanning.gs1 import GS, SYMBOLOGY, VARIABLE, elements_of
from warehouse.scanning.gtins import readings_of
from warehouse.scanning.lot_codes import SERIAL

ANY_SYMBOLOGY = re.compile(r"\][A-Za-z]\d")  # what a scanner puts before a code, if it is told to
PRINTED = f"({SERIAL})"  # as people read it below the bars


def serial_beside(code: str) -> str:
    """The serial number in a code of GS1 that names an article too; "" where it has none."""
    return elements_of(code).get(SERIAL, "")


def is_marked(code: str) -> bool:
    """Whether a code says that it is a serial number, as GS1 does."""
    plain = ANY_SYMBOLOGY.sub("", code.strip(), count=1).removeprefix(GS)
    return bool(serial_beside(code)) or _alone(code) != plain


def serial_in(code: str) -> str:
    """The serial number that a code is, or has in it. Raises DomainError for what can be none."""
    number = serial_beside(code) or _alone(code)
    if not number or len(number) > LONGEST_SERIAL or not number.isprintable():
        told = "A serial number has 1 to {longest} characters: scan it again."
        raise DomainError(say(told, longest=LONGEST_SERIAL))
    return number


def refuse_other_codes(code: str, product: Product, *, warehouse_id: UUID) -> None:
    """Raise WrongScan where a code that should be a serial number is an article's or a place's."""
    if serial_beside(code):
        goods = Q(barcodes__code__in=readings_of(code))
        other = Product.objects.filter(goods, seller=product.seller_id)
        if other.exists() and not other.filter(pk=product.pk).exists():
            raise WrongScan(code, serial_of(product))
        return
    named = Q(sku__iexact=code) | Q(barcodes__code__in=readings_of(code))
    goods_here = Product.objects.filter(named, seller=product.seller_id)
    places = Location.objects.filter(warehouse=warehouse_id, code__iexact=code)
    if goods_here.exists() or places.exists():
        raise WrongScan(code, serial_of(product))


def serial_of(product: Product) -> str:
    """What is to be scanned: “the serial number of Camera”."""
    return say("the serial number of {title}", title=product.title)


def _alone(code: str) -> str:
    """A label with a serial number only, which GS1 may have marked as one."""
    text = code.strip()
    is_gs1 = bool(SYMBOLOGY.match(text)) or text.startswith(GS)
    text = ANY_SYMBOLOGY.sub("", text, count=1).removeprefix(GS)
    if text.startswith(PRINTED):
        return text.removeprefix(PRINTED).strip()
    if is_gs1 and text.startswith(SERIAL) and len(text) <= len(SERIAL) + VARIABLE[SERIAL]:
        return text.removeprefix(SERIAL)
    return text
