"""Fill an empty portal with a demo: sellers, a warehouse, its people, orders on their way."""

import random
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from fulfillment.demo import data as demo_data
from fulfillment.demo.command import DemoCommand
from fulfillment.demo.people import Crew, fulfil, pack, pick
from fulfillment.demo.pictures import picture_of
from notifications.models.settings import speak_at_once
from orders.access import SELLER_ROLES, Role
from orders.accounts.connections import valid_secrets
from orders.accounts.sealing import SHOP_SECRETS
from orders.catalogue.pictures import keep_picture
from orders.intake.acceptance import accept_orders
from orders.keys import token_hash
from orders.models import ApiKey, Barcode, Member, Product, SalesChannel, Seller, User, Warehouse
from orders.shops.base import IncomingLine, IncomingOrder
from warehouse.documents.code_labels import label_sheet
from warehouse.documents.papers import PAPERS
from warehouse.models import Location
from warehouse.places.labels import SOURCES, UNIT_BARCODES
from warehouse.places.making import begin_of, make_places
from warehouse.places.scheme import Scheme
from warehouse.scanning.commands import COMMANDS
from warehouse.stock.allocation import allocate_due
from warehouse.stock.receiving import receive_stock

ORDERS_PER_SELLER = 12
SHEET = "demo-labels.pdf"
SHIPPED, PACKED = 6, 3  # of all orders; the rest waits for you to pick it


class Command(DemoCommand):
    help = "Make the demo once; a portal that has a seller is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        if Seller.objects.exists():
            self.stdout.write("There is data already: the demo was not made again.")
            return
        words = "-".join(secrets.choice(WORDS) for _ in range(3))
        warehouse = _warehouse()
        channels = [_seller(code, warehouse) for code in demo_data.SELLERS]
        people = _people(warehouse, words)
        keys = [_api_key(channel.seller) for channel in channels]
        self.stdout.write("  sellers, products and people made")
        for channel in channels:
            accept_orders(channel, list(_orders(channel)))
        allocate_due()
        crew = Crew(warehouse, people["pat@demo.example"], people["pia@demo.example"])
        fulfil(crew, most=SHIPPED)
        for shipment in pick(crew, PACKED):
            pack(shipment, crew)
        self.stdout.write("  orders made; some are on their way, some wait for you")
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        (settings.VAR_DIR / "demo.txt").write_text(
            "\n".join(_log_ins(words, channels, keys)) + "\n"
        )
        (settings.VAR_DIR / SHEET).write_bytes(_sheet(warehouse))


WORDS = (
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "indigo", "juniper",
    "kelp", "lotus", "maple",
)  # fmt: skip


def _warehouse() -> Warehouse:
    warehouse = Warehouse.objects.create(
        name="Berlin", code="BER", street="Am Westhafen 1", postcode="13353", city="Berlin"
    )
    for block in demo_data.BLOCKS:
        shape = Scheme(zone=block, **demo_data.BLOCK, begins_at=begin_of(warehouse, block))
        make_places(warehouse, shape, kind=Location.Kind.BIN, is_staging=False, zone=block)
    Location.objects.create(warehouse=warehouse, code="DOCK", kind=Location.Kind.DOCK)
    warehouse.refresh_from_db()
    return warehouse


def _sheet(warehouse: Warehouse) -> bytes:
    """Labels to print and scan: of the places with goods, of totes, products and commands."""
    here = Location.objects.filter(warehouse=warehouse)
    places = here.filter(stocks__on_hand__gt=0).exclude(kind=Location.Kind.TOTE)
    totes = here.filter(kind=Location.Kind.TOTE)
    shown: dict[str, list[Any]] = {
        "locations": list(places.distinct().order_by("code")),
        "totes": list(totes.order_by("code")),
        "products": list(Product.objects.order_by("sku").prefetch_related(UNIT_BARCODES)),
        "commands": list(COMMANDS),
    }
    labels = [SOURCES[what].label(row) for what, rows in shown.items() for row in rows]
    return label_sheet(labels, PAPERS["a4-24"])


def _seller(code: str, warehouse: Warehouse) -> SalesChannel:
    name, email, support = demo_data.SELLERS[code]
    seller = Seller.objects.create(
        name=name, slug=code, email=email, support_email=support, warehouse=warehouse
    )
    speak_at_once(seller)  # no calm, so that the demo shows messages at once
    bins = iter(_bins_for(code, warehouse))
    for sku, title, barcode, grams in demo_data.PRODUCTS[code]:
        product = Product.objects.create(seller=seller, sku=sku, title=title, weight_grams=grams)
        Barcode.objects.create(seller=seller, product=product, code=barcode)
        quantity = demo_data.SCARCE.get(sku, 40)
        receive_stock(location=next(bins), product=product, quantity=quantity, actor=None)
        keep_picture(product, picture_of(sku), actor=None)
    return SalesChannel.objects.create(
        seller=seller,
        kind="shopify",
        name="Web shop",
        secret=SHOP_SECRETS.close(secrets.token_hex(16)),
    )


def _bins_for(code: str, warehouse: Warehouse) -> list[Location]:
    """A bin for each product of a seller, all over both blocks; the same ones in each demo."""
    free = Location.objects.filter(warehouse=warehouse, kind=Location.Kind.BIN, stocks=None)
    luck = random.Random(code)  # noqa: S311 - a demo, not a secret
    return luck.sample(list(free.order_by("code")), len(demo_data.PRODUCTS[code]))


def _people(warehouse: Warehouse, password: str) -> dict[str, User]:
    people = {}
    for email, name, role, code in demo_data.PEOPLE:
        user = people[email] = User.objects.create_user(email, password, name=name)
        seller = Seller.objects.get(slug=code) if role in SELLER_ROLES else None
        Member.objects.create(
            user=user, role=role, seller=seller, warehouse=None if seller else warehouse
        )
    operator = User.objects.create_superuser("operator@demo.example", password, name="Ole Operator")
    Member.objects.create(user=operator, role=Role.OPERATOR)
    return people


def _api_key(seller: Seller) -> str:
    channel = SalesChannel.objects.create(seller=seller, kind=SalesChannel.Kind.API, name="API")
    key = f"fk_{secrets.token_urlsafe(32)}"
    ApiKey.objects.create(
        seller=seller, channel=channel, name="Demo", prefix=key[:8], key_hash=token_hash(key)
    )
    return key


def _orders(channel: SalesChannel) -> Iterator[IncomingOrder]:
    """Orders of the last hours; seeded, so the same in each demo but for their dates."""
    luck = random.Random(channel.seller.slug)  # noqa: S311 - a demo, not a secret
    skus = [row[0] for row in demo_data.PRODUCTS[channel.seller.slug]]
    titles = {row[0]: row[1] for row in demo_data.PRODUCTS[channel.seller.slug]}
    for number in range(ORDERS_PER_SELLER):
        name, street, postcode, city = demo_data.CUSTOMERS[number % len(demo_data.CUSTOMERS)]
        chosen = luck.sample(skus, luck.choice((1, 1, 2, 3)))
        if number == ORDERS_PER_SELLER - 1 and channel.seller.slug == "ada":
            chosen = [demo_data.UNKNOWN_SKU]
        lines = [
            IncomingLine(sku, titles.get(sku, "Desk lamp, copper"), luck.choice((1, 1, 2)), 2490)
            for sku in chosen
        ]
        yield IncomingOrder(
            reference=f"demo-{channel.seller.slug}-{number}",
            number=f"#{1001 + number}",
            placed_at=timezone.now() - timedelta(hours=ORDERS_PER_SELLER - number),
            lines=lines,
            customer_name=name,
            email=f"{demo_data.mailbox(name)}@customer.example",
            phone=f"+49151120010{number:02}",
            street=street
            if number != ORDERS_PER_SELLER // 2 or channel.seller.slug == "ada"
            else "",
            postcode=postcode,
            city=city,
            country="DE",
            language="en",
            currency="EUR",
            is_gift=number == 3,
        )


def _log_ins(password: str, channels: list[SalesChannel], keys: list[str]) -> Iterator[str]:
    yield f"Everybody's password: {password}"
    for email, name, role, _ in demo_data.PEOPLE:
        yield f"  {email:24} {name}, {Role(role).label.lower()}"
    yield f"  {'operator@demo.example':24} Ole Operator, operator (/admin/)"
    yield f"Labels to print and scan: {settings.VAR_DIR / SHEET}"
    for channel, key in zip(channels, keys, strict=True):
        yield f"API key of {channel.seller.name}: {key}"
        yield f"Shopify hook: /hooks/shops/{channel.pk}/ signed with {valid_secrets(channel)[0]}"
