"""Trimming, before the guards: removes from facts what is no longer true."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from notifications.about_problems import is_astray, is_to_fetch, units_apart
from notifications.facts import Facts, Stale
from notifications.kinds.catalogue import ALL, kind_of
from notifications.kinds.record import LABEL_NEWS, Dates, Kind
from notifications.models import Message
from notifications.states import MAY_HAVE_ARRIVED, WAITING, Cause, MessageStatus
from orders.models import Package, Promise, Shipment
from orders.states import (
    DiscrepancyStatus,
    OrderStatus,
    PackageStatus,
    ReturnStatus,
    ShipmentStatus,
)

# Kinds of events of a return, and the statuses in which what was said of them holds.
VALID_IN: dict[str, frozenset[str]] = {
    "return.requested": frozenset((ReturnStatus.REQUESTED,)),
    "return.approved": frozenset((ReturnStatus.APPROVED,)),
    **dict.fromkeys(LABEL_NEWS, frozenset((ReturnStatus.APPROVED,))),
    "return.handed_in": frozenset((ReturnStatus.APPROVED,)),
    "return.hand_in_due": frozenset((ReturnStatus.APPROVED,)),
    "return.due_back": frozenset((ReturnStatus.APPROVED,)),
    "return.refused": frozenset((ReturnStatus.REFUSED,)),
    "return.received": frozenset((ReturnStatus.RECEIVED,)),
    "return.repairing": frozenset((ReturnStatus.RECEIVED,)),
}
# They wait until it is known what is in stock, and say it.
CONFIRMATIONS = frozenset(kind.name for kind in ALL if kind.awaits_stock)
Announcement = tuple[str, str]  # the recipient, and the id of a promise


def trim(facts: Sequence[Facts]) -> list[Facts]:
    """Return new facts with only what is still true; `stale` says why nothing is left.

    One statement where a message announces another departure or delivery window, and one where it
    names what is on backorder; else none.
    """
    announced, known = _announced_former(facts), _known_to_wait(facts)
    trimmed = [_trimmed(fact, announced.get(fact.message.pk)) for fact in facts]
    said = "The confirmation has said so."
    return [
        _superseded(fact, Cause.SAID_AGAIN, said)
        if fact.message.pk in known and not fact.stale
        else fact
        for fact in trimmed
    ]


def _trimmed(fact: Facts, former: list[Promise] | None) -> Facts:
    """Apply all steps. `former`: the earlier departures and delivery windows that the recipient
    was sent, or None where the message is about neither.
    """
    untold = [] if former is None else [row for row in fact.former if row not in former]
    fact = fact if former is None else replace(fact, former=former)
    for step in STEPS:
        fact = step(fact)
        if fact.stale:
            return fact
    if former == [] and fact.promises and not _is_a_later_day(fact.promises, untold):
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
    if len(shipments) + len(packages) == len(subjects):
        return fact
    if not (shipments or packages):
        numbers = ", ".join(row.number for row in subjects)
        return _suppressed(fact, Cause.CANCELLED, f"{numbers} was cancelled."[:200])
    return replace(fact, shipments=shipments, packages=packages)


def _without_undone(fact: Facts) -> Facts:
    """Remove shipments that are packed, ready or shipped no more after an undo."""
    left = [row for row in fact.shipments if row.status not in _kind(fact).not_yet]
    if len(left) == len(fact.shipments):
        return fact
    if not left:
        return _suppressed(fact, Cause.UNDONE, "Undone before it was sent.")
    return replace(fact, shipments=left)


def _without_overtaken(fact: Facts) -> Facts:
    """Remove parcels whose status is newer than what the message says, also of two in a shipment
    the one that has left.
    """
    past, boxes = _kind(fact).overtaken_by, fact.boxes
    if not past or not boxes:
        return fact
    left = {row.pk for row in boxes if row.status not in past}
    if not left:
        now = ", ".join(f"{row.number}: {row.get_status_display().lower()}" for row in boxes)
        return _superseded(fact, Cause.OVERTAKEN, f"Outdated: parcel {now}."[:200])
    return _without_boxes(fact, [row for row in boxes if row.pk not in left])


def _without_boxes(fact: Facts, gone: Sequence[Package]) -> Facts:
    """Of these parcels the message is true no more; others are left."""
    past = fact.past | {row.pk for row in gone}
    apart = units_apart(gone, fact.shipments)
    return replace(
        fact,
        packages=[row for row in fact.packages if row.pk not in past],
        shipments=[
            row for row in fact.shipments if any(box.pk not in past for box in row.packages.all())
        ],
        past=past,
        astray=fact.astray + apart.astray,
        to_fetch=fact.to_fetch + apart.to_fetch,
    )


def _without_what_stays(fact: Facts) -> Facts:
    """Remove parcels that come on no date, where others do: the addressee refused one, or it waits
    at a pickup point. Where none is left, somebody has dated them anew.
    """
    if _kind(fact).dates is None or not _kind(fact).is_for_customer:
        return fact
    boxes = fact.boxes
    stay = [row for row in boxes if is_astray(row) or is_to_fetch(row)]
    return _without_boxes(fact, stay) if 0 < len(stay) < len(boxes) else fact


def _of_open_problem(fact: Facts) -> Facts:
    """Whoever was to be told of a problem has answered it."""
    if fact.message.event.kind == "problem.reported" and fact.problem and fact.problem.answered_at:
        return _superseded(fact, Cause.OVERTAKEN, "It was answered before.")
    return fact


def _of_valid_decision(fact: Facts) -> Facts:
    """A decision about a return was revised, or the customer cancelled the return."""
    valid = VALID_IN.get(fact.message.event.kind)
    if valid and fact.order_return and fact.order_return.status not in valid:
        now = fact.order_return.get_status_display().lower()
        return _superseded(fact, Cause.OVERTAKEN, f"The return is {now} now.")
    if "repaired" in fact.message.event.data and not _goes_back(fact):
        return _superseded(fact, Cause.OVERTAKEN, "It is refunded instead.")
    return fact


def _of_open_discrepancy(fact: Facts) -> Facts:
    """It says that a decision is needed: not when all is decided, or was undone."""
    row = fact.order_return
    if row is None or fact.message.event.kind not in ("return.differs", "return.to_decide"):
        return fact
    if any(one.status == DiscrepancyStatus.OPEN for one in row.discrepancies.all()):
        return fact
    return _superseded(fact, Cause.OVERTAKEN, "It was decided before, or undone.")


def _goes_back(fact: Facts) -> bool:
    """Whether something of a return is still to be sent to its customer, or was."""
    row = fact.order_return
    return row is not None and any(part.sent_back for part in row.lines.all())


def _of_waiting_stock(fact: Facts) -> Facts:
    waits = any(line.backordered for line in fact.lines)
    if _kind(fact).needs_backorder and not waits:
        return _suppressed(fact, Cause.OVERTAKEN, "Nothing is on backorder any more.")
    return fact


def _of_coming_parcels(fact: Facts) -> Facts:
    """It says that our couriers come: not where all is there, another carrier comes, or nobody."""
    is_coming = bool(fact.chances and fact.chances.is_ours)
    if _kind(fact).needs_delivery and not is_coming:
        return _superseded(fact, Cause.OVERTAKEN, "Our couriers are to bring nothing any more.")
    return fact


def _without_unknown_dates(fact: Facts) -> Facts:
    """Remove the date of an order of which nobody knows yet what is in stock."""
    if not (_kind(fact).awaits_stock and settings.STOCK_WAIT_SECONDS):
        return fact
    is_undecided = any(line.is_undecided for line in fact.lines)
    return replace(fact, promises=[]) if is_undecided else fact


def _with_dates_ahead(fact: Facts) -> Facts:
    """Keep only open promises whose date is not past, in messages about dates."""
    dates = _kind(fact).dates
    if dates is None or not fact.promises:
        return fact
    if dates is Dates.WITHDRAWN:
        if fact.has_new_date:
            return _superseded(fact, Cause.OVERTAKEN, "The order has a date again.")
        return replace(fact, promises=[])
    left = [row for row in fact.promises if row.is_open and row.latest > timezone.now()]
    if not left:
        reason = "Its date has passed, was kept or was replaced."
        return _superseded(fact, Cause.DATE_PASSED, reason)
    if dates is Dates.EVE and all(map(_has_come, left)):
        return _superseded(fact, Cause.DATE_PASSED, "The day it announces has started.")
    return fact if len(left) == len(fact.promises) else replace(fact, promises=left)


# Each step gets the result of the one before.
STEPS: tuple[Callable[[Facts], Facts], ...] = (
    _of_open_order,
    _without_cancelled,
    _without_undone,
    _without_overtaken,
    _without_what_stays,
    _of_open_problem,
    _of_valid_decision,
    _of_open_discrepancy,
    _of_waiting_stock,
    _of_coming_parcels,
    _without_unknown_dates,
    _with_dates_ahead,
)


def _kind(fact: Facts) -> Kind:
    return kind_of(fact.message.template)


def _suppressed(fact: Facts, cause: Cause, reason: str) -> Facts:
    return replace(fact, stale=Stale(MessageStatus.SUPPRESSED, cause, reason))


def _superseded(fact: Facts, cause: Cause, reason: str) -> Facts:
    return replace(fact, stale=Stale(MessageStatus.SUPERSEDED, cause, reason))


def _is_a_later_day(promises: Sequence[Promise], untold: Sequence[Promise]) -> bool:
    """Whether a delivery moved to another day: news also for who never heard of the hour."""
    days = [row.local_on for row in untold if row.kind == Promise.Kind.AT_DOOR]
    return bool(days) and any(row.local_on > max(days) for row in promises)


def _has_come(promise: Promise) -> bool:
    """Whether the day of a promise has begun, in the time zone of the promise."""
    return timezone.localdate(timezone=ZoneInfo(promise.zone)) >= promise.local_on


def _announced_former(facts: Sequence[Facts]) -> dict[int, list[Promise]]:
    """Return {id of a message about a new departure or delivery window: the earlier ones that its
    recipient was sent}. One statement, where there are such messages; else none.
    """
    asked = [fact for fact in facts if _must_have_been_told(fact)]
    if not asked:
        return {}
    rows = Message.objects.filter(
        order__in={fact.message.order_id for fact in asked},
        audience=Message.Audience.CUSTOMER,
        event__data__has_key="promise",
    )
    messages = {row.pk: row for row in rows.select_related("event").order_by("pk")}
    sent_at: dict[Announcement, datetime] = {}
    for row in messages.values():
        final = _final_message(row, messages)
        if final.status in (*MAY_HAVE_ARRIVED, *WAITING):
            at = final.settled_at or timezone.now()
            key = row.recipient, row.event.data["promise"]
            sent_at[key] = max(at, sent_at.get(key, at))
    return {
        fact.message.pk: [known for row in fact.former if (known := _announced(row, fact, sent_at))]
        for fact in asked
    }


def _known_to_wait(facts: Sequence[Facts]) -> set[int]:
    """Ids of messages about a backorder whose recipient was sent the confirmation since: it lists
    what is on backorder, unless a hold is what it speaks of. One statement, or none.
    """
    asked = [fact for fact in facts if _kind(fact).needs_backorder and not fact.holds]
    if not asked:
        return set()
    rows = Message.objects.filter(
        order__in={fact.message.order_id for fact in asked},
        template__in=CONFIRMATIONS,
        status__in=MAY_HAVE_ARRIVED,
        attempts__started_at__isnull=False,
    )
    columns = ("order", "recipient", "channel")
    tried = rows.values_list(*columns).annotate(last=Max("attempts__started_at")).order_by()
    sent = {tuple(lane): last for *lane, last in tried}
    return {
        fact.message.pk
        for fact in asked
        if (last := sent.get((fact.order.pk, fact.message.recipient, fact.message.channel)))
        and last >= max(event.at for event in fact.events)
    }


def _must_have_been_told(fact: Facts) -> bool:
    """Whether it changes what not everybody was told: a departure or a delivery window."""
    return _kind(fact).dates is Dates.CHANGED and any(
        row.kind in (Promise.Kind.SHIPS, Promise.Kind.AT_DOOR) for row in fact.former
    )


def _announced(
    former: Promise, fact: Facts, sent_at: dict[Announcement, datetime]
) -> Promise | None:
    """Return the former promise as the recipient was sent it: itself, or one of that day or later.

    A message sent after a promise replaced another one stated the newer one.
    """
    to = fact.message.recipient
    if former.kind == Promise.Kind.AT_DOOR:
        told = (sent_at.get((to, str(row.pk))) for row in (former, *fact.forerunners))
        return former if any(at and _was_in_force(former, at) for at in told) else None
    if (to, str(former.pk)) in sent_at:
        return former
    for row in fact.forerunners:
        at = sent_at.get((to, str(row.pk)))
        if at and at >= former.made_at:
            return former
        if at:
            return row if row.local_on >= former.local_on else None
    return None


def _was_in_force(window: Promise, at: datetime) -> bool:
    """Whether a message sent at this time stated this window: no message states a past one."""
    until = min(filter(None, (window.latest, window.revised_at, window.broken_at)))
    return window.made_at <= at < until


def _final_message(row: Message, messages: dict[int, Message]) -> Message:
    """Follow `superseded_by` to the message of the same kind that combines this one."""
    while (by := messages.get(row.superseded_by_id or 0)) and by.template == row.template:
        row = by
    return row
