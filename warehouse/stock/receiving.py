"""Receive goods into a location; from then on they can be allocated."""

from django.db import transaction

from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, Product, User
from warehouse.models import Location, Stock, StockMovement
from warehouse.stock.postings import Posting, post


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
