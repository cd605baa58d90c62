"""Are the facts of a message still as it would say? They are looked at again when it is sent."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.models import Message
from notifications.states import MAY_HAVE_ARRIVED, WAITING, Cause, MessageStatus
from orders.models import Package, Promise, Shipment
from orders.states import OrderStatus, PackageStatus, ShipmentStatus

BEFORE_PACKED = {
    ShipmentStatus.PLANNED,
    ShipmentStatus.RELEASED,
    ShipmentStatus.PICKING,
    ShipmentStatus.PICKED,
}
_ENDED = {PackageStatus.DELIVERED, PackageStatus.RETURNING, PackageStatus.RETURNED}
_AGAIN = {PackageStatus.OUT_FOR_DELIVERY, PackageStatus.AT_PICKUP_POINT}
_STILL_THERE = {PackageStatus.ATTEMPT_FAILED, PackageStatus.AT_PICKUP_POINT}
# Template -> what a parcel may have become, or may be again, so that the message would mislead.
OVERTAKEN_BY = {
    "shipped": _ENDED,
    "out_for_delivery": set(PackageStatus) - {PackageStatus.OUT_FOR_DELIVERY},
    "attempt_failed": set(PackageStatus) - {PackageStatus.ATTEMPT_FAILED},
    "delivered": _AGAIN,
    "delivered_to_neighbour": _AGAIN,
    "seller_delivered": _AGAIN,
    "seller_attempt_failed": {PackageStatus.DELIVERED, PackageStatus.OUT_FOR_DELIVERY},
    "delivery_tomorrow": {PackageStatus.OUT_FOR_DELIVERY, *_ENDED},
    "at_pickup_point": {PackageStatus.OUT_FOR_DELIVERY, *_ENDED},
    "returning": {PackageStatus.DELIVERED, *_STILL_THERE},
    "seller_returning": {PackageStatus.DELIVERED, *_STILL_THERE},
    "delayed": _ENDED,
}

ABOUT_DATES = frozenset({"delayed", "delivery_tomorrow", "seller_at_risk"})
Heard = tuple[str, str]  # the recipient, and the id of a promise
# Template -> what a shipment is again when the worker took it back.
NOT_YET = {
    "packed": BEFORE_PACKED,
    "ready": BEFORE_PACKED | {ShipmentStatus.PACKED},
    "shipped": BEFORE_PACKED | {ShipmentStatus.PACKED, ShipmentStatus.READY},
}


def outdated(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """The guard of the truth; what it lets pass keeps only the facts that still hold."""
    unheard = _unheard(facts)
    checked = ((fact.message.pk, _why_not(fact, unheard)) for fact in facts)
    return {pk: verdict for pk, verdict in checked if verdict}


def _why_not(facts: Facts, unheard: set[int]) -> Verdict | None:
    """Why this message may not leave any more; else the facts keep only what is still true."""
    if facts.order.status == OrderStatus.CANCELLED and facts.message.template != "cancelled":
        return Verdict(MessageStatus.SUPPRESSED, Cause.CANCELLED, "The order was cancelled.")
    return (
        _cancelled(facts)
        or _taken_back(facts)
        or _overtaken(facts)
        or _no_longer_promised(facts, unheard)
    )


def _no_longer_promised(facts: Facts, unheard: set[int]) -> Verdict | None:
    """News of dates and stock that newer news has replaced."""
    template = facts.message.template
    if template == "backordered" and not any(line.backordered for line in facts.lines):
        reason = "Nothing waits for stock any more."
        return Verdict(MessageStatus.SUPPRESSED, Cause.OVERTAKEN, reason)
    if template not in ABOUT_DATES or not facts.promises:
        return None
    left = [row for row in facts.promises if row.is_open and row.latest > timezone.now()]
    if not left:
        reason = "The date it tells is past, kept or replaced."
        return Verdict(MessageStatus.SUPERSEDED, Cause.DATE_PASSED, reason)
    if facts.message.pk in unheard:
        reason = "Nobody was told the date that changed."
        return Verdict(MessageStatus.SUPERSEDED, Cause.NO_NEWS, reason)
    facts.promises = left
    if template == "delivery_tomorrow" and all(map(_has_come, facts.promises)):
        reason = "The day it announces has come."
        return Verdict(MessageStatus.SUPERSEDED, Cause.DATE_PASSED, reason)
    return None


def _unheard(facts: Sequence[Facts]) -> set[int]:
    """Messages about a later departure whose reader never heard of the former one.

    The others keep as the former one what their reader heard. One statement, where there are such
    messages; else none.
    """
    asked = [fact for fact in facts if _is_of_departure(fact)]
    if not asked:
        return set()
    rows = Message.objects.filter(
        order__in={fact.message.order_id for fact in asked},
        audience=Message.Audience.CUSTOMER,
        event__data__has_key="promise",
    )
    told = {row.pk: row for row in rows.select_related("event").order_by("pk")}
    left: dict[Heard, datetime] = {}
    for row in told.values():
        speaker = _speaker(row, told)
        if speaker.status in (*MAY_HAVE_ARRIVED, *WAITING):
            at = speaker.settled_at or timezone.now()
            key = row.recipient, row.event.data["promise"]
            left[key] = max(at, left.get(key, at))
    unheard: set[int] = set()
    for fact in asked:
        fact.former = [known for row in fact.former if (known := _heard(row, fact, left))]
        if not fact.former:
            unheard.add(fact.message.pk)
    return unheard


def _is_of_departure(fact: Facts) -> bool:
    return fact.message.template == "delayed" and any(
        row.kind == Promise.Kind.SHIPS for row in fact.former
    )


def _heard(former: Promise, fact: Facts, left: dict[Heard, datetime]) -> Promise | None:
    """What the reader of a message heard of the former promise: it, or the same day or a later one.

    What left after a promise took another's place stated it.
    """
    to = fact.message.recipient
    if (to, str(former.pk)) in left:
        return former
    for row in fact.forerunners:
        at = left.get((to, str(row.pk)))
        if at and at >= former.made_at:
            return former
        if at:
            return row if row.local_on >= former.local_on else None
    return None


def _speaker(row: Message, told: dict[int, Message]) -> Message:
    """The message of the same kind that said it in the end."""
    while (by := told.get(row.superseded_by_id or 0)) and by.template == row.template:
        row = by
    return row


def _has_come(promise: Promise) -> bool:
    """Whether the day of a promise has begun where it is kept."""
    return timezone.localdate(timezone=ZoneInfo(promise.zone)) >= promise.local_on


def _cancelled(facts: Facts) -> Verdict | None:
    subjects: list[Shipment | Package] = [*facts.shipments, *facts.packages]
    if not subjects:
        return None
    facts.shipments = [row for row in facts.shipments if row.status != ShipmentStatus.CANCELLED]
    facts.packages = [row for row in facts.packages if row.status != PackageStatus.CANCELLED]
    if facts.shipments or facts.packages:
        return None
    numbers = ", ".join(row.number for row in subjects)
    return Verdict(MessageStatus.SUPPRESSED, Cause.CANCELLED, f"{numbers} was cancelled."[:200])


def _taken_back(facts: Facts) -> Verdict | None:
    untrue = NOT_YET.get(facts.message.template, ())
    left = [row for row in facts.shipments if row.status not in untrue]
    if facts.shipments and not left:
        return Verdict(MessageStatus.SUPPRESSED, Cause.UNDONE, "Undone before it left.")
    facts.shipments = left
    return None


def _overtaken(facts: Facts) -> Verdict | None:
    past = OVERTAKEN_BY.get(facts.message.template)
    parcels = _parcels(facts)
    if not past or not parcels:
        return None
    left = {row.pk for row in parcels if row.status not in past}
    if not left:
        now = ", ".join(f"{row.number}: {row.get_status_display().lower()}" for row in parcels)
        reason = f"Overtaken by parcel {now}."[:200]
        return Verdict(MessageStatus.SUPERSEDED, Cause.OVERTAKEN, reason)
    facts.packages = [row for row in facts.packages if row.pk in left]
    facts.shipments = [
        row for row in facts.shipments if any(box.pk in left for box in row.packages.all())
    ]
    return None


def _parcels(facts: Facts) -> list[Package]:
    return facts.packages or [box for row in facts.shipments for box in row.packages.all()]
