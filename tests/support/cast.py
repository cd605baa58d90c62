"""The cast: Ada and Bo sell, Pat picks, Lea leads, Cory drives; and the warehouse they share."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

from django.utils import timezone

from fulfillment.api.authentication import noted
from notifications.models.settings import speak_at_once
from orders.access import Role
from orders.accounts.sealing import SHOP_SECRETS
from orders.intake.acceptance import accept_orders
from orders.keys import token_hash
from orders.models import (
    ApiKey,
    Barcode,
    BulkJob,
    BulkRow,
    Call,
    Charge,
    DeadLetter,
    Destination,
    Import,
    KitPart,
    Member,
    Order,
    OrderView,
    PickupPoint,
    Picture,
    Problem,
    ProblemPhoto,
    Product,
    Push,
    Refund,
    RefundLine,
    Repair,
    RoutingRule,
    SalesChannel,
    Seller,
    SellerWarehouse,
    SentCopy,
    Service,
    ShopLink,
    ShopOrder,
    SkuAlias,
    User,
    Warehouse,
)
from orders.services.known import mark_changed, offer_of, remember
from orders.shops.base import IncomingLine, IncomingOrder
from warehouse.inbound.announcing import Announced, announce_inbound
from warehouse.inbound.receiving import report_damage
from warehouse.inbound.replenishing import set_face
from warehouse.models import Location, ReplenishTask
from warehouse.stock.lots import GivenLot
from warehouse.stock.receiving import receive_stock

PASSWORD = "correct horse battery"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 10:00 in Berlin, a working day

_numbers = count(1001)


@dataclass
class SellerSide:
    """A seller with a channel, an API key and one user who owns the business."""

    seller: Seller
    channel: SalesChannel
    api_key: str
    owner: User
    products: dict[str, Product] = field(default_factory=dict)


def make_user(email, name, role, *, seller=None, warehouse=None):
    """A user with one role; the password is PASSWORD."""
    user = User.objects.create_user(email, PASSWORD, name=name)
    Member.objects.create(user=user, role=role, seller=seller, warehouse=warehouse)
    return user


def make_warehouse(code="BER"):
    """A warehouse in Berlin with two bins and a dock."""
    warehouse = Warehouse.objects.create(name=f"Warehouse {code}", code=code, city="Berlin")
    for position, bin_code in enumerate(("A-01-1", "A-02-1", "B-01-1", "DOCK"), start=1):
        Location.objects.create(
            warehouse=warehouse,
            code=bin_code,
            kind=Location.Kind.DOCK if bin_code == "DOCK" else Location.Kind.BIN,
            walk_position=position,
        )
    return warehouse


def make_seller(name, email, warehouse, *, owner="Ada Ahlgren"):
    """A seller with a shop channel, a key for the API and its owner."""
    slug = name.lower().replace(" ", "-").replace("'", "")
    seller = Seller.objects.create(
        name=name,
        slug=slug,
        email=f"shop-{email}",
        support_email=f"help-{email}",
        warehouse=warehouse,
    )
    serve_everywhere(seller)
    speak_at_once(seller)
    channel = SalesChannel.objects.create(
        seller=seller,
        kind="shopify",
        name="Shop",
        secret=SHOP_SECRETS.close("hush"),
    )
    api = SalesChannel.objects.create(seller=seller, kind=SalesChannel.Kind.API, name="API")
    key = f"fk_test_{slug}_" + "k" * 32
    noted.moments.clear()  # else its first use may be that of an earlier test, or be due midway
    ApiKey.objects.create(
        seller=seller, channel=api, name="Test", prefix=key[:8], key_hash=token_hash(key)
    )
    user = make_user(email, owner, Role.OWNER, seller=seller)
    return SellerSide(seller=seller, channel=channel, api_key=key, owner=user)


def make_second_warehouse(seller, code="LEJ", *, city="Leipzig", postcode="04109"):
    """Another warehouse from which this seller ships, last on its list."""
    warehouse = make_warehouse(code)
    Warehouse.objects.filter(pk=warehouse.pk).update(name=city, city=city, postcode=postcode)
    SellerWarehouse.objects.create(
        seller=seller, warehouse=warehouse, position=seller.houses.count()
    )
    warehouse.refresh_from_db()
    return warehouse


def serve_everywhere(seller):
    """A service that brings parcels to any country in the seller's days; known without a look."""
    service = Service.objects.create(seller=seller, name="Own couriers", carrier="own", position=1)
    days = {"days_min": seller.transit_days_min, "days_max": seller.transit_days_max}
    goal = Destination.objects.create(
        seller=seller, service=service, position=1, country="*", **days
    )
    mark_changed(seller)
    homes = frozenset((seller.warehouse.country,))
    remember(seller.services_version, (offer_of(service, [goal]),), homes)


def make_product(side, sku, title, *, barcode=""):
    """A product of this seller, with a barcode if given."""
    product = Product.objects.create(seller=side.seller, sku=sku, title=title, weight_grams=250)
    if barcode:
        Barcode.objects.create(seller=side.seller, product=product, code=barcode)
    side.products[sku] = product
    return product


def put_stock(product, quantity, *, bin_code="A-01-1", lot="", expires_on=None, warehouse=None):
    """Receive units of a product into a bin of its seller's usual warehouse, or of another."""
    warehouse = warehouse or product.seller.warehouse
    location = Location.objects.get(warehouse=warehouse, code=bin_code)
    given = GivenLot(lot, expires_on)
    return receive_stock(
        location=location, product=product, quantity=quantity, lot=given, actor=None
    )


def incoming(lines, **fields):
    """An order as a shop reports it: {sku: quantity}, to Grace in Berlin unless said otherwise."""
    number = f"#{next(_numbers)}"
    given = {
        "reference": f"ref-{number}",
        "number": number,
        "placed_at": MONDAY,
        "customer_name": "Grace Hopper",
        "email": "grace@example.com",
        "phone": "+4915112345678",
        "street": "Unter den Linden 1",
        "postcode": "10117",
        "city": "Berlin",
        "country": "DE",
        "language": "en",
        "currency": "EUR",
    } | fields
    return IncomingOrder(
        lines=[
            IncomingLine(sku=sku, title=f"Title of {sku}", quantity=quantity, unit_price=1999)
            for sku, quantity in lines.items()
        ],
        **given,
    )


def make_refused_call(order):
    """A call of the order's shop that could not be read."""
    return Call.objects.create(
        seller=order.seller,
        channel=order.channel,
        order=order,
        topic="orders/updated",
        body=b'{"id": null}',
        state=Call.State.REFUSED,
        problems=[["id", "expected the id of the order, got nothing"], ["name", "too long"]],
    )


def make_alias(side, sku="old-lamp"):
    """What the shop of this seller calls its lamp."""
    return SkuAlias.objects.create(
        seller=side.seller, channel=side.channel, sku=sku, product=side.products["LAMP"]
    )


def make_kit(side, sku="BOX", title="Box", parts=None):
    """A kit of this seller, of {SKU: units}; else of one lamp."""
    kit = make_product(side, sku, title)
    for part_sku, units in (parts or {"LAMP": 1}).items():
        part = side.products[part_sku]
        KitPart.objects.create(seller=side.seller, kit=kit, part=part, units=units)
    return kit


def make_picture(product):
    """A picture of a product; nobody can see anything on it."""
    return Picture.objects.create(
        seller=product.seller, product=product, image=b"", width=1, height=1, version="0"
    )


def make_import(side):
    """A file of this seller whose columns are to be chosen."""
    return Import.objects.create(
        seller=side.seller,
        kind="products",
        name="a.csv",
        size=8,
        headings=["SKU"],
        content=b"SKU\nLAMP",
        form={"format": "csv", "encoding": "utf-8", "separator": ","},
    )


def make_location_file(warehouse):
    """A file of locations that nobody has checked."""
    return Import.objects.create(
        warehouse=warehouse,
        kind="locations",
        name="a.csv",
        size=14,
        headings=["Location"],
        content=b"Location\nZ-01-01",
        form={"format": "csv", "encoding": "utf-8", "separator": ","},
    )


def make_copy(message):
    """The message, with a copy of what it said when it left."""
    SentCopy.objects.create(
        seller=message.seller, order=message.order, message=message.pk, subject="Hello",
        text="Hello", html="<p>Hello</p>",
    )  # fmt: skip
    return message


def make_bulk_job(order):
    """A job over one order that nobody has worked at."""
    job = BulkJob.objects.create(
        seller=order.seller, act=BulkJob.Act.TAG, given={"tag": "gift"}, total=1
    )
    BulkRow.objects.create(seller=order.seller, job=job, order=order, position=1)
    return job


def make_view(side):
    """A view of the order list, shared."""
    return OrderView.objects.create(seller=side.seller, name="Held", query="status=on_hold")


def make_rule(side):
    """A routing rule of this seller."""
    return RoutingRule.objects.create(seller=side.seller, name="Far", position=1, priority=10)


def make_failed_push(order):
    """What the order's shop, which is linked, could not be told."""
    ShopLink.objects.create(
        seller=order.seller, channel=order.channel, address="https://a.myshopify.com", token="",
        is_active=False,
    )  # fmt: skip
    return Push.objects.create(
        seller=order.seller,
        channel=order.channel,
        order=order,
        event=order.events.get(kind="order.received"),
        what=Push.What.CANCELLED,
        subject_id=order.pk,
        state=Push.State.FAILED,
        reason="The shop does not know this order.",
    )


def make_difference(order):
    """What its shop says of the order, which can no longer be done."""
    return ShopOrder.objects.create(
        seller=order.seller,
        channel=order.channel,
        reference=order.reference,
        order=order,
        differences=[["under_way", "1 × Lamp"]],
        differs_at=timezone.now(),
    )


def make_problem(package):
    """What the customer reports of a parcel, with a photo."""
    line = package.lines.first().shipment_line.line
    problem = Problem.objects.create(
        seller=package.seller,
        order=package.order,
        package=package,
        line=line,
        kind="damaged",
        quantity=1,
    )
    return ProblemPhoto.objects.create(
        seller=package.seller, problem=problem, image=b"", width=1, height=1
    )


def make_refund(order_return):
    """What is owed for a return, with its line."""
    order, seller = order_return.order, order_return.seller
    Charge.objects.create(seller=seller, order=order, paid=1999, owed=1999)
    refund = Refund.objects.create(
        seller=seller, order=order, order_return=order_return,
        currency="EUR", goods=1999, amount=1999,
    )  # fmt: skip
    line = order.lines.order_by("position")[0]
    RefundLine.objects.create(seller=seller, refund=refund, line=line, units=1, goods=1999)
    return refund


def make_repair(order_return):
    """Units of a return of which somebody has to say whether they are repaired."""
    order = order_return.order
    return Repair.objects.create(
        seller=order.seller, order=order, order_return=order_return,
        return_line=order_return.lines.get(), quantity=1, status="waiting",
    )  # fmt: skip


def make_inbound(side, lines, **fields):
    """Goods of this seller that are announced for Tuesday: {sku: units}."""
    given = {"reference": "PO 77", "expected_on": date(2026, 11, 24), "actor": side.owner} | fields
    announced = [Announced(sku, units) for sku, units in lines.items()]
    return announce_inbound(side.seller, lines=announced, **given)


def make_damage(inbound, product, actor):
    """A unit that arrived damaged, with a photo."""
    damage = report_damage(inbound, product=product, units=1, reason="wet", actor=actor)
    damage.image, damage.width, damage.height = b"", 1, 1
    damage.save(update_fields=["image", "width", "height"])
    return damage


def make_refill(product, actor):
    """A task to bring 4 units from the dock to the product's pick face, A-01-1."""
    places = Location.objects.filter(warehouse=product.seller.warehouse)
    face = set_face(product, places.get(code="A-01-1"), minimum=5, target=10, actor=actor)
    return ReplenishTask.objects.create(
        seller=product.seller, face=face, source=places.get(code="DOCK"), units=4
    )


def make_point(warehouse, name="Kiosk Yilmaz", **fields):
    """A pickup point in the middle of Berlin, open on weekdays and on Saturday mornings."""
    hours = ["9:00–18:00"] * 5 + ["9:00–12:00", ""]
    address = {"street": "Torstraße 9", "postcode": "10119", "city": "Berlin", "country": "DE"}
    return PickupPoint.objects.create(
        warehouse=warehouse, name=name, **{"hours": hours} | address | fields
    )


def make_dead_letter(order: Order) -> DeadLetter:
    """An order that the allocator gave up once, due again in an hour."""
    return DeadLetter.objects.create(
        seller=order.seller,
        order=order,
        work="allocation",
        title="Reserving stock",
        error="DataError",
        retry_at=timezone.now() + timedelta(hours=1),
    )


def make_order(side, lines, **fields):
    """An accepted order of this seller: {sku: quantity}."""
    result = accept_orders(side.channel, [incoming(lines, **fields)])[0]
    return Order.objects.get(pk=result.order_id)
