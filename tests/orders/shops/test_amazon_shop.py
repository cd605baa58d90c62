"""Amazon is asked for orders, with tokens that end and limits in headers, and told of parcels."""

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
import time_machine

from fulfillment.demo.peers.kept import Fault
from orders.errors import DomainError
from orders.intake.calls import work_off_calls
from orders.models import Call, Order, SalesChannel, ShopLink
from orders.pulls.polling import ask_shops
from orders.pushes.links import link_shop
from orders.shops.amazon.api import _tokens
from orders.shops.amazon.asker import AmazonAsker
from orders.shops.amazon.teller import AmazonTeller
from orders.shops.asking import HttpDoor
from orders.shops.pages import Place
from orders.shops.telling import KeyRefused, News, Refused, Unanswered
from tests.orders.shops.amazon_payloads import amazon_item
from tests.orders.shops.amazon_peer import KEYS, AmazonPeer

BEFORE = datetime(2026, 11, 23, 9, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def server():
    peer = AmazonPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def shop(server, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    server.reset()
    _tokens.clear()
    return server


def door(shop):
    return HttpDoor(shop.address, ends=monotonic() + 5)


@pytest.mark.django_db(transaction=True)
def test_orders_come_in_with_their_persons_and_follow_what_becomes_of_them(ada, shop):
    SalesChannel.objects.filter(pk=ada.channel.pk).update(kind="amazon")
    ada.channel.refresh_from_db()
    with time_machine.travel(BEFORE, tick=False):
        link_shop(ada.channel, address=shop.address, token=KEYS, actor=None)

    def work(minutes):
        for _ in range(2):  # the list has hints: the orders are asked for after it
            with time_machine.travel(BEFORE + timedelta(minutes=minutes), tick=False):
                ask_shops()
                work_off_calls()

    numbers = [shop.sell(number, number) for number in range(1, 8)]
    shop.sell(8, 8, OrderStatus="Pending")
    shop.sell(9, 9, FulfillmentChannel="AFN")
    work(10)
    assert sorted(Order.objects.values_list("reference", flat=True)) == numbers
    order = Order.objects.get(reference=numbers[0])
    assert (order.customer_name, order.buyer_name, order.city) == (
        "Grace Hopper", "Ada Byron", "Berlin",
    )  # fmt: skip
    ignored = Call.objects.filter(outcome__startswith="Ignored")
    assert sorted(call.outcome for call in ignored) == [
        "Ignored: Amazon has not confirmed the payment yet, and says nothing of buyer and address.",
        "Ignored: Amazon sends it from its own warehouse (FBA).",
    ]
    assert (shop.logins, shop.restricted) == (1, 1), "tokens are kept while they are valid"
    shop.sell(1, 700, OrderStatus="Canceled")
    shop.sell(8, 700)
    work(15)
    assert Order.objects.get(reference=numbers[0]).status == "cancelled"
    assert Order.objects.count() == 8
    # Amazon says in requests a second how often it may be asked.
    shop.faults = [Fault(429, headers={"x-amzn-RateLimit-Limit": "0.0055"})]
    work(20)
    link = ShopLink.objects.get()
    assert (link.ask_problem, link.asks_at - link.fails_since) == (
        "The shop answered 429.", timedelta(seconds=181.818182),
    )  # fmt: skip


def test_a_list_leads_on_by_tokens_and_begins_anew_where_one_has_ended(shop):
    for number in range(1, 8):
        shop.sell(number, number)
    asker = AmazonAsker()
    first = asker.page(Place(BEFORE), door(shop), KEYS)
    assert (len(first.found), first.is_last, first.then.at) == (3, False, BEFORE)
    second = asker.page(first.then, door(shop), KEYS)
    third = asker.page(second.then, door(shop), KEYS)
    assert (len(third.found), third.is_last) == (1, True)
    assert third.then.at > BEFORE + timedelta(seconds=7)
    shop.lists.clear()
    again = asker.page(first.then, door(shop), KEYS)
    assert again.found == first.found
    number = shop.sell(20, items=[amazon_item(f"{n}", f"SKU-{n}") for n in range(7)])
    assert asker.order(number, door(shop), KEYS).count(b"SellerSKU") == 7
    assert b"not for us" not in asker.order(number, door(shop), KEYS)
    for answer in ({}, {"Orders": 5}, {"Orders": [{"AmazonOrderId": "1"}]}):
        shop.list = lambda query, answer=answer: (200, {"payload": answer})
        with pytest.raises(Unanswered, match="no list of orders"):
            asker.page(Place(BEFORE), door(shop), KEYS)
    del shop.list


def test_what_amazon_refuses_is_told(shop):
    number, asker = shop.sell(1), AmazonAsker()
    for keys in ("only two", KEYS.replace("Atzr|c", "Atzr|x")):
        with pytest.raises(KeyRefused, match="does not accept the keys"):
            asker.page(Place(BEFORE), door(shop), keys)
    shop.has_role = False
    with pytest.raises(KeyRefused, match="needs the role Direct-to-Consumer Shipping"):
        asker.page(Place(BEFORE), door(shop), KEYS)
    shop.has_role = True
    asker.order(number, door(shop), KEYS)
    logins = shop.logins
    shop.faults = [Fault(403)]
    with pytest.raises(KeyRefused):
        asker.order(number, door(shop), KEYS)
    asker.order(number, door(shop), KEYS)
    assert shop.logins == logins + 1, "after a refusal both tokens are asked for anew"
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2), tick=False):
        asker.order(number, door(shop), KEYS)
    with pytest.raises(Refused, match="does not know this order"):
        asker.order("902-3159896-0000099", door(shop), KEYS)


def tell(shop, what, **fields):
    given = {"tracking_number": "PX1", "carrier": "Swift", "units": {"11": 1}} | fields
    news = News(what, "902-3159896-0000001", NOON, **given)
    return AmazonTeller().tell(news, door(shop), KEYS)


def test_a_parcel_is_confirmed_once_and_what_amazon_does_not_take_is_refused(shop):
    shop.sell(1)
    shop.faults = [Fault(reset=True, kept=True)]
    with pytest.raises(Unanswered):
        tell(shop, "sent")
    number = tell(shop, "sent")
    other = tell(shop, "sent", tracking_number="PX2", carrier="DHL")
    assert shop.confirmed == [(number, "PX1", {"11": 1}), (other, "PX2", {"11": 1})]
    # The same parcel with another number is the same package.
    assert tell(shop, "sent", tracking_number="PX3", shop_id=other) == other
    assert [row[1] for row in shop.confirmed] == ["PX1", "PX3"]
    asked = len(shop.asked)
    assert (tell(shop, "delivered", shop_id=number), tell(shop, "unsent")) == (number, "")
    for what, fields, told in (
        ("unsent", {"shop_id": number}, "takes no confirmation back"),
        ("cancelled", {}, "cancel the order in Seller Central"),
        ("sent", {"units": {}}, "Nothing in the parcel"),
    ):
        with pytest.raises(Refused, match=told):
            tell(shop, what, **fields)
    assert len(shop.asked) == asked
    with pytest.raises(Refused, match="answered 400: Too many units"):
        tell(shop, "sent", units={"11": 9})


def test_the_address_is_a_marketplace(settings):
    settings.WEBHOOK_ALLOW_LOCAL = False
    kept = "https://sellingpartnerapi-eu.amazon.com/A1PA6795UKMFR9"
    teller = AmazonTeller()
    for given in ("amazon.de", "https://www.Amazon.de/", kept):
        assert teller.check_address(given) == kept
    for wrong in ("amazon.example", "http://127.0.0.1:80/X", "sellingpartnerapi-eu.amazon.com"):
        with pytest.raises(DomainError, match="Enter the marketplace"):
            teller.check_address(wrong)
