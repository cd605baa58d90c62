"""What a shop does not want sent now, or not from here: the order waits on hold, in its words."""

from orders.lifecycle.holds import (
    ended_with_its_order,
    has_units_to_leave,
    hold_order,
    release_hold,
)
from orders.lifecycle.transitions import lock_orders
from orders.models import Hold, ShopLink, ShopOrder
from orders.shops.base import FulfilmentReport

REASON = Hold.Reason.SHOP_HOLD
LONGEST = 250
OLDER = "Older than what the shop has said since: nothing changed."
HELD, FREE = "Held in the shop.", "Free to be sent, says the shop."


def heed_fulfilments(known: ShopOrder, report: FulfilmentReport) -> str:
    """Hold what the shop holds, or wants sent from elsewhere; release what it holds no longer."""
    if known.shop_holds_at and report.at < known.shop_holds_at:
        return OLDER
    words, notes = _reasons(known, report)
    known.shop_holds, known.shop_holds_at = words, report.at
    known.save(update_fields=["shop_holds", "shop_holds_at"])
    follow_holds(known, notes)
    return HELD if words else FREE


def follow_holds(known: ShopOrder, notes: list[str] | None = None) -> None:
    """Make the hold of an order what the shop has said; `notes` are its words, kept there alone.

    Who releases such a hold by hand sends it, until the shop says something else.
    """
    order = known.order
    if order is None or (notes is None and not known.shop_holds):
        return
    lock_orders([order.pk])
    holds = Hold.objects.filter(order=order, reason=REASON)
    here = holds.filter(released_at__isnull=True).first()
    detail = "; ".join([*known.shop_holds, *(notes or [])])[:LONGEST]
    if not detail:
        if here:
            release_hold(here, actor=None)
        return
    if here:
        if notes is not None:
            holds.filter(pk=here.pk).update(detail=detail)
        return
    last = holds.order_by("-released_at").first()
    if last and notes is None and last.detail.startswith(f"{detail};"):
        detail = last.detail  # with the notes of then
    if not _is_settled(last, detail) and has_units_to_leave(order):
        hold_order(order, reason=REASON, detail=detail, actor=None)


def _is_settled(last: Hold | None, detail: str) -> bool:
    """Whether somebody has released a hold of these words by hand."""
    if last is None or last.released_by_id is None or last.detail != detail:
        return False
    return not ended_with_its_order(last)


def _reasons(known: ShopOrder, report: FulfilmentReport) -> tuple[list[str], list[str]]:
    """(reasons, notes); only of a seller who has said which locations are ours, also where to."""
    link = ShopLink.objects.filter(channel=known.channel_id).first()
    ours = set(link.stock_places.get("of", {}).values()) if link else set()
    reasons = [hold for part in report.parts for hold in part.holds]
    reasons += [
        f"to be sent from {part.place_name or 'another location'}"
        for part in report.parts
        if ours and part.place and part.place not in ours
    ]
    notes = [part.notes for part in report.parts if part.notes]
    return list(dict.fromkeys(reasons)), list(dict.fromkeys(notes))
