"""How many units a scan counts: those of the case whose barcode was read, else what was entered."""

from uuid import UUID

from orders.errors import DomainError
from orders.statements import Statement
from orders.words import say, say_count
from warehouse.scanning.gtins import plain_code

BARCODE = Statement("""
SELECT product_id, units FROM orders_barcode
WHERE seller_id = %(seller)s AND code = %(code)s ORDER BY id LIMIT 1
""")


def units_of(code: str, seller_id: UUID) -> int:
    """The units of the case with this barcode; 1 of a unit, and of a SKU."""
    found = barcode_of(plain_code(code, seller_id), seller_id)
    return found[1] if found else 1


def barcode_of(code: str, seller_id: UUID) -> tuple[UUID, int] | None:
    """The id of the product with this barcode, and its units; None where the seller has none."""
    for product_id, units in BARCODE({"code": code, "seller": seller_id}):
        return product_id, units
    return None


def units_scanned(code: str, case: int, quantity: int, *, is_entered: bool) -> int:
    """The units of a scan of a case of `case`; a number that somebody entered is of units.

    Raises DomainError where such a number is not one of whole cases: the rest is not in them.
    """
    if case == 1:
        return quantity
    if not is_entered:
        return case
    if quantity % case:
        raise DomainError(
            say(
                "{code} is on a case of {case}: {quantity} is no number of whole cases.",
                code=code,
                case=case,
                quantity=quantity,
            )
        )
    return quantity


def in_words(code: str, case: int, wanted: int) -> str:
    """What was scanned, where more is in it than is wanted: “9, case of 12: 3 are wanted”."""
    if case == 1:
        return code
    return say_count(
        wanted,
        "{code}, case of {case}: {wanted} is wanted",
        "{code}, case of {case}: {wanted} are wanted",
        code=code,
        case=case,
        wanted=wanted,
    )
