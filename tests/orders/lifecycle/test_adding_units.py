"""Units and lines are added to an order until all of it is packed; the promise follows."""

from datetime import timedelta

import pytest
import time_machine

from notifications.models import Message
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.edit_lines import add_lines, add_units, change_units
from orders.models import Event, Hold, Promise, ShipmentLine
from orders.shops.base import IncomingLine
from tests.balance import findings
from tests.support.cast import MONDAY, make_order, put_stock
from tests.support.stages import packed_shipment, picked
from tests.warehouse.walking import ordered
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def counts(order):
    """[(position, SKU, ordered, allocated, backordered)] of an order's lines."""
    names = ("position", "sku", "ordered", "allocated", "backordered")
    return list(order.lines.values_list(*names))


def planned(order):
    rows = ShipmentLine.objects.filter(shipment__order=order).order_by("shipment", "line__position")
    return list(rows.values_list("shipment__number", "line__sku", "quantity"))


def units(order, **wanted):
    return {line.pk: wanted[line.sku] for line in order.lines.filter(sku__in=wanted)}


def test_more_units_join_the_shipment_that_nobody_picks(ada, lamp, shade):
    put_stock(lamp, 3)
    put_stock(shade, 1)
    order = ordered(ada, {"LAMP": 1})

    add_units(order, units(order, LAMP=3), actor=ada.owner, reason="She called")
    line = IncomingLine(sku="SHADE", title="", quantity=1, unit_price=500)
    add_lines(order, [line], actor=ada.owner)
    allocate_due()

    assert counts(order) == [(1, "LAMP", 4, 3, 1), (2, "SHADE", 1, 1, 0)]
    assert planned(order) == [(f"{order.number}-1", "LAMP", 3), (f"{order.number}-1", "SHADE", 1)]
    assert findings() == []
    added = Event.objects.filter(order=order, kind="order.lines_added").order_by("pk")
    lamps, shades = (str(line.pk) for line in order.lines.all())
    assert [event.data for event in added] == [{"units": {lamps: 3}}, {"units": {shades: 1}}]
    assert order.lines.get(sku="SHADE").title == "Linen shade"


def test_units_added_while_it_is_picked_get_a_shipment_of_their_own(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1})
    picked(monday_house, order)

    add_units(order, units(order, LAMP=2), actor=None)
    allocate_due()

    assert planned(order) == [(f"{order.number}-1", "LAMP", 1), (f"{order.number}-2", "LAMP", 2)]
    assert findings() == []


def test_an_unknown_sku_that_is_added_holds_the_order(ada, lamp):
    order = make_order(ada, {"LAMP": 1})
    for sku in ("NEW", "NEWER"):
        line = IncomingLine(sku=sku, title="A new lamp", quantity=1)
        assert add_lines(order, [line], actor=None).status == "on_hold"
    hold = Hold.objects.get(order=order)
    assert (hold.reason, hold.detail) == ("unknown_sku", "NEW")


def test_what_cannot_be_added_is_refused(monday_house):
    house = monday_house
    packed = packed_shipment(house, {"LAMP": 1}).order
    cancelled = make_order(house.ada, {"LAMP": 1})
    cancel_order(cancelled, actor=None)
    order = make_order(house.ada, {"LAMP": 1})
    line = IncomingLine(sku="SHADE", title="Shade", quantity=1)
    for refused, refusal in (
        (lambda: add_units(packed, units(packed, LAMP=1), actor=None), f"Order {packed} is packed"),
        (lambda: add_lines(cancelled, [line], actor=None), f"Order {cancelled} is cancelled"),
        (lambda: add_units(order, {}, actor=None), "Choose the products"),
        (lambda: add_units(order, units(packed, LAMP=1), actor=None), "Choose the products"),
        (lambda: add_units(order, units(order, LAMP=-1), actor=None), "add 1 unit or more"),
        (lambda: add_units(order, units(order, LAMP=10**6), actor=None), "at most 1,000,000 units"),
        (lambda: add_lines(order, [], actor=None), "Choose what to add"),
        (lambda: add_lines(order, [line] * 2000, actor=None), "at most 2,000 lines"),
        (
            lambda: add_lines(order, [IncomingLine("SHADE", "Shade", 0)], actor=None),
            "add 1 unit or more",
        ),
    ):
        with pytest.raises(DomainError, match=refusal):
            refused()
    assert not Event.objects.filter(kind="order.lines_added").exists()


def test_a_promise_that_moves_is_told_once(ada, lamp):
    with time_machine.travel(MONDAY, tick=False) as clock:
        order = make_order(ada, {"LAMP": 1})
        first = Promise.objects.get(order=order)
        # On the same day nothing moves.
        add_units(order, units(order, LAMP=1), actor=ada.owner)
        assert Promise.objects.get(order=order) == first

        clock.shift(timedelta(days=1))
        for _ in range(2):
            add_units(order, units(order, LAMP=1), actor=ada.owner)

    second = Promise.objects.get(order=order, settled_at__isnull=True)
    assert second.local_on - first.local_on == timedelta(days=1)
    assert (second.replaces, second.reason) == (first, "order_changed")
    moved = Event.objects.get(order=order, kind="promise.moved")
    assert moved.actor == ada.owner
    mails = Message.objects.filter(order=order, template="delayed", channel="email")
    assert mails.count() == 1


def test_units_are_set_to_what_is_wanted_all_or_nothing(ada, lamp, shade):
    put_stock(lamp, 3)
    put_stock(shade, 3)
    order = ordered(ada, {"LAMP": 2, "SHADE": 2})
    cards = IncomingLine(sku="CARD", title="Gift card", quantity=1, ships=False)

    changed = change_units(order, units(order, LAMP=3, SHADE=0), added=[cards], actor=None)
    allocate_due()

    assert changed.status == "in_progress"
    assert counts(order) == [
        (1, "LAMP", 3, 3, 0), (2, "SHADE", 2, 0, 0), (3, "CARD", 1, 0, 0),
    ]  # fmt: skip
    assert findings() == []
    before = Event.objects.count()
    for wanted, refusal in (
        (units(order, LAMP=3, SHADE=0), "No units of order"),
        (units(order, LAMP=4, SHADE=-1), "none can be cancelled"),
    ):
        with pytest.raises(DomainError, match=refusal):
            change_units(order, wanted, actor=None)
    assert Event.objects.count() == before
    assert counts(order)[0] == (1, "LAMP", 3, 3, 0)
