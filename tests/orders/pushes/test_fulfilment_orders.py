"""What a Shopify shop holds, or wants sent from elsewhere, waits here: in any order of calls."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from fulfillment.demo.peers.kept import Fault
from orders.errors import InvalidInput
from orders.intake.calls import work_off_calls
from orders.intake.shop_holds import HELD as HELD_NOW
from orders.intake.shop_holds import OLDER
from orders.lifecycle.holds import release_hold
from orders.lifecycle.labelling import label_packages
from orders.models import Call, Hold, Order, ShopLink, ShopOrder
from orders.pulls.polling import ask_shops
from orders.pushes.links import choose_stock
from orders.shops.base import Payload
from orders.shops.shopify.adapter import Shopify
from tests.orders.intake.shop_calls import at, call, outcomes, sold
from tests.orders.shops.telling_runs import send, tell
from tests.support.stages import LAMP_CODE, picked, started_run
from warehouse.couriers.runs import deliver_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit

pytestmark = pytest.mark.django_db(transaction=True)
HELD = "fulfillment_orders/placed_on_hold"
MOVED = "fulfillment_orders/moved"
GID = "gid://shopify/FulfillmentOrder/5001"
STOCK = ("Inventory out of stock", "Grace asked to wait")


@pytest.fixture(autouse=True)
def sold_there(shop):
    shop.sell(5001, **{"id-LAMP": 2})


def comes(house):
    outcomes(house.ada.channel, at(1, line_items=sold(LAMP=2)))
    return Order.objects.get(reference="5001")


def says(house, shop, topic=HELD, *, part="fulfillment_order", later=0, **state):
    """The shop calls, is asked for its state, which becomes this; the open holds here."""
    shop.orders["gid://shopify/Order/5001"] |= state
    call(house.ada.channel, {part: {"id": GID, "status": "on_hold"}}, topic=topic)
    with time_machine.travel(timezone.now() + timedelta(minutes=later)):
        work_off_calls()
        ask_shops()
        work_off_calls()
    holds = Hold.objects.filter(released_at__isnull=True).order_by("pk")
    return [(hold.reason, hold.detail) for hold in holds]


def test_what_the_shop_holds_waits_here_until_it_lets_it_go(house, shop):
    order = comes(house)
    detail = "Inventory out of stock; Grace asked to wait"
    assert says(house, shop, holds=[STOCK]) == [("shop_hold", detail)]
    assert says(house, shop, holds=[STOCK]) == [("shop_hold", detail)]
    two = [STOCK, ("High risk of fraud", None)]
    both = "Inventory out of stock; High risk of fraud; Grace asked to wait"
    assert says(house, shop, holds=two) == [("shop_hold", both)]
    # Names that a person typed there stand in the hold alone, which is blanked with the person.
    assert ShopOrder.objects.get().shop_holds == ["Inventory out of stock", "High risk of fraud"]
    assert says(house, shop, "fulfillment_orders/hold_released", holds=[]) == []
    # What it said first, worked off once more, or by a second worker that was slower.
    first = Call.objects.filter(outcome=HELD_NOW).earliest("received_at")
    Call.objects.filter(pk=first.pk).update(state="waiting")
    work_off_calls()
    assert not Hold.objects.filter(released_at__isnull=True).exists()
    assert Call.objects.get(pk=first.pk).outcome == OLDER
    asks = "fulfillment_orders/cancellation_request_submitted"
    assert says(house, shop, asks, request="CANCELLATION_REQUESTED") == [
        ("shop_hold", "cancellation requested")
    ]
    assert says(house, shop, asks, request="UNSUBMITTED") == []
    assert len(send(house, order)) == 1
    assert Call.objects.exclude(state="done").count() == 0


def test_who_releases_it_by_hand_sends_it_until_the_shop_says_something_else(house, shop):
    comes(house)
    says(house, shop, holds=[STOCK])
    release_hold(Hold.objects.get(), actor=house.ada.owner)
    assert says(house, shop, holds=[STOCK]) == []
    assert says(house, shop, holds=[("Awaiting payment", "")]) == [
        ("shop_hold", "Awaiting payment")
    ]


def test_it_is_held_from_the_start_where_the_shop_said_so_before_the_order_came(house, shop):
    assert says(house, shop, holds=[STOCK]) == []
    assert comes(house).status == "on_hold"
    assert [hold.reason for hold in Hold.objects.all()] == ["shop_hold"]
    assert says(house, shop, holds=[]) == []


def test_what_moves_to_another_location_waits_and_goes_on_when_it_is_ours_again(house, shop):
    comes(house)
    moved = {"part": "moved_fulfillment_order", "topic": MOVED}
    assert says(house, shop, place="Store", **moved) == []  # nobody has said which ones are ours
    of = {f"{house.warehouse.pk}": "gid://shopify/Location/Main"}
    ShopLink.objects.update(stock_places={"known": {}, "of": of})
    held = [("shop_hold", "to be sent from Store")]
    assert says(house, shop, place="Store", **moved) == held
    choose_stock(ShopLink.objects.get(), tells=False, places=None, actor=None)
    assert says(house, shop, place="Store", **moved) == held, "they are ours all the same"
    shop.faults = [Fault(503)]
    assert says(house, shop, place="Main", **moved) == held
    assert says(house, shop, place="Main", later=5, **moved) == []


def test_a_call_about_no_known_order_is_shown_and_a_strange_body_refused(house, shop):
    body = {"fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/9"}}
    call(house.ada.channel, body, topic=HELD)
    work_off_calls()
    ask_shops()
    refused = Call.objects.get(state="refused")
    assert refused.problems == [["", "The shop does not know this fulfillment order."]]
    ShopLink.objects.update(is_active=False)
    call(house.ada.channel, body, topic=HELD)
    work_off_calls()
    assert Call.objects.filter(outcome__startswith="Ignored: the shop is not linked").count() == 1
    strange = {"admin_graphql_api_id": "x", "fulfilment_orders": [5]}
    with pytest.raises(InvalidInput):
        Shopify().read(Payload(json.dumps(strange).encode(), {"x-shopify-topic": HELD}))


def test_a_parcel_of_two_locations_is_a_fulfillment_of_each_made_once(house, shop):
    shop.sell(5001, **{"id-LAMP": 2, "id-SHADE": 1})
    shop.divide(5001, "id-SHADE", "Store")
    outcomes(house.ada.channel, at(1, line_items=sold(LAMP=2, SHADE=1)))
    (box,) = send_both(house, Order.objects.get(reference="5001"))
    shop.faults = [None, None, Fault(reset=True, kept=True)]
    assert [state for _, state, _ in tell()] == ["waiting"]
    assert tell(later=1) == []
    number = box.tracking_number
    made = list(shop.fulfillments.values())
    assert [[item["quantity"] for item in one["items"]] for one in made] == [[2], [1]]
    run = started_run(house, [box])
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    assert tell(later=2) == []
    assert shop.picture(5001) == ([number, number], [number, number], False)


def send_both(house, order):
    shipment = picked(house, order)
    pack_unit(shipment, code="SHADE", quantity=1, actor=house.pat)
    box = pack_unit(shipment, code=LAMP_CODE, quantity=2, actor=house.pat)
    close_package(box, actor=house.pat)
    label_packages(shipment, actor=house.pat)
    mark_ready(shipment, actor=house.pat)
    return hand_over(shipment.packages.all(), actor=house.pat)
