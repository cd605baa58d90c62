"""The services of a seller as new orders meet them: read once a process and version."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from uuid import UUID, uuid4

from orders.models import Destination, Seller, Service
from orders.services.reach import Goal, Offer, first_offer

MOST_REMEMBERED = 1_000  # sellers
Offers = tuple[Offer, ...]
# By version, which is another one whenever a service changes: nothing in it is ever out of date.
_known: dict[UUID, Offers] = {}


def offers_of(seller: Seller) -> Offers:
    """The active services of a seller, in their order; the seller's warehouse must be loaded.

    A seller who never had any begins with own couriers in the warehouse's country, without a row.
    """
    version = seller.services_version
    if version is None:
        return (first_offer(seller),)
    if (offers := _known.get(version)) is None:
        offers = tuple(_read(seller))
        remember(version, offers)
    return offers


def remember(version: UUID, offers: Offers) -> None:
    """Keep what the services of a seller are in this version."""
    if len(_known) >= MOST_REMEMBERED:
        _known.clear()
    _known[version] = offers


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


def _read(seller: Seller) -> Iterator[Offer]:
    """One statement; a service without destinations goes nowhere."""
    rows = Destination.objects.select_related("service").filter(
        service__seller=seller.pk, service__is_active=True, service__deleted_at__isnull=True
    )
    ordered = rows.order_by("service__position", "service", "position")
    for service, goals in groupby(ordered, key=attrgetter("service")):
        yield offer_of(service, list(goals))
