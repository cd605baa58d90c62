"""A Magento shop is told what became of its orders: shipments with tracks, and comments."""

from datetime import UTC, datetime
from time import monotonic

import pytest

from fulfillment.demo.peers.kept import Fault
from orders.shops.asking import HttpDoor
from orders.shops.magento.teller import MagentoTeller
from orders.shops.telling import KeyRefused, News, Refused, Unanswered
from tests.orders.shops.magento_payloads import item
from tests.orders.shops.magento_peer import TOKEN, MagentoPeer

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def server():
    peer = MagentoPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def shop(server, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    server.orders, server.shipments, server.faults, server.asked = {}, {}, [], []
    server.may_write = True
    server.sell(3)
    return server


def tell(shop, what, *, reference="3", token=TOKEN, number="PX1", **fields):
    parcel = {"tracking_number": number, "carrier": "Swift", "tracking_url": "https://t.example/1"}
    news = News(what, reference, NOON, **parcel, **fields)
    return MagentoTeller().tell(news, HttpDoor(shop.address, ends=monotonic() + 5), token)


def shipped(shop):
    """[(units by item, tracking numbers)] of the shipments."""
    return [
        (
            {one["order_item_id"]: one["qty"] for one in shipment["items"]},
            [track["track_number"] for track in shipment["tracks"]],
        )
        for shipment in shop.shipments.values()
    ]


def comments(shop):
    return [one["comment"] for one in shop.orders[3]["status_histories"]]


def test_a_parcel_is_a_shipment_once_and_nobody_is_written_to(shop):
    assert tell(shop, "sent", units={"11": 1}) == "1"
    assert tell(shop, "sent", units={"11": 1}) == "1"
    assert tell(shop, "sent", units={"11": 1}, number="PX2", is_last=True) == "2"
    assert shipped(shop) == [({11: 1}, ["PX1"]), ({11: 1}, ["PX2"])]
    assert [one["notify"] for one in shop.shipments.values()] == [False, False]
    with pytest.raises(Refused, match="No unit of the parcel is open"):
        tell(shop, "sent", units={"11": 1}, number="PX3")
    for _ in range(2):
        assert tell(shop, "delivered", shop_id="1") == "1"
    assert comments(shop) == [
        "Parcel Swift PX1 was delivered on 2026-11-23 12:00 UTC. [delivered PX1]"
    ]


def test_a_hand_over_that_is_undone_loses_its_track_and_gets_the_next(shop):
    tell(shop, "sent", units={"11": 2})
    for _ in range(2):
        assert tell(shop, "unsent", shop_id="1") == "1"
    assert (shipped(shop), len(comments(shop))) == ([({11: 2}, [])], 1)
    assert tell(shop, "sent", units={"11": 2}, number="PX2", shop_id="1") == "1"
    assert shipped(shop) == [({11: 2}, ["PX2"])]


def test_of_a_bundle_parts_and_whole_bundles_are_told(shop):
    hood = item(1, "HOOD", 2, product_type="configurable")
    kit = item(5, "KIT", 2, product_type="bundle")
    ball, brick = item(6, "BALL", 2, parent_item_id=5), item(7, "BRICK", 4, parent_item_id=5)
    shop.sell(3, items=[hood, item(2, "HOOD", 2, parent_item_id=1), kit, ball, brick])
    tell(shop, "sent", units={"1": 2, "6": 1, "7": 3})
    tell(shop, "sent", units={"6": 1}, number="PX2")
    tell(shop, "sent", units={"7": 1}, number="PX3", is_last=True)
    assert shipped(shop) == [
        ({1: 2, 6: 1, 7: 3, 5: 1}, ["PX1"]), ({6: 1}, ["PX2"]), ({7: 1, 5: 1}, ["PX3"]),
    ]  # fmt: skip


def test_an_order_is_cancelled_unless_it_has_an_invoice(shop):
    with pytest.raises(Refused, match="an order with an invoice"):
        tell(shop, "cancelled")
    shop.sell(3, state="new")
    for _ in range(2):
        assert tell(shop, "cancelled") == ""
    assert shop.orders[3]["state"] == "canceled"
    assert shop.asked.count("POST orders/n/cancel") == 2


def test_a_lost_answer_makes_no_second_shipment(shop):
    shop.faults = [None, None, Fault(reset=True, kept=True)]
    with pytest.raises(Unanswered):
        tell(shop, "sent", units={"11": 2})
    assert tell(shop, "sent", units={"11": 2}) == "1"
    assert shipped(shop) == [({11: 2}, ["PX1"])]


def test_what_the_shop_refuses_is_told(shop, monkeypatch):
    with pytest.raises(KeyRefused, match="does not accept the access token"):
        tell(shop, "sent", token="another")
    with pytest.raises(Refused, match="does not know this order"):
        tell(shop, "delivered", reference="4")
    shop.may_write = False
    with pytest.raises(KeyRefused, match="too few rights"):
        tell(shop, "sent", units={"11": 1})
    shop.may_write = True
    told = {"message": "Document Validation Error(s):\n%1", "parameters": ["Not %2 today."]}
    monkeypatch.setattr(shop, "ship", lambda order, body: (400, told))
    with pytest.raises(Refused, match=r"answered 400: .*Not %2 today"):
        tell(shop, "sent", units={"11": 1})
