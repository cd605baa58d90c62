"""What the screen of the inspection shows for the grade of the units in hand."""

from typing import Any

from orders.models import Return, ReturnLine
from orders.returns.photos import MOST_PHOTOS
from warehouse.returns.grades import Grade, is_as_said, sells_used
from warehouse.returns.scans import Chosen, lot_not_sent
from warehouse.returns.serials import InHand, in_hand

NOT_FOR_SALE = "C, damaged: write it off."


def graded_screen(order_return: Return, line: ReturnLine | None, chosen: Chosen) -> dict[str, Any]:
    """The grades, what the chosen one suggests, and the photos; nothing without a line."""
    if line is None:
        return {}
    is_unsold, advice = _suggestion(order_return, chosen.grade)
    serials, open_units = in_hand(line, chosen.counted), line.received - line.inspected
    photos = list(line.photos.defer("image").order_by("pk"))
    return {
        "serials": serials,
        "strange_lot": lot_not_sent(line, chosen),
        "grades": Grade.choices,
        "is_unsold": is_unsold,
        # What the seller approved as used, or damaged, is not set aside for them once more.
        "is_worn": chosen.grade in (Grade.B, Grade.C) and not is_as_said(line, chosen.grade),
        "advice": advice,
        "asked": _asked(serials, chosen, open_units, is_unsold=is_unsold),
        "photos": photos,
        "may_photograph": len(photos) < MOST_PHOTOS,
    }


def _suggestion(order_return: Return, grade: str) -> tuple[bool, str]:
    """(whether units of a grade are not sold again, what to do with them)."""
    if grade == Grade.C:
        return True, NOT_FOR_SALE
    if grade == Grade.B and not sells_used(order_return.seller):
        return True, f"B, used: {order_return.seller} sells as-new units only. Write it off."
    used = "B, used: clean it and pack it anew. Then scan the location."
    return False, used if grade == Grade.B else ""


def _asked(serials: InHand | None, chosen: Chosen, open_units: int, *, is_unsold: bool) -> str:
    """What is to be scanned next."""
    if not chosen.counted:
        return "Scan the product" if is_unsold else "Scan the product to restock it"
    place = "" if is_unsold else ", or the location to restock to"
    if serials and serials.is_asked:
        return f"Scan its serial number{place}"
    if chosen.counted < open_units:
        return f"Scan the next unit{place}"
    return "Write it off, or grade it anew" if is_unsold else "Restock: scan the location"
