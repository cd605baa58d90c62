"""A small building: few places, one cart, scarce goods of one seller, and the people in it."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from notifications.models.settings import speak_at_once
from orders.access import Role
from orders.intake.acceptance import accept_orders
from orders.keys import token_hash
from orders.models import (
    ApiKey,
    Member,
    Package,
    Product,
    Return,
    SalesChannel,
    Seller,
    Shipment,
    User,
    Warehouse,
)
from orders.shops.base import IncomingLine, IncomingOrder
from orders.states import PackageStatus, ReturnStatus, ShipmentStatus
from torture.hours import zone_by_day
from warehouse.floor.carts.rows import add_cart
from warehouse.models import Inbound, Location, PickList, Stock
from warehouse.states import INBOUND_OPEN
from warehouse.stock.receiving import receive_stock

SKUS = ("LAMP", "SHADE", "CORD", "BULB")
PLACES = ("A-01", "A-02", "B-01", "B-02", "B-03")
DOCK, CART, SLOTS, TOTES = "DOCK", "CART1", 4, 6
KEY = "fk_floor_" + "k" * 40
UNITS = 7  # of a product in each of two places
TO_INSPECT = (ReturnStatus.APPROVED, ReturnStatus.RECEIVED)


@dataclass
class Building:
    """The warehouse, its seller and who works there."""

    warehouse: Warehouse
    seller: Seller
    channel: SalesChannel
    people: dict[str, User] = field(default_factory=dict)

    def codes(self, luck: Random) -> dict[str, Callable[[], list[str]]]:
        """What somebody may have in hand, by what a screen asks for; the first that fits holds."""
        here = {"shipment__warehouse": self.warehouse}
        totes = Location.objects.filter(warehouse=self.warehouse, kind=Location.Kind.TOTE)
        labelled = Package.objects.filter(**here, status=PackageStatus.LABELLED)
        labelled = labelled.filter(shipment__status=ShipmentStatus.READY)
        picked = PickList.objects.filter(**here, shipment__status=ShipmentStatus.PICKED)
        boxes = Shipment.objects.filter(warehouse=self.warehouse, status=ShipmentStatus.PACKED)
        due = Return.objects.filter(seller=self.seller, status__in=TO_INSPECT)
        inbounds = Inbound.objects.filter(warehouse=self.warehouse, status__in=INBOUND_OPEN)
        docked = Stock.objects.filter(location__warehouse=self.warehouse, on_hand__gt=0)
        docked = docked.filter(location__code=DOCK)
        return {
            "return": lambda: list(due.values_list("number", flat=True)),
            "inbound": lambda: list(inbounds.values_list("number", flat=True)),
            "parcel": lambda: list(labelled.values_list("tracking_number", flat=True)),
            "tote or a shipment": lambda: [
                *picked.values_list("tote__code", flat=True),
                *(shipment.number for shipment in boxes),
            ],
            "next tote": lambda: list(picked.values_list("tote__code", flat=True)),
            "cart": lambda: [CART, f"T-{luck.randint(1, TOTES)}"],
            "slot": lambda: list(totes.values_list("code", flat=True)),
            "tote": lambda: list(totes.values_list("code", flat=True)),
            "its dock": lambda: list(docked.values_list("product__sku", flat=True)),
            "product": lambda: list(SKUS),
            "unit": lambda: list(SKUS),
            "what": lambda: list(SKUS),
            "location": lambda: [*PLACES, DOCK],
            "place": lambda: list(PLACES),
            "where": lambda: list(PLACES),
        }


def build(luck: Random, *, orders: int) -> Building:
    """The building with goods and orders that do not all find some; needs an empty database."""
    where = {"city": "Berlin", "time_zone": zone_by_day()}
    house = Warehouse.objects.create(name="Small", code="SMALL", scans_totes=True, **where)
    for position, code in enumerate((*PLACES, DOCK), start=1):
        is_dock = code == DOCK
        kind = Location.Kind.DOCK if is_dock else Location.Kind.BIN
        Location.objects.create(
            warehouse=house, code=code, kind=kind, walk_position=position, is_staging=is_dock
        )
    for number in range(TOTES):
        tote = f"T-{number + 1}"
        Location.objects.create(warehouse=house, code=tote, kind=Location.Kind.TOTE)
    add_cart(house, code=CART, slots=SLOTS)
    seller = Seller.objects.create(
        name="Scarce", slug="scarce", email="s@seller.example", warehouse=house
    )
    speak_at_once(seller)
    channel = SalesChannel.objects.create(seller=seller, kind="api", name="API")
    ApiKey.objects.create(
        seller=seller, channel=channel, name="Floor", prefix=KEY[:8], key_hash=token_hash(KEY)
    )
    built = Building(house, seller, channel)
    for number, sku in enumerate(SKUS):
        product = Product.objects.create(
            seller=seller, sku=sku, title=sku.title(), weight_grams=200 + 10 * number
        )
        for code in (PLACES[number], PLACES[-1 - number]):
            place = Location.objects.get(warehouse=house, code=code)
            receive_stock(location=place, product=product, quantity=UNITS, actor=None)
    accept_orders(channel, [order(luck) for _ in range(orders)])
    return built


def order(luck: Random) -> IncomingOrder:
    """What a customer buys: one to three products, few units of each."""
    name = uuid.UUID(int=luck.getrandbits(128), version=4).hex[:10]
    lines = [IncomingLine(sku=sku, title=sku, quantity=units) for sku, units in _units(luck)]
    return IncomingOrder(
        name, f"#{name}", datetime.now(UTC) - timedelta(minutes=1), lines,
        customer_name="Grace Hopper", email=f"{name}@customer.example", street="Linden 1",
        postcode="10117", city="Berlin", country="DE", language="en", currency="EUR",
    )  # fmt: skip


def _units(luck: Random) -> Iterator[tuple[str, int]]:
    for sku in luck.sample(SKUS, k=luck.choice([1, 1, 2, 3])):
        yield sku, luck.choice([1, 1, 2, 3])


def hire(built: Building, name: str, role: Role) -> User:
    """Somebody who works in the building, or for its seller."""
    user = User.objects.create_user(f"{name}@floor.example", name=name.title())
    where = {"seller": built.seller} if role == Role.OWNER else {"warehouse": built.warehouse}
    Member.objects.create(user=user, role=role, **where)
    built.people[name] = user
    return user
