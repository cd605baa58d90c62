"""A shop is asked for its orders: each change once, whatever the shop and the workers do."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import monotonic

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from fulfillment.demo.peers.kept import Fault
from notifications.delivery import pausing
from orders import tasks
from orders.intake.calls import work_off_calls
from orders.models import Call, Hold, Order, SalesChannel, ShopLink
from orders.pulls import trying
from orders.pulls.polling import ask_shops
from orders.pushes.links import link_shop, unlink_shop
from orders.shops.asking import HttpDoor
from orders.shops.magento.asker import MagentoAsker
from orders.shops.pages import Place
from orders.shops.telling import Unanswered
from tests.orders.shops.magento_payloads import magento_items
from tests.orders.shops.magento_peer import TOKEN, MagentoPeer
from tests.orders.shops.telling_runs import send, tell
from tests.support.cast import put_stock
from tests.support.stages import open_house
from warehouse.floor.undo import undo_hand_over

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def shop():
    peer = MagentoPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def ada(ada, shop, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    for product in ada.products.values():
        put_stock(product, 500)
    SalesChannel.objects.filter(pk=ada.channel.pk).update(kind="magento")
    ada.channel.refresh_from_db()
    with time_machine.travel(BEFORE, tick=False):
        link_shop(ada.channel, address=shop.address, token=TOKEN, actor=None)
    return ada


def ask(minutes=10):
    """A run of the worker, so many minutes after the shop was linked; the calls kept in it."""
    known = set(Call.objects.values_list("pk", flat=True))
    with time_machine.travel(BEFORE + timedelta(minutes=minutes), tick=False):
        ask_shops()
        work_off_calls()
    new = Call.objects.exclude(pk__in=known).order_by("received_at", "pk")
    return list(new.values_list("topic", "state"))


def link():
    return ShopLink.objects.get()


def test_each_change_comes_in_once(ada, shop):
    assert ask() == []
    shop.sell(3, 5)
    shop.sell(4, 6, items=magento_items(SHADE=1))
    assert ask(11) == [("order 3", "done"), ("order 4", "done")]
    assert sorted(Order.objects.values_list("reference", flat=True)) == ["3", "4"]
    assert ask(12.5) == [], "the overlap is read again, and nothing of it is new"
    shop.sell(4, 6, items=magento_items(SHADE=1), state="canceled")
    assert ask(14) == [("order 4", "done")], "changed within the same second"
    assert Order.objects.get(reference="4").status == "cancelled"
    asked = len(shop.asked)
    assert ask(14.1) == []
    assert len(shop.asked) == asked, "not asked more often than once a minute"


def test_an_order_that_changes_while_pages_are_read_is_not_missed(ada, shop):
    for number in range(1, 51):
        shop.sell(number, second=number % 5)

    def change(number):
        if number == 2:  # it moves behind all others, and another order into its place
            shop.sell(1, second=30)

    shop.change = change
    ask()
    assert Order.objects.count() == 50
    assert Call.objects.filter(topic="order 1").count() == 2
    assert link().place["at"] == "2026-11-23T09:00:30+00:00"


def test_a_long_list_is_read_in_several_turns(ada, shop, monkeypatch):
    monkeypatch.setattr("orders.pulls.polling.MOST_PAGES", 1)
    for number in range(1, 46):
        shop.sell(number, second=7)
    assert len(ask()) == 45
    assert shop.asked.count("GET orders") == 3
    assert link().place["after"] == ""


def test_a_shop_that_does_not_answer_is_left_alone_and_then_asked_on(ada, shop):
    for number in range(1, 31):
        shop.sell(number, second=number)
    # The second page is lost: the first is kept, and not read again.
    shop.faults = [None, Fault(reset=True)]
    assert len(ask()) == 20
    assert link().ask_problem.startswith("The shop did not answer")
    asked = len(shop.asked)
    assert ask(10.2) == []
    assert len(shop.asked) == asked
    assert len(ask(11)) == 10
    assert (link().ask_problem, link().ask_tries, link().fails_since) == ("", 0, None)
    # It says how long it wants to be left alone.
    for minutes, fault in ((13, Fault(429, headers={"Retry-After": "600"})), (24, Fault(503))):
        shop.faults = [fault]
        ask(minutes)
    assert (link().ask_tries, link().ask_problem) == (2, "The shop answered 503.")
    assert link().fails_since == BEFORE + timedelta(minutes=13)
    shop.sell(99, 40)
    assert ask(24.9) == []
    assert ask(25.1) == [("order 99", "done")]


def test_an_answer_that_is_no_list_of_orders_is_none(shop, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    at = "2026-11-23 09:00:00"
    for items, told in (
        ([{"entity_id": 1}], "no list of orders"),
        (5, "no list of orders"),
        ([{"entity_id": True, "updated_at": at}], "no list of orders"),
        ([{"entity_id": 1, "updated_at": at.replace("11", "13")}], "a time that is none"),
        ([{"entity_id": 1, "updated_at": at.replace("2026", "2020")}], "leads nowhere"),
    ):
        shop.list = lambda rows, query, items=items: {"items": items}
        with pytest.raises(Unanswered, match=told):
            MagentoAsker().page(Place(BEFORE), HttpDoor(shop.address, ends=monotonic() + 5), TOKEN)


def test_a_clock_that_is_wrong_hides_no_later_order(ada, shop):
    shop.sell(3, updated_at="2099-01-01 00:00:00")
    ask()
    shop.sell(4, 640)
    assert ask(12) == [("order 4", "done")]


def test_a_key_that_is_refused_is_told_until_another_is_entered(ada, shop):
    shop.sell(3, 5)
    with time_machine.travel(BEFORE, tick=False):
        link_shop(ada.channel, address=shop.address, token="another", actor=None)
    ask()
    assert link().ask_problem.startswith("The shop does not accept the access token")
    with time_machine.travel(BEFORE + timedelta(minutes=10), tick=False):
        link_shop(ada.channel, address=shop.address, token=TOKEN, actor=None)
    assert ask() == [("order 3", "done")]


def test_two_workers_do_not_ask_twice_and_one_that_lost_its_lease_keeps_nothing(ada, shop):
    shop.sell(3, 5)
    came, go_on = Event(), Event()

    def change(number):
        came.set()
        go_on.wait(10)

    shop.change = change

    def other():
        ask_shops()
        connection.close()

    with time_machine.travel(BEFORE + timedelta(minutes=10), tick=False):
        worker = Thread(target=other)
        worker.start()
        came.wait(10)
        assert ask_shops() == 0
        # Its seller closes the link meanwhile, or another worker has taken over.
        unlink_shop(link(), actor=None)
        go_on.set()
        worker.join()
    assert Call.objects.count() == 0
    assert shop.asked == ["GET orders"]


def test_another_shop_begins_anew_and_the_same_one_goes_on(ada, shop):
    shop.sell(3, 5)
    ask()
    place = link().place
    unlink_shop(link(), actor=None)
    assert ask(20) == []
    link_shop(ada.channel, address=shop.address, token=TOKEN, actor=None)
    assert link().place == place
    other = shop.address.replace("127.0.0.1", "localhost")
    with time_machine.travel(BEFORE + timedelta(minutes=30), tick=False):
        link_shop(ada.channel, address=other, token=TOKEN, actor=None)
    assert link().place == {"at": "2026-11-23T09:30:00+00:00"}


def test_a_restored_copy_asks_nobody(ada, shop, monkeypatch):
    monkeypatch.setattr(pausing, "is_paused", lambda: True)
    tasks.ask_shops()
    assert shop.asked == []


def test_a_seller_connects_a_shop_and_sees_whether_it_works(ada, shop, client):
    ShopLink.objects.all().delete()
    client.force_login(ada.owner)
    page = f"/dashboard/settings/channels/{ada.channel.pk}/"

    def shown(path, posted=None):
        url = path if path.startswith("/") else f"{page}{path}"
        answer = client.get(url) if posted is None else client.post(url, posted, follow=True)
        return answer.status_code, answer.content.decode()

    assert "Not connected yet: no order comes in." in shown("/dashboard/settings/")[1]
    assert shown("try/", {})[0] == 404
    status, text = shown("link/", {"address": "https://a.example/?x", "token": TOKEN})
    assert (status, "Enter the address of the shop, like" in text) == (422, True)
    status, text = shown("link/", {"address": shop.address, "token": "not the token"})
    assert (status, "Expected: Access token of an integration." in text) == (422, True)
    wrong = {"address": shop.address, "token": "not-the-token"}
    assert "and asked for its orders." in shown("link/", wrong)[1]
    assert "Allow OAuth Access Tokens to be used" in shown("try/", {})[1]
    shown("link/", wrong | {"token": TOKEN})
    now = datetime.now(UTC)
    shop.sell(3, updated_at=f"{now:%Y-%m-%d %H:%M:%S}")
    assert (
        "The shop lets us in. 1 order changed there in the last 24 hours." in shown("try/", {})[1]
    )
    with trying._is_free:
        assert "Another connection is being tested" in shown("try/", {})[1]
    assert "Orders are asked for in this shop." in shown("/dashboard/settings/")[1]
    assert "Nothing yet: orders come in once this shop is connected" in shown("calls/")[1]
    shop.faults = [Fault(500)]
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=5)):
        ask_shops()
    assert "since" in (text := shown("pushes/")[1])
    assert "The shop answered 500. It is asked again automatically." in text


def test_a_shop_that_is_asked_and_told_ends_with_our_picture(shop, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    house = open_house()
    channel = house.ada.channel
    SalesChannel.objects.filter(pk=channel.pk).update(kind="magento")
    channel.refresh_from_db()
    link_shop(channel, address=shop.address, token=TOKEN, actor=None)

    def changed(**fields):
        """The shop's order was changed just now, and is asked for; the open holds of ours."""
        shop.orders[3] |= {"updated_at": f"{timezone.now():%Y-%m-%d %H:%M:%S}"} | fields
        ShopLink.objects.update(polls_at=BEFORE)
        ask_shops()
        work_off_calls()
        holds = Hold.objects.filter(order__reference="3", released_at__isnull=True)
        return [hold.reason for hold in holds]

    shop.sell(3)
    assert changed() == []
    boxes = send(house, Order.objects.get(reference="3"))
    assert changed() == []
    assert tell() == []
    assert changed(state="complete") == []
    assert [one["tracks"][0]["track_number"] for one in shop.shipments.values()] == [
        boxes[0].tracking_number
    ]
    # Magento goes on to count it as sent: nobody sends it twice without a decision.
    undo_hand_over(boxes[0].shipment, actor=house.pat)
    assert tell() == []
    assert (changed(), shop.shipments[1]["tracks"]) == (["shop"], [])


@pytest.mark.parametrize("seconds", [5, -1])
def test_a_name_that_is_not_found_for_the_moment_is_asked_again(seconds):
    door = HttpDoor("https://no-such-shop.invalid", ends=monotonic() + seconds)
    with pytest.raises(Unanswered, match="name could not be looked up"):
        door.ask("GET", "/rest/V1/orders")
