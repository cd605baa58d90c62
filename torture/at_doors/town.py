"""Rows at every station, for each door that names one: orders on all their ways, people, keys."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from fulfillment.demo.people import Crew, hand_over_ready, pack, pick
from notifications.consent.blocking import block_address
from notifications.models import Endpoint
from notifications.models.settings import speak_at_once
from notifications.webhooks.signing import make_secret
from orders.access import Role, Viewer
from orders.accounts.invitations import Place, invite
from orders.accounts.sealing import SHOP_SECRETS, WEBHOOK_SECRETS
from orders.intake.acceptance import accept_orders
from orders.keys import invitation_tokens, token_hash
from orders.models import (
    ApiKey,
    Barcode,
    BulkJob,
    Call,
    Charge,
    DeadLetter,
    Import,
    KitPart,
    Member,
    Order,
    OrderView,
    Package,
    PickupPoint,
    Picture,
    Product,
    Push,
    Refund,
    Repair,
    Return,
    RoutingRule,
    SalesChannel,
    Seller,
    SellerApplication,
    SellerWarehouse,
    Service,
    ShopLink,
    ShopOrder,
    SkuAlias,
    User,
    Warehouse,
)
from orders.returns.handling import request_return
from orders.returns.own_reasons import begin_reasons
from orders.returns.reasons import REASONS
from orders.returns.rules import add_rule
from orders.shops.base import IncomingLine, IncomingOrder
from torture.at_doors.given import NOBODYS_PORT, POINT, PRINTER, SECRET
from torture.at_doors.photos import damage_of, photo_of
from torture.hours import coming_hour, zone_by_day
from warehouse.badges.badges import issue_badge
from warehouse.badges.devices import enrol_device
from warehouse.corrections.correcting import Change, correct
from warehouse.corrections.tasks_to_count import plan_counts
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.points import add_point
from warehouse.couriers.runs import deliver_stop, fail_stop, plan_run, start_run
from warehouse.floor.cartons import save_carton
from warehouse.floor.carts.rows import add_cart
from warehouse.floor.picking import take_next_pick_list
from warehouse.floor.walls.rows import add_wall
from warehouse.inbound.announcing import Announced, announce_inbound
from warehouse.inbound.replenishing import set_face
from warehouse.models import (
    Cart,
    Location,
    Lot,
    Manifest,
    Printer,
    PutWall,
    ReplenishTask,
    Run,
)
from warehouse.printing.printers import add_printer
from warehouse.returns.arrivals import record_stray
from warehouse.stock.allocation import allocate_due
from warehouse.stock.receiving import receive_stock


@dataclass
class Side:
    """A seller with its owner, its shop and its API key."""

    seller: Seller
    owner: User
    shop: SalesChannel
    key: str


@dataclass
class Town:
    """Two sellers, the people of a warehouse, and a row for each name in the addresses."""

    warehouse: Warehouse
    sides: list[Side]
    people: dict[Role, User]
    rows: dict[str, Any] = field(default_factory=dict)


def build() -> Town:
    """The town; needs an empty database."""
    place = {"city": "Berlin", "time_zone": zone_by_day()}
    warehouse = Warehouse.objects.create(name="Strange", code="STRANGE", **place)
    for position, code in enumerate(("S-01", "S-02", "DOCK"), start=1):
        kind = Location.Kind.DOCK if code == "DOCK" else Location.Kind.BIN
        Location.objects.create(warehouse=warehouse, code=code, kind=kind, walk_position=position)
    sides = [_side(name, warehouse) for name in ("one", "other")]
    people = {
        role: _user(f"{role}@strange.example", role, warehouse=warehouse)
        for role in (Role.LEAD, Role.PICKER, Role.PACKER, Role.COURIER)
    }
    people[Role.OWNER] = sides[0].owner
    people[Role.STAFF] = _user("staff@strange.example", Role.STAFF, seller=sides[0].seller)
    people[Role.OPERATOR] = _user("operator@strange.example", Role.OPERATOR)
    town = Town(warehouse, sides, people)
    _fill(town)
    return town


def _side(name: str, warehouse: Warehouse) -> Side:
    seller = Seller.objects.create(
        name=f"The {name}", slug=name, email=f"{name}@seller.example", warehouse=warehouse
    )
    speak_at_once(seller)
    shop = SalesChannel.objects.create(
        seller=seller, kind="shopify", name="Shop", secret=SHOP_SECRETS.close(SECRET)
    )
    api = SalesChannel.objects.create(seller=seller, kind=SalesChannel.Kind.API, name="API")
    key = f"fk_strange_{name}_" + "k" * 32
    ApiKey.objects.create(
        seller=seller, channel=api, name="Key", prefix=key[:8], key_hash=token_hash(key)
    )
    owner = _user(f"owner-{name}@strange.example", Role.OWNER, seller=seller)
    product = Product.objects.create(seller=seller, sku="LAMP", title="Lamp", weight_grams=250)
    Barcode.objects.create(seller=seller, product=product, code="4006381333931")
    Picture.objects.create(
        seller=seller, product=product, image=b"", width=1, height=1, version="0"
    )
    kit = Product.objects.create(seller=seller, sku="BOX", title="Box")
    KitPart.objects.create(seller=seller, kit=kit, part=product, units=1)
    location = Location.objects.get(warehouse=warehouse, code="S-01")
    receive_stock(location=location, product=product, quantity=1000, actor=None)
    return Side(seller, owner, shop, key)


def _user(email: str, role: Role, **place: Any) -> User:
    user = User.objects.create_user(email, name=f"A {role}")
    Member.objects.create(user=user, role=role, **place)
    return user


def _order(side: Side, reference: str, sku: str = "LAMP", **fields: Any) -> Order:
    given = {
        "customer_name": "Grace Hopper", "email": "grace@example.com", "phone": "+4915112345678",
        "street": "Unter den Linden 1", "postcode": "10117", "city": "Berlin", "country": "DE",
        "language": "en", "currency": "EUR",
    }  # fmt: skip
    placed_at = datetime.now(UTC)
    line = IncomingLine(sku=sku, title="A lamp", quantity=2, unit_price=1999)
    order = IncomingOrder(reference, f"#{reference}", placed_at, [line], **given | fields)
    (accepted,) = accept_orders(side.shop, [order])
    allocate_due()
    return Order.objects.get(pk=accepted.order_id)


def _fill(town: Town) -> None:
    side, people = town.sides[0], town.people
    crew = Crew(town.warehouse, people[Role.PICKER], people[Role.PACKER])
    delivered, failed, waiting = (_sent(town, crew, name) for name in ("done", "failed", "van"))
    deliver_stop(_run(town, delivered).stops.get(), received_by="Grace", actor=people[Role.COURIER])
    failed_at = _run(town, failed).stops.get()
    fail_stop(failed_at, reason=Package.Failure.NOT_HOME, actor=people[Role.COURIER])
    run = _run(town, waiting)
    ready = _order(side, "ready")
    for shipment in pick(crew):
        pack(shipment, crew)
    held = _order(side, "held", "NOBODY")
    _order(side, "nowhere", street="", city="")
    _order(side, "walk")
    walk = take_next_pick_list(warehouse=town.warehouse, actor=crew.picker)
    shipment = ready.shipments.get()
    sending = Endpoint.objects.create(
        seller=side.seller, url=NOBODYS_PORT, secret=WEBHOOK_SECRETS.close(make_secret())
    )
    _order(side, "told")
    photo = photo_of(delivered)
    asked = request_return(delivered, units={delivered.lines.get().pk: 1}, reason="changed_mind")
    differing = record_stray(side.seller, code="X", product=None, quantity=1, actor=crew.picker)
    lamp = Product.objects.get(seller=side.seller, sku="LAMP")
    place = Location.objects.filter(warehouse=town.warehouse).exclude(kind="tote")[0]
    coming = announce_inbound(
        side.seller, reference="A-1", expected_on=run.on, lines=[Announced("LAMP", 9)],
        actor=side.owner,
    )  # fmt: skip
    face = set_face(lamp, place, minimum=2, target=5, actor=crew.packer)
    town.rows = _who_comes(town) | {
        "faces": face,
        "refills": ReplenishTask.objects.create(
            seller=side.seller, face=face, units=1,
            source=Location.objects.exclude(pk=place.pk).exclude(kind="tote")[0],
        ),
        "inbound": coming, "damages": damage_of(coming, lamp, crew.packer),
        "orders": held, "holds": held.holds.get(), "lines": held.lines.get(),
        "dead-letters": _dead_letter(held), "calls": _refused_call(side, held),
        "aliases": SkuAlias.objects.create(
            seller=side.seller, channel=side.shop, sku="old-lamp",
            product=Product.objects.get(seller=side.seller, sku="LAMP"),
        ),
        "imports": Import.objects.create(
            seller=side.seller, kind="products", name="a.csv", size=2, headings=["SKU"],
            content=b"SKU\nLAMP",
        ),
        "bulk": BulkJob.objects.create(
            seller=side.seller, act="tag", given={"tag": "gift"}, total=0
        ),
        "views": OrderView.objects.create(seller=side.seller, name="Held", query="status=on_hold"),
        "rules": RoutingRule.objects.create(
            seller=side.seller, name="Far", position=1, countries=["JP"], priority=10
        ),
        "services": Service.objects.create(
            seller=side.seller, name="Post", position=1, carrier="own"
        ),
        "warehouses": SellerWarehouse.objects.get(seller=side.seller),
        "pushes": _failed_push(side, held),
        "differences": ShopOrder.objects.create(
            seller=side.seller, channel=side.shop, reference="differs", order=held,
            differences=[["under_way", "1 × Lamp"]], differs_at=timezone.now(),
        ),
        "keys": ApiKey.objects.get(seller=side.seller), "channels": side.shop,
        "sellers": side.seller,
        "mappings": SalesChannel.objects.get_or_create(
            seller=side.seller, kind="json", name="Stall"
        )[0],
        "stock": Product.objects.get(seller=side.seller, sku="LAMP"), "pick": walk,
        "parts": KitPart.objects.get(seller=side.seller),
        "barcodes": Barcode.objects.get(seller=side.seller),
        "short": walk.lines.first() if walk else None, "pack": shipment, "dispatch": shipment,
        "take-out": shipment.lines.first() if shipment else None,
        "walks": walk, "missing": walk.lines.first() if walk else None,
        "manifests": Manifest.objects.create(
            warehouse=town.warehouse, carrier="own", parcels=[], handed_over=0, expected=0,
            closed_by=crew.packer,
        ),
        "badges": issue_badge(crew.picker, warehouse=town.warehouse, actor=crew.packer)[0].user,
        "devices": enrol_device(town.warehouse, name="Scanner", actor=crew.packer)[0],
        "counts": plan_counts([place], cause="asked", actor=None)[0],
        "locations": place,
        "lots": Lot.objects.create(seller=side.seller, product=lamp, code="A7"),
        "location-files": Import.objects.create(
            warehouse=town.warehouse, kind="locations", name="a.csv", size=4,
            headings=["Location"], content=b"Location",
        ),
        "cartons": save_carton(
            crew.warehouse, code="BOX-M", name="Box M", grams=180, varies_grams=20
        ),
        "carts": Cart.objects.filter(warehouse=crew.warehouse).first()
        or add_cart(crew.warehouse, code="CART1", slots=4),
        "walls": PutWall.objects.filter(warehouse=crew.warehouse).first()
        or add_wall(crew.warehouse, code="WALL1", cells=4),
        "printers": Printer.objects.filter(warehouse=crew.warehouse).first()
        or add_printer(crew.warehouse, **PRINTER, actor=crew.packer)[0],
        "corrections": correct(Change(lamp, place, 999, "found"), actor=crew.packer),
        "boxes": shipment.packages.get(), "runs": run, "stops": run.stops.get(),
        "points": PickupPoint.objects.filter(warehouse=town.warehouse).first()
        or add_point(town.warehouse, POINT, actor=crew.packer),
        "return-rules": add_rule(side.seller, {"outcome": "review"}, actor=None),
        "return-reasons": begin_reasons(
            side.seller, {code: {"en": code} for code in REASONS}, actor=None
        )[0],
        "discrepancies": differing, "aside": differing, "returns": asked,
        "repairs": Repair.objects.create(
            seller=side.seller, order=delivered, order_return=asked,
            return_line=asked.lines.get(), quantity=1, status="waiting",
        ),
        "photos": photo, "problems": photo.problem, "refunds": _refund(side, delivered),
        "undelivered": failed.packages.get(), "messages": held.messages.first(),
        "promises": held.promises.get(), "webhooks": sending,
        "deliveries": sending.deliveries.first(),
        "suppressed": block_address(
            side.seller, actor=side.owner, channel="email", recipient="no@example.com"
        ),
        **dict.fromkeys(("texts", "triggers", "look", "quiet", "brand"), side.seller),
        "<x:seller_id>": SimpleNamespace(pk="confirmed"),
        "attention": SimpleNamespace(pk="problem_reported"), "<x:kind>": photo.problem,
        "shops": side.shop,
        "track": SimpleNamespace(pk=delivered.token), "mail": SimpleNamespace(pk="postmark"),
        "sms": SimpleNamespace(pk="http"), "shipments": shipment,
        "packages": shipment.packages.get(),
        "products": Product.objects.get(seller=side.seller, sku="LAMP"),
        "pictures": Product.objects.get(seller=side.seller, sku="LAMP"),
    }  # fmt: skip


def _refund(side: Side, order: Order) -> Refund:
    """What is owed for a return of an order, with its line."""
    back = Return.objects.create(
        seller=side.seller, order=order, number=f"R-OWED-{side.seller.slug[:10]}", status="closed",
        reason="changed_mind",
    )  # fmt: skip
    Charge.objects.create(seller=side.seller, order=order, paid=1999, owed=1999)
    owed = Refund.objects.create(
        seller=side.seller, order=order, order_return=back, currency="EUR", goods=1999, amount=1999
    )
    owed.lines.create(
        seller=side.seller, line=order.lines.order_by("position")[0], units=1, goods=1999
    )
    return owed


def _refused_call(side: Side, order: Order) -> Call:
    return Call.objects.create(
        seller=side.seller, channel=side.shop, order=order, topic="orders/create", body=b"{}",
        state=Call.State.REFUSED, problems=[["id", "expected the id of the order, got nothing"]],
    )  # fmt: skip


def _failed_push(side: Side, order: Order) -> Push:
    ShopLink.objects.create(
        seller=side.seller, channel=side.shop, address="https://lamps.myshopify.com",
        token=SHOP_SECRETS.close("token"), is_active=False,
    )  # fmt: skip
    event = order.events.get(kind="order.received")
    return Push.objects.create(
        seller=side.seller, channel=side.shop, order=order, event=event, what=Push.What.CANCELLED,
        subject_id=order.pk, state=Push.State.FAILED, reason="The shop does not know this order.",
    )  # fmt: skip


def _who_comes(town: Town) -> dict[str, Any]:
    """Members and invitations that nobody in town needs."""
    seller, operator = town.sides[0].seller, Viewer.of(town.people[Role.OPERATOR])
    one = invite("new@strange.example", Role.STAFF, Place(seller=seller), viewer=operator)
    place = Place(warehouse=town.warehouse)
    other = invite("hand@strange.example", Role.PICKER, place, viewer=operator)
    spare = _user("spare@strange.example", Role.STAFF, seller=seller)
    temp = _user("temp@strange.example", Role.PACKER, warehouse=town.warehouse)
    return {
        "invitations": one, "invited": other, "members": spare.members.get(),
        "people": temp.members.get(),
        "join": SimpleNamespace(pk=invitation_tokens(one.pk)[0]),
        "applications": SellerApplication.objects.create(
            business="Cy", name="Cy", email="cy@strange.example"
        ),
    }  # fmt: skip


def _dead_letter(order: Order) -> DeadLetter:
    in_an_hour = timezone.now() + timedelta(hours=1)
    return DeadLetter.objects.create(
        seller=order.seller, order=order, work="allocation", title="Reserving stock", error="",
        retry_at=in_an_hour,
    )  # fmt: skip


def _sent(town: Town, crew: Crew, reference: str) -> Order:
    order = _order(town.sides[0], reference)
    for shipment in pick(crew):
        pack(shipment, crew)
    hand_over_ready(crew)
    return order


def _run(town: Town, order: Order) -> Run:
    """A run that has left with the parcels of an order."""
    starts, ends = coming_hour(town.warehouse)
    courier = town.people[Role.COURIER]
    stops = [StopPlan(list(order.packages.all()), starts, ends)]
    on, house = starts.date(), town.warehouse
    run = plan_run(warehouse=house, courier=courier, on=on, stops=stops, actor=courier)
    start_run(run, actor=courier)
    return run
