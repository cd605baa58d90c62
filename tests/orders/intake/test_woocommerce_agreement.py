"""A WooCommerce shop goes on: its order is paid, edited, refunded, cancelled, deleted, restored."""

import json

import pytest
from django.test import Client

from orders.intake.differences import accept_differences
from orders.models import Call, Hold, Order, SalesChannel, ShopOrder
from tests.balance import findings
from tests.orders.intake.shop_calls import call, outcomes
from tests.orders.intake.woocommerce_payloads import woo_lines, woo_order
from tests.support.cast import put_stock
from tests.support.stages import open_house, picked
from warehouse.floor.putting_back import put_back
from warehouse.stock.allocation import allocate_due

OVER = "It was over in the shop before we heard of it: nothing to send."
CHANGED = "Changed in the shop: see Needs attention."
SAME = "As it is here already."
PAID = "Paid: it no longer waits for that."
UNPAID = "Not paid yet: not paid yet"


def full_house():
    """The warehouse with 520 of each of Ada's goods, whose shop is one of WooCommerce."""
    house = open_house()
    for product in house.ada.products.values():
        put_stock(product, 500)
    SalesChannel.objects.filter(pk=house.ada.channel.pk).update(kind="woocommerce")
    house.ada.channel.refresh_from_db()
    return house


@pytest.fixture
def house(once):
    return once(full_house)


@pytest.fixture
def tell(house):
    """Let the shop call about its order; what became of it, and what is the case here then."""

    def tell(second=0, topic="order.updated", **fields):
        body = {"id": 727} if topic == "order.deleted" else woo_order(second, **fields)
        (told,) = outcomes(house.ada.channel, body, topic=topic)
        return told, *now()

    return tell


def now():
    """The units that are wanted here, the open holds, and the differences."""
    order = Order.objects.filter(reference="727").first()
    lines = order.lines.filter(ships=True) if order else ()
    holds = Hold.objects.filter(order__reference="727", released_at__isnull=True)
    known = ShopOrder.objects.get(reference="727")
    return (
        {line.sku: line.ordered - line.cancelled for line in lines},
        [str(hold) for hold in holds.order_by("reason")],
        [tuple(kept[:2]) for kept in known.differences],
    )


def test_an_order_is_paid_edited_cancelled_and_wanted_again(house, tell):
    two = {"line_items": woo_lines(LAMP=3, SHADE=2)}
    assert tell(0, "order.created", status="pending", **two) == (
        "Order accepted.", {"LAMP": 3, "SHADE": 2}, [UNPAID], [],
    )  # fmt: skip
    # Paid in the second in which it was made: no earlier report of that second is later.
    assert tell(0, **two) == (PAID, {"LAMP": 3, "SHADE": 2}, [], [])
    assert tell(0, "order.created", status="pending", **two)[0].startswith("Older")
    # A line that is taken out is in no later body.
    one = {"line_items": woo_lines(LAMP=2)}
    assert tell(2, **one) == ("Units cancelled.", {"LAMP": 2, "SHADE": 0}, [], [])
    assert tell(3, status="completed", **one) == (SAME, {"LAMP": 2, "SHADE": 0}, [], [])
    gone = ("Units cancelled.", {"LAMP": 0, "SHADE": 0}, [], [])
    assert tell(4, status="cancelled", **one) == gone
    again = [("wanted_again", "2 × LAMP")]
    assert tell(5, **one) == (CHANGED, {"LAMP": 0, "SHADE": 0}, [], again)
    assert tell(6, status="cancelled", **one) == (SAME, {"LAMP": 0, "SHADE": 0}, [], [])
    assert findings() == []


def test_a_deleted_order_is_cancelled_until_it_is_restored(house, tell):
    tell(1, "order.created")
    allocate_due()
    shipment = picked(house, Order.objects.get())

    waits = ["Changed in the shop: 2 × Lamp"]
    told = (CHANGED, {"LAMP": 2}, waits, [("to_put_back", "2 × Lamp")])
    assert tell(topic="order.deleted") == told
    # Neither the deletion nor what came before it changes anything a second time.
    assert tell(topic="order.deleted") == told
    assert tell(1)[0].startswith("Older")
    assert now() == told[1:]
    assert tell(9, "order.restored") == (SAME, {"LAMP": 2}, [], [])
    tell(topic="order.deleted")
    put_back(shipment, actor=house.pat)
    assert tell(topic="order.deleted") == ("Units cancelled.", {"LAMP": 0}, [], [])
    assert findings() == []


def test_what_is_over_before_we_hear_of_it_is_not_sent(tell):
    assert tell(topic="order.deleted") == (OVER, {}, [], [])
    assert tell(1, status="completed") == (OVER, {}, [], [])
    assert tell(2, status="trash") == (OVER, {}, [], [])
    assert tell(3, line_items=[])[0] == "Nothing of it is for us to send."
    assert tell(4, "order.restored") == ("Order accepted.", {"LAMP": 2}, [], [])


def test_a_refund_without_units_waits_until_a_person_has_decided(house, tell):
    first, second = {"id": 9, "total": "-5.00"}, {"id": 10, "total": "-5.00"}
    waits = ["Changed in the shop: refund 9 of 5.00 EUR"]
    unclear = [("refunded", "refund 9 of 5.00 EUR")]

    assert tell(1, refunds=[first]) == ("Order accepted.", {"LAMP": 2}, waits, unclear)
    assert tell(2, refunds=[first]) == (CHANGED, {"LAMP": 2}, waits, unclear)
    browser = Client()
    browser.force_login(house.ada.owner)
    page = browser.get("/dashboard/").content.decode()
    assert "refund 9 of 5.00 EUR: the shop does not say of which units" in page
    assert "Send all the same" in page
    accept_differences(ShopOrder.objects.get(), actor=None)
    assert tell(3, refunds=[first]) == (SAME, {"LAMP": 2}, [], [])
    assert tell(4, refunds=[second, first])[2:] == (
        ["Changed in the shop: refund 10 of 5.00 EUR"], [("refunded", "refund 10 of 5.00 EUR")],
    )  # fmt: skip
    assert tell(5, status="cancelled", refunds=[second, first]) == (
        "Units cancelled.", {"LAMP": 0}, [], [],
    )  # fmt: skip
    assert tell(6, status="refunded", refunds=[second, first])[1:3] == ({"LAMP": 0}, [])


def test_a_refunded_and_a_collected_order_wait(tell):
    ways = [{"method_id": "local_pickup"}]

    assert tell(1, shipping_lines=ways)[2] == ["Local pick-up"]
    assert tell(2, status="refunded", refunds=[{"id": 9, "total": "-10.00"}])[2:] == (
        ["Not cleared in the shop: refunded", "Local pick-up"], [],
    )  # fmt: skip


def test_the_ping_of_a_new_webhook_is_answered_and_not_kept(house):
    channel = house.ada.channel
    shopify = SalesChannel.objects.create(
        seller=channel.seller, kind="shopify", name="Other", secret=channel.secret
    )

    def answer(channel_id, body=b"webhook_id=12"):
        return Client().post(
            f"/hooks/shops/{channel_id}/", body, content_type="application/x-www-form-urlencoded"
        ).status_code  # fmt: skip

    assert answer(channel.pk) == 200
    assert [answer(shopify.pk), answer(channel.seller_id)] == [401, 401]
    assert answer(channel.pk, b"webhook_id=12&webhook_id=13") == 401
    assert call(channel, json.dumps(woo_order()).encode(), signature="").status_code == 401
    SalesChannel.objects.filter(pk=channel.pk).update(is_active=False)
    assert answer(channel.pk) == 401
    assert Call.objects.count() == 0
