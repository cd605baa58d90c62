"""Which wishes are kept now: another carrier, a later day, a closed point, a shared box end one."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from orders.models import Order, Package, Promise, Wish
from orders.wishes.chances import Chances

COMES = (Promise.Kind.ARRIVES, Promise.Kind.AT_DOOR)


def kept_wishes(order: Order, chances: Chances, now: datetime) -> list[tuple[Wish, bool]]:
    """The wishes in force, each with whether it is kept; what was erased is none."""
    today = now.astimezone(ZoneInfo(order.time_zone)).date()
    found = []
    for wish in chances.wishes:
        if wish.on:
            found.append((wish, wish.on >= max(today, _promised_on(order, wish))))
        elif wish.text:
            found.append((wish, _is_kept_at_door(order, wish, chances)))
    return found


def _is_kept_at_door(order: Order, wish: Wish, chances: Chances) -> bool:
    if wish.point is None:
        return chances.is_ours
    was_taken_there = Package.objects.filter(order=order, pickup_point=wish.text).exists()
    return was_taken_there or chances.point == wish.text


def _promised_on(order: Order, wish: Wish) -> date:
    """The last day promised for what had left when it was wished; the first of all without one."""
    had_left = Q(shipment__packages__handed_over_at__lte=wish.made_at) | Q(
        package__handed_over_at__lte=wish.made_at
    )
    rows = Promise.objects.filter(had_left, order=order, kind__in=COMES, settled_at=None)
    return max(rows.values_list("local_on", flat=True), default=date.min)
