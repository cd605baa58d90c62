"""Choose the service of an order: of a new one, and again where its address or goods changed."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, Sum
from django.utils import translation

from orders.carriers import CARRIERS
from orders.models import KitPart, Order, OrderLine, Product, Seller, Warehouse
from orders.services.known import offers_of
from orders.services.reach import Place, Size, chosen_of, look_at, snapshot

# What an order keeps that no service reaches: which services were looked at, and the carriers that
# were connected then.
LOOKED_AT, CONNECTED = "looked_at", "carriers"
Kept = dict[str, Any]


def choose(seller: Seller, place: Place, size: Size) -> tuple[Kept, str]:
    """(what the order keeps, why no service takes it); no statement once they are known."""
    offers, home = offers_of(seller), seller.warehouse.country
    look, _ = chosen_of(offers, place, size, home)
    if look is None:
        with translation.override("en"):  # the reason is stored, whoever reads the page
            _, refusal = chosen_of(offers, place, size, home)
        version = seller.services_version
        looked_at = str(version) if version else None
        return {LOOKED_AT: looked_at, CONNECTED: sorted(CARRIERS)}, refusal
    return snapshot(look), ""


def needs_weight(seller: Seller) -> bool:
    """Whether a service of the seller takes only so much weight."""
    return any(offer.most_grams is not None for offer in offers_of(seller))


def has_limits(seller: Seller) -> bool:
    """Whether a service of the seller takes only so many goods."""
    return any(
        limit is not None
        for offer in offers_of(seller)
        for limit in (offer.most_grams, offer.most_units, offer.most_value)
    )


def transit_days(order: Order, warehouse: Warehouse) -> int | None:
    """How many days it travels at most from a warehouse; None: nothing brings it from there.

    A seller without services has our couriers, who drive in the country of each warehouse.
    """
    place = Place(order.country, order.postcode, order.city)
    seller = order.seller
    if seller.services_version is None:
        return seller.transit_days_max if place.country == warehouse.country else None
    look, _ = chosen_of(offers_of(seller), place, Size(0), warehouse.country)
    return look.goal.days[1] if look and look.goal and look.goal.days else None


def is_by_country(seller: Seller) -> bool:
    """Whether the country of an order alone decides about its service: no postcode, no size."""
    offers = offers_of(seller)
    has_postcodes = any(goal.postcodes for offer in offers for goal in offer.goals)
    return not has_postcodes and not has_limits(seller)


def choose_again(order: Order, *, keep: bool = False) -> str:
    """Set the service of an order as it is now, which the caller saves; why none takes it.

    `keep`: that by which it was promised stays, as it was then, as long as it takes the order.
    """
    place = Place(order.country, order.postcode, order.city)
    size, seller = size_of(order), order.seller
    if (
        keep
        and order.service
        and any(
            look.offer.id == order.service.get("id") and not look.why_not
            for look in look_at(offers_of(seller), place, size, seller.warehouse.country)
            if is_reached(order)
        )
    ):
        return ""
    order.service, refusal = choose(seller, place, size)
    return refusal


def name_of(service: Kept | None) -> str:
    """What a service was called when it was chosen; "" where none was."""
    return str((service or {}).get("name", ""))


def is_reached(order: Order) -> bool:
    """Whether a service was found for an order; of those of before nobody asked."""
    return LOOKED_AT not in (order.service or {})


def size_of(order: Order) -> Size:
    """What is still wanted of an order."""
    rows = [
        (line, line.ordered - line.cancelled)
        for line in OrderLine.objects.filter(order=order, kit_line__isnull=True)
    ]
    ships = [(line.product_id, units) for line, units in rows if line.ships or line.is_kit]
    grams = 0
    if needs_weight(order.seller):
        weights = weights_of(product_id for product_id, _ in ships if product_id)
        grams = sum(weights.get(product_id, 0) * units for product_id, units in ships if product_id)
    return Size(
        units=sum(units for _, units in ships),
        value=sum(line.unit_price * units for line, units in rows),
        currency=order.currency,
        grams=grams,
    )


def weights_of(products: Iterable[UUID]) -> dict[UUID, int]:
    """{product: grams of a unit}; of a kit those of its parts. Two statements."""
    ids = set(products)
    weights = dict(Product.objects.filter(pk__in=ids).values_list("pk", "weight_grams"))
    parts = KitPart.objects.filter(kit__in=ids).values("kit")
    heavy = parts.annotate(grams=Sum(F("units") * F("part__weight_grams")))
    return weights | dict(heavy.values_list("kit", "grams"))
