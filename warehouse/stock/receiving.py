"""Receive goods into a location, from then on they can be allocated; and undo a receipt."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, Product, User
from warehouse.models import Location, Stock, StockMovement
from warehouse.stock.postings import Posting, lock_supplies, post


@transaction.atomic(savepoint=False)
def receive_stock(
    *, location: Location, product: Product, quantity: int, lot: str = "", actor: User | None
) -> Stock:
    """Post received units to a location; the event wakes the allocator for backordered lines."""
    if quantity < 1:
        raise DomainError("Receive at least one unit.")
    if location.kind == Location.Kind.TOTE:
        raise DomainError(f"{location} is a tote: receive into a bin, a shelf or a dock.")
    posting = Posting(product.seller_id, product.pk, location.pk, lot=lot, quantity=quantity)
    stock = post([posting], reason=StockMovement.Reason.RECEIVED, actor=actor)[0]
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


@transaction.atomic(savepoint=False)
def undo_receipt(receipt: StockMovement, *, actor: User | None) -> Stock:
    """Take the units of a receipt off the books again, by a movement of its own.

    Raises DomainError when it is undone already, or its units are promised or picked.
    """
    key = receipt.product_id, receipt.location.warehouse_id
    supply = lock_supplies([key])[key]
    if not receipts_that_stand().filter(pk=receipt.pk).exists():
        raise DomainError("This receipt is undone already.")
    stock = Stock.objects.get(
        product=receipt.product_id, location=receipt.location_id, lot=receipt.lot
    )
    if min(stock.on_hand - stock.pinned, supply.available) < receipt.quantity:
        raise DomainError(f"{receipt.product}: too late to undo, an order needs these units.")
    back = Posting.at(stock, -receipt.quantity, subject_id=receipt.pk)
    stock = post([back], reason=StockMovement.Reason.RECEIVED, actor=actor)[0]
    data = {"product": str(receipt.product_id), "location": str(receipt.location_id)}
    record([Event.of(stock, "received_undone", actor=actor, quantity=receipt.quantity, **data)])
    return stock
