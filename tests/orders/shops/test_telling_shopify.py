"""A Shopify shop is told what became of its orders, once, whatever goes wrong on the way."""

from time import monotonic

import pytest
from django.utils import timezone

from fulfillment.demo.peers.kept import Fault
from notifications.delivery import pausing
from orders import tasks
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order
from orders.models import Order, OrderLine, Package, PackageLine, Push, ShopLink
from orders.pushes.links import dismiss_push, link_shop, retry_push, unlink_shop
from orders.pushes.planning import plan_pushes
from orders.shops.asking import HttpDoor
from orders.shops.shopify.teller import ShopifyTeller
from orders.shops.telling import News, Refused, Unanswered
from tests.orders.intake.shop_calls import at, outcomes, sold
from tests.orders.shops.shopify_peer import TOKEN, ShopifyPeer
from tests.orders.shops.telling_runs import send, tell
from tests.support.stages import open_house, started_run
from warehouse.couriers.runs import deliver_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.undo import undo_hand_over

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop():
    peer = ShopifyPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def house(once, shop, settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    house = once(open_house)
    link_shop(house.ada.channel, address=shop.address, token=TOKEN, actor=None)
    return house


def bought(house, shop, number=5001, units=2):
    """An order of the shop that has been packed, and is ready to be handed over."""
    shop.sell(number, **{"id-LAMP": units})
    fields = {"id": number, "admin_graphql_api_id": f"gid://shopify/Order/{number}"}
    outcomes(house.ada.channel, at(1, line_items=sold(LAMP=units), **fields))
    return Order.objects.get(reference=f"{number}")


def test_the_shop_hears_of_parcel_and_delivery_and_ends_with_our_picture(house, shop):
    order = bought(house, shop)
    (box,) = send(house, order)
    assert tell() == []
    assert shop.picture(5001) == ([box.tracking_number], [], False)

    run = started_run(house, [box])
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    assert tell() == []
    assert shop.picture(5001) == ([box.tracking_number], [box.tracking_number], False)
    assert tell() == []
    assert [name for name in shop.asked if name.startswith("mutation")] == [
        "mutation Sent", "mutation Delivered",
    ]  # fmt: skip


def test_a_lost_answer_makes_no_second_parcel(house, shop):
    (box,) = send(house, bought(house, shop))
    shop.faults = [None, Fault(reset=True, kept=True)]
    ((what, state, reason),) = tell()
    assert (what, state) == ("sent", "waiting")
    assert reason.startswith("The shop did not answer")
    assert tell(later=1) == []
    assert shop.picture(5001) == ([box.tracking_number], [], False)
    assert shop.asked.count("mutation Sent") == 1


def test_a_busy_shop_is_asked_again_when_it_says_and_not_before(house, shop):
    send(house, bought(house, shop))
    shop.faults = [Fault(429, headers={"Retry-After": "120"})]
    assert tell() == [("sent", "waiting", "The shop answered 429.")]
    asked = len(shop.asked)
    assert len(tell(later=1)) == 1
    assert len(shop.asked) == asked
    assert tell(later=3) == []


def test_news_of_an_order_are_told_in_their_order(house, shop):
    order = bought(house, shop)
    boxes = send(house, order)
    shop.faults = [Fault(503)]
    assert len(tell()) == 1
    undo_hand_over(boxes[0].shipment, actor=house.pat)
    assert [what for what, _, _ in tell()] == ["sent", "unsent"]
    assert tell(later=2) == []
    assert shop.picture(5001) == ([], [], False)
    assert [name for name in shop.asked if "mutation" in name] == [
        "mutation Sent", "mutation Unsent",
    ]  # fmt: skip


def test_what_we_cancel_is_cancelled_there_and_what_the_shop_cancels_is_not_told_back(house, shop):
    ours, theirs = bought(house, shop, 5001), bought(house, shop, 5002)
    cancel_order(ours, actor=house.ada.owner)
    fields = {"id": 5002, "admin_graphql_api_id": "gid://shopify/Order/5002"}
    gone = at(2, line_items=sold(LAMP=2), cancelled_at="2026-11-23T11:00:00Z", **fields)
    outcomes(house.ada.channel, gone)
    theirs.refresh_from_db()
    assert theirs.status == "cancelled"
    assert tell() == []
    assert [shop.picture(number)[2] for number in (5001, 5002)] == [True, False]


def test_a_shop_that_fails_is_not_asked_about_its_other_orders_at_once(house, shop):
    for number in (5001, 5002):
        send(house, bought(house, shop, number))
    shop.faults = [Fault(503)]
    assert [state for _, state, _ in tell()] == ["waiting", "waiting"]
    assert shop.asked == []
    assert tell(later=1) == []


@pytest.mark.breaks_books
def test_units_that_were_added_here_keep_no_parcel_from_being_told(house, shop):
    order = bought(house, shop)
    send(house, order)
    PackageLine.objects.update(quantity=3)
    assert tell() == []
    assert len(shop.picture(5001)[0]) == 1


def test_what_is_left_of_a_part_that_was_sent_cancels_no_whole_order(house, shop):
    order = bought(house, shop, units=2)
    send(house, order)
    OrderLine.objects.filter(order=order).update(ordered=3)  # one of which there is no stock
    cancel_order(order, actor=house.ada.owner)
    assert tell() == []
    assert (len(shop.picture(5001)[0]), shop.picture(5001)[2]) == (1, False)


def test_a_parcel_whose_number_was_undone_meanwhile_is_taken_back(house, shop):
    boxes = send(house, bought(house, shop))
    shop.faults = [None, Fault(reset=True, kept=True)]
    assert len(tell()) == 1
    undo_hand_over(boxes[0].shipment, actor=house.pat)
    Package.objects.update(tracking_number="")
    assert tell(later=2) == []
    assert shop.picture(5001) == ([], [], False)


def test_an_old_failure_takes_back_no_live_parcel(house, shop):
    boxes = send(house, bought(house, shop))
    link_shop(house.ada.channel, address=shop.address, token="other", actor=None)
    tell()
    undo_hand_over(boxes[0].shipment, actor=house.pat)
    tell()
    hand_over(boxes, actor=house.pat)
    link_shop(house.ada.channel, address=shop.address, token=TOKEN, actor=None)
    tell()
    failed = list(Push.objects.filter(state="failed").order_by("made_at"))
    for push in failed:
        with pytest.raises(DomainError, match="later"):
            retry_push(push)
    assert [push.what for push in failed] == ["sent"]
    assert len(shop.picture(5001)[0]) == 1


def test_what_the_shop_refuses_is_shown_and_can_be_tried_again_or_dismissed(house, shop):
    send(house, bought(house, shop))
    (item,) = shop.orders["gid://shopify/Order/5001"]["items"]
    item["left"] = 0
    ((_, state, reason),) = tell()
    assert (state, reason) == ("failed", "No unit of the parcel is open to be sent in the shop.")
    item["left"] = 2
    push = Push.objects.get()
    retry_push(push)
    assert tell() == []
    with pytest.raises(DomainError, match="already"):
        dismiss_push(push)


def test_a_wrong_token_is_told_and_a_new_one_works(house, shop):
    send(house, bought(house, shop))
    link_shop(house.ada.channel, address=shop.address, token="other", actor=None)
    assert tell()[0][2] == "The shop does not accept the access token: enter a new one."
    link_shop(house.ada.channel, address=shop.address, token=TOKEN, actor=None)
    retry_push(Push.objects.get())
    assert tell() == []


def test_only_what_happens_after_the_link_is_told_and_nothing_while_it_is_closed(house, shop):
    ShopLink.objects.all().delete()
    send(house, bought(house, shop, 5001))
    link = link_shop(house.ada.channel, address=shop.address, token=TOKEN, actor=None)
    assert tell() == []
    assert shop.picture(5001) == ([], [], False)
    send(house, bought(house, shop, 5002))
    plan_pushes()
    unlink_shop(link, actor=None)
    assert [state for _, state, _ in tell()] == ["waiting"]
    link_shop(house.ada.channel, address=shop.address, token=TOKEN, actor=None)
    assert tell() == []
    assert len(shop.picture(5002)[0]) == 1


def test_a_restored_copy_tells_nothing(house, shop, monkeypatch):
    send(house, bought(house, shop))
    monkeypatch.setattr(pausing, "is_paused", lambda: True)
    tasks.tell_shops()
    assert (shop.asked, Push.objects.get().state) == ([], "waiting")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("lamps.myshopify.com", "https://lamps.myshopify.com"),
        ("https://Lamps.myshopify.com/", "https://lamps.myshopify.com"),
        ("lamps.example.com", None), ("http://lamps.myshopify.com", None), ("", None),
        ("https://lamps.myshopify.com.example.com", None),
    ],
)  # fmt: skip
def test_the_address_is_one_of_shopify(given, kept):
    if kept is None:
        with pytest.raises(DomainError, match="like lamps"):
            ShopifyTeller().check_address(given)
    else:
        assert ShopifyTeller().check_address(given) == kept


@pytest.mark.parametrize("hang", [Fault(hang=3), Fault(status=200, text="no object")])
def test_a_shop_that_answers_badly_is_unanswered_or_refused(shop, settings, hang):
    settings.WEBHOOK_ALLOW_LOCAL = True
    shop.faults = [hang]
    news = News("cancelled", "5001", timezone.now())
    with pytest.raises((Refused, Unanswered)):
        ShopifyTeller().tell(news, HttpDoor(shop.address, ends=monotonic() + 1), TOKEN)
