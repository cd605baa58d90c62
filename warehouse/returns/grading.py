"""What the screen of the inspection shows for the grade of the units in hand."""

from typing import Any

from orders.models import Return, ReturnLine
from orders.returns.photos import MOST_PHOTOS
from orders.words import say, say_later
from warehouse.returns.grades import Grade, is_as_said, sells_used
from warehouse.returns.scans import Chosen, lot_not_sent
from warehouse.returns.serials import InHand, in_hand

NOT_FOR_SALE = say_later("C, damaged: write it off.")


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
        return True, str(NOT_FOR_SALE)
    if grade == Grade.B and not sells_used(order_return.seller):
        return True, say(
            "B, used: {seller} sells as-new units only. Write it off.", seller=order_return.seller
        )
    if grade == Grade.B:
        return False, say("B, used: clean it and pack it anew. Then scan the location.")
    return False, ""


def _asked(serials: InHand | None, chosen: Chosen, open_units: int, *, is_unsold: bool) -> str:
    """What is to be scanned next."""
    if not chosen.counted:
        return say("Scan the product") if is_unsold else say("Scan the product to restock it")
    if serials and serials.is_asked:
        told = "Scan its serial number"
        return say(told if is_unsold else "Scan its serial number, or the location to restock to")
    if chosen.counted < open_units:
        told = "Scan the next unit"
        return say(told if is_unsold else "Scan the next unit, or the location to restock to")
    return say("Write it off, or grade it anew") if is_unsold else say("Restock: scan the location")
