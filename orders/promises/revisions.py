"""A promise that cannot be kept gives way to one that can, before it is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_orders
from orders.models import Event, Promise, User
from orders.promises.making import mark_revised
from orders.promises.windows import customer_must_hear_of
from orders.promises.working_days import Span

FURTHEST = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Change:
    """A promise and the window that takes its place."""

    replaced: Promise
    span: Span
    reason: str


@transaction.atomic(savepoint=False)
def revise_promise(
    promise: Promise, *, earliest: datetime, latest: datetime, reason: str, actor: User | None
) -> Promise:
    """A new window for the same thing, before it is due; the customer hears of what matters.

    Raises DomainError when the promise is settled or over, or the window makes no sense.
    """
    now = timezone.now()
    lock_orders([promise.order_id])
    current = Promise.objects.select_for_update(no_key=True).get(pk=promise.pk)
    if not current.is_open:
        outcome = current.Outcome(current.outcome).label.lower()
        raise DomainError(f"This promise is closed ({outcome}): its date can no longer be changed.")
    if current.latest <= now:
        raise DomainError("This promise has expired: its date can no longer be changed.")
    if reason not in Promise.Reason.values:
        raise DomainError("Choose a reason for the new date.")
    span = Span(earliest, latest, current.zone)
    _check_span(span, current, now)
    return replace_promises([Change(current, span, reason)], now=now, actor=actor)[0]


def replace_promises(
    changes: Sequence[Change], *, now: datetime, actor: User | None = None
) -> list[Promise]:
    """Put new windows in the place of promises whose orders are locked, in five statements."""
    rows = [_successor(change, now) for change in changes]
    Promise.objects.bulk_create(rows)
    mark_revised(
        [(change.replaced, row) for change, row in zip(changes, rows, strict=True)], now=now
    )
    told = _told([row for row in rows if _customer_must_hear_of(row)])
    record([_event(row, actor, is_told=row.pk in told) for row in rows])
    return rows


def record_late_departures(handed_over: Sequence[Event]) -> None:
    """Tell, once an order, of shipments that left too late for what was promised of it."""
    ids = [event.data["promise"] for event in handed_over if event.data.get("promise")]
    promises = Promise.objects.filter(pk__in=ids).select_related("replaces").order_by("pk")
    late = [
        row
        for row in promises
        if row.replaces and row.local_on > row.replaces.local_on and _customer_must_hear_of(row)
    ]
    if not late:
        return
    Promise.objects.filter(pk__in=[row.pk for row in late]).update(reason=Promise.Reason.LATE)
    for row in late:
        row.reason = Promise.Reason.LATE
    told = _told(late)
    record([_event(row, None, is_told=row.pk in told) for row in late])


def warn_of_failed_attempts(package_ids: Iterable[UUID], *, now: datetime) -> None:
    """The arrival of a parcel that could not be handed over is at risk at once."""
    promises = Promise.objects.filter(
        kind=Promise.Kind.ARRIVES,
        shipment__packages__in=set(package_ids),
        settled_at__isnull=True,
        warned_at__isnull=True,
    )
    warn_of(list(promises.order_by("pk").distinct()), now=now)


def warn_of(promises: Sequence[Promise], *, now: datetime) -> None:
    """Say once, to the seller, that these promises are at risk."""
    if not promises:
        return
    Promise.objects.filter(pk__in=[row.pk for row in promises]).update(warned_at=now)
    record([Event.of(row, "at_risk", promise=str(row.pk)) for row in promises])


def _check_span(span: Span, current: Promise, now: datetime) -> None:
    if span.latest < span.earliest:
        raise DomainError("The time window must end after it starts.")
    if span.latest <= now:
        raise DomainError("The new date is in the past: choose a later one.")
    if span.latest - now > FURTHEST:
        raise DomainError(f"Choose a date within {FURTHEST.days} days.")
    if (span.earliest, span.latest) == (current.earliest, current.latest):
        raise DomainError("This is the current date: choose another one.")


def _successor(change: Change, now: datetime) -> Promise:
    old, span = change.replaced, change.span
    return Promise(
        seller_id=old.seller_id,
        order_id=old.order_id,
        shipment_id=old.shipment_id,
        package_id=old.package_id,
        replaces=old,
        kind=old.kind,
        earliest=span.earliest,
        latest=span.latest,
        local_on=span.latest.astimezone(ZoneInfo(old.zone)).date(),
        zone=old.zone,
        made_at=now,
        reason=change.reason,
        carrier=old.carrier,
        courier_id=old.courier_id,
    )


def _customer_must_hear_of(row: Promise) -> bool:
    by_hour = row.kind == Promise.Kind.AT_DOOR
    return row.replaces is not None and customer_must_hear_of(
        row.replaces, row, by_the_hour=by_hour
    )


def _told(rows: Iterable[Promise]) -> set[UUID]:
    """Of what moves together in an order the customer hears once: {id of that promise}.

    The door before the day; a parcel before the rest, because its message names the rest's day
    too; and whatever arrives before what leaves.
    """
    first: dict[UUID, Promise] = {}
    for row in sorted(rows, key=_urgency):
        first.setdefault(row.order_id, row)
    return {row.pk for row in first.values()}


def _urgency(row: Promise) -> tuple[int, bool, datetime, UUID]:
    by_kind = (Promise.Kind.AT_DOOR, Promise.Kind.ARRIVES, Promise.Kind.SHIPS)
    return by_kind.index(Promise.Kind(row.kind)), row.shipment_id is None, row.latest, row.pk


def _event(row: Promise, actor: User | None, *, is_told: bool) -> Event:
    """Told to the customer, or only noted: a small shift, or one that another event tells."""
    return Event.of(
        row,
        "moved" if is_told else "adjusted",
        actor=actor,
        promise=str(row.pk),
        former=str(row.replaces_id),
        reason=str(row.reason),
    )
