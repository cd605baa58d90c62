"""What follows from several warehouses: stock, dates, goods to come, counts, pickup points."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.models import Message
from orders.access import Role
from orders.accounts.buildings import shift_building
from orders.errors import InvalidInput
from orders.keys import tracking_token
from orders.models import (
    Discrepancy,
    Package,
    PickupPoint,
    Promise,
    Return,
    Warehouse,
)
from orders.promises.making import promise_arrivals, promise_shipping
from orders.promises.postponing import postpone_deliveries
from orders.promises.watching import watch_promises
from orders.returns.buildings import lies_in
from orders.returns.handling import approve_return, request_return
from orders.wishes.points import points_at, points_near
from tests.balance import findings
from tests.orders.files.uploaded import bring, counts
from tests.support.cast import (
    MONDAY,
    make_order,
    make_product,
    make_second_warehouse,
    make_user,
    put_stock,
)
from tests.support.stories import deliver, go_out, ship
from warehouse.inbound.announcing import Announced, announce_inbound
from warehouse.models import Location, Supply
from warehouse.returns.inspection import inspect_return_line, receive_return
from warehouse.stock.allocation import allocate_due
from warehouse.stock.available import available_units
from warehouse.stock.for_shops import due_stock, warehouses_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def leipzig(ada):
    return make_second_warehouse(ada.seller)


@pytest.fixture
def shade(ada):
    return make_product(ada, "SHADE", "Lamp shade")


def signed_in(user):
    client = Client()
    client.force_login(user, backend="orders.accounts.sign_in.ViewerBackend")
    return client


def test_stock_is_told_by_warehouse_and_nothing_of_a_paused_one(ada, lamp, leipzig):
    put_stock(lamp, 2)
    put_stock(lamp, 3, warehouse=leipzig)
    assert available_units([lamp.pk]) == {lamp.pk: 5}
    ada.seller.houses.filter(warehouse=leipzig).update(is_paused=True)
    assert available_units([lamp.pk]) == {lamp.pk: 2}

    [due] = due_stock(
        ada.seller.pk,
        ada.channel.pk,
        dict.fromkeys(warehouses_of(ada.seller.pk), ""),
        now=timezone.now(),
        most=9,
    )
    assert due.units == 2
    asking = Client(headers={"Authorization": f"Bearer {ada.api_key}"})
    [told] = asking.get("/api/v1/stock/").json()["stock"]
    assert (told["on_hand"], told["available"]) == (5, 2)
    assert [(row["code"], row["on_hand"], row["available"]) for row in told["warehouses"]] == [
        ("BER", 2, 2),
        ("LEJ", 3, 0),
    ]
    page = signed_in(ada.owner).get(reverse("dashboard_stock"), {"warehouse": leipzig.pk})
    [row] = page.context["page"].rows
    assert (row.on_hand, row.available) == (3, 0)


def test_a_shipment_has_the_dates_of_the_warehouse_that_it_leaves(ada, lamp, leipzig):
    Warehouse.objects.filter(pk=leipzig.pk).update(time_zone="Asia/Tokyo")
    put_stock(lamp, 1, warehouse=leipzig)
    put_stock(lamp, 1)
    order = make_order(ada, {"LAMP": 2})
    allocate_due()
    promised = [promise_shipping(row, made_at=MONDAY) for row in order.shipments.all()]
    assert {row.zone for row in promised} == {"Europe/Berlin", "Asia/Tokyo"}
    arrivals = promise_arrivals(order.shipments.order_by("number"), made_at=MONDAY)
    assert len({row.shipment_id for row in arrivals}) == 2


def test_goods_are_announced_to_one_of_them(ada, lamp, leipzig):
    given = {"reference": "PO-1", "expected_on": MONDAY.date(), "actor": None}
    lines = [Announced("LAMP", 3)]
    with pytest.raises(InvalidInput):
        announce_inbound(ada.seller, **given, lines=lines, warehouse="HAM")
    inbound = announce_inbound(ada.seller, **given, lines=lines, warehouse="LEJ")
    assert inbound.warehouse == leipzig


def test_a_split_order_is_told_as_two_parcels_and_comes_back_to_where_it_left(
    ada, lamp, shade, leipzig, building, pat, pia, cory, lea
):
    put_stock(lamp, 2)
    put_stock(shade, 1, warehouse=leipzig)
    order = make_order(ada, {"LAMP": 2, "SHADE": 1})
    mia, lotte, carl = (
        make_user(f"{name}@example.com", name, role, warehouse=leipzig)
        for name, role in (("mia", Role.PICKER), ("lotte", Role.LEAD), ("carl", Role.COURIER))
    )

    first = ship(building, pat, pia)
    second = ship(leipzig, mia, lotte)

    order.refresh_from_db()
    assert order.status == "shipped"
    assert {box.shipment.warehouse.code for box in (*first, *second)} == {"BER", "LEJ"}
    told = Message.objects.filter(order=order, template="shipped", channel="email")
    assert told.count() == 2
    arrivals = order.promises.filter(kind=Promise.Kind.ARRIVES, shipment__isnull=False)
    assert set(arrivals.values_list("shipment__warehouse__code", flat=True)) == {"BER", "LEJ"}

    deliver(building, cory, first, leader=lea)
    deliver(leipzig, carl, second, leader=lotte)
    line = order.lines.get(sku="SHADE")
    back = approve_return(
        request_return(order, units={line.pk: 1}, reason="too_large"), actor=ada.owner
    )
    assert back.warehouse == leipzig
    token = tracking_token(order.pk, order.token_revision)
    page = Client().get(reverse("track", args=[token])).content.decode()
    assert "04109 Leipzig" in page

    # It comes to Berlin all the same, and is received there.
    part = back.lines.get()
    receive_return(back, received={part.pk: 1}, warehouse=building, actor=pat)
    bin_ = Location.objects.get(warehouse=building, code="A-01-1")
    inspect_return_line(part, restocked=1, written_off=0, location=bin_, actor=pat)
    back.refresh_from_db()
    assert (back.warehouse, back.status) == (building, "closed")
    assert findings() == []


def test_a_file_counts_the_same_location_in_each(ada, lamp, leipzig):
    put_stock(lamp, 2)
    put_stock(lamp, 3, warehouse=leipzig)
    rows = ["SKU,Location,Warehouse,Counted", "LAMP,A-01-1,,4", "LAMP,A-01-1,lej,1"]
    assert counts(bring(ada, "\n".join([*rows, "LAMP,A-01-1,HAM,1"]), kind="stock")) == (0, 2, 0, 1)
    there = Supply.objects.order_by("warehouse__code").values_list("warehouse__code", "on_hand")
    assert list(there) == [("BER", 4), ("LEJ", 1)]


def point_of(house, name, *, hours=("",) * 7):
    return PickupPoint.objects.create(
        warehouse=house,
        name=name,
        street="Ring 1",
        postcode="10117",
        city="Berlin",
        country="DE",
        hours=list(hours),
    )


def test_the_pickup_points_are_those_of_the_warehouse_that_it_leaves(ada, lamp, leipzig, building):
    names = {
        name: point_of(house, name) for house, name in ((building, "Kiosk"), (leipzig, "Bakery"))
    }
    order = make_order(ada, {"LAMP": 2})
    assert points_near(order) == [], "nobody knows yet which it leaves"
    put_stock(lamp, 1, warehouse=leipzig)
    allocate_due()
    assert points_near(order) == [names["Bakery"]]
    put_stock(lamp, 1)
    allocate_due()
    assert points_near(order) == [], "it leaves two"


def sent_from_both(ada, lamp, shade, leipzig, building, pat, pia):
    """A split order whose two parcels have left, and who works in Leipzig."""
    put_stock(lamp, 2)
    put_stock(shade, 1, warehouse=leipzig)
    order = make_order(ada, {"LAMP": 2, "SHADE": 1})
    crew = [
        make_user(f"{name}@example.com", name, role, warehouse=leipzig)
        for name, role in (("mia", Role.PICKER), ("lotte", Role.LEAD), ("carl", Role.COURIER))
    ]
    mia, lotte, _ = crew
    return order, ship(building, pat, pia), ship(leipzig, mia, lotte), crew


def page_of(order):
    token = tracking_token(order.pk, order.token_revision)
    return Client().get(reverse("track_state", args=[token])).json()


def test_two_vans_come_each_at_its_hour(ada, lamp, shade, leipzig, building, pat, pia, cory, lea):
    order, first, second, (_, lotte, carl) = sent_from_both(
        ada, lamp, shade, leipzig, building, pat, pia
    )
    go_out(leipzig, carl, second, leader=lotte, hour=19)
    go_out(building, cory, first, leader=lea, hour=12)

    windows = order.promises.filter(kind=Promise.Kind.AT_DOOR)
    assert windows.filter(settled_at=None, replaces=None).count() == 2, "none replaces the other"
    page = page_of(order)
    assert len({parcel["when"] for parcel in page["parcels"]}) == 2
    nearest = min(windows, key=lambda row: row.latest)
    assert (
        f"{nearest.earliest.astimezone(ZoneInfo(nearest.zone)):%H:%M}" in page["headline"]["text"]
    )

    late = windows.get(shipment__warehouse=leipzig)
    postpone_deliveries(second, now=late.earliest)
    assert windows.get(settled_at=None, replaces=None).shipment.warehouse == building


def test_a_parcel_at_a_point_of_another_warehouse_says_when_it_is_open(
    ada, lamp, shade, leipzig, building, pat, pia
):
    order, _, [box], _ = sent_from_both(ada, lamp, shade, leipzig, building, pat, pia)
    bakery = point_of(leipzig, "Bakery", hours=["9-18"] * 7)
    waits = {"status": "at_pickup_point", "pickup_point": bakery.label}
    Package.objects.filter(pk=box.pk).update(**waits, pickup_until=timezone.localdate())
    assert "9-18" in str(page_of(order)["parcels"])
    [box] = Package.objects.filter(pk=box.pk).select_related("shipment")
    assert points_at([box]) == {box.pk: bakery}


def test_a_late_shipment_gets_a_working_day_of_its_warehouse(ada, lamp, leipzig):
    Warehouse.objects.filter(pk=leipzig.pk).update(country="US", time_zone="America/New_York")
    put_stock(lamp, 1, warehouse=leipzig)
    order = make_order(ada, {"LAMP": 1}, country="US", postcode="10001", city="New York")
    allocate_due()
    [shipment] = order.shipments.all()
    promised = promise_shipping(shipment, made_at=datetime(2026, 11, 25, 4, 0, tzinfo=UTC))
    assert promised.local_on == date(2026, 11, 25), "in New York"
    # On Thursday nobody works there.
    with time_machine.travel(promised.latest, tick=False):
        watch_promises()
    later = order.promises.get(kind=Promise.Kind.SHIPS, replaces=promised)
    assert later.local_on == date(2026, 11, 27)


def test_returns_of_before_go_where_their_customers_were_told(ada, lamp, leipzig, building, pat):
    order = make_order(ada, {"LAMP": 1})
    back = Return.objects.create(seller=ada.seller, order=order, number="R-1", status="received")
    found = {"order_return": back, "seller": ada.seller, "order": order, "quantity": 1}
    aside = Discrepancy.objects.create(
        **found, product=lamp, kind="extra", status="decided", decision="discard"
    )
    shift_building(ada.seller.houses.get(warehouse=leipzig), steps=-1, actor=ada.owner)
    back.refresh_from_db()
    assert back.warehouse == building
    for house, rows in ((building, [aside]), (leipzig, [])):
        assert list(Discrepancy.objects.filter(lies_in(house))) == rows
