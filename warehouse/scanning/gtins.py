"""The known barcode in what a scanner reads: one GTIN is written with 8, 12, 13 or 14 digits."""

import re
from uuid import UUID

from orders.models import Barcode, Product
from warehouse.scanning.gs1 import GTIN, elements_of

# Of a GS1-128 or data matrix code that begins with it, whatever follows; a code of its own may have
# zeros in front, or lack them (UPC).
BEGINS = re.compile(
    r"(?:\][A-Za-z]\d)?(?:\(01\)|01)(?P<inside>\d{14})|(?P<alone>0\d{11,13}|\d{12})$"
)
WIDTHS = (13, 14, 12, 8)
SHORTEST = 6  # digits without the zeros in front


def readings_of(code: str) -> list[str]:
    """The code, and the other ways to write its GTIN; the first that is a barcode is meant."""
    read = BEGINS.match(code)
    begins = (read["inside"] or read["alone"]) if read else ""
    digits = elements_of(code).get(GTIN, begins).lstrip("0")
    if len(digits) < SHORTEST:
        return [code]
    others = (digits.zfill(width) for width in WIDTHS if len(digits) <= width)
    return list(dict.fromkeys([code, *others]))


def plain_code(code: str, seller_id: UUID) -> str:
    """The barcode of a seller that names the same GTIN as this code, where it is none itself.

    Never that of another seller, who may write the same GTIN with other digits.
    """
    readings = readings_of(code)
    if len(readings) == 1:
        return code
    rows = Barcode.objects.filter(seller=seller_id, code__in=readings)
    known = set(rows.values_list("code", flat=True))
    found = next((one for one in readings if one in known), code)
    if found != code and Product.objects.filter(seller=seller_id, sku=code).exists():
        return code
    return found
