"""Choose the service of an order: of a new one, and again where its address or goods changed."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, Sum
from django.utils import translation

from orders.carriers import CARRIERS
from orders.models import KitPart, Order, OrderLine, Product, Seller, Warehouse
from orders.services.known import homes_of, offers_of
from orders.services.reach import Place, Size, Start, chosen_of, look_at, snapshot

# What an order keeps that no service reaches: which services were looked at, and the carriers that
# were connected then.
LOOKED_AT, CONNECTED = "looked_at", "carriers"
# What an order keeps, beside its service, of warehouses with units that it lacks, from which no
# service brings them; looked at as above.
BEYOND, HOUSES = "beyond", "warehouses"
Kept = dict[str, Any]


def choose(seller: Seller, place: Place, size: Size) -> tuple[Kept, str]:
    """(what the order keeps, why no service takes it); no statement once they are known."""
    offers, start = offers_of(seller), Start(homes_of(seller))
    look, _ = chosen_of(offers, place, size, start)
    if look is None:
        with translation.override("en"):  # the reason is stored, whoever reads the page
            _, refusal = chosen_of(offers, place, size, start)
        return looked_at(seller), refusal
    return snapshot(look), ""


def looked_at(seller: Seller) -> Kept:
    """Which services and carriers there are now, kept by an order that they do not help."""
    version = seller.services_version
    return {LOOKED_AT: str(version) if version else None, CONNECTED: sorted(CARRIERS)}


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

    Our couriers drive in the country of each warehouse, also of a seller without services.
    """
    place = Place(order.country, order.postcode, order.city)
    seller = order.seller
    if seller.services_version is None:
        return seller.transit_days_max if place.country == warehouse.country else None
    start = Start((warehouse.country,), homes_of(seller))
    look, _ = chosen_of(offers_of(seller), place, Size(0), start)
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
            for look in look_at(offers_of(seller), place, size, Start(homes_of(seller)))
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


def is_beyond(order: Order) -> bool:
    """Whether units that it lacks lie where no service brings them from."""
    return BEYOND in (order.service or {})


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
