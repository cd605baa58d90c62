"""What a customer can choose of a delivery now, and until when; it only reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F

from orders.carriers import CARRIERS, OWN
from orders.lifecycle.cancel import why_not_cancelled
from orders.lifecycle.edit import fixed_fields
from orders.models import Hold, Order, OrderLine, Package, Promise, Wish
from orders.promises.working_days import add_working_days, is_working_day
from orders.states import PACKAGE_TO_GO_OUT, OrderStatus, PackageStatus

MOST_DAYS = 6
# Our couriers may still bring it to the door.
TO_THE_DOOR = (
    PackageStatus.PACKING,
    PackageStatus.PACKED,
    PackageStatus.LABELLED,
    *PACKAGE_TO_GO_OUT,
    PackageStatus.OUT_FOR_DELIVERY,
)
# After any other failed attempt the parcel does not come again by itself.
COMES_AGAIN = ("", Package.Failure.NOT_HOME)


@dataclass(frozen=True, slots=True)
class Chances:
    """What can be chosen: `door` is neighbour, safe place and note, until `door_until` if known."""

    door: bool = False
    door_until: datetime | None = None
    days: list[date] = field(default_factory=list)
    address: bool = False
    call_off: bool = False
    is_ours: bool = False  # our couriers bring what is to come: a wish for the door reaches them
    wishes: list[Wish] = field(default_factory=list)

    @property
    def is_any(self) -> bool:
        return bool(self.door or self.days or self.address or self.call_off)


def chances_of(order: Order, now: datetime) -> Chances:
    """What the customer of this order can choose; `order.seller.warehouse` must be loaded."""
    wishes = list(Wish.objects.filter(order=order, ended_at__isnull=True).order_by("pk"))
    boxes = list(Package.objects.filter(order=order).exclude(status=PackageStatus.CANCELLED))
    coming = [box for box in boxes if box.status in TO_THE_DOOR and box.failure in COMES_AGAIN]
    out = [box for box in coming if box.status == PackageStatus.OUT_FOR_DELIVERY]
    until = _door_until(order, out)
    is_ours = _is_ours(order, coming)
    is_open = not out or (until is not None and now < until and _is_not_next(out))
    return Chances(
        door=is_ours and is_open,
        door_until=until,
        days=wish_days(order, coming, now) if is_ours and not out else [],
        address=order.has_address and "street" not in fixed_fields(order),
        call_off=_can_call_off(order, boxes),
        is_ours=is_ours,
        wishes=wishes,
    )


def wish_days(order: Order, boxes: Sequence[Package], now: datetime) -> list[date]:
    """The days on which our couriers could bring what is with them; the present one is none."""
    if not [box for box in boxes if box.status in PACKAGE_TO_GO_OUT]:
        return []
    # Another day would be one for the other order in the box as well, whose customer knows nothing.
    if any(box.inside_id for box in boxes) or Package.objects.filter(inside__in=boxes).exists():
        return []
    zone = ZoneInfo(order.time_zone)
    today = now.astimezone(zone).date()
    first = today + timedelta(days=1)
    has_failed = any(box.status == PackageStatus.ATTEMPT_FAILED for box in boxes)
    for promise in movable_promises(order, now):
        is_one_day = promise.earliest.astimezone(zone).date() == promise.local_on
        later = is_one_day and not (has_failed and promise.local_on == today)
        first = max(first, promise.local_on + timedelta(days=1 if later else 0))
    country = order.seller.warehouse.country
    day = first if is_working_day(first, country) else add_working_days(first, 1, country)
    found = [day]
    while len(found) < MOST_DAYS:
        found.append(add_working_days(found[-1], 1, country))
    return found


def movable_promises(order: Order, now: datetime) -> list[Promise]:
    """The open arrivals of what has left: a wish of a day moves them."""
    rows = Promise.objects.filter(
        order=order,
        kind=Promise.Kind.ARRIVES,
        shipment__isnull=False,
        settled_at__isnull=True,
        latest__gt=now,
        shipment__packages__status__in=PACKAGE_TO_GO_OUT,
        shipment__packages__carrier=OWN,
    )
    return list(rows.distinct().order_by("pk"))


def _is_ours(order: Order, coming: Sequence[Package]) -> bool:
    """Whether our own couriers bring all that is to come; without a label, as far as is known."""
    if order.status in (OrderStatus.CANCELLED, OrderStatus.NOTHING_TO_SHIP):
        return False
    others = (Hold.Reason.PICKUP, Hold.Reason.NO_SERVICE)
    if Hold.objects.filter(order=order, released_at=None, reason__in=others).exists():
        return False
    if order.service and order.service.get("carrier") != OWN:
        return False
    to_pack = order.lines.filter(ships=True, ordered__gt=F("cancelled") + F("packed"))
    labelled = {box.carrier for box in coming if box.carrier}
    is_known = bool(labelled) and all(box.carrier for box in coming) and not to_pack.exists()
    if is_known:
        return labelled == {OWN}
    return bool(coming or to_pack.exists()) and labelled <= {OWN} and set(CARRIERS) == {OWN}


def _door_until(order: Order, out: Sequence[Package]) -> datetime | None:
    """The beginning of the delivery window; None while it is not out for delivery."""
    if not out:
        return None
    windows = Promise.objects.filter(
        order=order, kind=Promise.Kind.AT_DOOR, settled_at__isnull=True
    )
    return windows.order_by("-made_at").values_list("earliest", flat=True).first()


def _is_not_next(out: Sequence[Package]) -> bool:
    """Whether there is a stop before this one: at the last the courier is at the door already."""
    return all(box.stops_before != 0 for box in out)


def _can_call_off(order: Order, boxes: Sequence[Package]) -> bool:
    """Whether nothing was picked or has left, and there is something to cancel."""
    lines = list(OrderLine.objects.filter(order=order))
    left = any(line.ships and line.ordered > line.cancelled for line in lines)
    return left and not (
        boxes
        or any(line.shipped or line.picked for line in lines)
        or why_not_cancelled(order, lines)
    )
