"""What orders need before they are made: a warehouse, its people, sellers, products and places."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from fulfillment.demo.seeding.names import ADJECTIVES, SHOPS, THINGS
from notifications.models.settings import speak_at_once
from orders.access import Role
from orders.keys import token_hash
from orders.models import (
    ApiKey,
    Barcode,
    Member,
    Product,
    SalesChannel,
    Seller,
    User,
    Warehouse,
)
from warehouse.models import Location, Stock, Supply

PRODUCTS = 240  # of a seller
SOLD_OUT = 4  # of these: orders for them wait
COURIERS = 12
TOTES = 60  # more than the stories need at once


@dataclass(frozen=True, slots=True)
class Good:
    """A product with its place and its supply."""

    product_id: UUID
    sku: str
    title: str
    price: int
    supply_id: UUID
    stock_id: UUID
    bin_id: UUID
    bin_code: str


@dataclass(frozen=True)
class Shop:
    """A seller, its sales channel and its goods: those that are there, and those sold out."""

    seller: Seller
    channel: SalesChannel
    goods: list[Good]
    sold_out: list[Good]


@dataclass(frozen=True)
class Base:
    """All that the orders refer to."""

    warehouse: Warehouse
    lead: User
    picker: User
    packer: User
    couriers: list[User]
    shops: list[Shop]


def make_base(sellers: int, password: str, key: str) -> Base:
    """Make the warehouse, its people and the sellers; `key` is the API key of the first one."""
    warehouse = Warehouse.objects.create(
        name="Berlin", code="SEED", street="Am Westhafen 1", postcode="13353", city="Berlin"
    )
    Location.objects.bulk_create(
        Location(warehouse=warehouse, code=f"T-{number}", kind=Location.Kind.TOTE)
        for number in range(1, TOTES + 1)
    )
    # One hash for everybody: to make one is slow on purpose.
    first = User.objects.create_user("lead@seed.example", password, name="Lea Lorenz")
    people = {
        role: _member(role, f"{role}@seed.example", name, first.password, warehouse)
        for role, name in ((Role.PICKER, "Pat Petrov"), (Role.PACKER, "Pia Park"))
    }
    Member.objects.create(user=first, role=Role.LEAD, warehouse=warehouse)
    couriers = [
        _member(
            Role.COURIER, f"courier-{n}@seed.example", f"Cory{n} Castro", first.password, warehouse
        )
        for n in range(1, COURIERS + 1)
    ]
    shops = [_shop(number, warehouse, first.password) for number in range(1, sellers + 1)]
    _api_key(shops[0], key)
    return Base(warehouse, first, people[Role.PICKER], people[Role.PACKER], couriers, shops)


def _member(role: Role, email: str, name: str, password: str, warehouse: Warehouse) -> User:
    user = User.objects.create(email=email, name=name, password=password)
    Member.objects.create(user=user, role=role, warehouse=warehouse)
    return user


def _shop(number: int, warehouse: Warehouse, password: str) -> Shop:
    word = SHOPS[(number - 1) % len(SHOPS)]
    slug = f"{word.lower()}-{number}"
    seller = Seller.objects.create(
        name=f"{word} & Co {number}",
        slug=slug,
        email=f"shop@{slug}.example",
        support_email=f"help@{slug}.example",
        warehouse=warehouse,
    )
    speak_at_once(seller, texts_a_day=1_000_000)
    owner = User.objects.create(
        email=f"owner-{number}@seed.example", name=f"Ada{number} Ahlgren", password=password
    )
    Member.objects.create(user=owner, role=Role.OWNER, seller=seller)
    channel = SalesChannel.objects.create(seller=seller, kind=SalesChannel.Kind.API, name="API")
    goods = list(_goods(number, seller, warehouse))
    return Shop(seller, channel, goods[:-SOLD_OUT], goods[-SOLD_OUT:])


def _goods(number: int, seller: Seller, warehouse: Warehouse) -> Iterator[Good]:
    """The products with a bin each; what lies there is booked at the end."""
    products = Product.objects.bulk_create(
        Product(
            seller=seller,
            sku=f"{ADJECTIVES[n % len(ADJECTIVES)][:3].upper()}-{number}{n:03}",
            title=f"{ADJECTIVES[n % len(ADJECTIVES)]} {THINGS[n % len(THINGS)]} no. {n}",
            weight_grams=50 + 13 * n,
        )
        for n in range(PRODUCTS)
    )
    Barcode.objects.bulk_create(
        Barcode(seller=seller, product=product, code=f"40{number:05}{n:05}9")
        for n, product in enumerate(products)
    )
    bins = Location.objects.bulk_create(
        Location(
            warehouse=warehouse, code=f"S{number:02}-{n:03}", walk_position=number * PRODUCTS + n
        )
        for n in range(PRODUCTS)
    )
    stocks = Stock.objects.bulk_create(
        Stock(seller=seller, product=product, location=place)
        for product, place in zip(products, bins, strict=True)
    )
    supplies = Supply.objects.bulk_create(
        Supply(seller=seller, product=product, warehouse=warehouse) for product in products
    )
    for n, (product, place, stock, supply) in enumerate(
        zip(products, bins, stocks, supplies, strict=True)
    ):
        yield Good(
            product.pk, product.sku, product.title, 490 + 37 * n,
            supply.pk, stock.pk, place.pk, place.code,
        )  # fmt: skip


def _api_key(shop: Shop, key: str) -> None:
    ApiKey.objects.create(
        seller=shop.seller,
        channel=shop.channel,
        name="Seed",
        prefix=key[:8],
        key_hash=token_hash(key),
    )
