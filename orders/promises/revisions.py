"""Replace promises by newer ones before their deadline, and warn sellers of those at risk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_orders
from orders.models import Event, Package, Promise, User
from orders.promises.making import mark_revised, terms_for
from orders.promises.windows import delivery_days, must_notify_customer
from orders.promises.working_days import Span, add_transit_days
from orders.words import predicate, say

MAX_AHEAD = timedelta(days=120)  # a later date is most likely a typing error


@dataclass(frozen=True, slots=True)
class Change:
    """A promise, and the time window of the promise that replaces it."""

    replaced: Promise
    span: Span
    reason: str


@transaction.atomic(savepoint=False)
def revise_promise(
    promise: Promise, *, earliest: datetime, latest: datetime, reason: str, actor: User | None
) -> Promise:
    """Replace an open promise by one with a new window; the customer is notified if it matters.

    Only a later date has a reason.
    Raises DomainError when the promise is settled or past its deadline, or the window is invalid.
    """
    now = timezone.now()
    lock_orders([promise.order_id])
    current = Promise.objects.select_for_update(no_key=True).get(pk=promise.pk)
    if not current.is_open:
        outcome = predicate(say(current.Outcome(current.outcome).label))
        raise DomainError(
            say(
                "This promise is closed ({outcome}): its date can no longer be changed.",
                outcome=outcome,
            )
        )
    if current.latest <= now:
        raise DomainError(say("This promise has expired: its date can no longer be changed."))
    span = Span(earliest, latest, current.zone)
    _check_span(span, current, now)
    if span.latest <= current.latest:
        reason = ""
    elif reason not in Promise.Reason.values:
        raise DomainError(say("Choose a reason for the later date."))
    return replace_promises([Change(current, span, reason)], now=now, actor=actor)[0]


def replace_promises(
    changes: Sequence[Change], *, now: datetime, actor: User | None = None
) -> list[Promise]:
    """Replace promises whose orders the caller has locked, in five statements."""
    rows = _replace(changes, now)
    notified = _one_per_order([row for row in rows if _must_notify_customer(row)])
    record([_event(row, actor, is_notified=row.pk in notified) for row in rows])
    return rows


def promise_wished_day(promises: Sequence[Promise], on: date, *, now: datetime) -> list[Promise]:
    """Replace arrivals of an order, which the caller has locked, by the day its customer chose.

    The customer is told of it once, as of a date that is set.
    """
    changes = [
        Change(row, delivery_days(on, on, row.zone), Promise.Reason.WISHED) for row in promises
    ]
    return give_dates(changes, now=now)


def give_dates(changes: Sequence[Change], *, now: datetime) -> list[Promise]:
    """Promise dates for which customers wait; each is told once. The caller has locked the orders.

    A promise that is settled already stays as it is.
    """
    rows = _replace(changes, now)
    notified = _one_per_order(rows)
    record(
        [
            Event.of(
                row,
                "given" if row.pk in notified else "adjusted",
                promise=str(row.pk),
                former=str(row.replaces_id),
                reason=str(row.reason),
            )
            for row in rows
        ]
    )
    return rows


def record_late_departures(handed_over: Sequence[Event]) -> None:
    """Record that shipments left too late for the promise of their order.

    The customer is notified once per order, also when several of its shipments are late.
    """
    ids = [event.data["promise"] for event in handed_over if event.data.get("promise")]
    promises = Promise.objects.filter(pk__in=ids).select_related("replaces").order_by("pk")
    late = [
        row
        for row in promises
        if row.replaces and row.local_on > row.replaces.local_on and _must_notify_customer(row)
    ]
    if not late:
        return
    Promise.objects.filter(pk__in=[row.pk for row in late]).update(reason=Promise.Reason.LATE)
    for row in late:
        row.reason = Promise.Reason.LATE
    notified = _one_per_order(late)
    record([_event(row, None, is_notified=row.pk in notified) for row in late])


def mark_failed_attempts(failed: Sequence[Event], *, now: datetime) -> None:
    """Mark the arrivals that a failed attempt puts at risk as warned of.

    The seller's message about the attempt is the warning: a second one would say the same. Where
    nobody was home and days are left, nothing is at risk yet, and the watcher warns on the last.
    """
    home = {e.subject_id: e.data.get("reason") == Package.Failure.NOT_HOME for e in failed}
    promises = Promise.objects.filter(
        kind=Promise.Kind.ARRIVES,
        shipment__packages__in=list(home),
        settled_at__isnull=True,
        warned_at__isnull=True,
    )
    promises = promises.select_related("order__seller__warehouse", "shipment__warehouse").annotate(
        box=F("shipment__packages")
    )
    at_risk = {row.pk for row in promises if not (home.get(row.box) and _has_days_left(row, now))}
    if at_risk:
        Promise.objects.filter(pk__in=at_risk).update(warned_at=now)


def warn_sellers(promises: Sequence[Promise], *, now: datetime) -> None:
    """Record that these promises are at risk; `warned_at` keeps the watcher from doing it again."""
    if not promises:
        return
    Promise.objects.filter(pk__in=[row.pk for row in promises]).update(warned_at=now)
    record([Event.of(row, "at_risk", promise=str(row.pk)) for row in promises])


def withdraw_promises(promises: Sequence[Promise], *, now: datetime) -> None:
    """Withdraw dates of orders that wait for what nobody can date: a hold, or missing stock.

    With one goes all that the order promises of what has not left. The customer is notified once
    an order.
    """
    if not promises:
        return
    orders = {row.order_id for row in promises}
    of_what_is_here = Q(kind=Promise.Kind.SHIPS) | Q(
        kind=Promise.Kind.ARRIVES, shipment__isnull=True
    )
    others = Promise.objects.filter(of_what_is_here, order__in=orders, settled_at__isnull=True)
    rows = {row.pk: row for row in (*promises, *others)}
    Promise.objects.filter(pk__in=rows, settled_at__isnull=True).update(
        revised_at=now, is_moved=True
    )
    notified = _one_per_order(rows.values())
    record([_withdrawn(row) for pk, row in rows.items() if pk in notified])


def _replace(changes: Sequence[Change], now: datetime) -> list[Promise]:
    rows = [_successor(change, now) for change in changes]
    Promise.objects.bulk_create(rows)
    mark_revised(
        [(change.replaced, row) for change, row in zip(changes, rows, strict=True)], now=now
    )
    return rows


def _withdrawn(row: Promise) -> Event:
    return Event.of(row, "withdrawn", promise=str(row.pk), former=str(row.pk))


def _has_days_left(row: Promise, now: datetime) -> bool:
    """Whether there is a day of delivery after today, up to the last day of the promise."""
    today = now.astimezone(ZoneInfo(row.zone)).date()
    return add_transit_days(today, 1, terms_for(row)) <= row.local_on


def _check_span(span: Span, current: Promise, now: datetime) -> None:
    if span.latest < span.earliest:
        raise DomainError(say("The time window must end after it starts."))
    if span.latest <= now:
        raise DomainError(say("The new date is in the past: choose a later one."))
    if span.latest - now > MAX_AHEAD:
        raise DomainError(say("Choose a date within {days} days.", days=MAX_AHEAD.days))
    if (span.earliest, span.latest) == (current.earliest, current.latest):
        raise DomainError(say("This is the current date: choose another one."))


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
        local_on=span.local_on,
        zone=span.zone,
        made_at=now,
        reason=change.reason,
        carrier=old.carrier,
        courier_id=old.courier_id,
    )


def _must_notify_customer(row: Promise) -> bool:
    by_hour = row.kind == Promise.Kind.AT_DOOR
    return row.replaces is not None and must_notify_customer(row.replaces, row, by_the_hour=by_hour)


def _one_per_order(rows: Iterable[Promise]) -> set[UUID]:
    """The ids of the promises that the customer is notified of: one per order.

    A delivery window goes before an arrival, and an arrival before a shipping date. Of two arrivals
    that of a shipment goes first, because its message also names the day of the rest.
    """
    first: dict[UUID, Promise] = {}
    for row in sorted(rows, key=_notification_order):
        first.setdefault(row.order_id, row)
    return {row.pk for row in first.values()}


def _notification_order(row: Promise) -> tuple[int, bool, datetime, UUID]:
    by_kind = (Promise.Kind.AT_DOOR, Promise.Kind.ARRIVES, Promise.Kind.SHIPS)
    return by_kind.index(Promise.Kind(row.kind)), row.shipment_id is None, row.latest, row.pk


def _event(row: Promise, actor: User | None, *, is_notified: bool) -> Event:
    """`promise.moved` notifies the customer; `promise.adjusted` is history only.

    Adjusted is a small shift, or one that the message of another promise already states.
    """
    return Event.of(
        row,
        "moved" if is_notified else "adjusted",
        actor=actor,
        promise=str(row.pk),
        former=str(row.replaces_id),
        reason=str(row.reason),
    )
