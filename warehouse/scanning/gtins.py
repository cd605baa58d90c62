"""The known barcode in what a scanner reads: one GTIN is written with 8, 12, 13 or 14 digits."""

import re

from orders.access import Viewer
from orders.models import Barcode, Product

# A GS1-128 or data matrix code begins with 01 and 14 digits, whatever follows (a lot, a date); a
# code of its own may have zeros in front, or lack them (UPC).
GTIN = re.compile(r"(?:\][A-Za-z]\d)?(?:\(01\)|01)(?P<inside>\d{14})|(?P<alone>0\d{11,13}|\d{12})$")
WIDTHS = (13, 14, 12, 8)
SHORTEST = 6  # digits without the zeros in front


def plain_code(code: str, viewer: Viewer) -> str:
    """The barcode that names the same GTIN as this code, where the code itself is none."""
    read = GTIN.match(code)
    digits = (read["inside"] or read["alone"]).lstrip("0") if read else ""
    if len(digits) < SHORTEST:
        return code
    written = [code, *(digits.zfill(width) for width in WIDTHS if len(digits) <= width)]
    rows = Barcode.objects.visible_to(viewer).filter(code__in=written)
    known = set(rows.values_list("code", flat=True))
    found = next((one for one in written if one in known), code)
    if found != code and Product.objects.visible_to(viewer).filter(sku=code).exists():
        return code
    return found
