"""Places to restock to: a bin or shelf of the warehouse, and what lies there already."""

from django.db.models import F

from orders.errors import DomainError
from orders.models import OrderLine, Product, Warehouse
from warehouse.models import Location, Lot, PickLine, Stock
from warehouse.stock.closing import refuse_closed

FOR_SALE = (Location.Kind.BIN, Location.Kind.SHELF)
NAMED = 2


def place_for(location: Location | None, warehouse: Warehouse) -> Location:
    """The place, if goods are sold from it. Raises DomainError."""
    if location is None:
        raise DomainError("Scan the location to restock to.")
    if location.warehouse_id != warehouse.pk or location.kind not in FOR_SALE:
        raise DomainError(f"{location} is not a bin or shelf of {warehouse}.")
    refuse_closed(location)
    return location


def lot_sent(line: OrderLine) -> str:
    """The lot of which units of an order line were sent; "" where its product has none.

    Where they were of several nobody knows which came back: a blocked one, else the first that
    expires, so that nothing is sold again that may not be.
    """
    product = line.product
    if product is None or not product.is_lot_tracked:
        return ""
    picked = PickLine.objects.filter(
        shipment_line__line=line, stock__product=product, picked__gt=F("to_put_back")
    )
    lots = Lot.objects.filter(product=product, code__in=picked.values("stock__lot"))
    first = (F("blocked_at").asc(nulls_last=True), F("expires_on").asc(nulls_last=True), "code")
    return lots.order_by(*first).values_list("code", flat=True).first() or ""


def said_of(location: Location, product: Product) -> str:
    """The place as the worker reads it: with what else lies there, for it may be the wrong one."""
    others = Stock.objects.filter(location=location, on_hand__gt=0).exclude(product=product)
    skus = list(others.order_by("product__sku").values_list("product__sku", flat=True).distinct())
    if not skus:
        return str(location)
    more = f" and {len(skus) - NAMED} more" if len(skus) > NAMED else ""
    return f"{location}, where {', '.join(skus[:NAMED])}{more} also lies"
