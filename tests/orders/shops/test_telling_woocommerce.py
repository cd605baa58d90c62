"""A WooCommerce shop is told what became of its orders: notes, and the status."""

from datetime import UTC, datetime
from time import monotonic

import pytest

from fulfillment.demo.peers.kept import Fault
from orders.errors import DomainError
from orders.shops.asking import HttpDoor
from orders.shops.telling import News, Refused, Unanswered
from orders.shops.woocommerce.teller import WooCommerceTeller
from tests.orders.shops.woo_peer import KEY, WooPeer

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def shop(settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    peer = WooPeer().start()
    peer.sell(77)
    yield peer
    peer.stop()


def tell(shop, what, *, reference="77", token=KEY, **fields):
    parcel = {"tracking_number": "PX1", "carrier": "Swift", "tracking_url": "https://t.example/1"}
    news = News(what, reference, NOON, **parcel, **fields)
    return WooCommerceTeller().tell(news, HttpDoor(shop.address, ends=monotonic() + 5), token)


def test_a_parcel_is_a_note_and_the_last_one_completes_the_order(shop):
    tell(shop, "sent")
    assert shop.orders[77]["status"] == "processing"
    tell(shop, "sent", is_last=True)
    tell(shop, "delivered")
    tell(shop, "delivered")
    assert shop.orders[77]["status"] == "completed"
    assert [(note["note"], note["customer_note"]) for note in shop.notes[77]] == [
        ("Parcel sent with Swift PX1: https://t.example/1 [sent PX1]", False),
        ("Parcel Swift PX1 was delivered on 2026-11-23 12:00 UTC. [delivered PX1]", False),
    ]
    tell(shop, "unsent")
    assert (shop.orders[77]["status"], len(shop.notes[77])) == ("processing", 3)


def test_a_cancelled_order_is_cancelled_once(shop):
    tell(shop, "cancelled")
    asked = len(shop.asked)
    tell(shop, "cancelled")
    assert shop.orders[77]["status"] == "cancelled"
    assert shop.asked[asked:] == ["GET order"]


def test_a_lost_answer_makes_no_second_note(shop):
    shop.faults = [None, Fault(reset=True, kept=True)]
    with pytest.raises(Unanswered):
        tell(shop, "sent")
    tell(shop, "sent")
    assert len(shop.notes[77]) == 1


@pytest.mark.parametrize(
    ("fault", "fields", "told"),
    [
        (None, {"token": "ck:cs"}, "does not accept the key"),
        (None, {"reference": "78"}, "does not know this order"),
        (None, {"reference": "77/../78"}, "none that it can be asked about"),
        (None, {"reference": "77%2F78"}, "none that it can be asked about"),
        (Fault(400, "not now"), {}, "answered 400: not now"),
    ],
)
def test_what_the_shop_refuses_is_told(shop, fault, fields, told):
    shop.faults = [fault]
    with pytest.raises(Refused, match=told):
        tell(shop, "sent", **fields)


def test_the_address_is_one_that_may_be_asked(settings):
    settings.WEBHOOK_ALLOW_LOCAL = False
    teller = WooCommerceTeller()
    assert teller.check_address("https://lamps.example.com/shop/") == (
        "https://lamps.example.com/shop"
    )
    for wrong in (
        "http://lamps.example.com",
        "https://a.example/?x=1",
        "lamps",
        "https://a@b.example",
    ):
        with pytest.raises(DomainError):
            teller.check_address(wrong)
