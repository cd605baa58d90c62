"""The head of the order page: how it stands, what was promised, what is next; its neighbours."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from fulfillment.dashboard.queries.orders.next_act import Scene, next_act
from fulfillment.dashboard.queries.orders.standing import standing
from fulfillment.dashboard.queries.orders.told import told
from orders.models import Order, Package, Problem, Promise, Return
from orders.returns.handling import request_return
from orders.states import OrderStatus
from tests.notifications.saying import said
from tests.support import cast
from tests.support.stories import deliver, go_out, make_ready, ship
from warehouse.couriers.runs import fail_stop
from warehouse.returns.inspection import receive_return
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
    browser = Client()
    browser.force_login(shop.owner)
    return browser


def shown(client, order, query=""):
    return client.get(f"/dashboard/orders/{order.pk}/{query}").context["page"]


def boxes(*statuses):
    return [Package(status=status, number=f"P{n}") for n, status in enumerate(statuses)]


@pytest.mark.parametrize(
    ("status", "parcels", "words"),
    [
        (OrderStatus.SHIPPED, ["handed_over"], "Shipped"),
        (OrderStatus.SHIPPED, ["attempt_failed"], "Delivery attempt failed"),
        (
            OrderStatus.OUT_FOR_DELIVERY,
            ["out_for_delivery", "attempt_failed"],
            "Delivery attempt failed",
        ),
        (OrderStatus.SHIPPED, ["returning"], "Coming back"),
        (OrderStatus.PARTLY_SHIPPED, ["returned"], "Came back"),
        (OrderStatus.PARTLY_DELIVERED, ["delivered", "lost"], "Lost"),
        (OrderStatus.SHIPPED, ["at_pickup_point"], "At a pickup point"),
        (OrderStatus.SHIPPED, ["cancelled", "handed_over"], "Shipped"),
        (OrderStatus.DELIVERED, ["delivered", "lost"], "Delivered"),
        (OrderStatus.ON_HOLD, ["packed"], "On hold"),
    ],
)
def test_a_parcel_in_trouble_is_the_state_of_its_order(status, parcels, words):
    assert standing(Order(status=status), boxes(*parcels)).words == words


def test_each_of_several_parcels_is_said_the_worst_first():
    many = boxes("delivered", "in_transit", "lost", "delivered", "delivered")
    assert standing(Order(status=OrderStatus.PARTLY_DELIVERED), many).facts == [
        "Parcel 3 of 5: lost.",
        "Parcel 1 of 5: delivered.",
        "Parcel 2 of 5: in transit.",
        "And 2 more parcels, below.",
    ]
    assert standing(Order(status=OrderStatus.SHIPPED), many[1:2]).facts == []


def test_a_failed_delivery_is_not_called_shipped(shop, client, building, pat, pia, cory, lea):
    order = cast.make_order(shop, {"LAMP": 1})
    run = go_out(building, cory, ship(building, pat, pia), leader=lea)
    fail_stop(run.stops.get(), reason="not_home", actor=cory)
    page = shown(client, order)
    assert page.standing.words == "Delivery attempt failed"
    assert page.standing.facts == ["Nobody home."]
    assert page.next.title == "Another delivery, or back"
    assert '<span class="pill" data-status="attempt_failed">Delivery attempt failed</span>' in (
        client.get("/dashboard/orders/").content.decode()
    )
    assert (page.told.words, page.told.outcome_words) == ("Promised by Wed 25 Nov", "")


def test_of_a_damaged_parcel_mail_home_and_order_say_the_same(
    shop, client, building, pat, pia, cory, lea
):
    order = cast.make_order(shop, {"LAMP": 1})
    run = go_out(building, cory, ship(building, pat, pia), leader=lea)
    fail_stop(run.stops.get(), reason="damaged", actor=cory)
    told = "The customer was told that you decide what happens next and will contact them."
    assert told in said(order, "seller_attempt_failed").text
    page = shown(client, order)
    assert page.next[:2] == ("Contact the customer", "Agree on a replacement or a refund.")
    home = client.get("/dashboard/").content.decode()
    assert "It will not be delivered. The customer was told that you will contact them." in home
    assert "It goes back" not in home


def test_the_promise_that_counts_is_told_with_the_first_one(
    shop, client, building, pat, pia, cory, lea
):
    order = cast.make_order(shop, {"LAMP": 1})
    page = shown(client, order)
    assert (page.told.words, page.told.first, page.told.here) == ("Arrives by Thu 26 Nov", "", "")
    go_out(building, cory, ship(building, pat, pia), leader=lea)
    page = shown(client, order)
    assert page.told.words == "Comes on Mon 23 Nov between 19:00 and 20:00"
    assert page.told.first == "by Thu 26 Nov"
    assert (page.next.title, page.next.url) == ("Cory brings it", "")


def test_an_order_on_hold_from_the_start_was_promised_nothing(shop, client):
    order = cast.make_order(shop, {"LAMP": 1}, street="", city="", country="")
    page = shown(client, order)
    assert page.told is None
    assert (page.next.title, page.next.url) == ("Enter the address", "#address")


def test_a_date_that_was_withdrawn_was_promised_all_the_same(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    allocate_due()
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    client.post(f"/dashboard/orders/{order.pk}/hold/", {"until_on": day})
    page = shown(client, order)
    assert (page.told.words, page.told.outcome_words) == ("Promised by Thu 26 Nov", "Withdrawn")
    assert "promised none" not in client.get(f"/dashboard/orders/{order.pk}/").content.decode()


def arrival(day, **settled):
    """A promise of November that something arrives by this day."""
    end = datetime(2026, 11, day, 18, tzinfo=UTC)
    kind, zone = Promise.Kind.ARRIVES, "Europe/Berlin"
    return Promise(
        kind=kind, earliest=end, latest=end, local_on=end.date(), zone=zone, made_at=cast.MONDAY,
        **settled,
    )  # fmt: skip


def test_of_several_parcels_the_one_that_went_worst_counts():
    passed = datetime(2026, 11, 30, tzinfo=UTC)
    broken, kept = arrival(24, broken_at=passed), arrival(26, kept_at=passed, done_at=passed)
    found = told([broken, kept], "Europe/Berlin")
    assert (found.words, found.outcome_words) == ("Promised by Tue 24 Nov", "Broken")
    assert found.first == ""
    only_kept = told([arrival(23, kept_at=passed), kept], "Europe/Berlin")
    assert (only_kept.words, only_kept.first) == ("Promised by Thu 26 Nov", "")
    withdrawn = told([arrival(25, revised_at=passed, is_moved=True), kept], "Europe/Berlin")
    assert (withdrawn.words, withdrawn.outcome_words) == ("Promised by Wed 25 Nov", "Withdrawn")


def test_the_first_date_is_that_of_the_promise_that_is_shown():
    passed = datetime(2026, 11, 23, 12, tzinfo=UTC)
    first, other = arrival(24, revised_at=passed, is_moved=True), arrival(25, kept_at=passed)
    second = arrival(27)
    assert told([other, first, second], "Europe/Berlin").first == ""
    second.replaces_id = first.pk
    found = told([other, first, second], "Europe/Berlin")
    assert (found.words, found.first) == ("Arrives by Fri 27 Nov", "by Tue 24 Nov")
    # Missing stock ended the first date, and nothing replaced it.
    ended, again = arrival(24, released_at=passed), arrival(30)
    again.made_at = passed
    assert told([ended, again], "Europe/Berlin").first == "by Tue 24 Nov"


def test_another_clock_than_the_customers_is_told(shop):
    order = cast.make_order(shop, {"LAMP": 1})
    promise = order.promises.get()
    promise.kind, promise.zone = Promise.Kind.AT_DOOR, "America/New_York"
    promise.earliest = cast.MONDAY
    promise.latest = cast.MONDAY + timedelta(hours=1)
    assert told([promise], "Europe/Berlin").here == "Mon 23 Nov, 10:00 – 11:00, on your clock"
    assert told([promise], "America/New_York").here == ""


def test_one_filled_button_is_the_next_act(shop, client, building, pat, pia, cory, lea):
    order = cast.make_order(shop, {"LAMP": 1})
    deliver(building, cory, ship(building, pat, pia), leader=lea)
    assert shown(client, order).next.title == "Nothing more is sent"
    asked = request_return(order, units={order.lines.get().pk: 1}, reason="damaged")
    page = shown(client, order)
    assert (page.next.label, page.next.is_post) == ("Approve return", True)
    assert page.next.url == f"/dashboard/returns/{asked.pk}/approve/"
    client.post(page.next.url)
    assert shown(client, order).next.title == "A return is expected"
    [line] = asked.lines.all()
    receive_return(Return.objects.get(pk=asked.pk), received={line.pk: 1}, actor=lea)
    assert shown(client, order).next.title == "A return has arrived"


def test_the_warehouse_has_it_and_nobody_is_asked(shop, client, building, pat, pia):
    order = cast.make_order(shop, {"LAMP": 1})
    assert shown(client, order).next.title == "Stock is reserved next"
    allocate_due()
    page = shown(client, order)
    assert page.next.title == "The warehouse picks and packs it"
    assert page.next.text.startswith("No action needed. It is to leave by ")
    order.shipments.update(ship_by=timezone.now() - timedelta(hours=1))
    assert shown(client, order).next.text.startswith("Late: it was to leave by ")
    make_ready(building, pat, pia)
    assert shown(client, order).next.title == "It waits for the carrier"


def test_the_rest_that_lacks_stock_does_not_just_follow(shop, client, building, pat, pia):
    cast.make_product(shop, "NONE", "Out of stock")
    order = cast.make_order(shop, {"LAMP": 1, "NONE": 1})
    allocate_due()
    ship(building, pat, pia)
    page = shown(client, order)
    assert (page.standing.words, page.next.title) == (
        "Partly shipped", "The rest waits for stock"
    )  # fmt: skip


def scene(order, parcels, *problems):
    return Scene(
        order=order, standing=standing(order, parcels), told=None, holds=[], shop_wants="",
        returns=[], problems=problems, boxes=parcels, letters=[], unsent=[], ship_by="",
        is_late=False, lacks_stock=False, differing=[], refunds=[],
    )  # fmt: skip


def test_only_an_answer_about_the_parcel_itself_answers_its_loss():
    order, parcels = Order(status=OrderStatus.PARTLY_DELIVERED), boxes("delivered", "lost")
    here, gone = (
        Problem(kind="damaged", answer="words", answered_at=cast.MONDAY, package=box)
        for box in parcels
    )
    assert next_act(scene(order, parcels)).title == "Contact the customer"
    assert next_act(scene(order, parcels, here)).title == "Contact the customer"
    assert next_act(scene(order, parcels, here, gone)).title == "The customer has an answer"
    gone.answer, gone.quantity = "refund", 1
    assert next_act(scene(order, parcels, gone)).title == "Refund the customer"


def test_money_is_added_up_without_what_was_cancelled(shop, client):
    order = cast.make_order(shop, {"LAMP": 3})
    sums = shown(client, order).money
    assert (sums.ordered, sums.cancelled, sums.left, sums.currency) == (
        "59.97", "", "59.97", "EUR",
    )  # fmt: skip
    sent = {"seen": shown(client, order).seen, f"units-{order.lines.get().pk}": 1}
    client.post(f"/dashboard/orders/{order.pk}/cancel-units/", sent)
    sums = shown(client, order).money
    assert (sums.ordered, sums.cancelled, sums.left) == ("59.97", "19.99", "39.98")


def test_the_steps_of_a_parcel_name_who_did_them(shop, client, building, pat, pia, cory, lea):
    order = cast.make_order(shop, {"LAMP": 1})
    deliver(building, cory, ship(building, pat, pia), leader=lea)
    (shipment,) = shown(client, order).shipments
    (box,) = shipment.packages.all()
    assert box.carrier_name == "Own couriers"
    assert [(step.words, step.who) for step in box.steps] == [
        ("Packed", "Pia Park"),
        ("Labelled", "Pia Park"),
        ("Handed over", "Pia Park"),
        ("Out for delivery", "Cory Castro"),
        ("Delivered", "Cory Castro"),
    ]


def test_steps_of_a_minute_are_folded_and_all_are_there(shop, client, building, pat, pia):
    order = cast.make_order(shop, {"LAMP": 1})
    ship(building, pat, pia)
    page = shown(client, order)
    kept = [entry for moment in page.history for entry in (moment.entry, *moment.steps)]
    assert kept == page.timeline
    assert len(page.history) < len(page.timeline)


def test_what_cannot_be_done_says_why(shop, client, building, pat, pia):
    order = cast.make_order(shop, {"LAMP": 1})
    make_ready(building, pat, pia)
    text = client.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "already has a label: its address can no longer change." in text


def test_neighbours_are_those_of_the_list_one_came_from(shop, client):
    first, second, third = (cast.make_order(shop, {"LAMP": 1}) for _ in range(3))
    client.post(f"/dashboard/orders/{second.pk}/hold/")
    listed = client.get("/dashboard/orders/").content.decode()
    assert f'href="/dashboard/orders/{third.pk}/?list=1"' in listed
    beside = client.get(f"/dashboard/orders/{second.pk}/?list=1").context["beside"]
    assert (beside.above, beside.below) == (third, first)
    oldest = client.get(f"/dashboard/orders/{second.pk}/?list=1&sort=oldest").context["beside"]
    assert (oldest.above, oldest.below) == (first, third)
    open_ones = client.get(f"/dashboard/orders/{third.pk}/?list=1&status=to_ship")
    assert open_ones.context["beside"] == (None, first)
    assert f"/dashboard/orders/{first.pk}/?list=1&amp;status=to_ship" in open_ones.content.decode()
    assert 'href="/dashboard/orders/?status=to_ship"' in open_ones.content.decode()
    assert "beside" not in client.get(f"/dashboard/orders/{third.pk}/").context


def test_an_act_leads_back_to_the_same_place_in_the_list(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    page = f"/dashboard/orders/{order.pk}/?list=1&status=to_ship"
    answer = client.post(
        f"/dashboard/orders/{order.pk}/hold/", headers={"Referer": f"http://testserver{page}"}
    )
    assert answer["Location"] == page
    elsewhere = client.post(
        f"/dashboard/orders/{order.pk}/tag/", {"tag": "vip"},
        headers={"Referer": "http://evil.example/?list=1"},
    )  # fmt: skip
    assert elsewhere["Location"] == f"/dashboard/orders/{order.pk}/"


def test_a_neighbour_is_never_another_sellers(shop, bo, client):
    mine = cast.make_order(shop, {"LAMP": 1})
    cast.make_order(bo, {"NOBODY": 1})
    beside = client.get(f"/dashboard/orders/{mine.pk}/?list=1").context["beside"]
    assert beside == (None, None)
