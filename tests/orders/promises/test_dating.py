"""Orders that wait are promised nothing, and are told a date when they can go on."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from notifications.facts import load_facts
from notifications.guards.all import prepare_facts
from orders.intake.acceptance import accept_orders
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import hold_order, link_line, release_hold
from orders.lifecycle.labelling import label_packages
from orders.models import Event, Hold, Order, OrderLine, Promise, SalesChannel
from orders.promises.revisions import revise_promise
from orders.promises.watching import watch_promises
from orders.shops.base import IncomingLine
from tests.balance import findings
from tests.notifications.saying import said
from tests.orders.intake.shop_calls import at, outcomes, sold
from tests.support.cast import incoming, make_order, make_product, put_stock
from tests.support.stages import open_house, packed_shipment, picked, picked_shipment
from tests.test_doors import signed_in
from tests.tracking.tracked import MONDAY, look, state
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

UNTOLD = ("released", False)
THURSDAY = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)  # the last day, two hours before its end
LEAVES = datetime(2026, 11, 24, 17, tzinfo=UTC)  # by then a new order is to leave
FRIDAY = THURSDAY + timedelta(days=1)


@pytest.fixture
def house(once):
    with time_machine.travel(MONDAY, tick=False):
        yield once(open_house)


def told(order):
    """The events about the dates of an order."""
    rows = Event.objects.filter(order=order, kind__startswith="promise.").order_by("pk")
    return [event.kind.partition(".")[2] for event in rows]


def dates(order):
    """[(outcome, whether anybody was told)] of the arrivals of a whole order, the oldest first."""
    rows = Promise.objects.filter(order=order, kind="arrives", shipment=None)
    return [(str(row.outcome), row.was_told) for row in rows.order_by("made_at", "pk")]


def headline(order, now=MONDAY):
    return state(order, now)["headline"]["text"]


def hold(house, order, reason="seller", **fields):
    return hold_order(order, reason=reason, actor=house.ada.owner, **fields)


def test_an_unknown_product_has_no_date_until_it_is_known_and_in_stock(house):
    lines = [IncomingLine(sku="XMAS", title="Star", quantity=1)]
    order = incoming({})
    order.lines = lines
    (accepted,) = accept_orders(house.ada.channel, [order])
    order = Order.objects.get(pk=accepted.order_id)
    assert (dates(order), headline(order)) == ([UNTOLD], "We are checking your order")
    assert "Being prepared" not in look(order).content.decode()
    mail = said(order, "confirmed")
    assert "check something before we can ship it. We will send you the date" in mail.text
    assert "arrive" not in mail.text.lower() + mail.subject.lower()
    assert "packed" not in mail.text

    lamp = house.ada.products["LAMP"]
    link_line(order.lines.get(), product=lamp, actor=house.ada.owner)
    allocate_due()
    assert (told(order), dates(order)) == (["given"], [UNTOLD, ("open", True)])
    assert headline(order).startswith("Arrives ")
    mail = said(order, "dated")
    assert "We now have a date" in mail.text
    assert "It arrives between Tue 24 and Thu 26 Nov." in mail.text
    allocate_due()
    assert (told(order), findings()) == (["given"], [])


def test_a_date_waits_until_each_known_line_is_decided(house):
    order = make_order(house.ada, {"XMAS": 1, "LAMP": 1})
    allocate_due()
    none_left = make_product(house.ada, "STAR", "Star")
    link_line(order.lines.get(sku="XMAS"), product=none_left, actor=house.ada.owner)
    assert (told(order), dates(order)) == ([], [UNTOLD])
    allocate_due()
    assert (told(order), dates(order)) == (["given"], [UNTOLD, ("open", True)])
    mail = said(order, "dated")
    assert "Part of order" in mail.subject and "arrives" in mail.subject
    dated, waits = mail.text.split("On backorder:")
    assert ("LAMP" in dated, "XMAS" in dated, "XMAS" in waits) == (True, False, True), mail.text


@pytest.mark.parametrize(
    ("fields", "reason", "head", "says"),
    [
        ({"street": ""}, "no_address", "We need your address", "need your complete delivery"),
        ({"is_pickup": True}, "pickup", "Not for delivery", "chose to collect it yourself"),
    ],
)
def test_what_stops_an_order_is_said_in_words(house, fields, reason, head, says):
    order = incoming({"LAMP": 1}, **fields)
    order.is_held = order.is_pickup
    (accepted,) = accept_orders(house.ada.channel, [order])
    order = Order.objects.get(pk=accepted.order_id)
    if reason == "pickup":
        hold(house, order, reason)
    assert (dates(order), headline(order)) == ([UNTOLD], head)
    assert says in said(order, "confirmed").text
    OrderLine.objects.update(ordered=999)  # more than there is
    allocate_due()
    assert "as soon as we have a date" in said(order, "backordered").text


def test_an_unpaid_order_of_a_shop_gets_its_date_once_it_is_paid(house):
    channel = house.ada.channel
    outcomes(channel, at(1, line_items=sold(LAMP=1), financial_status="pending"))
    order = Order.objects.get(reference="5001")
    allocate_due()
    assert (dates(order), headline(order)) == ([UNTOLD], "Waiting for payment")
    assert "It has to be paid" in said(order, "confirmed").text
    outcomes(channel, at(2, line_items=sold(LAMP=1)))
    assert (told(order), dates(order)) == (["given"], [UNTOLD, ("open", True)])
    assert not Hold.objects.filter(released_at=None)

    # Where the channel sends unpaid orders too, there is a date from the start.
    SalesChannel.objects.update(sends_once="received")
    channel.refresh_from_db()
    bought = {"id": 7, "admin_graphql_api_id": "gid://shopify/Order/7"}
    outcomes(channel, at(3, line_items=sold(LAMP=1), financial_status="pending", **bought))
    assert dates(Order.objects.get(reference="7")) == [("open", True)]


@pytest.mark.parametrize("is_packed", [False, True])
def test_what_goes_on_after_a_hold_is_not_late_at_once(house, is_packed):
    order = (packed_shipment if is_packed else picked_shipment)(house, {"LAMP": 1}).order
    made = hold(house, order, until=THURSDAY + timedelta(days=10))
    page = f"/dashboard/orders/{order.pk}/"
    with time_machine.travel(THURSDAY, tick=False):
        release_hold(made, actor=house.ada.owner)
        text = signed_in(house.ada.owner).get(page).content.decode()
    assert "Late: it was to leave" not in text
    assert "It is to leave by Mon 30 Nov, 18:00." in text
    order.refresh_from_db()
    due = LEAVES + timedelta(days=6)
    assert (order.ship_by, order.shipments.get().ship_by) == (due, due)


def test_a_hold_that_ends_in_time_leaves_the_departure_as_it_was(house):
    order = make_order(house.ada, {"LAMP": 1})
    allocate_due()
    order.refresh_from_db()
    before = order.ship_by
    release_hold(hold(house, order), actor=house.ada.owner)
    order.refresh_from_db()
    assert order.ship_by == before == LEAVES


def test_a_backordered_order_is_told_the_date_when_stock_comes(house):
    order = make_order(house.ada, {"LAMP": 150})
    other = make_order(house.ada, {"SHADE": 150, "LAMP": 1})
    allocate_due()
    put_stock(house.ada.products["LAMP"], 100)
    put_stock(house.ada.products["SHADE"], 100)
    with time_machine.travel(THURSDAY, tick=False):
        allocate_due()
        assert findings() == []
    for row in (order, other):
        assert told(row)[-1] in ("given", "moved"), told(row)
    assert headline(order, THURSDAY).startswith("Arrives ")


def test_a_hold_until_after_the_promised_day_withdraws_the_date_at_once(house):
    order = packed_shipment(house, {"LAMP": 1}).order
    short = hold(house, order, until=MONDAY + timedelta(days=1))
    release_hold(short, actor=house.ada.owner)
    assert told(order) == []
    made = hold(house, order, until=FRIDAY + timedelta(days=20))
    assert (told(order), headline(order)) == (["withdrawn"], "On hold")
    assert "That date no longer holds." in said(order, "undated").text
    assert not Promise.objects.filter(order=order, settled_at=None).exists()
    release_hold(made, actor=house.ada.owner)
    assert told(order) == ["withdrawn", "given"]
    assert headline(order).startswith("Arrives ")


def test_a_date_that_a_hold_makes_untrue_is_withdrawn_before_it_passes_and_given_again(house):
    order = packed_shipment(house, {"LAMP": 1}).order
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        made = hold(house, order)
    assert headline(order) == "On hold"
    Promise.objects.filter(order=order, kind="ships").update(latest=FRIDAY)
    with time_machine.travel(THURSDAY, tick=False):
        for _ in range(2):
            watch_promises()
    assert told(order)[-1:] == ["withdrawn"]
    assert told(order).count("withdrawn") == 1
    assert headline(order, THURSDAY) == "On hold"
    mail = said(order, "undated", now=THURSDAY)
    assert "was due to arrive between Tue 24 and Thu 26 Nov" in mail.text
    assert "It is on hold for the moment. We will send you the date" in mail.text
    with time_machine.travel(FRIDAY, tick=False):
        assert watch_promises() <= 1  # the departure, which falls due a day later
        assert told(order)[-1] == "withdrawn"
        release_hold(made, actor=house.ada.owner)
    assert told(order)[-1] == "given"
    assert dates(order) == [("moved", True), ("open", True)]
    assert headline(order, FRIDAY).startswith("Arrives ")
    assert "a new date" in said(order, "dated", now=FRIDAY).text
    (fact,) = prepare_facts(load_facts(list(order.messages.filter(template="undated")[:1])))
    assert fact.stale and fact.stale.reason == "The order has a date again."
    assert findings() == []


def test_a_hold_that_ends_early_changes_no_date_and_one_that_ends_late_tells_it(house):
    soon, late = (make_order(house.ada, {"LAMP": 1}) for _ in range(2))
    allocate_due()
    release_hold(hold(house, soon), actor=house.ada.owner)
    assert told(soon) == []
    made = hold(house, late)
    with time_machine.travel(THURSDAY - timedelta(days=1), tick=False):
        release_hold(made, actor=house.ada.owner)
        assert told(late) == ["moved"]
        assert "your order was on hold" in said(late, "delayed").text
        cancel_order(late, actor=house.ada.owner)
        assert findings() == []


def test_an_unknown_part_is_not_in_the_date_and_keeps_no_promise_open(house):
    lines = [
        IncomingLine(sku="LAMP", title="Lamp", quantity=1),
        IncomingLine(sku="XMAS", title="Star", quantity=1),
    ]
    order = incoming({})
    order.lines = lines
    (accepted,) = accept_orders(house.ada.channel, [order])
    order = Order.objects.get(pk=accepted.order_id)
    allocate_due()
    release_hold(order.holds.get(), actor=house.ada.owner)
    text = said(order, "dated").text
    assert "a date for part of your order" in text
    assert "1 × Star" in text.partition("On backorder:")[2]
    shipment = picked(house, order)
    close_package(pack_unit(shipment, code="LAMP", actor=house.pat), actor=house.pat)
    label_packages(shipment, actor=house.pat)
    mark_ready(shipment, actor=house.pat)
    hand_over(shipment.packages.all(), actor=house.pat)
    whole = Promise.objects.filter(order=order, shipment=None, settled_at=None)
    assert not whole.exists()


def test_only_a_hold_without_an_end_and_a_new_date_ends_the_date_at_the_departure(house):
    free, soon, later = (make_order(house.ada, {"LAMP": 1}) for _ in range(3))
    allocate_due()
    hold(house, soon, until=LEAVES + timedelta(hours=2))
    hold(house, later)
    days = {"earliest": FRIDAY, "latest": FRIDAY + timedelta(days=3)}
    promise = Promise.objects.get(order=later)
    revise_promise(promise, **days, reason="other", actor=house.ada.owner)
    with time_machine.travel(LEAVES, tick=False):
        watch_promises()
    assert [told(row) for row in (free, soon, later)] == [[], [], ["moved"]]


def test_the_date_of_what_is_held_when_it_was_to_leave_is_off_then(house):
    order = make_order(house.ada, {"LAMP": 1})
    allocate_due()
    made = hold(house, order)
    assert headline(order) == "On hold"
    planned = "Planned: Tuesday 24 – Thursday 26 November. We will write to you if that changes."
    assert state(order)["headline"]["detail"] == planned

    with time_machine.travel(LEAVES - timedelta(hours=4, seconds=1), tick=False):
        watch_promises()
        assert told(order) == []
    with time_machine.travel(LEAVES - timedelta(hours=4), tick=False):
        for _ in range(2):
            watch_promises()
        assert told(order) == ["at_risk"]
        mail = said(order, "seller_at_risk")
    assert "It is on hold, and nothing ships until that ends." in mail.text
    assert "the next possible date" not in mail.text
    with time_machine.travel(LEAVES - timedelta(hours=1), tick=False):
        for _ in range(2):
            watch_promises()
        assert told(order) == ["at_risk", "withdrawn"]
        assert "is delayed: no date yet" in said(order, "undated").subject
    assert state(order, LEAVES)["headline"]["detail"].startswith("We will send you the date")
    with time_machine.travel(LEAVES, tick=False):
        release_hold(made, actor=house.ada.owner)
        watch_promises()
    assert told(order) == ["at_risk", "withdrawn", "given"]
    assert findings() == []


def test_a_hold_after_the_departure_ends_the_date_only_shortly_before_it_passes(house):
    order = make_order(house.ada, {"LAMP": 1})
    allocate_due()
    with time_machine.travel(LEAVES + timedelta(hours=1), tick=False):
        hold(house, order)
        watch_promises()
    assert told(order) == []
    with time_machine.travel(THURSDAY, tick=False):
        watch_promises()
    assert told(order)[-1] == "withdrawn"


def test_all_departures_of_a_held_order_are_withdrawn_at_once(house):
    order = packed_shipment(house, {"LAMP": 1}).order
    hold(house, order)
    Promise.objects.filter(order=order, kind="ships").update(latest=THURSDAY)
    with time_machine.travel(THURSDAY, tick=False):
        watch_promises()
    assert told(order).count("withdrawn") == 1
    assert not Promise.objects.filter(order=order, settled_at=None).exists()
