"""Adjust units at a location, or move them to another one; much of it by two people."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Abs

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import move
from orders.models import Event, Product, User
from orders.words import predicate, say, state
from warehouse.corrections.differences import (
    Difference,
    books_at,
    lot_adjusted,
    lot_taken,
    lots_at,
    post_differences,
)
from warehouse.models import Correction, Location, StockMovement
from warehouse.states import CorrectionStatus
from warehouse.stock.closing import refuse_closed
from warehouse.stock.limits import limits_of
from warehouse.stock.postings import Posting, lock_supplies, post_into
from warehouse.stock.receiving import refuse_left

ALONE_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """Units to adjust the books by at a location, or to move `to` another one, and why.

    `reason` is a Correction.Reason; `books`: what these said when the units of an adjustment were
    chosen. It is not posted where they say something else by then. `lot` is said where the product
    lies there in several.
    """

    product: Product
    location: Location
    units: int
    reason: str
    note: str = ""
    to: Location | None = None
    books: int | None = None
    lot: str = ""


@transaction.atomic(savepoint=False)
def correct(change: Change, *, actor: User) -> Correction:
    """Post a change; above the limit of the warehouse it waits for a second person.

    The limit is that of all units of a product that a person adjusts, or moves, in 24 hours.
    """
    # Serializes what one person does on two scanners: each would be below the limit.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    _refuse(change.location, change.to, change.units)
    refuse_left(change.location, change.product)  # who leaves sees what waits for a second person
    correction = _ask(change, actor)
    record([Event.of(correction, "waiting", actor=actor, units=change.units)])
    if _alone(correction) + abs(change.units) > limits_of(change.location.warehouse).approves_above:
        return correction
    return _post(correction, actor)


@transaction.atomic(savepoint=False)
def approve(correction: Correction, *, actor: User) -> Correction:
    """Post what somebody else has asked for, where the books still say what they did then."""
    current = _lock(correction, actor)
    books = books_at(current.product, current.location, current.lot)
    if not current.to and books != current.books:
        raise DomainError(
            say("The books say {books} now: refuse this, and somebody asks again.", books=books)
        )
    return _post(current, actor, decided_by=actor)


@transaction.atomic(savepoint=False)
def refuse(correction: Correction, *, actor: User) -> Correction:
    """Leave the books as they are."""
    current = _lock(correction, actor)
    changes = {"decided_by": actor}
    return move([current], CorrectionStatus.REFUSED, actor=actor, changes=changes)[0]


def _refuse(location: Location, to: Location | None, units: int) -> None:
    if Location.Kind.TOTE in (location.kind, to.kind if to else ""):
        raise DomainError(
            say("What lies in a tote belongs to its shipment: choose a bin or a shelf.")
        )
    if to and (to.pk == location.pk or to.warehouse_id != location.warehouse_id):
        raise DomainError(say("Move to another location of this warehouse, not to {to}.", to=to))
    if to:
        refuse_closed(to)
    if not units or (to and units < 0):
        raise DomainError(say("The books say the same: there is nothing to correct."))


def _ask(change: Change, actor: User) -> Correction:
    """A new row. Raises DomainError where another one waits, or the books have changed."""
    meant = lot_taken if change.to else lot_adjusted
    lot = meant(change.product, change.location, change.lot)
    books = books_at(change.product, change.location, lot)
    if change.books not in (None, books):
        raise DomainError(
            say(
                "The books say {books} now, not {asked}: look again.",
                books=books,
                asked=change.books,
            )
        )
    correction = Correction(
        seller_id=change.product.seller_id,
        product=change.product,
        location=change.location,
        to=change.to,
        lot=lot,
        units=change.units,
        books=books,
        reason=change.reason,
        note=change.note,
        asked_by=actor,
    )
    # Of two that are asked for at the same moment the second waits here for the first to be saved.
    Correction.objects.bulk_create([correction], ignore_conflicts=True)
    if not Correction.objects.filter(pk=correction.pk).exists():
        told = "A correction of {title} in {place} waits for a lead: that comes first."
        raise DomainError(say(told, title=change.product.title, place=change.location))
    return correction


def _alone(correction: Correction) -> int:
    """Units of the product that this person has adjusted, or moved, alone in the last 24 hours."""
    rows = Correction.objects.filter(
        product=correction.product,
        location__warehouse=correction.location.warehouse_id,
        asked_by=correction.asked_by,
        decided_by=None,
        to__isnull=correction.to is None,
        status=CorrectionStatus.POSTED,
        asked_at__gt=correction.asked_at - ALONE_FOR,
    )
    units: int = rows.aggregate(units=Sum(Abs("units"), default=0))["units"]
    return units


def _lock(correction: Correction, actor: User) -> Correction:
    rows = Correction.objects.select_related("product", "location__warehouse", "to", "asked_by")
    current = rows.select_for_update(no_key=True, of=("self",)).get(pk=correction.pk)
    if current.status != CorrectionStatus.WAITING:
        raise DomainError(say("This is {present} already.", present=predicate(state(current))))
    if current.asked_by_id == actor.pk:
        raise DomainError(say("You asked for this yourself: somebody else decides."))
    return current


def _post(correction: Correction, actor: User, *, decided_by: User | None = None) -> Correction:
    product, location = correction.product, correction.location
    if correction.to:
        _move(correction, correction.to, actor)
    else:
        books, lot = correction.books, correction.lot
        difference = Difference(product, location, correction.units, books, lot)
        post_differences([difference], what="adjusted", subject_id=correction.pk, actor=actor)
    changes = {"decided_by": decided_by}
    return move([correction], CorrectionStatus.POSTED, actor=actor, changes=changes)[0]


def _move(correction: Correction, to: Location, actor: User) -> None:
    product, location = correction.product, correction.location
    lock_supplies([(product.pk, location.warehouse_id)])  # it guards what is not pinned
    postings = []
    for lot, units in lots_at(product, location, correction.units, correction.lot):
        postings += [
            Posting(correction.seller_id, product.pk, place.pk, lot, number, 0, correction.pk)
            for place, number in ((location, -units), (to, units))
        ]
    rows = post_into(to, postings, reason=StockMovement.Reason.MOVED, actor=actor)
    stock = next(row for row in rows if row.location_id == to.pk)
    data = {"product": str(product.pk), "location": str(location.pk), "to": str(to.pk)}
    record([Event.of(stock, "moved", actor=actor, quantity=correction.units, **data)])
