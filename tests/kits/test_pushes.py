"""A shop is told of whole kits, with the parcel in which the last of their parts leaves."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from orders.catalogue.details import ProductData
from orders.catalogue.products import change_product
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.labelling import label_packages
from orders.models import (
    Event,
    KitPart,
    Order,
    OrderLine,
    Push,
    ShopLink,
    ShopOrder,
    ToldStock,
)
from orders.pushes.dues import abouts
from orders.pushes.links import choose_stock, link_shop
from orders.pushes.planning import plan_pushes
from orders.pushes.stock import tell_stock
from tests.orders.intake.shop_calls import at, outcomes, sold
from tests.orders.shops.shopify_peer import TOKEN, ShopifyPeer
from tests.orders.shops.telling_runs import tell
from tests.support.cast import make_kit, make_order
from tests.support.stages import House, picked
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.undo import undo_hand_over
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop():
    peer = ShopifyPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def house(shop, settings, stocked, building, pat, cory):
    settings.WEBHOOK_ALLOW_LOCAL = True
    link_shop(stocked.channel, address=shop.address, token=TOKEN, actor=None)
    return House(building, stocked, stocked, pat, cory)


def bought(house, shop, **units):
    shop.sell(5001, **{f"id-{sku}": number for sku, number in units.items()})
    outcomes(house.ada.channel, at(1, line_items=sold(**units)))
    return Order.objects.get(reference="5001")


def boxed(house, order, *boxes):
    """The labelled boxes of an order, each with {SKU: units}."""
    shipment = picked(house, order)
    for box in boxes:
        for sku, units in box.items():
            package = pack_unit(shipment, code=sku, quantity=units, actor=house.pat)
        close_package(package, actor=house.pat)
    label_packages(shipment, actor=house.pat)
    mark_ready(shipment, actor=house.pat)
    return list(shipment.packages.order_by("number"))


def left_there(shop):
    """{line: units} that the shop still waits for."""
    order = shop.orders["gid://shopify/Order/5001"]
    return {item["lineItem"]["id"].rpartition("-")[2]: item["left"] for item in order["items"]}


def test_a_kit_is_told_once_with_its_last_part(house, shop):
    order = bought(house, shop, BOX=3, LAMP=1)
    boxes = boxed(
        house,
        order,
        {"JAM": 5},
        {"HONEY": 3, "TEA": 2, "LAMP": 1},
        {"JAM": 1, "TEA": 1},
    )
    hand_over(boxes[:1], actor=house.pat)
    assert (tell(), left_there(shop)) == ([], {"BOX": 3, "LAMP": 1})
    assert shop.asked == [], "the shop knows no jam"
    hand_over(boxes[1:2], actor=house.pat)
    assert (tell(), left_there(shop)) == ([], {"BOX": 1, "LAMP": 0})
    hand_over(boxes[2:], actor=house.pat)
    assert (tell(), left_there(shop)) == ([], {"BOX": 0, "LAMP": 0})
    told = Push.objects.filter(what="sent").order_by("made_at", "pk")
    assert [push.kits for push in told] == [{}, {"id-BOX": 2}, {"id-BOX": 1}]
    assert shop.picture(5001)[0] == [box.tracking_number for box in boxes[1:]]


def test_what_is_undone_is_told_again_and_never_twice(house, shop):
    order = bought(house, shop, BOX=2)
    boxes = boxed(house, order, {"JAM": 4}, {"HONEY": 2, "TEA": 2})
    hand_over(boxes, actor=house.pat)
    assert (tell(), left_there(shop)) == ([], {"BOX": 0})
    undo_hand_over(boxes[0].shipment, actor=house.pat)
    assert (tell(), left_there(shop)) == ([], {"BOX": 2})
    hand_over(boxes[:1], actor=house.pat)
    assert (tell(), left_there(shop)) == ([], {"BOX": 2})
    hand_over(boxes[1:], actor=house.pat)
    assert (tell(), left_there(shop)) == ([], {"BOX": 0})


def test_an_order_of_kits_that_we_cancel_is_cancelled_there(house, shop):
    order = bought(house, shop, BOX=2)
    cancel_order(order, actor=house.ada.owner)
    assert (tell(), shop.picture(5001)[2]) == ([], True)


def test_parts_that_came_back_are_named_with_their_kit(house, shop):
    order = bought(house, shop, BOX=2, LAMP=1)
    lines = {line.sku: f"{line.pk}" for line in order.lines.all()}
    OrderLine.objects.filter(pk=lines["LAMP"]).update(title="Lamp, refund due")
    may = "; a refund may be due"
    all_parts = {"JAM": 2, "HONEY": 1, "TEA": 1}
    for units, words in (
        ({"JAM": 1, "BOX": 1}, f"1 × Box, 1 × Jam of Box{may}"),
        (all_parts, "1 × Box; refund due: 5.00 EUR"),
        ({"JAM": 4, "HONEY": 2, "TEA": 2}, "2 × Box; refund due: 10.00 EUR"),
        (all_parts | {"JAM": 3}, f"1 × Box, 1 × Jam of Box{may}"),
        ({"TEA": 1, "LAMP": 1}, f"1 × Tea of Box, 1 × Lamp, refund due{may}"),
        ({"BOX": 1, "LAMP": 1}, "1 × Box, 1 × Lamp, refund due; refund due: 10.00 EUR"),
    ):
        told = {lines[sku]: number for sku, number in units.items()}
        event = Event.of(order, "lines_cancelled", units=told)
        assert abouts([(event, Push.What.REMOVED)]) == {event.pk: (words, True)}, units
    # Nothing was paid: what the product is called asks for no refund.
    ShopOrder.objects.update(payment=ShopOrder.Payment.UNPAID)
    event = Event.of(order, "lines_cancelled", units={lines["LAMP"]: 1})
    assert abouts([(event, Push.What.REMOVED)]) == {event.pk: ("1 × Lamp, refund due", False)}


def test_as_many_kits_are_in_stock_as_the_scarcest_part_is_there_for(house, shop):
    shop.stock = {"BOX": {"Main": 99}, "JAM": {"Main": 0}, "HONEY": {"Main": 0}}
    link = ShopLink.objects.get()
    choose_stock(link, tells=True, places={}, actor=None)
    make_order(house.ada, {"BOX": 2, "HONEY": 3})
    allocate_due()
    plan_pushes()
    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        tell_stock()
    assert shop.stock == {"BOX": {"Main": 5}, "JAM": {"Main": 16}, "HONEY": {"Main": 5}}


def test_what_is_sold_by_a_sku_no_more_is_told_0_once(house, shop):
    side = house.ada
    for sku in ("PAIR", "SET", "MIX"):
        make_kit(side, sku, sku.capitalize(), parts={"JAM": 2})
    shop.stock = {sku: {"Main": 1} for sku in ("BOX", "PAIR", "SET", "LAMP", "TEA")}
    choose_stock(ShopLink.objects.get(), tells=True, places={}, actor=None)

    def turn(minutes):
        ShopLink.objects.update(stock_at=timezone.now())
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes, seconds=11)):
            tell_stock()
        return {sku: levels["Main"] for sku, levels in shop.stock.items()}

    assert turn(0) == {"BOX": 10, "PAIR": 10, "SET": 10, "LAMP": 10, "TEA": 10}
    assert ToldStock.objects.get(sku="MIX").is_sold is False
    KitPart.objects.filter(kit__sku__in=["BOX", "MIX"]).delete()  # kits no more, and never stocked
    change_product(side.products["PAIR"], ProductData(sku="PAIR-2"), actor=None)
    change_product(side.products["SET"], ProductData(sku="set"), actor=None)  # the same to the shop
    change_product(side.products["LAMP"], ProductData(is_active=False), actor=None)
    gone = {"BOX": 0, "PAIR": 0, "SET": 10, "LAMP": 0, "TEA": 10}
    shop.untracked = {"LAMP"}
    assert turn(1) == gone | {"LAMP": 10}
    assert ToldStock.objects.get(sku="LAMP").problem.startswith("The shop does not track")
    shop.untracked = set()
    assert turn(62) == gone
    left = set(ToldStock.objects.values_list("sku", flat=True))
    assert left == {"HONEY", "JAM", "TEA", "PAIR-2", "set", "MIX"}
    # Once: what somebody enters there is theirs. What it never had is forgotten when it is due.
    shop.stock["BOX"]["Main"] = 7
    assert turn(60 * 25)["BOX"] == 7
    assert not ToldStock.objects.filter(sku__in=["MIX", "BOX"]).exists()
    change_product(side.products["LAMP"], ProductData(is_active=True), actor=None)
    assert turn(60 * 26)["LAMP"] == 10
