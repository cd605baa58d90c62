"""Allocation: supply goes to orders by promise, priority and age; never more than there is."""

from datetime import timedelta

import pytest

from orders.intake.acceptance import accept_orders
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import hold_order, link_line, release_hold
from orders.models import Event, Hold, Order, OrderLine, Shipment, ShipmentLine
from orders.shops.base import IncomingLine
from tests.balance import findings
from tests.support import servers
from tests.support.cast import MONDAY, incoming, make_order, make_product, put_stock
from tests.support.databases import superuser
from tests.support.racing import race
from tests.support.statements import count_statements
from warehouse.floor.picking import take_next_pick_list
from warehouse.models import Reservation, Supply
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def counts(order):
    """[(SKU, allocated, backordered)] of an order's lines."""
    return list(order.lines.values_list("sku", "allocated", "backordered"))


def status(order):
    return Order.objects.values_list("status", flat=True).get(pk=order.pk)


def shipments(order):
    """{number: (status, {SKU: units})} of an order."""
    rows = ShipmentLine.objects.filter(shipment__order=order).order_by("shipment__number")
    found = {}
    for number, state, sku, units in rows.values_list(
        "shipment__number", "shipment__status", "line__sku", "quantity"
    ):
        found.setdefault(number, (state, {}))[1][sku] = units
    return found


def supply_of(product):
    return Supply.objects.values_list("on_hand", "reserved").get(product=product)


def test_an_order_gets_its_supply_and_a_released_shipment(ada, lamp):
    put_stock(lamp, 5)
    order = make_order(ada, {"LAMP": 2}, priority=7)

    assert allocate_due() == 1

    assert counts(order) == [("LAMP", 2, 0)]
    assert status(order) == "in_progress"
    assert supply_of(lamp) == (5, 2)
    assert Reservation.objects.get().quantity == 2
    assert shipments(order) == {f"{order.number}-1": ("released", {"LAMP": 2})}
    shipment = Shipment.objects.get()
    assert (shipment.priority, shipment.ship_by) == (7, order.ship_by)
    assert shipment.warehouse == ada.seller.warehouse
    assert findings() == []


def test_history_says_what_was_allocated(ada, lamp):
    put_stock(lamp, 1)
    order = make_order(ada, {"LAMP": 3})
    line = order.lines.get()

    allocate_due()

    told = {event.kind: event.data for event in Event.objects.filter(order=order)}
    shipment = Shipment.objects.get()
    assert told["order.allocated"] == {"units": {str(line.pk): 1}, "shipment": str(shipment.pk)}
    assert told["order.backordered"] == {
        "units": {str(line.pk): 2},
        "here": {str(line.pk): 1},
        "promise": str(order.promises.get().pk),
    }
    assert told.keys() >= {"shipment.planned", "shipment.released"}


def test_what_is_not_there_is_backordered(ada, lamp):
    order = make_order(ada, {"LAMP": 2})

    allocate_due()

    assert counts(order) == [("LAMP", 0, 2)]
    assert status(order) == "backordered"
    assert not Shipment.objects.exists()
    assert allocate_due() == 0, "it waits for a receipt, not in a loop"
    assert findings() == []


def test_a_receipt_frees_backorders_in_a_second_shipment(ada, lamp, pat, building):
    put_stock(lamp, 1)
    order = make_order(ada, {"LAMP": 3})
    allocate_due()
    take_next_pick_list(warehouse=building, actor=pat)

    put_stock(lamp, 5)
    allocate_due()

    assert counts(order) == [("LAMP", 3, 0)]
    assert shipments(order) == {
        f"{order.number}-1": ("picking", {"LAMP": 1}),
        f"{order.number}-2": ("released", {"LAMP": 2}),
    }
    assert supply_of(lamp) == (6, 3)
    assert findings() == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"ship_by": MONDAY + timedelta(days=1), "priority": 9}, {"ship_by": MONDAY}),
        ({"priority": 1}, {"priority": 2}),
        ({"placed_at": MONDAY}, {"placed_at": MONDAY - timedelta(minutes=1)}),
    ],
    ids=["promise", "priority", "age"],
)
def test_scarce_supply_goes_by_promise_then_priority_then_age(ada, lamp, first, second):
    loser, winner = make_order(ada, {"LAMP": 3}), make_order(ada, {"LAMP": 3})
    same = {"ship_by": MONDAY, "priority": 0, "placed_at": MONDAY}
    Order.objects.filter(pk=loser.pk).update(**same | first)
    Order.objects.filter(pk=winner.pk).update(**same | second)
    put_stock(lamp, 4)

    allocate_due()

    assert counts(winner) == [("LAMP", 3, 0)]
    assert counts(loser) == [("LAMP", 1, 2)]


def test_a_receipt_goes_to_the_waiting_before_the_new(ada, lamp):
    waiting = make_order(ada, {"LAMP": 2})
    allocate_due()
    newcomer = make_order(ada, {"LAMP": 2})
    put_stock(lamp, 3)

    allocate_due()

    assert counts(waiting) == [("LAMP", 2, 0)]
    assert counts(newcomer) == [("LAMP", 1, 1)]
    assert findings() == []


def test_two_lines_with_one_sku_share_what_is_there(ada, lamp):
    put_stock(lamp, 5)
    sold = incoming({"LAMP": 3})
    sold.lines.append(IncomingLine(sku="LAMP", title="Another lamp", quantity=4))
    order = Order.objects.get(pk=accept_orders(ada.channel, [sold])[0].order_id)

    allocate_due()

    assert counts(order) == [("LAMP", 3, 0), ("LAMP", 2, 2)]
    assert supply_of(lamp) == (5, 5)
    assert findings() == []


def test_what_does_not_ship_needs_no_supply(ada, lamp):
    put_stock(lamp, 5)
    sold = incoming({"LAMP": 1})
    sold.lines.append(IncomingLine(sku="LAMP", title="Gift card", quantity=1, ships=False))
    order = Order.objects.get(pk=accept_orders(ada.channel, [sold])[0].order_id)

    allocate_due()

    assert counts(order) == [("LAMP", 1, 0), ("LAMP", 0, 0)]
    assert findings() == []


@pytest.mark.breaks_books  # nothing cancels a part of a line yet
def test_cancelled_units_get_no_supply(ada, lamp):
    put_stock(lamp, 5)
    order = make_order(ada, {"LAMP": 5})
    order.lines.update(cancelled=2)

    allocate_due()

    assert counts(order) == [("LAMP", 3, 0)]
    assert supply_of(lamp) == (5, 3)


def test_each_seller_has_supply_of_their_own(ada, bo, lamp):
    put_stock(lamp, 5)
    make_product(bo, "LAMP", "Bo's lamp")
    order = make_order(bo, {"LAMP": 1})

    allocate_due()

    assert counts(order) == [("LAMP", 0, 1)]
    assert supply_of(lamp) == (5, 0)


def test_an_order_on_hold_gets_supply_but_is_not_released(ada, lamp, lea):
    put_stock(lamp, 1)
    order = make_order(ada, {"LAMP": 3})
    hold = hold_order(order, reason=Hold.Reason.SELLER, actor=lea)

    allocate_due()
    assert shipments(order) == {f"{order.number}-1": ("planned", {"LAMP": 1})}
    put_stock(lamp, 1)
    allocate_due()
    assert shipments(order) == {f"{order.number}-1": ("planned", {"LAMP": 2})}
    assert status(order) == "on_hold"

    release_hold(hold, actor=lea)
    assert shipments(order) == {f"{order.number}-1": ("released", {"LAMP": 2})}
    assert status(order) == "in_progress"
    assert findings() == []


def test_a_linked_line_gets_supply(ada, lamp, lea):
    put_stock(lamp, 5)
    order = make_order(ada, {"LAMP": 1, "LAMP-NEW": 2})
    allocate_due()
    assert counts(order) == [("LAMP", 1, 0), ("LAMP-NEW", 0, 0)]
    assert shipments(order) == {f"{order.number}-1": ("planned", {"LAMP": 1})}

    link_line(order.lines.get(sku="LAMP-NEW"), product=lamp, actor=lea)
    allocate_due()

    assert counts(order) == [("LAMP", 1, 0), ("LAMP-NEW", 2, 0)]
    assert shipments(order) == {f"{order.number}-1": ("released", {"LAMP": 1, "LAMP-NEW": 2})}
    assert findings() == []


def test_an_order_that_is_being_changed_is_served_next_time(ada, lamp):
    put_stock(lamp, 1)
    busy, free = make_order(ada, {"LAMP": 1}), make_order(ada, {"LAMP": 1})
    with superuser(servers.DATABASE) as other, other.transaction():
        other.execute("SELECT FROM orders_order WHERE id = %s FOR UPDATE", [busy.pk])
        assert allocate_due() == 1

    assert counts(free) == [("LAMP", 1, 0)]
    allocate_due()
    assert counts(busy) == [("LAMP", 0, 1)]


def test_a_small_batch_serves_everybody_in_the_same_order(ada, lamp):
    put_stock(lamp, 3)
    orders = [make_order(ada, {"LAMP": 1}) for _ in range(5)]
    for age, order in enumerate(orders):
        Order.objects.filter(pk=order.pk).update(ship_by=MONDAY - timedelta(hours=age))

    assert allocate_due(limit=2) == 5

    allocated = [order.lines.values_list("allocated", flat=True).get() for order in orders]
    assert allocated == [0, 0, 1, 1, 1]
    assert findings() == []


def test_of_two_due_at_once_the_urgent_one_is_claimed_first(ada, lamp):
    put_stock(lamp, 1)
    orders = [make_order(ada, {"LAMP": 1}, priority=priority) for priority in (0, 5, 0)]
    Order.objects.update(ship_by=MONDAY)

    allocate_due(limit=1)

    assert [counts(order) for order in orders] == [
        [("LAMP", 0, 1)], [("LAMP", 1, 0)], [("LAMP", 0, 1)],
    ]  # fmt: skip


def test_the_number_of_statements_does_not_grow(ada):
    for number in range(8):
        put_stock(make_product(ada, f"P{number}", "Part"), 100)

    def statements_for(orders):
        skus = [{f"P{n % 8}": 1, f"P{(n + 3) % 8}": 2} for n in range(orders)]
        accept_orders(ada.channel, [incoming(lines) for lines in skus])
        with count_statements() as statements:
            assert allocate_due() == orders
        return len(statements)

    assert statements_for(2) == statements_for(40)
    assert findings() == []


def test_sixty_buyers_at_twenty_units_get_twenty(ada, lamp):
    put_stock(lamp, 20)
    accept_orders(ada.channel, [incoming({"LAMP": 1}) for _ in range(60)])

    race(*[lambda: allocate_due(limit=7)] * 4)

    lines = OrderLine.objects.filter(product=lamp)
    assert (lines.filter(allocated=1).count(), lines.filter(backordered=1).count()) == (20, 40)
    assert supply_of(lamp) == (20, 20)
    assert Reservation.objects.count() == 20
    assert findings() == []


def test_allocators_receipts_and_cancellations_at_once_neither_deadlock_nor_oversell(ada, lea):
    products = [make_product(ada, f"P{number}", "Part") for number in range(10)]
    for product in products:
        put_stock(product, 12)
    wanted = [
        {f"P{(n * step) % 10}": 1 + n % 3 for step in (3, 7, 1)} | {f"P{n % 10}": 2}
        for n in range(60)
    ]
    accepted = accept_orders(ada.channel, [incoming(lines) for lines in wanted])
    orders = list(Order.objects.filter(pk__in=[answer.order_id for answer in accepted]))

    def receive():
        for product in reversed(products):
            put_stock(product, 3, bin_code="B-01-1")

    def cancel():
        for order in orders[::4]:
            cancel_order(order, actor=lea)

    race(*[lambda: allocate_due(limit=5)] * 3, receive, cancel)
    allocate_due()

    assert Order.objects.filter(status="cancelled").count() == 15
    for supply in Supply.objects.all():
        waiting = OrderLine.objects.filter(product=supply.product, backordered__gt=0)
        assert supply.on_hand == 15
        assert not (supply.available and waiting.exists()), "nobody waits for what is free"
    assert findings() == []


def test_what_comes_before_the_picker_joins_the_released_shipment(ada):
    make_product(ada, "LAMP", "Desk lamp")
    make_product(ada, "SHADE", "Linen shade")
    put_stock(ada.products["LAMP"], 1)
    order = make_order(ada, {"LAMP": 1, "SHADE": 1})
    allocate_due()
    put_stock(ada.products["SHADE"], 1)

    allocate_due()

    assert shipments(order) == {f"{order.number}-1": ("released", {"LAMP": 1, "SHADE": 1})}
