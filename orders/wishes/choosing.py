"""Actions of customers on their delivery: choose, withdraw, another address, call the order off."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.errors import DomainError, InvalidInput
from orders.events.recording import record
from orders.lifecycle.cancel import BY_CUSTOMER, cancel_order
from orders.lifecycle.edit import differences, edit_order
from orders.lifecycle.holds import is_unpaid
from orders.lifecycle.transitions import lock_order
from orders.models import Event, Order, Package, PickupPoint, Wish
from orders.models.shipments import WISH
from orders.promises.revisions import promise_wished_day
from orders.states import OrderStatus
from orders.values.texts import one_line
from orders.wishes.chances import PLACES, chances_of, movable_promises

# What is said in words of one's own.
TYPED = (Wish.Kind.NEIGHBOUR, Wish.Kind.SAFE_PLACE, Wish.Kind.NOTE)
MOST_A_DAY = 20  # wishes of one order: each changes what a courier is told


class TooLate(DomainError):
    """What the customer wants can no longer be chosen."""


@transaction.atomic(savepoint=False)
def choose_at_door(order: Order, kind: str, text: str) -> Wish:
    """Say who may take the parcel, where it may be left, or what the courier has to know.

    Raises TooLate once the courier may be at the door, DomainError without words.
    """
    order, now = _locked(order), timezone.now()
    said = one_line(text)
    if kind not in TYPED or not said or len(said) > WISH:
        raise DomainError(f"Say it in 1 to {WISH} characters.")
    if not chances_of(order, now).door:
        raise TooLate(f"Order {order}: its courier is at the door, or it is over.")
    replaced = PLACES if kind in PLACES else (kind,)
    return _put(order, now, replaced, Wish(kind=kind, text=said))


@transaction.atomic(savepoint=False)
def choose_point(order: Order, pk: UUID) -> Wish:
    """Have it taken to one of the pickup points that are offered. Raises TooLate for any other."""
    order, now = _locked(order), timezone.now()
    offered = {point.pk for point in chances_of(order, now).points}
    # Its name may be changed until somebody has chosen it.
    rows = PickupPoint.objects.select_for_update(no_key=True).filter(is_active=True)
    point = rows.filter(pk=pk).first() if pk in offered else None
    if point is None:
        raise TooLate(f"Order {order}: this pickup point cannot be chosen any more.")
    return _put(order, now, PLACES, Wish(kind=Wish.Kind.PICKUP, point=point, text=point.label))


@transaction.atomic(savepoint=False)
def choose_day(order: Order, on: date) -> Wish:
    """Keep the parcels until this day, and promise it. Raises TooLate once they are out."""
    order, now = _locked(order), timezone.now()
    if on not in chances_of(order, now).days:
        raise TooLate(f"Order {order} cannot come on {on:%d %b %Y} any more.")
    wish = _put(order, now, (Wish.Kind.DAY,), Wish(kind=Wish.Kind.DAY, on=on))
    promise_wished_day(
        [row for row in movable_promises(order, now) if row.local_on <= on], on, now=now
    )
    return wish


@transaction.atomic(savepoint=False)
def withdraw_wish(order: Order, kind: str) -> None:
    """Take a wish back; a day stays, since it was promised: another one can be chosen."""
    order, now = _locked(order), timezone.now()
    if kind == Wish.Kind.DAY or not chances_of(order, now).door:
        raise TooLate(f"Order {order}: this can no longer be changed.")
    if _end(order, now, (kind,), Wish.End.WITHDRAWN):
        record([Event.of(order, "wish_withdrawn", kind=kind)])


@transaction.atomic(savepoint=False)
def change_address(order: Order, fields: Mapping[str, str]) -> Order:
    """Send it elsewhere, by the rules of an edit. Raises TooLate once it has a label."""
    order = _locked(order)
    if not chances_of(order, timezone.now()).address:
        raise TooLate(f"Order {order}: its address can no longer change.")
    changed = edit_order(
        order, fields, actor=None, reason="Changed by the customer.", origin=BY_CUSTOMER
    )
    record([Event.of(changed, "address_changed")])
    return changed


@transaction.atomic(savepoint=False)
def call_off(order: Order) -> Order:
    """Cancel the whole order for its customer. Raises TooLate once a unit was picked."""
    order = _locked(order)
    if not chances_of(order, timezone.now()).call_off:
        raise TooLate(f"Order {order} is being packed or has left.")
    unpaid = {"unpaid": "1"} if is_unpaid(order) else {}
    record([Event.of(order, "called_off", actor=None, **unpaid)])
    return cancel_order(order, actor=None, reason="Called off by the customer.", origin=BY_CUSTOMER)


@transaction.atomic(savepoint=False)
def is_chosen_at_door(order: Order, kind: str, text: str) -> bool:
    """Whether this is chosen already; it waits for a choice that is being saved."""
    lock_order(order.pk)
    rows = Wish.objects.filter(order=order, kind=kind, ended_at__isnull=True)
    return rows.filter(text=one_line(text)).exists()


@transaction.atomic(savepoint=False)
def is_point_chosen(order: Order, pk: UUID) -> bool:
    """Whether this pickup point is chosen already; it waits for a choice that is being saved."""
    lock_order(order.pk)
    return Wish.objects.filter(order=order, point=pk, ended_at__isnull=True).exists()


@transaction.atomic(savepoint=False)
def is_sent_to(order: Order, fields: Mapping[str, str]) -> bool:
    """Whether it goes to this address already; it waits for one that is being saved."""
    try:
        return not differences(lock_order(order.pk), fields)
    except InvalidInput:
        return False


@transaction.atomic(savepoint=False)
def is_called_off(order: Order) -> bool:
    """Whether its customer has called it off; it waits for one who is doing so."""
    is_off = lock_order(order.pk).status == OrderStatus.CANCELLED
    return is_off and Event.objects.filter(order=order, kind="order.called_off").exists()


def wished_days(packages: list[Package]) -> dict[str, date]:
    """{order id: the day before which its customer wants none of these parcels}, in one statement.

    What is handed over after the wish was not meant by it.
    """
    rows = Wish.objects.filter(
        order__in={row.order_id for row in packages}, kind=Wish.Kind.DAY, ended_at__isnull=True
    )
    wishes = {row.order_id: row for row in rows}
    return {
        str(row.order_id): on
        for row in packages
        if (wish := wishes.get(row.order_id))
        and (on := wish.on)
        and row.handed_over_at
        and row.handed_over_at <= wish.made_at
    }


def _locked(order: Order) -> Order:
    return Order.objects.select_related("seller__warehouse").get(pk=lock_order(order.pk).pk)


def _put(order: Order, now: datetime, replaced: tuple[str, ...], wish: Wish) -> Wish:
    today = Wish.objects.filter(order=order, made_at__date=now.date()).count()
    if today >= MOST_A_DAY:
        raise DomainError(f"{MOST_A_DAY} wishes were chosen today: choose again tomorrow.")
    _end(order, now, replaced, Wish.End.SUPERSEDED)
    wish.order, wish.seller_id, wish.made_at = order, order.seller_id, now
    wish.save(force_insert=True)
    told: dict[str, Any] = {"on": wish.on.isoformat()} if wish.on else {}
    record([Event.of(order, "wished", wish=str(wish.pk), kind=str(wish.kind), **told)])
    return wish


def _end(order: Order, now: datetime, kinds: tuple[str, ...], how: Wish.End) -> int:
    rows = Wish.objects.filter(order=order, kind__in=kinds, ended_at__isnull=True)
    return rows.update(ended_at=now, end=how)
