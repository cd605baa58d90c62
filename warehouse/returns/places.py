"""Places to restock to: a bin or shelf of the warehouse, and what lies there already."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.utils import timezone

from orders.errors import DomainError
from orders.models import OrderLine, Product, Seller
from orders.returns.buildings import serves
from orders.words import say
from orders.words.writing import written
from warehouse.models import Location, Lot, PickLine, Stock
from warehouse.models.lots import WITHOUT_LOT
from warehouse.scanning.lot_codes import lot_in, printed_on
from warehouse.stock.closing import refuse_closed
from warehouse.stock.lots import chosen_code

FOR_SALE = (Location.Kind.BIN, Location.Kind.SHELF)
NAMED = 2


def place_for(location: Location | None, seller: Seller) -> Location:
    """The place, if goods are sold from it. Raises DomainError."""
    if location is None:
        raise DomainError(say("Scan the location to restock to."))
    usual, here = seller.warehouse, location.warehouse_id
    if location.kind not in FOR_SALE or not (here == usual.pk or serves(here, seller.pk)):
        raise DomainError(
            say("{location} is not a bin or shelf of {usual}.", location=location, usual=usual)
        )
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
    return _careful(Lot.objects.filter(product=product, code__in=picked.values("stock__lot")))


def lots_sent(line: OrderLine) -> QuerySet[Lot]:
    """The lots of which units of the product left with the order of a line."""
    picked = PickLine.objects.filter(
        shipment_line__line__order=line.order_id,
        stock__product=line.product_id,
        picked__gt=F("to_put_back"),
    )
    return Lot.objects.filter(product=line.product_id, code__in=picked.values("stock__lot"))


def strange_lot(line: OrderLine, code: str) -> str:
    """The lot in a code, where the order of the line was sent others; "" where nobody knows."""
    product, lot = line.product, lot_in(code)
    if not lot or product is None or not product.is_lot_tracked:
        return ""
    sent = {one.casefold() for one in lots_sent(line).values_list("code", flat=True)}
    return lot if sent and lot.casefold() not in sent else ""


def lot_back(line: OrderLine, code: str, place: Location) -> str:
    """The lot to which a returned unit goes: as its code says, else as it was sent.

    Raises DomainError for one that has expired, by the day of the place. Of several that were sent,
    nobody knows that it is that one: then no order gets it.
    """
    product = line.product
    if product is None or not product.is_lot_tracked:
        return ""
    lot = _noted(product, code) if lot_in(code) else lot_sent(line)
    today = timezone.localdate(timezone=ZoneInfo(place.warehouse.time_zone))
    old = Lot.objects.filter(product=product, code=lot, expires_on__lt=today).first()
    if old and (lot_in(code) or lots_sent(line).count() == 1):
        raise DomainError(
            say("Lot {lot} expired on {day}: write it off.", lot=lot, day=_day(old.expires_on))
        )
    return lot


def unread_lot(line: OrderLine, code: str, place: Location) -> str:
    """What is told of a unit whose lot nobody has read, where it counts as one that is not sold."""
    product = line.product
    if product is None or not product.is_lot_tracked or lot_in(code):
        return ""
    today = timezone.localdate(timezone=ZoneInfo(place.warehouse.time_zone))
    lot = Lot.objects.filter(product=product, code=lot_sent(line)).first()
    if lot and lot.blocked_at:
        told = "Its lot was not read: counted as lot {lot}, which is blocked. No order gets it."
        return say(told, lot=lot.code)
    if lot and lot.expires_on and lot.expires_on < today:
        told = (
            "Its lot was not read: counted as lot {lot}, which expired on {day}. No order gets it."
        )
        return say(told, lot=lot.code, day=_day(lot.expires_on))
    return ""


def lot_found(
    product: Product, line: OrderLine | None, codes: Iterable[str], *, chosen: str = ""
) -> str:
    """The lot of goods that were set aside; "" where their product has none.

    As one of these codes says it, and a new one is noted; as it was `chosen`; else as it was sent
    for the line, else a careful guess among the lots that lie somewhere.
    """
    if not product.is_lot_tracked:
        return ""
    if code := next((code for code in codes if lot_in(code)), ""):
        return _noted(product, code)
    if chosen in lots_to_choose(product, line):
        return "" if chosen == WITHOUT_LOT else chosen
    sent = lot_sent(line) if line else ""
    lying = Stock.objects.filter(product=product, on_hand__gt=0).values("lot")
    return sent or _careful(Lot.objects.filter(product=product, code__in=lying))


def lots_to_choose(product: Product, line: OrderLine | None) -> list[str]:
    """Of which lots goods that were set aside may be: sent for the line, or lying somewhere.

    None of a product that has no lots.
    """
    if not product.is_lot_tracked:
        return []
    picked = PickLine.objects.filter(stock__product=product, shipment_line__line=line)
    sent = picked.order_by("stock__lot").values_list("stock__lot", flat=True) if line else ()
    lying = Stock.objects.filter(product=product, on_hand__gt=0).order_by("lot")
    found = [*sent, *lying.values_list("lot", flat=True).distinct()]
    return list(dict.fromkeys(map(chosen_code, found)))


def _careful(lots: QuerySet[Lot]) -> str:
    first = (F("blocked_at").asc(nulls_last=True), F("expires_on").asc(nulls_last=True), "code")
    return lots.order_by(*first).values_list("code", flat=True).first() or ""


def _noted(product: Product, code: str) -> str:
    """The lot in a code as the books spell it; made where they have none."""
    lot = lot_in(code)
    known = Lot.objects.filter(product=product, code__iexact=lot).order_by("pk")
    if spelt := known.values_list("code", flat=True).first():
        return spelt
    try:
        expires_on = printed_on(code, today=timezone.localdate()).expires_on
    except DomainError:  # no day: a lead enters it
        expires_on = None
    new = Lot(seller_id=product.seller_id, product=product, code=lot, expires_on=expires_on)
    Lot.objects.bulk_create([new], ignore_conflicts=True)
    return lot


def _day(day: date | None) -> str:
    return written(day, "j F Y")


def said_of(location: Location, product: Product) -> str:
    """The place as the worker reads it: with what else lies there, for it may be the wrong one."""
    others = Stock.objects.filter(location=location, on_hand__gt=0).exclude(product=product)
    skus = list(others.order_by("product__sku").values_list("product__sku", flat=True).distinct())
    if not skus:
        return str(location)
    named, more = ", ".join(skus[:NAMED]), len(skus) - NAMED
    told = "{location}, where {others} also lies"
    if more > 0:
        told = "{location}, where {others} and {more} more also lies"
    return say(told, location=location, others=named, more=more)
