"""What a customer can choose of a delivery now, and until when; it only reads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q

from orders.carriers import CARRIERS, OWN
from orders.lifecycle.cancel import why_not_cancelled
from orders.lifecycle.edit import fixed_fields, needs_correction
from orders.lifecycle.holds import is_unpaid
from orders.models import Hold, Order, OrderLine, Package, PickupPoint, Promise, Shipment, Wish
from orders.promises.making import terms_of
from orders.promises.windows import next_from
from orders.promises.working_days import is_transit_day
from orders.states import PACKAGE_TO_GO_OUT, OrderStatus, PackageStatus, ShipmentStatus
from orders.wishes.one_box import kept_from_points
from orders.wishes.points import points_near

MOST_DAYS = 6
# One of these replaces the other: a parcel has one place.
PLACES = (Wish.Kind.NEIGHBOUR, Wish.Kind.SAFE_PLACE, Wish.Kind.PICKUP)
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
    """What can be chosen: `door` is neighbour, safe place and note, until `door_until` if known.

    Until then one of `points` can be chosen as well, where there are any.
    """

    door: bool = False
    door_until: datetime | None = None
    points: list[PickupPoint] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    address: bool = False
    is_correction: bool = False  # of an address that was not found
    call_off: bool = False
    is_part_out: bool = False  # a parcel is out: another day is one for the others
    is_ours: bool = False  # our couriers bring what is to come: a wish for the door reaches them
    wishes: list[Wish] = field(default_factory=list)
    has_place: bool = False  # where to leave it is chosen, and our couriers know it
    point: str = ""  # the pickup point that is chosen, and open
    is_shared: bool = False  # another order is in the same box: what moves one moves both
    is_replacement: bool = False  # nothing was paid for it: there is no refund
    is_unpaid: bool = False  # as yet: there is none either

    @property
    def is_any(self) -> bool:
        return bool(self.door or self.days or self.address or self.call_off)


def chances_of(order: Order, now: datetime) -> Chances:
    """What the customer of this order can choose; `order.seller.warehouse` must be loaded."""
    at_door = delivery_chances([order], now)[order.pk]
    wishes = Wish.objects.select_related("point").filter(order=order, ended_at__isnull=True)
    return replace(
        at_door,
        points=[]
        if not at_door.door or at_door.is_shared or _is_merged(order)
        else points_near(order),
        address=_can_change_address(order),
        is_correction=needs_correction(order),
        call_off=_can_call_off(order),
        wishes=list(wishes.order_by("pk")),
        is_unpaid=is_unpaid(order),
        is_replacement=OrderLine.objects.filter(order=order, replaces__isnull=False).exists(),
    )


def _can_change_address(order: Order) -> bool:
    """Whether it can still go elsewhere; in one box with another order it is not theirs alone."""
    is_open = order.has_address and "street" not in fixed_fields(order)
    return is_open and not (needs_correction(order) and _is_boxed(order))


def _is_boxed(order: Order) -> bool:
    """Whether a parcel is in the box of another order, or has one inside."""
    inside = Package.objects.filter(inside__isnull=False)
    return inside.filter(Q(order=order) | Q(inside__order=order)).exists()


def _is_merged(order: Order) -> bool:
    """Whether another order is to go into the same box, which is not packed yet."""
    rows = Shipment.objects.filter(order=order, together__isnull=False)
    return rows.exclude(status=ShipmentStatus.CANCELLED).exists()


def delivery_chances(orders: Iterable[Order], now: datetime) -> dict[UUID, Chances]:
    """{order id: what can be chosen of its day and its door}; seven statements, and one or more
    where pickup points were chosen."""
    rows = {order.pk: order for order in orders}
    found = _load(list(rows), now)
    return {pk: _at_door(order, found, now) for pk, order in rows.items()}


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of some orders: rows by the id of their order, and ids."""

    coming: dict[UUID, list[Package]]
    windows: dict[UUID, datetime]
    promises: dict[UUID, list[Promise]]
    to_pack: frozenset[UUID]
    held: frozenset[UUID]
    outer: frozenset[UUID | None]  # boxes with others inside
    placed: dict[UUID, Wish]  # where to leave it, as far as that can be kept


def _load(ids: Sequence[UUID], now: datetime) -> _Found:
    coming: dict[UUID, list[Package]] = defaultdict(list)
    boxes = Package.objects.filter(order__in=ids, status__in=TO_THE_DOOR, failure__in=COMES_AGAIN)
    for box in boxes.order_by("pk"):
        coming[box.order_id].append(box)
    windows = Promise.objects.filter(
        order__in=ids, kind=Promise.Kind.AT_DOOR, settled_at__isnull=True
    )
    others = (Hold.Reason.PICKUP, Hold.Reason.NO_SERVICE)
    holds = Hold.objects.filter(order__in=ids, released_at=None, reason__in=others)
    lines = OrderLine.objects.filter(
        order__in=ids, ships=True, ordered__gt=F("cancelled") + F("packed")
    )
    promises: dict[UUID, list[Promise]] = defaultdict(list)
    for promise in _movable(ids, now):
        promises[promise.order_id].append(promise)
    outer = Package.objects.filter(inside__order__in=ids)
    places = Wish.objects.filter(order__in=ids, kind__in=PLACES, ended_at__isnull=True)
    places = places.exclude(text="").exclude(point__is_active=False)
    placed = {place.order_id: place for place in places}
    points = {pk: row.text for pk, row in placed.items() if row.kind == Wish.Kind.PICKUP}
    for pk in kept_from_points(points):
        del placed[pk]
    return _Found(
        coming,
        # The first van: of two warehouses, two come.
        dict(windows.order_by("-earliest").values_list("order", "earliest")),
        promises,
        frozenset(lines.values_list("order", flat=True)),
        frozenset(holds.values_list("order", flat=True)),
        frozenset(outer.values_list("inside", flat=True)),
        placed,
    )


def _at_door(order: Order, found: _Found, now: datetime) -> Chances:
    coming = found.coming[order.pk]
    out = [box for box in coming if box.status == PackageStatus.OUT_FOR_DELIVERY]
    until = _until(out, found.windows.get(order.pk)) if out else None
    is_ours = _is_ours(order, found)
    is_open = not out or (until is not None and now < until and _is_not_next(out))
    place = found.placed.get(order.pk) if is_ours else None
    return Chances(
        door=is_ours and is_open,
        door_until=until,
        days=_days(order, found, now) if is_ours else [],
        is_part_out=bool(out),
        is_ours=is_ours,
        has_place=place is not None,
        point=place.text if place and place.kind == Wish.Kind.PICKUP else "",
        is_shared=any(box.inside_id or box.pk in found.outer for box in coming),
    )


def _days(order: Order, found: _Found, now: datetime) -> list[date]:
    """The days on which our couriers could bring what is with them; the present one is none.

    They are days of the service that was promised, after the promised one.
    """
    boxes = found.coming[order.pk]
    if not [box for box in boxes if box.status in PACKAGE_TO_GO_OUT]:
        return []
    # Another day would be one for the other order in the box as well, whose customer knows nothing.
    if any(box.inside_id or box.pk in found.outer for box in boxes):
        return []
    zone = ZoneInfo(order.time_zone)
    today = now.astimezone(zone).date()
    day = today + timedelta(days=1)
    has_failed = any(box.status == PackageStatus.ATTEMPT_FAILED for box in boxes)
    for promise in found.promises[order.pk]:
        is_one_day = promise.earliest.astimezone(zone).date() == promise.local_on
        later = is_one_day and not (has_failed and promise.local_on == today)
        day = max(day, promise.local_on + timedelta(days=1 if later else 0))
    terms, days = terms_of(order), list[date]()
    while len(days) < MOST_DAYS:
        if is_transit_day(day, terms):
            days.append(day)
        day += timedelta(days=1)
    return days


def movable_promises(order: Order, now: datetime) -> list[Promise]:
    """The arrivals of what has left, open or with no date since: a wish of a day moves them."""
    return _movable([order.pk], now)


def _movable(ids: Sequence[UUID], now: datetime) -> list[Promise]:
    later = Promise.objects.filter(
        shipment=OuterRef("shipment"), kind=Promise.Kind.ARRIVES, pk__gt=OuterRef("pk")
    )
    # It was lost and found, or its last day passed after a failed attempt.
    undated = Q(settled_at__isnull=False, kept_at__isnull=True, revised_at__isnull=True)
    rows = Promise.objects.filter(
        Q(settled_at__isnull=True, latest__gt=now) | undated & ~Exists(later),
        order__in=ids,
        kind=Promise.Kind.ARRIVES,
        shipment__isnull=False,
        shipment__packages__status__in=PACKAGE_TO_GO_OUT,
        shipment__packages__carrier=OWN,
    )
    return list(rows.distinct().order_by("pk"))


def _is_ours(order: Order, found: _Found) -> bool:
    """Whether our own couriers bring all that is to come; without a label, as far as is known."""
    if order.status in (OrderStatus.CANCELLED, OrderStatus.NOTHING_TO_SHIP):
        return False
    if order.pk in found.held or (order.service and order.service.get("carrier") != OWN):
        return False
    coming, to_pack = found.coming[order.pk], order.pk in found.to_pack
    labelled = {box.carrier for box in coming if box.carrier}
    is_known = bool(labelled) and all(box.carrier for box in coming) and not to_pack
    if is_known:
        return labelled == {OWN}
    return bool(coming or to_pack) and labelled <= {OWN} and set(CARRIERS) == {OWN}


def _until(out: Sequence[Package], begins: datetime | None) -> datetime | None:
    """Until when the courier hears of it; of the first stop of a run, until that is next."""
    is_first = any(box.stops_before is None for box in out)
    return next_from(begins) if begins and is_first else begins


def _is_not_next(out: Sequence[Package]) -> bool:
    """Whether there is a stop before this one: at the last the courier is at the door already."""
    return all(box.stops_before != 0 for box in out)


def _can_call_off(order: Order) -> bool:
    """Whether nothing was picked or has left, and there is something to cancel."""
    boxes = Package.objects.filter(order=order).exclude(status=PackageStatus.CANCELLED)
    lines = list(OrderLine.objects.filter(order=order))
    left = any(line.ships and line.ordered > line.cancelled for line in lines)
    return left and not (
        boxes.exists()
        or any(line.shipped or line.picked for line in lines)
        or why_not_cancelled(order, lines)
    )
