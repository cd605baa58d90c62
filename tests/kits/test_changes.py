"""What changes the units of a kit changes its parts with it, whoever wants it, whenever."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orders.books import parts_equal_kits
from orders.decisions.uncancel import undo_cancellation
from orders.errors import DomainError
from orders.intake.differences import settle_again
from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.lifecycle.edit_lines import add_units, change_units
from orders.lifecycle.holds import hold_order
from orders.lifecycle.labelling import label_packages
from orders.models import Order, OrderLine, ShopOrder
from orders.values.counts import MOST_UNITS
from tests.api.asking import ask
from tests.kits.conftest import BOX
from tests.orders.intake.shop_calls import at, outcomes, refund, sold
from tests.support import cast, examples
from tests.support.stages import House, picked
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.picking import confirm_pick, take_next_pick_list
from warehouse.floor.putting_back import put_back
from warehouse.models import PickLine
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(stocked, building, pat, cory):
    return House(building, stocked, stocked, pat, cory)


def the_order():
    return Order.objects.get(reference="5001")


def wanted(order):
    """{SKU: units wanted} of an order, after a look at the rule of kits."""
    lines = {line.pk: line for line in OrderLine.objects.filter(order=order)}
    for line in lines.values():
        if line.kit_line_id:
            kit = lines[line.kit_line_id]
            kits = kit.ordered - kit.cancelled
            assert line.ordered - line.cancelled == kits * line.units_per_kit, line.sku
    return {line.sku: line.ordered - line.cancelled for line in lines.values()}


def boxes_of(number):
    return {"BOX": number} | {sku: number * units for sku, units in BOX.items()}


def line(order, sku):
    return order.lines.get(sku=sku)


def test_a_cancellation_is_undone_with_the_parts(stocked):
    order = cast.make_order(stocked, {"BOX": 3, "LAMP": 1})
    allocate_due()
    cancel_units(order, {line(order, "BOX").pk: 1}, actor=None)
    assert wanted(order) == boxes_of(2) | {"LAMP": 1}
    undo_cancellation(order, actor=None)
    assert wanted(order) == boxes_of(3) | {"LAMP": 1}
    cancel_order(order, actor=None)
    assert wanted(order) == boxes_of(0) | {"LAMP": 0}
    undo_cancellation(order, actor=None)
    allocate_due()
    assert wanted(order) == boxes_of(3) | {"LAMP": 1}
    assert Order.objects.get(pk=order.pk).status == "in_progress"


def test_units_are_added_and_cancelled_with_their_parts(stocked):
    order = cast.make_order(stocked, {"BOX": 3, "LAMP": 1})
    allocate_due()
    box = line(order, "BOX")
    cancel_units(order, {box.pk: 1}, actor=None)
    assert wanted(order) == boxes_of(2) | {"LAMP": 1}
    add_units(order, {box.pk: 4}, actor=None)
    allocate_due()
    assert wanted(order) == boxes_of(6) | {"LAMP": 1}
    change_units(order, {box.pk: 5, line(order, "LAMP").pk: 2}, actor=None)
    assert wanted(order) == boxes_of(5) | {"LAMP": 2}
    # What was decided is told of the kit; its parts follow from it.
    events = order.events.filter(kind__in=["order.lines_cancelled", "order.lines_added"])
    told = [event.data["units"] for event in events.order_by("pk")]
    lamp = str(line(order, "LAMP").pk)
    assert told == [{str(box.pk): 1}, {str(box.pk): 4}, {lamp: 1}, {str(box.pk): 1}]
    cancel_order(order, actor=None)
    assert Order.objects.get(pk=order.pk).status == "cancelled"
    assert set(wanted(order).values()) == {0}


def test_a_part_is_changed_with_its_kit_only(stocked):
    order = cast.make_order(stocked, {"BOX": 3})
    jam, box = line(order, "JAM"), line(order, "BOX")
    told = "Jam is part of Title of BOX: change or cancel the kit."
    refused = {
        told: [
            lambda: cancel_units(order, {jam.pk: 1}, actor=None),
            lambda: add_units(order, {jam.pk: 1}, actor=None),
            lambda: change_units(order, {jam.pk: 1}, actor=None),
            lambda: change_units(order, {box.pk: 1, jam.pk: 2}, actor=None),
        ],
        "Title of BOX: 3 can be cancelled, not 4.": [
            lambda: cancel_units(order, {box.pk: 4}, actor=None)
        ],
        f"Jam: a line has at most {MOST_UNITS:,} units.": [
            lambda: add_units(order, {box.pk: MOST_UNITS // 2}, actor=None)
        ],
    }
    for problem, ways in refused.items():
        for way in ways:
            with pytest.raises(DomainError) as error:
                way()
            assert str(error.value) == problem
    assert wanted(order) == boxes_of(3)
    # What the API is given as it is changes nothing, and refuses nothing.
    same = [{"line": str(jam.pk), "quantity": 6}, {"line": str(box.pk), "quantity": 2}]
    answer = ask(stocked, f"orders/{order.pk}/units/", {"lines": same})
    assert answer.status_code == 200
    assert wanted(order) == boxes_of(2)


def pick_one(house, sku):
    """Pat picks one unit of a product."""
    walk = take_next_pick_list(warehouse=house.warehouse, actor=house.pat)
    stop = walk.lines.select_related("stock__location", "stock__product").get(
        stock__product__sku=sku
    )
    code = stop.stock.location.code
    confirm_pick(stop, location_code=code, product_code=sku, quantity=1, actor=house.pat)


def test_a_kit_of_which_a_unit_is_picked_stays(house, stocked):
    order = cast.make_order(stocked, {"BOX": 3})
    allocate_due()
    pick_one(house, "JAM")
    box = line(order, "BOX")
    with pytest.raises(DomainError) as refused:
        cancel_units(order, {box.pk: 3}, actor=None)
    assert "has picked units (1 × Jam): they have to be put back first." in str(refused.value)
    cancel_units(order, {box.pk: 2}, actor=None)
    assert wanted(order) == boxes_of(1)


def test_the_shop_changes_and_cancels_kits(house, stocked):
    channel = stocked.channel
    outcomes(channel, at(1, line_items=sold(BOX=3, LAMP=1)))
    allocate_due()
    assert wanted(the_order()) == boxes_of(3) | {"LAMP": 1}
    fewer = sold(BOX={"quantity": 3, "current_quantity": 2}, LAMP=1)
    outcomes(channel, at(2, line_items=fewer), topic="orders/updated")
    assert wanted(the_order()) == boxes_of(2) | {"LAMP": 1}
    outcomes(channel, refund(7, BOX=1), topic="refunds/create")
    outcomes(channel, at(3, line_items=sold(BOX=5, LAMP=1)), topic="orders/updated")
    assert wanted(the_order()) == boxes_of(4) | {"LAMP": 1}
    allocate_due()
    picked(house, the_order())
    gone = at(4, line_items=sold(BOX=5, LAMP=1), cancelled_at="2026-11-23T11:00:00Z")
    outcomes(channel, gone, topic="orders/cancelled")
    known = ShopOrder.objects.get()
    assert [tuple(kept[:2]) for kept in known.differences] == [
        ("to_put_back", "4 × Box"),
        ("to_put_back", "1 × Lamp"),
    ]
    for shipment in the_order().shipments.exclude(status="cancelled"):
        put_back(shipment, actor=house.pat)
    settle_again()
    assert (the_order().status, set(wanted(the_order()).values())) == ("cancelled", {0})


@pytest.mark.breaks_books  # writes what no action would
def test_the_books_say_what_is_wrong_with_a_kit(stocked):
    order = cast.make_order(stocked, {"BOX": 2})
    jam, box = order.lines.filter(sku="JAM"), order.lines.filter(sku="BOX")
    spoilt = {
        "its units are not those of its kit": (jam, {"ordered": 5}, {"ordered": 4}),
        "it is cancelled without its kit": (jam, {"cancelled": 2}, {"cancelled": 0}),
        "its kit is in another order, or none": (box, {"is_kit": False}, {"is_kit": True}),
        "a kit ships, or is a part": (box, {"ships": True}, {"ships": False}),
        "its kit is cancelled, and it is not": (box, {"cancelled": 1}, {"cancelled": 0}),
    }
    assert parts_equal_kits() == []
    for rule, (rows, wrong, right) in spoilt.items():
        rows.update(**wrong)
        assert f"Order {order}, line 3: {rule}" in parts_equal_kits()
        rows.update(**right)


def test_of_a_kit_that_has_begun_to_leave_the_rest_is_cancelled_with_the_order(house, stocked):
    tea = cast.make_order(stocked, {"TEA": 10})
    allocate_due()
    hold_order(tea, reason="seller", actor=None)
    order = cast.make_order(stocked, {"BOX": 1})
    shipment = picked(house, order)
    for sku, units in {"HONEY": 1, "JAM": 2}.items():
        box = pack_unit(shipment, code=sku, quantity=units, actor=house.pat)
    close_package(box, actor=house.pat)
    label_packages(shipment, actor=house.pat)
    mark_ready(shipment, actor=house.pat)
    hand_over(shipment.packages.all(), actor=house.pat)
    with pytest.raises(DomainError) as refused:
        cancel_units(order, {line(order, "BOX").pk: 1}, actor=None)
    assert str(refused.value) == "Title of BOX: none can be cancelled, not 1."
    cancel_order(order, actor=None)
    wanted_now = {row.sku: row.ordered - row.cancelled for row in order.lines.all()}
    assert wanted_now == {"BOX": 1, "HONEY": 1, "JAM": 2, "TEA": 0}
    assert Order.objects.get(pk=order.pk).status == "shipped"


DECISIONS = {"add": add_units, "cancel": cancel_units, "set": change_units}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(list(DECISIONS)), st.integers(0, 4)),
        st.tuples(st.sampled_from(["shop", "refund"]), st.integers(0, 5)),
        st.tuples(st.sampled_from(["allocate", "pick HONEY", "pick JAM"]), st.just(0)),
    ),
    min_size=4,
    max_size=12,
)


@settings(
    max_examples=examples(5, 10),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(steps=STEPS)
def test_at_all_times_the_parts_are_those_of_the_kits(house, stocked, steps):
    Order.objects.filter(reference="5001").update(reference=f"old-{Order.objects.count()}")
    ShopOrder.objects.all().delete()
    outcomes(stocked.channel, at(1, line_items=sold(BOX=3, LAMP=1)))
    for second, (step, number) in enumerate(steps, start=2):
        # Refused, or nothing to pick.
        with suppress(DomainError, AttributeError, PickLine.DoesNotExist):
            act(house, step, number, second)
        wanted(the_order())


def act(house, step, number, second):
    order = the_order()
    units, channel = {line(order, "BOX").pk: number}, house.ada.channel
    lines = sold(BOX=number, LAMP=1)
    if step in DECISIONS:
        DECISIONS[step](order, units, actor=None)
    elif step == "shop":
        outcomes(channel, at(second, line_items=lines), topic="orders/updated")
    elif step == "refund":
        outcomes(channel, refund(second, BOX=number), topic="refunds/create")
    elif step == "allocate":
        allocate_due()
    else:
        pick_one(house, step.removeprefix("pick "))
