"""What an order cost, when its shop or a person edits it: exact, or said not to be."""

import pytest

from orders.lifecycle.edit_lines import add_units
from orders.models import Charge, Order
from orders.shops.base import Cost
from tests.orders.intake.shop_calls import at, outcomes, sold
from tests.orders.intake.shopify_payloads import read, shop_order
from tests.support.stages import open_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    return once(open_house)


@pytest.fixture
def channel(house):
    return house.ada.channel


def costing(second, *, off=0, shipping=0, **units):
    """An order of units at 5.00, with a discount and shipping in whole euros."""
    goods = 5 * sum(
        given.get("quantity", 1) if isinstance(given, dict) else given for given in units.values()
    )
    return at(
        second, line_items=sold(**units), taxes_included=True,
        subtotal_price=f"{goods - off}.00", total_price=f"{goods - off + shipping}.00",
    )  # fmt: skip


def charged():
    charge = Charge.objects.get()
    return charge.discount, charge.shipping, charge.is_known


def edited(channel, first, second):
    outcomes(channel, first)
    outcomes(channel, second, topic="orders/updated")
    return charged()


def test_lines_that_the_shop_adds_have_no_known_share_of_a_discount(channel):
    before, after = costing(1, off=2, LAMP=2), costing(2, off=2, LAMP=2, SHADE=1)
    assert edited(channel, before, after) == (200, 0, False)


def test_lines_that_the_shop_adds_without_any_discount_cost_what_it_says(channel):
    before, after = costing(1, LAMP=2, shipping=3), costing(2, LAMP=2, SHADE=1, shipping=4)
    assert edited(channel, before, after) == (0, 400, True)


def test_units_that_a_person_adds_have_no_known_share(house, channel):
    outcomes(channel, costing(1, off=2, LAMP=1))
    order = Order.objects.get()
    add_units(order, {order.lines.get().pk: 1}, actor=house.ada.owner)
    assert charged() == (200, 0, False)


def test_a_discount_that_the_shop_gives_later_is_taken(channel):
    assert edited(channel, costing(1, LAMP=2), costing(2, off=1, LAMP=2)) == (100, 0, True)


@pytest.mark.parametrize(("later", "is_known"), [
    ({"LAMP": 2}, True),
    ({"LAMP": {"quantity": 2, "price": "4.00"}}, False),
    ({"LAMP": {"quantity": 2, "current_quantity": 1}}, True),
])  # fmt: skip
def test_a_price_that_the_shop_changes_leaves_no_exact_cost(channel, later, is_known):
    before, after = costing(1, off=2, LAMP=2), costing(2, off=2, **later)
    assert edited(channel, before, after) == (200, 0, is_known)


def test_sums_that_do_not_add_up_any_more_leave_no_exact_cost(channel):
    after = costing(2, off=2, LAMP=2) | {"total_tip_received": "1.00"}
    assert edited(channel, costing(1, off=2, LAMP=2), after) == (200, 0, False)


@pytest.mark.parametrize(("off", "is_known"), [(1, True), (2, False)])
def test_lines_that_the_shop_takes_out_leave_their_share_of_the_discount(channel, off, is_known):
    """2 euros of discount over two lamps and two shades: one is for the lamps."""
    before, after = costing(1, off=2, LAMP=2, SHADE=2), costing(2, off=off, LAMP=2)
    assert edited(channel, before, after) == (200, 0, is_known)


@pytest.mark.parametrize("change", [
    {"line_items": sold(LAMP=1, SHADE={"quantity": 1, "current_quantity": 0})},
    {"line_items": sold(LAMP={"quantity": 2, "current_quantity": 1})},
    {"original_total_duties_set": {"shop_money": {"amount": "1.00"}}},
    {"current_total_duties_set": {"shop_money": {"amount": "1.00"}}},
])  # fmt: skip
def test_an_order_that_is_no_more_whole_when_it_comes_has_no_known_cost(change):
    sums = {"subtotal_price": "5.00", "total_price": "5.00", "taxes_included": True}
    whole = {"line_items": sold(LAMP=1)}
    assert read(shop_order(**(whole | sums))).cost == Cost()
    assert read(shop_order(**(whole | sums | change))).cost is None
