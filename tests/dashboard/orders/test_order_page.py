"""The page of one order: how far every unit is, why it waits, what one can do, what happened."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from fulfillment.dashboard.queries.orders.page import stages
from orders.models import Event, Hold, Order, OrderLine, Shipment
from orders.returns.handling import request_return
from orders.states import OrderStatus, ShipmentStatus
from tests.support import cast
from tests.support.stories import deliver, go_out, make_ready, ship
from warehouse.couriers.runs import deliver_stop, fail_stop, take_to_pickup_point
from warehouse.couriers.undelivered import send_back, take_back
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    """Ten in the morning where the goods lie."""
    with time_machine.travel(cast.MONDAY):
        yield


@pytest.fixture
def shop(ada):
    """Ada with fifty lamps."""
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 50)
    return ada


@pytest.fixture
def client(shop):
    """Ada's browser."""
    browser = Client()
    browser.force_login(shop.owner)
    return browser


ADDRESS = {
    "customer_name": "Grace Hopper",
    "street": "Hauptstr. 5",
    "postcode": "80331",
    "city": "München",
    "country": "de",
}


def page_of(order):
    return f"/dashboard/orders/{order.pk}/"


def test_the_units_of_a_line_are_counted_once_each():
    line = OrderLine(
        ordered=20, allocated=15, backordered=2, cancelled=1, picked=12, packed=10, shipped=8,
        delivered=5, lost=1, came_back=1, returned=4,
    )  # fmt: skip
    found = stages(line, repaired=1, sent=1)
    assert [(stage.units, stage.words) for stage in found] == [
        (2, "returned"),
        (1, "in repair"),
        (2, "delivered"),
        (1, "returned to sender"),
        (1, "lost"),
        (1, "on the way"),
        (2, "packed"),
        (2, "picked"),
        (3, "reserved"),
        (2, "backordered"),
        (1, "cancelled"),
        (2, "waiting"),
    ]
    assert sum(stage.units for stage in found) == line.ordered
    assert round(sum(stage.share for stage in found)) == 100


def test_the_page_shows_where_everything_is(shop, client, building, pat, pia, cory, lea):
    order = cast.make_order(shop, {"LAMP": 2})
    (package,) = deliver(building, cory, ship(building, pat, pia), leader=lea)
    text = client.get(page_of(order)).content.decode()
    for part in (
        '<span class="pill" data-status="delivered">Delivered</span>',
        "2 delivered",
        package.tracking_number,
        "Unter den Linden 1",
        "grace@example.com",
        "Times are in Europe/Berlin.",
    ):
        assert part in text, part


def test_the_history_tells_who_did_what_when_and_who_was_told(
    shop, client, building, pat, pia, cory, lea
):
    order = cast.make_order(shop, {"LAMP": 1})
    deliver(building, cory, ship(building, pat, pia), leader=lea)
    line = order.lines.get()
    asked = request_return(order, units={line.pk: 1}, reason="damaged")
    history = client.get(page_of(order)).context["page"].timeline
    told = {entry.what: entry for entry in history}
    parcel, shipment = f"{order.number}-1/1", f"{order.number}-1"
    assert told["Order received"].who == "System"
    assert told["Order received"].detail == "Promised: arrives by Thu 26 Nov · Narrowed down"
    assert told[f"Parcel {parcel} packed"].who == "Pia Park"
    assert told[f"Shipment {shipment} handed over"].who == "Pia Park"
    assert told[f"Parcel {parcel} out for delivery"].detail == (
        "Promised: delivery window on Mon 23 Nov between 19:00 and 20:00 · Early"
    )
    assert told[f"Parcel {parcel} delivered"].who == "Cory Castro"
    assert told[f"Return {asked.number} requested"].who == "Customer"
    confirmed = told["“Order confirmed” to the customer"]
    assert {(row.channel, row.message.status) for row in confirmed.parts} == {
        ("E-mail", "planned"),
        ("SMS", "planned"),
    }
    assert [entry.at for entry in history] == sorted((e.at for e in history), reverse=True)
    assert not [entry for entry in history if "{}" in entry.what]


def test_an_order_of_many_rows_takes_no_more_statements(
    shop, client, building, pat, pia, django_assert_max_num_queries
):
    for number in range(6):
        cast.make_product(shop, f"P{number}", "Part")
        cast.put_stock(shop.products[f"P{number}"], 5)
    small = cast.make_order(shop, {"LAMP": 1})
    large = cast.make_order(shop, {"LAMP": 2, **{f"P{n}": 2 for n in range(6)}})
    ship(building, pat, pia)
    with django_assert_max_num_queries(26) as small_page:
        client.get(page_of(small))
    with django_assert_max_num_queries(len(small_page)):
        client.get(page_of(large))


def test_another_sellers_order_is_not_there(shop, bo):
    order = cast.make_order(shop, {"NOBODY": 1})
    thief = Client()
    thief.force_login(bo.owner)
    assert thief.get(page_of(order)).status_code == 404
    for verb in ("hold", "cancel", "address"):
        assert thief.post(f"{page_of(order)}{verb}/", ADDRESS).status_code == 404, verb
    assert thief.post(f"/dashboard/holds/{order.holds.get().pk}/release/").status_code == 404
    assert thief.post(f"/dashboard/lines/{order.lines.get().pk}/link/").status_code == 404
    order.refresh_from_db()
    assert (order.status, order.city) == (OrderStatus.ON_HOLD, "Berlin")


def test_an_order_is_held_with_a_reason_and_goes_on_again(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    allocate_due()
    answer = client.post(f"{page_of(order)}hold/", {"detail": "wait for the <b>"}, follow=True)
    assert f"Order {order.number} is on hold." in answer.content.decode()
    assert "wait for the &lt;b&gt;" in answer.content.decode()
    hold = Hold.objects.get(order=order)
    assert (hold.reason, hold.opened_by) == (Hold.Reason.SELLER, shop.owner)
    client.post(f"/dashboard/holds/{hold.pk}/release/")
    assert Order.objects.get(pk=order.pk).status == OrderStatus.IN_PROGRESS


def test_a_hold_of_too_many_words_is_refused_with_the_words_kept(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    answer = client.post(f"{page_of(order)}hold/", {"detail": "w" * 251})
    assert answer.status_code == 422
    assert "at most 250 characters" in answer.content.decode()
    assert not Hold.objects.filter(order=order).exists()


def test_an_order_is_cancelled(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    allocate_due()
    assert client.post(f"{page_of(order)}cancel/").status_code == 302
    assert Order.objects.get(pk=order.pk).status == OrderStatus.CANCELLED
    assert Shipment.objects.get(order=order).status == ShipmentStatus.CANCELLED


def test_picked_units_are_said_before_the_click(shop, client, building, pat, pia):
    order = cast.make_order(shop, {"LAMP": 1})
    allocate_due()
    assert "Cancel order</button>" in client.get(page_of(order)).content.decode()
    make_ready(building, pat, pia)

    page = client.get(page_of(order)).content.decode()
    assert "Cancel order</button>" not in page
    assert "Ask the warehouse to do that." in page


def test_what_has_left_can_be_neither_held_nor_cancelled(shop, client, building, pat, pia):
    order = cast.make_order(shop, {"LAMP": 1})
    ship(building, pat, pia)
    text = client.get(page_of(order)).content.decode()
    assert "Cancel order" not in text
    assert "Put on hold</summary>" not in text
    for verb in ("cancel", "hold"):
        assert client.post(f"{page_of(order)}{verb}/").status_code == 409, verb
    assert Order.objects.get(pk=order.pk).status == OrderStatus.SHIPPED


def test_a_missing_address_is_entered_and_the_order_goes_on(shop, client):
    order = cast.make_order(shop, {"LAMP": 1}, street="", city="", country="")
    allocate_due()
    assert client.post(f"{page_of(order)}address/", ADDRESS).status_code == 302
    order.refresh_from_db()
    assert (order.street, order.city, order.country) == ("Hauptstr. 5", "München", "DE")
    assert order.time_zone == "Europe/Berlin"
    assert not order.holds.filter(released_at__isnull=True).exists()
    assert Shipment.objects.get(order=order).status == ShipmentStatus.RELEASED
    kinds = Event.objects.filter(order=order).order_by("id").values_list("kind", flat=True)
    assert list(kinds)[-3:] == ["hold.released", "promise.given", "shipment.released"]
    assert Event.objects.get(kind="order.address_entered").data == {
        "fields": ["city", "country", "postcode", "street"],
        "before": {"country": ""},
        "after": {"country": "DE"},
        "service": {"before": "", "after": "Own couriers"},
    }


def test_half_an_address_is_refused_and_nothing_typed_is_lost(shop, client):
    order = cast.make_order(shop, {"LAMP": 1}, street="", city="", country="")
    sent = ADDRESS | {"country": "1x", "city": ""}
    answer = client.post(f"{page_of(order)}address/", sent)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Two letters, such as DE or US." in text
    assert "Hauptstr. 5" in text
    order.refresh_from_db()
    assert (order.street, order.city) == ("", "")
    assert order.holds.get().released_at is None


def test_a_labelled_box_keeps_its_address(shop, client, building, pat, pia):
    order = cast.make_order(shop, {"LAMP": 1})
    make_ready(building, pat, pia)
    answer = client.post(f"{page_of(order)}address/", ADDRESS)
    assert answer.status_code == 409
    assert "already has a label" in answer.content.decode()
    assert Order.objects.get(pk=order.pk).city == "Berlin"


def test_how_a_journey_ended_is_told(shop, client, building, pat, pia, cory, lea):
    left, kept, back = (cast.make_order(shop, {"LAMP": 1}) for _ in range(3))
    run = go_out(building, cory, ship(building, pat, pia), leader=lea)
    stop_of = {stop.packages.get().order_id: stop for stop in run.stops.all()}
    deliver_stop(stop_of[left.pk], received_by="Ilse", handed_to="neighbour", actor=cory)
    until = run.on + timedelta(days=3)
    take_to_pickup_point(stop_of[kept.pk], place="Kiosk", until=until, actor=cory)
    fail_stop(stop_of[back.pk], reason="refused", actor=cory)
    returned = take_back(send_back(back.packages.get(), actor=lea), actor=lea)

    assert history(client, left)[0] == (
        f"Parcel {left.packages.get()} delivered",
        "Left with a neighbour",
    )
    assert "neighbour, <bdi>Ilse</bdi>" in text_of(client, left)
    assert history(client, kept)[0] == (
        f"Parcel {kept.packages.get()} is at a pickup point",
        "Until Thu 26 Nov",
    )
    assert "<bdi>Kiosk</bdi>, until Thu 26 Nov" in text_of(client, kept)
    assert [what for what, _ in history(client, back)[:3]] == [
        f"Return {returned} opened for the undeliverable parcel",
        f"Parcel {back.packages.get()} is back in the warehouse",
        f"Parcel {back.packages.get()} is undeliverable and on its way back",
    ]
    assert "the parcel could not be delivered." in text_of(client, back)
    assert "1 returned to sender" in text_of(client, back)


def history(client, order):
    """[(what, detail)], newest first, without what people were told."""
    entries = client.get(page_of(order)).context["page"].timeline
    return [(entry.what, entry.detail) for entry in entries if not entry.parts]


def text_of(client, order):
    return client.get(page_of(order)).content.decode()
