"""Receive goods into a location, from then on they can be allocated; and undo a receipt."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from orders.accounts.buildings import has_left
from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import move_back
from orders.models import Event, Product, User
from orders.words import say
from warehouse.models import Inbound, InboundLine, Location, Stock, StockMovement
from warehouse.states import INBOUND_OPEN, InboundStatus
from warehouse.stock.closing import may_leave, promisable, refuse_closed
from warehouse.stock.lots import NO_LOT, GivenLot, note_lot, today_in
from warehouse.stock.postings import Posting, lock_supplies, post, post_into

RECENT = timedelta(hours=12)


@transaction.atomic(savepoint=False)
def receive_stock(
    *,
    location: Location,
    product: Product,
    quantity: int,
    lot: GivenLot = NO_LOT,
    subject_id: UUID | None = None,
    actor: User | None,
) -> Stock:
    """Post received units to a location; the event wakes the allocator for backordered lines.

    Of a product that has lots, `lot` is noted with its date, which a receipt never changes.

    `subject_id` is the inbound line of units that a seller announced.
    """
    if quantity < 1:
        raise DomainError(say("Receive at least one unit."))
    if location.kind == Location.Kind.TOTE:
        raise DomainError(
            say("{location} is a tote: receive into a bin, a shelf or a dock.", location=location)
        )
    refuse_closed(location)
    refuse_left(location, product)
    if product.is_lot_tracked or lot.code:  # before supplies and stocks are locked
        lot = lot._replace(code=note_lot(product, lot, today=today_in(location.warehouse)).code)
    posting = Posting(
        product.seller_id, product.pk, location.pk, lot.code, quantity, subject_id=subject_id
    )
    received_as = StockMovement.Reason.RECEIVED
    stock = post_into(location, [posting], reason=received_as, actor=actor)[0]
    received = Event.of(
        stock,
        "received",
        actor=actor,
        product=str(product.pk),
        location=str(location.pk),
        quantity=quantity,
    )
    record([received])
    return stock


def refuse_left(location: Location, product: Product) -> None:
    """Refuse units for a warehouse that their seller has left: nobody leaves it until the end.

    Before lots, supplies and stocks are locked.
    """
    if has_left(product.seller_id, location.warehouse_id):
        told = "{product}: its seller keeps nothing in {warehouse} any more. Set it aside."
        raise DomainError(say(told, product=product, warehouse=location.warehouse))


def receipts_that_stand() -> QuerySet[StockMovement]:
    """The receipts that nobody has undone."""
    undone = StockMovement.objects.filter(
        product=OuterRef("product"),
        location=OuterRef("location"),
        at__gte=OuterRef("at"),
        subject_id=OuterRef("pk"),
    )
    received = StockMovement.objects.filter(reason=StockMovement.Reason.RECEIVED, quantity__gt=0)
    return received.filter(~Exists(undone))


def recent_receipts(worker: User) -> QuerySet[StockMovement]:
    """The receipts of this person in the last hours that stand, newest first."""
    moment = timezone.now() - RECENT
    first_id = UUID(int=int(moment.timestamp() * 1000) << 80)  # ids sort by time
    return receipts_that_stand().filter(actor=worker, pk__gte=first_id).order_by("-pk")


@transaction.atomic(savepoint=False)
def undo_receipt(receipt: StockMovement, *, actor: User | None) -> Stock:
    """Take the units of a receipt off the books again, by a movement of its own.

    Those of an inbound are no longer counted there either. Raises DomainError when it is undone
    already, its inbound is closed, or its units are promised or picked.
    """
    inbound, line = _announced(receipt)
    key = receipt.product_id, receipt.location.warehouse_id
    supply = lock_supplies([key])[key]
    if not receipts_that_stand().filter(pk=receipt.pk).exists():
        raise DomainError(say("This receipt is undone already."))
    stock = Stock.objects.get(
        product=receipt.product_id, location=receipt.location_id, lot=receipt.lot
    )
    if stock.on_hand < receipt.quantity <= promisable(supply):
        raise DomainError(
            say(
                "{product}: too late to undo, they left {location}.",
                product=receipt.product,
                location=receipt.location,
            )
        )
    if not may_leave(stock, supply, receipt.quantity):
        raise DomainError(
            say("{product}: too late to undo, an order needs these units.", product=receipt.product)
        )
    back = Posting.at(stock, -receipt.quantity, subject_id=receipt.pk)
    stock = post([back], reason=StockMovement.Reason.RECEIVED, actor=actor)[0]
    if inbound and line:
        take_back(inbound, line, "received", receipt.quantity, actor=actor)
    data = {"product": str(receipt.product_id), "location": str(receipt.location_id)}
    record([Event.of(stock, "received_undone", actor=actor, quantity=receipt.quantity, **data)])
    return stock


@transaction.atomic(savepoint=False)
def take_back(
    inbound: Inbound, line: InboundLine, counter: str, units: int, *, actor: User | None
) -> None:
    """Count units of an inbound no longer, under its lock; `counter`: received or damaged.

    A line of which nothing was announced or came is gone. Where nothing of all came, the inbound
    is announced again: it can be cancelled, or received another day.
    """
    InboundLine.objects.filter(pk=line.pk).update(**{counter: F(counter) - units})
    inbound.lines.filter(pk=line.pk, announced=0, received=0, damaged=0).delete()
    if not inbound.lines.filter(Q(received__gt=0) | Q(damaged__gt=0)).exists():
        move_back([inbound], InboundStatus.ANNOUNCED, actor=actor)


def _announced(receipt: StockMovement) -> tuple[Inbound | None, InboundLine | None]:
    """The inbound of a receipt, row-locked, and its line. Raises DomainError if it is closed."""
    line = InboundLine.objects.filter(pk__in=[receipt.subject_id]).first()
    if line is None:
        return None, None
    inbound = Inbound.objects.select_for_update(no_key=True).get(pk=line.inbound_id)
    if inbound.status not in INBOUND_OPEN:
        raise DomainError(say("{inbound} is closed: adjust the books instead.", inbound=inbound))
    return inbound, line
