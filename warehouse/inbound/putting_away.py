"""Put-away: goods go from a staging location to a place, where they can be promised and picked."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import new_id
from orders.models import Event, Product, User
from orders.words import say
from warehouse.corrections.differences import lot_taken, lots_at
from warehouse.models import Location, Stock, StockMovement
from warehouse.stock.closing import IS_OPEN, promisable, refuse_closed
from warehouse.stock.postings import Posting, lock_supplies, post, post_into

RECENT = timedelta(hours=12)
PUT_AWAY = StockMovement.Reason.PUT_AWAY
# Why a worker chooses another place than the suggested one.
REASONS = {"full": "It is full", "size": "Does not fit", "other": "Other"}


class Chosen(NamedTuple):
    """What a worker says of a put-away: `reason` is a key of REASONS where another place than the
    suggested one was chosen; of several lots that wait there, `lot` is the one in hand.
    """

    reason: str = ""
    lot: str = ""


NOT_CHOSEN = Chosen()


@transaction.atomic(savepoint=False)
def put_away(
    product: Product,
    units: int,
    *,
    source: Location,
    to: Location,
    how: Chosen = NOT_CHOSEN,
    actor: User | None,
) -> Stock:
    """Move units out of staging; the event wakes the allocator.

    Raises DomainError for a place that takes no goods, more units than lie there unclaimed, or
    where several lots wait there and none of them was chosen.
    """
    _refuse(product, source, to, units)
    lock_supplies([(product.pk, source.warehouse_id)])  # it guards what is not pinned
    lot_said = lot_taken(product, source, how.lot)
    move_id = new_id()
    postings = [
        Posting(product.seller_id, product.pk, place.pk, lot, number, subject_id=move_id)
        for lot, taken in lots_at(product, source, units, lot_said)
        for place, number in ((source, -taken), (to, taken))
    ]
    rows = post_into(to, postings, reason=PUT_AWAY, actor=actor)
    stock = next(row for row in rows if row.location_id == to.pk)
    _record(stock, "put_away", source, to, units, actor, reason=how.reason)
    return stock


@transaction.atomic(savepoint=False)
def undo_put_away(move_id: UUID, *, actor: User) -> tuple[Product, int, Location]:
    """Bring units back to staging: (product, units, that location). Only what one did oneself.

    Raises DomainError when it is undone already, or orders are promised the units by now.
    """
    moved = put_aways_that_stand(actor).filter(subject_id=move_id)
    first = moved.select_related("product", "location").first()
    if first is None:
        raise DomainError(say("Only your last put-away can be undone."))
    product, to = first.product, first.location
    key = product.pk, to.warehouse_id
    supply = lock_supplies([key])[key]
    # Again under the lock: two taps would bring it back twice.
    if not moved.exists():
        raise DomainError(say("This put-away is undone already."))
    lines = StockMovement.objects.filter(subject_id=move_id, reason=PUT_AWAY)
    rows = list(lines.select_related("location"))
    units = sum(row.quantity for row in rows if row.location_id == to.pk)
    # What no order gets there, as it is blocked or expired, is needed by none.
    opened = Stock.objects.filter(IS_OPEN, product=product, location=to)
    lots = set(opened.values_list("lot", flat=True))
    needed = sum(row.quantity for row in rows if row.location_id == to.pk and row.lot in lots)
    if needed and promisable(supply) < needed:
        raise DomainError(
            say("{product}: too late to undo, an order needs these units.", product=product)
        )
    back = [
        Posting(row.seller_id, row.product_id, row.location_id, row.lot, -row.quantity, 0, move_id)
        for row in rows
    ]
    source = next(row.location for row in rows if row.location_id != to.pk)
    stocks = post(back, reason=PUT_AWAY, actor=actor)
    stock = next(row for row in stocks if row.location_id == source.pk)
    _record(stock, "put_away_undone", to, source, units, actor)
    return product, units, source


def put_aways_that_stand(worker: User) -> QuerySet[StockMovement]:
    """What this person put away in the last hours and nobody has brought back, newest first."""
    moment = timezone.now() - RECENT
    first_id = UUID(int=int(moment.timestamp() * 1000) << 80)  # ids sort by time
    back = StockMovement.objects.filter(
        product=OuterRef("product"),
        location=OuterRef("location"),
        at__gte=OuterRef("at"),
        subject_id=OuterRef("subject_id"),
        quantity__lt=0,
    )
    own = StockMovement.objects.filter(
        actor=worker, reason=PUT_AWAY, quantity__gt=0, location__is_staging=False, pk__gte=first_id
    )
    return own.filter(~Exists(back)).order_by("-pk")


def _refuse(product: Product, source: Location, to: Location, units: int) -> None:
    if units < 1:
        raise DomainError(say("Put away at least one unit."))
    if to.kind == Location.Kind.TOTE or to.is_staging:
        raise DomainError(say("{to} keeps no goods: choose a bin or a shelf.", to=to))
    refuse_closed(to)
    if not source.is_staging or to.warehouse_id != source.warehouse_id:
        raise DomainError(say("Nothing is put away from {source} to {to}.", source=source, to=to))
    if Stock.objects.filter(product=product, location=to, closed_at__isnull=False).exists():
        raise DomainError(say("{to} is to be counted first: choose another place.", to=to))


def _record(
    stock: Stock,
    what: str,
    source: Location,
    to: Location,
    units: int,
    actor: User | None,
    **data: str,
) -> None:
    places = {"location": str(source.pk), "to": str(to.pk), "product": str(stock.product_id)}
    record([Event.of(stock, what, actor=actor, quantity=units, **places, **data)])
