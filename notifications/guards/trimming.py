"""A stage before the guards: facts are trimmed to what still holds when a message is to leave."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from notifications.facts import Facts, Stale
from notifications.kinds.catalogue import kind_of
from notifications.kinds.record import Dates, Kind
from notifications.models import Message
from notifications.states import MAY_HAVE_ARRIVED, WAITING, Cause, MessageStatus
from orders.models import Package, Promise, Shipment
from orders.states import OrderStatus, PackageStatus, ShipmentStatus

Heard = tuple[str, str]  # the recipient, and the id of a promise


def trim(facts: Sequence[Facts]) -> list[Facts]:
    """New facts that keep only what still holds; `stale` says why where nothing does.

    One statement where a later departure is told; else none.
    """
    heard = _former_as_heard(facts)
    return [_trimmed(fact, heard.get(fact.message.pk)) for fact in facts]


def _trimmed(fact: Facts, former: list[Promise] | None) -> Facts:
    """`former`: what the reader heard of the departure that changed, None if none is told."""
    fact = fact if former is None else replace(fact, former=former)
    for step in STEPS:
        fact = step(fact)
        if fact.stale:
            return fact
    if former == [] and fact.promises:
        return _superseded(fact, Cause.NO_NEWS, "The recipient was never sent the previous date.")
    return fact


def _of_open_order(fact: Facts) -> Facts:
    if fact.order.status == OrderStatus.CANCELLED and not _kind(fact).outlives_cancel:
        return _suppressed(fact, Cause.CANCELLED, "The order was cancelled.")
    return fact


def _without_cancelled(fact: Facts) -> Facts:
    shipments = [row for row in fact.shipments if row.status != ShipmentStatus.CANCELLED]
    packages = [row for row in fact.packages if row.status != PackageStatus.CANCELLED]
    subjects: list[Shipment | Package] = [*fact.shipments, *fact.packages]
    if subjects and not (shipments or packages):
        numbers = ", ".join(row.number for row in subjects)
        return _suppressed(fact, Cause.CANCELLED, f"{numbers} was cancelled."[:200])
    return replace(fact, shipments=shipments, packages=packages)


def _without_undone(fact: Facts) -> Facts:
    """Shipments that a worker took back are not told as packed, ready or shipped."""
    left = [row for row in fact.shipments if row.status not in _kind(fact).not_yet]
    if fact.shipments and not left:
        return _suppressed(fact, Cause.UNDONE, "Undone before it was sent.")
    return replace(fact, shipments=left)


def _without_overtaken(fact: Facts) -> Facts:
    """Parcels of which something newer is true are not told of what was."""
    past, boxes = _kind(fact).overtaken_by, fact.boxes
    if not past or not boxes:
        return fact
    left = {row.pk for row in boxes if row.status not in past}
    if not left:
        now = ", ".join(f"{row.number}: {row.get_status_display().lower()}" for row in boxes)
        return _superseded(fact, Cause.OVERTAKEN, f"Outdated: parcel {now}."[:200])
    return replace(
        fact,
        packages=[row for row in fact.packages if row.pk in left],
        shipments=[
            row for row in fact.shipments if any(box.pk in left for box in row.packages.all())
        ],
    )


def _of_waiting_stock(fact: Facts) -> Facts:
    waits = any(line.backordered for line in fact.lines)
    if _kind(fact).needs_backorder and not waits:
        return _suppressed(fact, Cause.OVERTAKEN, "Nothing is on backorder any more.")
    return fact


def _with_dates_ahead(fact: Facts) -> Facts:
    """News of dates keeps promises that are open and not past."""
    dates = _kind(fact).dates
    if dates is None or not fact.promises:
        return fact
    left = [row for row in fact.promises if row.is_open and row.latest > timezone.now()]
    if not left:
        reason = "Its date has passed, was kept or was replaced."
        return _superseded(fact, Cause.DATE_PASSED, reason)
    if dates is Dates.EVE and all(map(_has_come, left)):
        return _superseded(fact, Cause.DATE_PASSED, "The day it announces has started.")
    return replace(fact, promises=left)


# Each takes what the one before has left.
STEPS: tuple[Callable[[Facts], Facts], ...] = (
    _of_open_order,
    _without_cancelled,
    _without_undone,
    _without_overtaken,
    _of_waiting_stock,
    _with_dates_ahead,
)


def _kind(fact: Facts) -> Kind:
    return kind_of(fact.message.template)


def _suppressed(fact: Facts, cause: Cause, reason: str) -> Facts:
    return replace(fact, stale=Stale(MessageStatus.SUPPRESSED, cause, reason))


def _superseded(fact: Facts, cause: Cause, reason: str) -> Facts:
    return replace(fact, stale=Stale(MessageStatus.SUPERSEDED, cause, reason))


def _has_come(promise: Promise) -> bool:
    """Whether the day of a promise has begun where it is kept."""
    return timezone.localdate(timezone=ZoneInfo(promise.zone)) >= promise.local_on


def _former_as_heard(facts: Sequence[Facts]) -> dict[int, list[Promise]]:
    """{id of a message about a later departure: what its reader heard of the former one}.

    One statement, where there are such messages; else none.
    """
    asked = [fact for fact in facts if _is_of_departure(fact)]
    if not asked:
        return {}
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
    return {
        fact.message.pk: [known for row in fact.former if (known := _heard(row, fact, left))]
        for fact in asked
    }


def _is_of_departure(fact: Facts) -> bool:
    return _kind(fact).dates is Dates.CHANGED and any(
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
