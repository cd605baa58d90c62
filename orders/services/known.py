"""The services of a seller as new orders meet them: read once a process and version."""

from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from orders.models import Destination, Seller, SellerWarehouse, Service
from orders.services.reach import Goal, Offer, first_offer

Kept = TypeVar("Kept")
MOST_REMEMBERED = 1_000  # sellers
Offers = tuple[Offer, ...]
Homes = frozenset[str]
# By version, which is another one whenever a service or the list of warehouses changes: nothing in
# it is ever out of date.
_known: dict[UUID, Offers] = {}
_homes: dict[UUID, Homes] = {}


def offers_of(seller: Seller) -> Offers:
    """The active services of a seller, in their order; the seller's warehouse must be loaded.

    A seller who never had any begins with own couriers in the warehouse's country, without a row.
    """
    version = seller.services_version
    if version is None:
        return (first_offer(seller),)
    if (offers := _known.get(version)) is None:
        rows = _read(seller)
        offers = tuple(
            offer_of(service, list(goals))
            for service, goals in groupby(rows, key=attrgetter("service"))
        )
        remember(version, offers, frozenset(rows[0].homes) if rows else None)
    return offers


def homes_of(seller: Seller) -> Homes:
    """The countries of the warehouses from which a seller ships; its usual one must be loaded.

    Who never made a service begins with the usual one: so it is until one is made.
    """
    version = seller.services_version
    if version is None:
        return frozenset((seller.warehouse.country,))
    if (homes := _homes.get(version)) is None:
        rows = SellerWarehouse.objects.filter(seller=seller.pk, removed_at__isnull=True).order_by()
        homes = frozenset(rows.values_list("warehouse__country", flat=True))
        _keep(_homes, version, homes)
    return homes


def remember(version: UUID, offers: Offers, homes: Homes | None = None) -> None:
    """Keep what the services of a seller are in this version, and where its warehouses."""
    _keep(_known, version, offers)
    if homes is not None:
        _keep(_homes, version, homes)


def _keep(known: dict[UUID, Kept], version: UUID, kept: Kept) -> None:
    if len(known) >= MOST_REMEMBERED:
        known.clear()
    known[version] = kept


def mark_changed(seller: Seller) -> None:
    """Give the services of a seller another version, in the transaction that changes them."""
    seller.services_version = uuid4()
    seller.save(update_fields=["services_version"])


def offer_of(service: Service, destinations: list[Destination]) -> Offer:
    """A service with its destinations, as new orders meet it."""
    return Offer(
        id=str(service.pk),
        name=service.name,
        carrier=service.carrier,
        days=service.days,
        cut_off=service.cut_off,
        goals=tuple(
            Goal(row.country, tuple(row.postcodes),
                 (row.days_min, row.days_max) if row.is_served else None)
            for row in destinations
        ),
        most_grams=service.most_grams,
        most_units=service.most_units,
        most_value=service.most_value,
        currency=service.currency,
    )  # fmt: skip


def _read(seller: Seller) -> list[Any]:
    """Destinations with their service, and the countries of the warehouses; one statement.

    A service without destinations goes nowhere.
    """
    rows = Destination.objects.select_related("service").filter(
        service__seller=seller.pk, service__is_active=True, service__deleted_at__isnull=True
    )
    houses = SellerWarehouse.objects.filter(
        seller=OuterRef("seller"), removed_at__isnull=True
    ).order_by()
    homes = ArraySubquery(houses.values("warehouse__country"))
    return list(rows.annotate(homes=homes).order_by("service__position", "service", "position"))
