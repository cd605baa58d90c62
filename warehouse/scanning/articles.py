"""Say what a wrong code is: the article that it names, or a code that was badly read."""

from itertools import cycle

from django.db.models import Q

from orders.models import Product, Warehouse
from orders.words import say
from warehouse.scanning.gs1 import CONTENT, GTIN, SSCC, elements_of
from warehouse.scanning.gtins import WIDTHS, readings_of

SSCC_WIDTH = 18
CHECKED = (GTIN, CONTENT, SSCC)  # end with a digit that checks the others
MISREAD = "neither an article here nor a GTIN, whose last digit checks the others: scan it again"


def in_full(code: str, warehouse: Warehouse) -> str:
    """The code with the article that it names here, if it names one."""
    named = Q(sku=code) | Q(barcodes__code__in=readings_of(code))
    here = Product.objects.filter(named, seller__houses__warehouse=warehouse).distinct()
    found = list(here.order_by("sku")[:2])
    if len(found) == 1:
        [product] = found
        return f"{product.sku} {product.title}"
    return code if found else as_read(code)


def as_read(code: str) -> str:
    """The code, and that it was badly read where it was."""
    return f"{code}, {say(MISREAD)}" if is_misread(code) else code


def is_misread(code: str) -> bool:
    """Whether this looks like a GTIN or an SSCC and its last digit does not fit the others."""
    elements = elements_of(code)
    numbers = [elements[name] for name in CHECKED if name in elements] or [code]
    return any(_is_wrong(digits) for digits in numbers)


def _is_wrong(digits: str) -> bool:
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (*WIDTHS, SSCC_WIDTH):
        return False
    body = reversed(digits[:-1])
    total = sum(int(digit) * weight for digit, weight in zip(body, cycle((3, 1)), strict=False))
    return (total + int(digits[-1])) % 10 != 0
