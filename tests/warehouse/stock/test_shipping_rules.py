"""An order of which a part is in stock: in parts, all together, or all or nothing."""

import pytest
import time_machine

from notifications.models import Message
from orders.errors import InvalidInput
from orders.lifecycle.cancel import cancel_units
from orders.lifecycle.edit import edit_order
from orders.lifecycle.holds import hold_order, link_line, release_hold
from orders.models import Event, Order
from orders.states import ShippingRule
from tests.balance import findings
from tests.notifications.saying import said
from tests.support.cast import make_order, make_product, put_stock
from tests.support.racing import race
from tests.support.stages import open_house
from tests.tracking.tracked import MONDAY, look, state
from warehouse.floor.picking import take_next_pick_list
from warehouse.models import Supply
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    """Ten lamps and ten shades in stock, and Monday."""
    with time_machine.travel(MONDAY, tick=False):
        house = once(open_house)
        for supply in Supply.objects.all():
            assert supply.reserved == 0
        yield house


def rest_of(house, sku):
    """The units of a product that are not reserved."""
    supply = Supply.objects.get(product=house.ada.products[sku])
    return supply.on_hand - supply.reserved


def lines_of(order):
    return [tuple(row) for row in order.lines.values_list("sku", "allocated", "backordered")]


def waiting(house, rule, **lines):
    """An order with more shades than there are."""
    many = rest_of(house, "SHADE") + 5
    order = make_order(house.ada, {"LAMP": 2, "SHADE": many} | lines, ships_as=rule)
    allocate_due()
    return Order.objects.get(pk=order.pk), many


def statuses(order):
    return list(order.shipments.order_by("number").values_list("status", flat=True))


def told(order):
    rows = Message.objects.filter(order=order, channel="email").order_by("pk")
    return list(rows.values_list("template", flat=True))


def test_together_reserves_what_is_there_and_ships_when_all_is(house):
    order, many = waiting(house, "together")
    assert lines_of(order) == [("LAMP", 2, 0), ("SHADE", many - 5, 5)]
    assert statuses(order) == ["planned"]
    assert not order.promises.filter(settled_at=None).exists()
    mail = said(order, "backordered")
    assert "We will ship everything together." in mail.text
    assert "In stock:" in mail.text and "first" not in mail.text
    assert "All ships together" in said(order, "backordered", "sms").text
    page = state(order)
    assert page["headline"]["text"] == "Waiting for stock"
    assert "everything together" in page["headline"]["detail"]
    shown = look(order).content.decode()
    assert ("Your parcel" in shown, "Parcel 1 of" in shown) == (True, False)
    assert "5 not in stock yet" in shown

    put_stock(house.ada.products["SHADE"], 3)
    allocate_due()
    assert (statuses(order), told(order)) == (["planned"], ["confirmed", "backordered"])
    put_stock(house.ada.products["SHADE"], 2)
    allocate_due()
    assert statuses(order) == ["released"]
    assert told(order) == ["confirmed", "backordered", "dated"]
    assert state(order)["headline"]["text"].startswith("Arrives ")
    assert findings() == []


def test_all_or_nothing_takes_nothing_from_others_until_there_is_enough(house):
    lamps = rest_of(house, "LAMP")
    order, many = waiting(house, "complete", LAMP=lamps)
    assert lines_of(order) == [("LAMP", 0, lamps), ("SHADE", 0, many)]
    assert (rest_of(house, "LAMP"), statuses(order)) == (lamps, [])
    other = make_order(house.ada, {"LAMP": lamps - 1})
    assert allocate_due() == 1
    assert lines_of(other) == [("LAMP", lamps - 1, 0)]

    put_stock(house.ada.products["SHADE"], 5)
    assert allocate_due() == 0  # enough shades, too few lamps: it is not looked at again
    put_stock(house.ada.products["LAMP"], lamps - 1)
    assert allocate_due() == 1
    assert lines_of(order) == [("LAMP", lamps, 0), ("SHADE", many, 0)]
    assert (statuses(order), told(order)[-1]) == (["released"], "dated")
    assert findings() == []


def test_all_or_nothing_calls_nothing_missing_that_is_there(house, client):
    order, many = waiting(house, "complete")
    mail, text = said(order, "backordered"), said(order, "backordered", "sms").text
    assert "waits until everything is in stock" in mail.subject
    assert "It ships all together once it is." in mail.text and "You ordered:" in mail.text
    assert "On backorder" not in mail.text and "LAMP" not in text
    shown = look(order).content.decode()
    assert ("waits for the rest of the order" in shown, "not in stock yet" in shown) == (
        True,
        False,
    )
    assert state(order)["headline"]["text"] == "Waiting for stock"

    client.force_login(house.ada.owner)
    matters = client.get("/dashboard/").content.decode()
    assert "waits until all of it is in stock" in matters and "units short" not in matters
    stock = client.get("/dashboard/stock/?show=backordered").content.decode()
    assert ("Linen shade" in stock, "5 short" in stock, "Brass lamp" in stock) == (
        True,
        True,
        False,
    )
    assert (many - 5, 2) == (rest_of(house, "SHADE"), order.lines.get(sku="LAMP").backordered)


def test_all_or_nothing_takes_nothing_while_a_product_is_unknown(house):
    lamps = rest_of(house, "LAMP")
    order = make_order(house.ada, {"LAMP": 2, "STAR": 1}, ships_as="complete")
    allocate_due()
    assert lines_of(order) == [("LAMP", 0, 2), ("STAR", 0, 0)]
    assert (rest_of(house, "LAMP"), allocate_due()) == (lamps, 0)
    put_stock(make_product(house.ada, "STARS", "Star"), 1)
    product = house.ada.products["STARS"]
    link_line(order.lines.get(sku="STAR"), product=product, actor=house.ada.owner)
    allocate_due()
    assert lines_of(order) == [("LAMP", 2, 0), ("STAR", 1, 0)]


def test_a_rule_that_makes_a_date_unknown_withdraws_it(house):
    order = make_order(house.ada, {"LAMP": 2, "SHADE": rest_of(house, "SHADE") + 5})
    hold_order(order, reason="seller", actor=house.ada.owner)
    allocate_due()
    edit_order(order, {"ships_as": "together"}, actor=house.ada.owner)
    assert (told(order)[-1], statuses(order)) == ("undated", ["planned"])
    assert not order.promises.filter(settled_at=None).exists()


def test_a_part_that_is_on_its_way_out_is_not_told_to_wait(house):
    """Whoever is first: the date is withdrawn only of an order of which nothing leaves."""
    for rule in ("together", "complete"):
        order = make_order(house.ada, {"LAMP": 1, "SHADE": rest_of(house, "SHADE") + 5})
        hold = hold_order(order, reason="seller", actor=house.ada.owner)
        allocate_due()

        def change(order=order, rule=rule):
            return edit_order(order, {"ships_as": rule}, actor=house.ada.owner)

        def pick(hold=hold):
            release_hold(hold, actor=house.ada.owner)
            return take_next_pick_list(warehouse=house.warehouse, actor=house.pat)

        _, refusals = race(change, pick)
        is_open = order.promises.filter(settled_at=None).exists()
        assert (is_open, "undated" in told(order)) == (bool(refusals), not refusals)
        assert (statuses(order)[0] == "planned") != is_open
    order, _ = waiting(house, "as_available")
    with pytest.raises(InvalidInput) as refused:
        edit_order(order, {"ships_as": "complete"}, actor=house.ada.owner)
    words = f"Shipment {order.number}-1 is released: this part ships before the rest. "
    words += "To stop it, put the order on hold instead."
    assert refused.value.problems == [("ships_as", words)]
    # What is all there may be told anything.
    whole = make_order(house.ada, {"LAMP": 1})
    allocate_due()
    assert edit_order(whole, {"ships_as": "complete"}, actor=None).ships_as == "complete"


def test_who_shares_a_batch_gets_what_all_or_nothing_gives_back(house):
    lamps = rest_of(house, "LAMP")
    whole = make_order(house.ada, {"LAMP": lamps, "SHADE": 10_000}, ships_as="complete")
    part = make_order(house.ada, {"LAMP": lamps})
    assert allocate_due() == 2
    assert lines_of(whole)[0] == ("LAMP", 0, lamps)
    assert lines_of(part) == [("LAMP", lamps, 0)]
    assert "backordered" not in told(part)


def test_the_rest_goes_when_what_lacks_is_cancelled_or_the_rule_changes(house):
    cancelled, _ = waiting(house, "together")
    shade = cancelled.lines.get(sku="SHADE")
    cancel_units(cancelled, {shade.pk: shade.backordered}, actor=house.ada.owner)
    assert statuses(cancelled) == ["released"]
    assert told(cancelled)[-2:] == ["partly_cancelled", "dated"] or told(cancelled)[-2:] == [
        "dated",
        "partly_cancelled",
    ]

    for rule in ("together", "complete"):
        order, _ = waiting(house, rule)
        edit_order(order, {"ships_as": "as_available"}, actor=house.ada.owner)
        allocate_due()
        assert statuses(order) == ["released"], rule
        event = Event.objects.get(order=order, kind="order.edited")
        assert event.data["before"] == {"ships_as": rule}
    assert findings() == []


def test_a_seller_says_what_is_so_for_new_orders(house, client):
    client.force_login(house.ada.owner)
    path = f"/dashboard/settings/sellers/{house.ada.seller.pk}/shipping-rule/"
    assert client.post(path, {"ships_as": "together"}).status_code == 302
    assert client.post(path, {"ships_as": "never"}).status_code == 302
    house.ada.channel.seller.refresh_from_db()
    assert make_order(house.ada, {"LAMP": 1}).ships_as == ShippingRule.TOGETHER
    assert make_order(house.ada, {"LAMP": 1}, ships_as="complete").ships_as == "complete"
    assert Event.objects.get(kind="seller.shipping_rule_changed").data["after"] == "together"
    client.force_login(house.bo.owner)
    assert client.post(path, {"ships_as": "complete"}).status_code == 404
