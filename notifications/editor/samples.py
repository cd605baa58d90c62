"""An order that nobody placed, for looking at a text before there is a real one; never saved."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Model

from notifications.facts import Facts
from notifications.kinds.routes import ROUTES
from notifications.models import Message
from notifications.states import MessageStatus
from orders.carriers import OWN
from orders.models import (
    Event,
    Order,
    OrderLine,
    Package,
    PackageLine,
    Promise,
    Return,
    ReturnLine,
    Seller,
    Shipment,
    ShipmentLine,
)
from orders.states import PackageStatus, ShipmentStatus

NOBODYS = UUID(int=0)  # always the same, so that its link is too; no order has it
GOODS = (("Brass lamp", 2), ("Linen shade", 1))
# Where the kind of the event does not follow from the routes.
KINDS = {
    "correction": "package.delivered_undone",
    "delivered_to_neighbour": "package.delivered",
}
LEFT = frozenset(
    {"shipped", "delivery_tomorrow", "out_for_delivery", "attempt_failed", "at_pickup_point"}
)
AT_DOOR = frozenset({"out_for_delivery", "delivery_tomorrow", "attempt_failed"})
UNPROMISED = frozenset({"cancelled", "correction", "at_pickup_point", "returning"})


class _Goods(NamedTuple):
    """The rows of an order in one box."""

    order: Order
    lines: list[OrderLine]
    shipment: Shipment
    package: Package


def sample(seller: Seller, template: str, *, language: str, now: datetime) -> Facts:
    """The facts of a made-up order of this seller, whose warehouse and settings are loaded."""
    goods = _goods(seller, template, now)
    event = Event(seller=seller, order=goods.order, kind=_kind(template))
    event.data = _data(template, goods, now)
    message = Message(
        seller=seller,
        order=goods.order,
        event=event,
        template=template,
        audience=Message.Audience.CUSTOMER.value,
        channel=Message.Channel.EMAIL.value,
        recipient="grace@example.com",
        language=language,
        status=MessageStatus.PLANNED.value,
    )
    facts = Facts(message=message, order=goods.order, events=[event])
    facts.promises, facts.former = _promises(goods, template, now)
    subject = event.kind.partition(".")[0]
    if subject == "package" or template == "delayed":
        facts.packages = [goods.package]
    elif subject == "shipment":
        facts.shipments = [goods.shipment]
    elif subject == "return":
        facts.order_return = _return(goods)
    return facts


def _kind(template: str) -> str:
    if template in KINDS:
        return KINDS[template]
    return next(kind for kind, routes in ROUTES.items() if routes[0].template == template)


def _data(template: str, goods: _Goods, now: datetime) -> dict[str, Any]:
    last_day = (now + timedelta(days=7)).astimezone(ZoneInfo(goods.order.time_zone)).date()
    known: Mapping[str, dict[str, Any]] = {
        "delayed": {"reason": "carrier_delay"},
        "attempt_failed": {"reason": "not_home"},
        "delivered_to_neighbour": {"to": "neighbour"},
        "at_pickup_point": {"until": last_day.isoformat()},
        "cancelled": {"units": {str(goods.lines[-1].pk): 1}},
    }
    return known.get(template, {})


def _goods(seller: Seller, template: str, now: datetime) -> _Goods:
    order = Order(
        id=NOBODYS,
        seller=seller,
        number="1001",
        customer_name="Grace Hopper",
        email="grace@example.com",
        phone="+493012345678",
        street="Unter den Linden 1",
        postcode="10117",
        city="Berlin",
        country="DE",
        time_zone=seller.warehouse.time_zone,
        placed_at=now,
    )
    lines = [
        OrderLine(order=order, position=place, title=title, ordered=units)
        for place, (title, units) in enumerate(GOODS)
    ]
    if template == "backordered":
        lines[-1].backordered = lines[-1].ordered
    if template == "cancelled":
        lines[-1].cancelled = 1
    _hold(order, "lines", lines)
    has_left = template in LEFT or template.startswith("delivered")
    status = ShipmentStatus.HANDED_OVER if has_left else ShipmentStatus.PACKED
    shipment = Shipment(order=order, number="1001-1", status=status, created_at=now)
    parts = [
        ShipmentLine(shipment=shipment, line=line, quantity=line.ordered, packed=line.ordered)
        for line in lines
    ]
    package = _package(order, shipment, template, now)
    _hold(shipment, "lines", parts)
    _hold(shipment, "packages", [package])
    inside = [PackageLine(package=package, shipment_line=row, quantity=row.packed) for row in parts]
    _hold(package, "lines", inside)
    return _Goods(order, lines, shipment, package)


def _package(order: Order, shipment: Shipment, template: str, now: datetime) -> Package:
    is_delivered = template.startswith("delivered")
    return Package(
        order=order,
        shipment=shipment,
        number="1001-1-1",
        status=PackageStatus.DELIVERED if is_delivered else PackageStatus.OUT_FOR_DELIVERY,
        carrier=OWN,
        tracking_number="OWN0000001001",
        courier_name="Maria",
        received_by="Grace" if template == "delivered" else "Ada Byron, ground floor",
        delivered_at=now if is_delivered else None,
        created_at=now,
    )


def _promises(goods: _Goods, template: str, now: datetime) -> tuple[list[Promise], list[Promise]]:
    """(what is promised, what was promised before)."""
    if template.startswith(("delivered", "return")) or template in UNPROMISED:
        return [], []
    if template in AT_DOOR:
        local = now.astimezone(ZoneInfo(goods.order.time_zone))
        begin = local.replace(hour=18, minute=0, second=0, microsecond=0)
        begin += timedelta(days=template != "out_for_delivery")
        return [_promise(goods, Promise.Kind.AT_DOOR, begin, begin + timedelta(hours=1))], []
    kind = Promise.Kind.SHIPS if template == "packed" else Promise.Kind.ARRIVES
    later = now + timedelta(days=2)
    told = [_promise(goods, kind, later, later + timedelta(days=1))]
    if template != "delayed":
        return told, []
    return told, [_promise(goods, kind, now, now + timedelta(days=1))]


def _promise(goods: _Goods, kind: str, earliest: datetime, latest: datetime) -> Promise:
    zone = goods.order.time_zone
    return Promise(
        order=goods.order,
        kind=kind,
        earliest=earliest,
        latest=latest,
        local_on=latest.astimezone(ZoneInfo(zone)).date(),
        zone=zone,
    )


def _return(goods: _Goods) -> Return:
    back = Return(order=goods.order, number="RMA-1001", reason=Return.Reason.DAMAGED)
    line = goods.lines[0]
    units = {"requested": 1, "approved": 1, "refused": 1, "received": 1, "inspected": 1}
    _hold(back, "lines", [ReturnLine(order_return=back, line=line, **units)])
    return back


def _hold(row: Model, name: str, rows: Sequence[Model]) -> None:
    """Let `row.<name>.all()` be these rows, as after a prefetch."""
    manager = getattr(row, name)
    found = manager.get_queryset()
    found._result_cache, found._prefetch_done = list(rows), True
    held = row.__dict__.setdefault("_prefetched_objects_cache", {})
    held[name] = found
