"""The sample order of previews: unsaved rows, for texts that no real order has used yet."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Model

from notifications.about_problems import EXCHANGE, REPLACES
from notifications.facts import Facts
from notifications.kinds.catalogue import kind_of
from notifications.kinds.record import Dates, Sample
from notifications.models import Message
from notifications.states import MessageStatus
from orders.carriers import OWN
from orders.event_kinds import UNDONE
from orders.models import (
    Discrepancy,
    Event,
    Order,
    OrderLine,
    Package,
    PackageLine,
    PickupPoint,
    Problem,
    Promise,
    Refund,
    Repair,
    Return,
    ReturnLabel,
    ReturnLine,
    Seller,
    Shipment,
    ShipmentLine,
)
from orders.states import PackageStatus, RefundStatus, RepairStatus, ReturnStatus, ShipmentStatus
from orders.wishes.chances import Chances

# After an undo, and where the event is no status of a parcel.
STATUSES: dict[str, str] = {
    "package.due_tomorrow": PackageStatus.IN_TRANSIT,
    "package.found": PackageStatus.IN_TRANSIT,
    "package.returning_undone": PackageStatus.ATTEMPT_FAILED,
}
WORK: dict[str, str] = {
    "shipment.packed_undone": ShipmentStatus.PICKED,
    "shipment.ready_undone": ShipmentStatus.PACKED,
    "shipment.handed_over_undone": ShipmentStatus.READY,
    "order.received": ShipmentStatus.PLANNED,
}
RETURNS: dict[str, str] = {
    "return.requested": ReturnStatus.REQUESTED,
    "return.refused": ReturnStatus.REFUSED,
    **dict.fromkeys(
        ("return.received", "return.differs", "return.to_decide"), ReturnStatus.RECEIVED
    ),
    "return.repairing": ReturnStatus.RECEIVED,
    **dict.fromkeys(("return.settled", "return.closed", "return.refunded"), ReturnStatus.CLOSED),
    **dict.fromkeys(("return.lapsed", "return.expired"), ReturnStatus.CANCELLED),
}
FROM_APPROVAL = {"return.approved": 30}  # days left to hand it in
REPAIRED, OF_REPAIRS = ("repaired", "unrepaired", "repair"), ("return.repairing",)
NOON = time(12, tzinfo=UTC)
COMMENT = "It flickers."
ANSWER = "We are sorry about that."
PICKUP_POINT = "Kiosk, Main Street 5"
HOURS = [*["9:00–18:00"] * 5, "9:00–12:00", ""]
SAMPLE_ID = UUID(int=0)  # constant, so that the tracking link is too; no real order has it
GOODS = (("Brass lamp", 2), ("Linen shade", 1))


class _Goods(NamedTuple):
    """The rows of an order in one box."""

    order: Order
    lines: list[OrderLine]
    shipment: Shipment
    package: Package


def sample(seller: Seller, template: str, *, language: str, now: datetime) -> Facts:
    """Make the facts of a sample order; the seller's warehouse and settings must be loaded."""
    return facts_of_sample(
        seller, template, kind_of(template).sample or Sample(), language=language, now=now
    )


def noon_of(now: datetime) -> datetime:
    """The noon of this day: in the evening the window of a sample would be past, and left out."""
    return datetime.combine(now.date(), NOON)


def facts_of_sample(
    seller: Seller, template: str, shown: Sample, *, language: str, now: datetime
) -> Facts:
    """Make the facts of a kind of message about this sample order."""
    kind = kind_of(template)
    happened = kind.on or shown.undoes + UNDONE
    goods = _goods(seller, shown, happened, now)
    event = Event(seller=seller, order=goods.order, kind=happened, at=now)
    event.data = _data(shown, goods, now)
    message = Message(
        seller=seller,
        order=goods.order,
        event=event,
        template=template,
        audience=kind.audience.value,
        channel=Message.Channel.EMAIL.value,
        recipient="grace@example.com",
        language=language,
        status=MessageStatus.PLANNED.value,
    )
    facts = Facts(message=message, order=goods.order, events=[event], lines=goods.lines)
    # A date that is withdrawn has no other.
    facts.promises = [] if kind.dates is Dates.WITHDRAWN else _promises(goods, shown, now)
    facts.again = _again(goods, shown, now)
    facts.holds = [shown.hold] if shown.hold else []
    facts.chances = _chances(shown, now)
    facts.points = [PickupPoint(hours=HOURS)] if shown.pickup_days else []
    if kind.dates in (Dates.CHANGED, Dates.WITHDRAWN):
        facts.former = [_promise(goods, shown.promise, now, now + timedelta(days=1))]
    subject = event.kind.partition(".")[0]
    if subject == "package" or kind.dates is Dates.CHANGED:
        facts.packages = [goods.package]
    elif subject == "shipment":
        facts.shipments = [goods.shipment]
    elif subject == "return":
        facts.order_return = _return(goods, shown, happened, now)
    if subject == "problem" or "problem" in event.data:
        facts.problem = _problem(goods, event)
    if shown.is_astray:
        facts.astray = Counter({line.pk: line.ordered for line in goods.lines[1:]})
    facts.replaces = event.data.get(REPLACES, "")
    facts.exchanges = event.data.get(EXCHANGE, "")
    return facts


def _data(sample: Sample, goods: _Goods, now: datetime) -> dict[str, Any]:
    data: dict[str, Any] = dict(sample.data)
    if sample.pickup_days:
        last_day = now + timedelta(days=sample.pickup_days)
        data["until"] = last_day.astimezone(ZoneInfo(goods.order.time_zone)).date().isoformat()
    if sample.cancelled:
        data["units"] = {str(goods.lines[-1].pk): sample.cancelled}
    return data


def _goods(seller: Seller, sample: Sample, happened: str, now: datetime) -> _Goods:
    order = Order(
        id=SAMPLE_ID,
        seller=seller,
        number="1001",
        currency="EUR",
        customer_name="Grace Hopper",
        email="grace@example.com",
        phone="+4915112345678",
        street="Unter den Linden 1",
        postcode="10117",
        city="Berlin",
        country="DE",
        time_zone=seller.warehouse.time_zone,
        ships_as=sample.ships_as,
        placed_at=now,
    )
    lines = [
        OrderLine(order=order, position=place, title=title, ordered=units, product_id=SAMPLE_ID)
        for place, (title, units) in enumerate(GOODS)
    ]
    lines[-1].backordered, lines[-1].cancelled = sample.backordered, sample.cancelled
    for line in lines if sample.all_waits else ():
        line.backordered = line.ordered
    _prefetch(order, "lines", lines)
    shipment = Shipment(
        order=order, number="1001-1", status=_work(sample, happened), created_at=now
    )
    parts = [
        ShipmentLine(shipment=shipment, line=line, quantity=line.ordered, packed=line.ordered)
        for line in (lines[:1] if sample.is_part else lines)
    ]
    package = _package(order, shipment, sample, happened, now)
    if package.status == PackageStatus.LOST:
        for row in parts:
            row.line.lost = row.packed
    _prefetch(shipment, "lines", parts)
    _prefetch(shipment, "packages", [package])
    inside = [PackageLine(package=package, shipment_line=row, quantity=row.packed) for row in parts]
    _prefetch(package, "lines", inside)
    return _Goods(order, lines, shipment, package)


def _status(sample: Sample, happened: str) -> str:
    """Return where the parcel is after an event."""
    row, _, became = happened.partition(".")
    if row == "package" and became in PackageStatus.values:
        return became
    usual = PackageStatus.DELIVERED if sample.is_delivered else PackageStatus.OUT_FOR_DELIVERY
    if happened.endswith(UNDONE) and sample.pickup_days:
        usual = PackageStatus.AT_PICKUP_POINT
    return STATUSES.get(happened, usual)


def _work(sample: Sample, happened: str) -> str:
    """Return how far the warehouse is after an event."""
    row, _, became = happened.partition(".")
    if row == "shipment" and became in ShipmentStatus.values:
        return became
    usual = ShipmentStatus.HANDED_OVER if sample.has_left else ShipmentStatus.PACKED
    return WORK.get(happened, usual)


def _package(
    order: Order, shipment: Shipment, sample: Sample, happened: str, now: datetime
) -> Package:
    return Package(
        order=order,
        shipment=shipment,
        number="1001-1-1",
        status=_status(sample, happened),
        carrier=OWN,
        tracking_number="OWN0000001001",
        courier_name="Maria",
        received_by=sample.received_by,
        handed_to=sample.data.get("to", "receiver") if sample.is_delivered else "",
        failure=sample.failure or sample.data.get("reason", ""),
        pickup_point=PICKUP_POINT if sample.pickup_days else "",
        delivered_at=now if sample.is_delivered else None,
        created_at=now,
    )


def _promises(goods: _Goods, sample: Sample, now: datetime) -> list[Promise]:
    """Make the promise of a sample: one hour in the evening, or two days."""
    if not sample.promise:
        return []
    begins, lasts = now + timedelta(days=sample.in_days), timedelta(days=1)
    if sample.promise == Promise.Kind.AT_DOOR:
        local = begins.astimezone(ZoneInfo(goods.order.time_zone))
        begins, lasts = (
            local.replace(hour=18, minute=0, second=0, microsecond=0),
            timedelta(hours=1),
        )
    return [_promise(goods, sample.promise, begins, begins + lasts)]


def _again(goods: _Goods, sample: Sample, now: datetime) -> Promise | None:
    """Make the arrival of a parcel that comes again, in three days."""
    day = now + timedelta(days=3)
    return _promise(goods, Promise.Kind.ARRIVES, day, day) if sample.is_again else None


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


def _chances(sample: Sample, now: datetime) -> Chances:
    """Make what the tracking page takes of the sample order."""
    days = [(now + timedelta(days=3)).date()] if sample.choices == "day" else []
    has_place = sample.choices in ("named", "point")
    point = PICKUP_POINT if sample.choices == "point" else ""
    return Chances(door=bool(sample.choices), days=days, has_place=has_place, point=point)


def _problem(goods: _Goods, event: Event) -> Problem:
    """A damaged unit, answered where the event says so."""
    answer = event.data.get("answer", Problem.Answer.RETURN)
    is_again = answer == Problem.Answer.REPLACEMENT
    return Problem(
        order=goods.order,
        line=goods.lines[0],
        kind=event.data.get("kind", Problem.Kind.DAMAGED),
        quantity=1,
        answer=answer,
        answer_words=ANSWER,
        replacement=Order(number="1001-R1") if is_again else None,
    )


def _return(goods: _Goods, shown: Sample, happened: str, now: datetime) -> Return:
    back = Return(
        order=goods.order,
        number="RMA-1001",
        reason=Return.Reason.DAMAGED,
        postage_by=shown.postage,
        fee=shown.fee,
        status=RETURNS.get(happened, ReturnStatus.APPROVED),
        words=ANSWER,
        wish=shown.wish,
        comment=COMMENT,
        created_at=now - timedelta(days=30 if shown.is_late else 0),
    )
    line = goods.lines[0]
    if back.status == ReturnStatus.APPROVED:
        back.hand_in_by = (now + timedelta(days=FROM_APPROVAL.get(happened, 3))).date()
    if happened == "return.expired":
        back.is_expired, back.hand_in_by = True, (now - timedelta(days=7)).date()
    if shown.is_ahead or shown.is_swapped:
        back.exchange = _exchange(line)
        back.exchange_until = (now + timedelta(days=7)).date()
    back.__dict__["exchange_waits"] = not shown.is_ahead
    back.__dict__["costs_more"] = shown.costs_more
    counted = ("requested", "approved", "refused", "received", "inspected")
    part = ReturnLine(order_return=back, line=line, **dict.fromkeys(counted, 1))
    part.sent_back = int(any(name in shown.data for name in REPAIRED) or happened in OF_REPAIRS)
    if shown.grade:
        setattr(part, f"grade_{shown.grade}", 1)
    back.__dict__["has_photo"] = bool(shown.grade)
    beside = [ReturnLine(order_return=back, line=goods.lines[1], **dict.fromkeys(counted, 1))]
    _prefetch(back, "lines", [part, *beside] if shown.of_two else [part])
    _prefetch(back, "repairs", list(_repairs(part, shown)))
    _prefetch(back, "discrepancies", _differing(goods, shown))
    _prefetch(back, "labels", [_label(back, shown, now)] if shown.label else [])
    back._state.fields_cache["refund"] = _refund(goods, shown.refund, now) if shown.refund else None
    return back


def _repairs(part: ReturnLine, shown: Sample) -> Iterator[Repair]:
    """One unit that could not be repaired, one that is, or one that is not sent back after all."""
    back, data = part.order_return, shown.data
    if "unrepaired" in data:
        yield Repair(order_return=back, return_line=part, quantity=1, is_failed=True)
    if "repaired" in data:
        done = RepairStatus.REPAIRED
        yield Repair(order_return=back, return_line=part, quantity=1, status=done)
    if "repair" in data:
        yield Repair(pk=UUID(data["repair"]), order_return=back, return_line=part, quantity=1)


def _label(back: Return, shown: Sample, now: datetime) -> ReturnLabel:
    """The label of a return, or the request for it."""
    row = ReturnLabel(order_return=back)
    if shown.label == "ready":
        row.answered_at, row.tracking_number = now, "RX123456789"
    return row


def _exchange(line: OrderLine) -> Order:
    """The order in exchange for one unit of a line."""
    kept = Order(number="1001-X1")
    given = OrderLine(order=kept, title="Steel lamp", ordered=1, replaces_id=line.pk)
    _prefetch(kept, "lines", [given])
    return kept


def _differing(goods: _Goods, shown: Sample) -> list[Discrepancy]:
    """What is missing in the return, or not part of it, and what was decided about it."""
    if shown.differs is None:
        return []
    line, decision = goods.lines[1], Discrepancy.Decision
    of_missing = (decision.CREDIT, decision.NO_CREDIT, decision.ARRIVED, "")
    kind = Discrepancy.Kind.MISSING if shown.differs in of_missing else Discrepancy.Kind.WRONG
    return [Discrepancy(line=line, kind=kind, quantity=1, decision=shown.differs)]


def _refund(goods: _Goods, refund: str, now: datetime) -> Refund:
    """What is owed for the return, or was paid."""
    is_paid = refund in ("none", "paid", "untold", "code")
    day = now + timedelta(days=14)
    kind = Promise.Kind.REFUNDED
    return Refund(
        currency="EUR",
        goods=1999,
        amount=1999,
        status=RefundStatus.PAID if is_paid else RefundStatus.OWED,
        method=Refund.Method.CREDIT if refund in ("credit", "code") else Refund.Method.PAYMENT,
        paid={"paid": 1999, "code": 1999, "none": 0}.get(refund),
        is_exact=refund != "due",
        is_by_hand=refund == "code",
        credit_code="GIFT-7Q2M" if refund == "code" else "",
        promise=_promise(goods, kind, now, day) if refund in ("dated", "credit", "due") else None,
    )


def _prefetch(row: Model, name: str, rows: Sequence[Model]) -> None:
    """Fill the prefetch cache, so that `row.<name>.all()` returns these unsaved rows."""
    manager = getattr(row, name)
    found = manager.get_queryset()
    found._result_cache, found._prefetch_done = list(rows), True
    held = row.__dict__.setdefault("_prefetched_objects_cache", {})
    held[name] = found
