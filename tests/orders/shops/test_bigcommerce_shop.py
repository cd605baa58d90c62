"""A BigCommerce shop calls with hints, is asked for each order, and is told what became of it."""

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
import time_machine

from fulfillment.demo.peers.kept import Fault
from orders.errors import DomainError
from orders.intake.calls import retry_call, work_off_calls
from orders.models import Call, Order, SalesChannel, ShopLink
from orders.pulls.polling import ask_shops
from orders.pushes.links import link_shop
from orders.shops.asking import HttpDoor
from orders.shops.bigcommerce.asker import BigCommerceAsker
from orders.shops.bigcommerce.teller import BigCommerceTeller
from orders.shops.pages import Place
from orders.shops.telling import KeyRefused, News, Refused, Unanswered
from tests.orders.intake.shop_calls import call
from tests.orders.shops.bigcommerce_payloads import big_line, hint
from tests.orders.shops.bigcommerce_peer import TOKEN, BigCommercePeer
from tests.support.spoiling import spoiled

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEFORE = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def server():
    peer = BigCommercePeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def shop(server, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    for kept in (server.orders, server.products, server.shipments, server.faults, server.asked):
        kept.clear()
    server.may_write = True
    return server


@pytest.fixture
def ada(ada, shop):
    SalesChannel.objects.filter(pk=ada.channel.pk).update(kind="bigcommerce")
    ada.channel.refresh_from_db()
    return ada


def connect(ada, shop):
    with time_machine.travel(BEFORE, tick=False):
        link_shop(ada.channel, address=shop.address, token=TOKEN, actor=None)
    ShopLink.objects.update(polls_at=BEFORE + timedelta(days=1))  # by its calls alone


def work(minutes=0.0):
    """Runs of both workers, so many minutes later; (topic, state, what is wrong) of each call."""
    with time_machine.travel(BEFORE + timedelta(minutes=minutes), tick=False):
        Call.objects.filter(state="waiting").update(due_at=BEFORE)
        work_off_calls()
        Call.objects.filter(state="asking", tries=0).update(due_at=BEFORE)
        ask_shops()
        work_off_calls()
    rows = Call.objects.order_by("received_at", "pk")
    return [(row.topic, row.state, *(problem for _, problem in row.problems)) for row in rows]


@pytest.mark.django_db(transaction=True)
def test_several_calls_about_an_order_ask_for_it_once(ada, shop):
    connect(ada, shop)
    shop.sell(250)
    for scope in ("store/order/created", "store/order/statusUpdated"):
        assert call(ada.channel, hint(scope)).status_code == 200
    assert call(ada.channel, hint(), signature="guess").status_code == 401
    assert sorted(work()) == [
        ("store/order/created", "done"),
        ("store/order/statusUpdated", "done"),
        ("store/order/statusUpdated", "done"),
    ]
    assert Order.objects.get().reference == "250"
    assert shop.asked == [
        "GET orders/n", "GET orders/n/products", "GET orders/n/shipping_addresses",
    ]  # fmt: skip
    kept = Call.objects.get(order__isnull=False)
    assert b"192.0.2.7" not in bytes(kept.body), "what is not ours to keep"


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_asked_for_waits_and_then_needs_attention(ada, shop):
    call(ada.channel, hint())
    (row,) = work()
    assert (row[1], row[2][:44]) == ("refused", "The call says only that order 250 has change")
    connect(ada, shop)
    retry_call(Call.objects.get())
    # A part of the answer is lost, then the shop is busy, then it does not know the order.
    shop.sell(250)
    shop.faults = [None, Fault(reset=True)]
    assert work() == [("store/order/updated", "asking")]
    shop.faults = [Fault(429, headers={"X-Rate-Limit-Time-Reset-Ms": "300000"})]
    assert work(1) == [("store/order/updated", "asking")]
    link = ShopLink.objects.get()
    assert (link.ask_tries, link.asks_at) == (2, BEFORE + timedelta(minutes=6))
    assert Call.objects.get().tries == 2
    del shop.orders[250]
    assert work(7) == [("store/order/updated", "refused", "The shop does not know this order.")]
    assert ShopLink.objects.get().ask_tries == 0


@pytest.mark.django_db(transaction=True)
def test_one_order_that_the_shop_cannot_give_hides_no_other(ada, shop, monkeypatch):
    connect(ada, shop)
    for number in (250, 251):
        shop.sell(number, products=[big_line(1, "SHADE")])
        call(ada.channel, hint(id=number))
    order = shop.order

    def broken(method, number, *rest):
        return (503, {"title": "Oops"}) if number == 250 else order(method, number, *rest)

    monkeypatch.setattr(shop, "order", broken)
    work(10)
    work(50)
    assert Order.objects.get().reference == "251"
    shop.sell(252, 3000)
    ShopLink.objects.update(polls_at=BEFORE)
    work(90)  # the list is read all the same
    ShopLink.objects.update(polls_at=BEFORE + timedelta(days=1))
    for minutes in range(130, 600, 40):
        work(minutes)
    assert {row.tries for row in Call.objects.filter(state="refused")} == {7}
    assert sorted(Order.objects.values_list("reference", flat=True)) == ["251", "252"]


@pytest.mark.django_db(transaction=True)
def test_an_error_of_ours_at_one_order_hides_no_other(ada, shop):
    connect(ada, shop)
    for number, what in ((250, "created"), (251, "updated")):
        shop.sell(number, products=[big_line(1, "SHADE")])
        call(ada.channel, hint(f"store/order/{what}", id=number))
    with spoiled("orders_call", topic="store/order/created"):
        work(10)
    assert Order.objects.get().reference == "251"
    waiting = Call.objects.get(state="asking")
    assert (waiting.topic, waiting.tries) == ("store/order/created", 1)
    work(50)
    assert sorted(Order.objects.values_list("reference", flat=True)) == ["250", "251"]


@pytest.mark.django_db(transaction=True)
def test_an_order_of_which_nobody_called_is_found_all_the_same(ada, shop):
    connect(ada, shop)
    ShopLink.objects.update(polls_at=BEFORE)
    shop.sell(250, 5)
    work(10)
    work(10.5)  # the list has hints, too
    assert Order.objects.get().reference == "250"
    calls, asked = Call.objects.count(), len(shop.asked)
    work(12)
    assert (Call.objects.count(), shop.asked[asked:]) == (calls, ["GET orders"])
    shop.sell(250, 5, status_id=5)
    work(14)
    work(14.5)
    assert Order.objects.get().status == "cancelled"


def test_pages_miss_no_order_that_changes_or_of_a_full_second(shop, monkeypatch):
    monkeypatch.setattr("orders.shops.bigcommerce.asker.PAGE", 3)
    for number in range(1, 9):
        shop.sell(number, 7 if number > 1 else 3)
    shop.change = lambda number: shop.sell(1, 9) if number == 2 else None
    asker, place, found = BigCommerceAsker(), Place(BEFORE), []
    while True:
        page = asker.page(place, HttpDoor(shop.address, ends=monotonic() + 5), TOKEN)
        found += [one.reference for one in page.found]
        place = page.then
        if page.is_last:
            break
    shop.change = lambda number: None
    assert sorted(set(found)) == [f"{number}" for number in range(1, 9)]
    assert found.count("1") == 2
    shop.orders[1]["date_modified"] = None
    monkeypatch.setattr(shop, "list", lambda query: (200, [shop.orders[1]]))
    with pytest.raises(Unanswered, match="without the time of its change"):
        asker.page(place, HttpDoor(shop.address, ends=monotonic() + 5), TOKEN)
    monkeypatch.setattr(shop, "list", lambda query: (200, {"no": "list"}))
    with pytest.raises(Refused, match="no list"):
        asker.page(place, HttpDoor(shop.address, ends=monotonic() + 5), TOKEN)


def tell(shop, what, *, reference="250", token=TOKEN, number="PX1", **fields):
    parcel = {"tracking_number": number, "carrier": "Swift", "tracking_url": "https://t.example/1"}
    news = News(what, reference, NOON, **parcel, **fields)
    return BigCommerceTeller().tell(news, HttpDoor(shop.address, ends=monotonic() + 5), token)


def shipped(shop):
    return [
        (
            one["tracking_number"],
            {item["order_product_id"]: item["quantity"] for item in one["items"]},
        )
        for one in shop.shipments[250]
    ]


def test_parcels_deliveries_and_cancellations_are_told_once(shop):
    shop.sell(250)
    shop.faults = [None, None, Fault(reset=True, kept=True)]
    with pytest.raises(Unanswered):
        tell(shop, "sent", units={"11": 1})
    assert tell(shop, "sent", units={"11": 1}) == "1"
    assert tell(shop, "sent", units={"11": 1}, number="PX2") == "2"
    assert shipped(shop) == [("PX1", {11: 1}), ("PX2", {11: 1})]
    with pytest.raises(Refused, match="No unit of the parcel is open"):
        tell(shop, "sent", units={"11": 1}, number="PX3")
    for _ in range(2):
        assert tell(shop, "delivered", shop_id="1") == "1"
    assert shop.orders[250]["staff_notes"] == (
        "Parcel Swift PX1 was delivered on 2026-11-23 12:00 UTC. [delivered PX1]"
    )
    # The status follows, also where the answer about the shipment was lost.
    shop.faults = [None, Fault(reset=True, kept=True)]
    with pytest.raises(Unanswered):
        tell(shop, "unsent", number="PX2", shop_id="2")
    assert shop.orders[250]["status_id"] == 2
    assert tell(shop, "unsent", number="PX2", shop_id="2") == "2"
    assert (shipped(shop), shop.orders[250]["status_id"]) == ([("PX1", {11: 1})], 3)
    tell(shop, "unsent", shop_id="1")
    assert (shipped(shop), shop.orders[250]["status_id"]) == ([], 11)
    assert tell(shop, "unsent", number="PX9") == ""
    tell(shop, "cancelled")
    asked = len(shop.asked)
    tell(shop, "cancelled")
    assert (shop.orders[250]["status_id"], shop.asked[asked:]) == (5, ["GET orders/n"])


def test_what_the_shop_refuses_is_told(shop):
    with pytest.raises(Refused, match="does not know this order"):
        tell(shop, "cancelled")
    shop.sell(250)
    with pytest.raises(KeyRefused, match="access token"):
        tell(shop, "cancelled", token="another")
    shop.may_write = False
    with pytest.raises(KeyRefused, match="lacks a scope"):
        tell(shop, "cancelled")
    shop.may_write = True
    shop.faults = [None, Fault(400, "Not now.")]
    with pytest.raises(Refused, match="answered 400: Not now"):
        tell(shop, "cancelled")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abc123", "https://api.bigcommerce.com/stores/abc123"),
        (
            "https://api.bigcommerce.com/stores/ABC123/v3/ ",
            "https://api.bigcommerce.com/stores/abc123",
        ),
        ("https://api.bigcommerce.com.evil.example/stores/abc123", None),
        ("http://127.0.0.1:80", None),
        ("lamps.mybigcommerce.com", None),
    ],
)
def test_the_address_is_that_of_the_api(settings, given, kept):
    settings.WEBHOOK_ALLOW_LOCAL = False
    if kept:
        assert BigCommerceTeller().check_address(given) == kept
    else:
        with pytest.raises(DomainError, match="Enter the API path"):
            BigCommerceTeller().check_address(given)
