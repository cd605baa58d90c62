"""Keep a lot from orders, release it, or correct its date; orders lose what they no longer get."""

from collections import Counter
from collections.abc import Container
from datetime import date
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.dead_letters import Work, retry_dead_letters, run_batch
from orders.lifecycle.transitions import move
from orders.models import DeadLetter, Event, User
from orders.words import say
from warehouse.corrections.withdrawing import not_begun, withdraw_missing
from warehouse.models import Location, Lot, ReplenishTask, Stock, Supply
from warehouse.states import ReplenishStatus
from warehouse.stock.closing import IS_KEPT, promisable
from warehouse.stock.postings import SupplyKey

EXPIRED = Work("expired", "Taking back what has expired")


@transaction.atomic(savepoint=False)
def block_lot(lot: Lot, *, note: str, actor: User) -> Lot:
    """Let no order get this lot from now on; shipments that nobody has begun lose its units."""
    current = _lock(lot)
    if current.blocked_at:
        raise DomainError(say("Lot {current} is blocked already.", current=current))
    current.blocked_at = timezone.now()
    return _save(current, "blocked", note, actor)


@transaction.atomic(savepoint=False)
def release_lot(lot: Lot, *, note: str, actor: User) -> Lot:
    """Let orders get this lot again, as long as it is not expired."""
    current = _lock(lot)
    if not current.blocked_at:
        raise DomainError(say("Lot {current} is not blocked.", current=current))
    current.blocked_at = None
    return _save(current, "released", note, actor)


@transaction.atomic(savepoint=False)
def correct_date(lot: Lot, expires_on: date | None, *, note: str, actor: User) -> Lot:
    """Say when a lot expires, where it was read or entered wrongly."""
    current = _lock(lot)
    if current.expires_on == expires_on:
        raise DomainError(say("The books have this date already."))
    if expires_on is None and current.product.least_days_left:
        raise DomainError(
            say(
                "{sku} expires: enter the date of lot {current}.",
                sku=current.product.sku,
                current=current,
            )
        )
    current.expires_on = expires_on
    return _save(current, "redated", note, actor)


@transaction.atomic(savepoint=False)
def block_place(place: Location, *, note: str, actor: User) -> Location:
    """Let no order get what lies there, until it is released; nobody brings more there."""
    _refuse_nameless(note)
    if place.kind == Location.Kind.TOTE:
        raise DomainError(
            say("{place} is a tote: what lies there belongs to its shipment.", place=place)
        )
    rows = Location.objects.filter(pk=place.pk, blocked_at__isnull=True)
    if not rows.update(blocked_at=timezone.now(), blocked_note=note):
        raise DomainError(say("{place} is blocked already.", place=place))
    refills = ReplenishTask.objects.filter(face__location=place, status=ReplenishStatus.OPEN)
    move(refills, ReplenishStatus.DROPPED, actor=actor, changes={"ended_at": timezone.now()})
    withdraw_kept(Stock.objects.filter(location=place), actor=actor)
    place.refresh_from_db()
    return place


@transaction.atomic(savepoint=False)
def release_place(place: Location) -> Location:
    """Let orders get what lies there again; the allocator finds it by its sweep."""
    rows = Location.objects.filter(pk=place.pk, blocked_at__isnull=False)
    if not rows.update(blocked_at=None, blocked_note=""):
        raise DomainError(say("{place} is not blocked.", place=place))
    place.refresh_from_db()
    return place


def withdraw_expired() -> int:
    """Take back from orders what was promised to them and has expired since; how many products.

    Each product of a warehouse alone, and where that fails each order alone: one that cannot lose
    its units is set aside, and the next one loses them.
    """
    aside = set(DeadLetter.objects.filter(work=EXPIRED.code).values_list("order_id", flat=True))
    done = 0
    for key in list(_lacking(Stock.objects.all())):
        withdraw = partial(_withdraw_of, key)
        losing = partial(_losing, key, aside)
        done += bool(run_batch(EXPIRED, withdraw, due=losing, alone=withdraw))
    return done + retry_dead_letters(EXPIRED, _withdraw_again)


def _losing(key: SupplyKey, aside: Container[UUID]) -> list[UUID]:
    """The orders that may lose units of this supply, due last first, but for those set aside."""
    orders = dict.fromkeys(order_id for _, order_id, _ in not_begun(key))
    return [order_id for order_id in orders if order_id not in aside]


@transaction.atomic(savepoint=False)
def _withdraw_of(key: SupplyKey, only: UUID | None = None) -> int:
    """Of a product in a warehouse; whether any is lacking there."""
    here = Stock.objects.filter(product=key[0], location__warehouse=key[1])
    missing = _lacking(here)
    withdraw_missing(missing, actor=None, only=only)
    return len(missing)


@transaction.atomic(savepoint=False)
def _withdraw_again(order_id: UUID) -> int:
    """Of one order that was set aside, whatever it has."""
    missing = _lacking(Stock.objects.all())
    withdraw_missing(missing, actor=None, only=order_id)
    return len(missing)


@transaction.atomic(savepoint=False)
def withdraw_kept(stocks: QuerySet[Stock], *, actor: User | None) -> int:
    """Backorder units of shipments that nobody has begun, where these stocks are kept from orders
    and the rest is too little; returns of how many products in a warehouse.
    """
    missing = _lacking(stocks)
    withdraw_missing(missing, actor=actor)
    return len(missing)


def _lacking(stocks: QuerySet[Stock]) -> Counter[SupplyKey]:
    """{supply: units that have to leave it}, where these stocks are kept from orders."""
    kept = Stock.objects.filter(IS_KEPT, pk__in=stocks, on_hand__gt=F("pinned"))
    sums = kept.values_list("product", "location__warehouse").order_by()
    missing: Counter[SupplyKey] = Counter()
    for *key, units in sums.annotate(units=Sum(F("on_hand") - F("pinned"))):
        supply = Supply.objects.get(product=key[0], warehouse=key[1])
        if (lacks := min(units, -promisable(supply))) > 0:
            missing[key[0], key[1]] = lacks + supply.available
    return missing


def _lock(lot: Lot) -> Lot:
    rows = Lot.objects.select_related("product").select_for_update(no_key=True, of=("self",))
    return rows.get(pk=lot.pk)


def _save(lot: Lot, what: str, note: str, actor: User) -> Lot:
    """Write it with its event, then take from orders what they no longer get."""
    _refuse_nameless(note)
    lot.note, lot.changed_by = note, actor
    lot.save(update_fields=["expires_on", "blocked_at", "note", "changed_by"])
    record([Event.of(lot, what, actor=actor, product=str(lot.product_id))])
    withdraw_kept(Stock.objects.filter(product=lot.product_id, lot=lot.code), actor=actor)
    return lot


def _refuse_nameless(note: str) -> None:
    if not note.strip():
        raise DomainError(say("Say why: the next person asks."))
