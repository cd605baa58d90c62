"""A shop hears of units not to expect, and of deliveries undone; one that hangs waits alone."""

from datetime import timedelta
from time import monotonic

import pytest
from django.utils import timezone

from fulfillment.dashboard.queries.worklist import worklist
from fulfillment.demo.peers.kept import Fault
from orders.access import Viewer
from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.models import Call, Order, Push, ReturnLine, SalesChannel, ShopLink
from orders.pushes.links import dismiss_push, link_shop, retry_push, unlink_shop
from orders.pushes.sending import LEASE, tell_shops
from orders.returns.handling import approve_return, request_return
from orders.shops.asking import HttpDoor
from orders.shops.telling import News
from orders.shops.woocommerce.teller import WooCommerceTeller
from tests.orders.intake.shop_calls import at, outcomes, sold
from tests.orders.shops.shopify_peer import TOKEN, ShopifyPeer
from tests.orders.shops.telling_runs import has_planned_all, send, tell
from tests.orders.shops.woo_peer import KEY, WooPeer
from tests.support.stages import started_run
from tests.support.waiting import wait_until
from warehouse.couriers.runs import deliver_stop
from warehouse.couriers.undo import undo_stop
from warehouse.models import Location
from warehouse.returns.inspection import inspect_return_line, receive_return

pytestmark = pytest.mark.django_db(transaction=True)


def bought(house, shop, number=5001, *, units=2, **fields):
    shop.sell(number, **{"id-LAMP": units})
    given = {"id": number, "admin_graphql_api_id": f"gid://shopify/Order/{number}"} | fields
    lines = sold(LAMP={"quantity": units, "price": "5.90"})
    outcomes(house.ada.channel, at(1, line_items=lines, **given))
    return Order.objects.get(reference=f"{number}")


def told(shop, number=5001):
    """(additional details without their marks, tags) of the shop's order."""
    order = shop.orders[f"gid://shopify/Order/{number}"]
    details = [(one["key"].partition(" (")[0], one["value"]) for one in order["attributes"]]
    return details, order["tags"]


def test_units_that_are_not_sent_or_came_back_are_told_once_with_the_refund(house, shop):
    order = bought(house, shop, units=4)
    line = order.lines.get()
    cancel_units(order, {line.pk: 1}, actor=house.ada.owner)
    shop.faults = [None, Fault(reset=True, kept=True)]
    ((what, state, _),) = tell()
    assert (what, state) == ("removed", "waiting")
    assert tell(later=1) == []
    gone = ("Cancelled, will not be sent", "1 × Lamp; refund due: 5.90 EUR")
    assert told(shop) == ([gone], ["Refund due"])

    cancel_units(order, {line.pk: 1}, actor=house.ada.owner)
    (box,) = send(house, order)
    run = started_run(house, [box])
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    back = request_return(order, units={line.pk: 1}, reason="changed_mind")
    approve_return(back, actor=house.ada.owner)
    receive_return(back, received={back.lines.get().pk: 1}, actor=house.pat)
    inspect_return_line(
        ReturnLine.objects.get(),
        restocked=1,
        written_off=0,
        location=Location.objects.get(warehouse=house.warehouse, code="A-01-1"),
        actor=house.pat,
    )
    assert tell(later=1) == []
    # The shop has told of no sums: what a return is owed nobody knows.
    came_back = ("Returned and inspected", "1 × Lamp; a refund may be due")
    assert told(shop) == ([gone, gone, came_back], ["Refund due"])
    assert shop.asked.count("mutation Noted") == 3


def test_what_was_not_paid_is_due_to_nobody_and_what_the_shop_wants_is_not_told_back(house, shop):
    SalesChannel.objects.update(sends_once="received")
    unpaid = bought(house, shop, 5001, financial_status="pending")
    cancel_units(unpaid, {unpaid.lines.get().pk: 1}, actor=house.ada.owner)
    paid = bought(house, shop, 5002)
    cancel_order(paid, actor=house.ada.owner)
    theirs = bought(house, shop, 5003, units=3)
    fields = {"id": 5003, "admin_graphql_api_id": "gid://shopify/Order/5003"}
    fewer = {"LAMP": {"quantity": 3, "current_quantity": 1}}
    more = {"SHADE": 1}
    changed = at(2, line_items=sold(**fewer, **more), **fields)
    assert outcomes(house.ada.channel, changed) == ["Units added, and others cancelled."]
    theirs.refresh_from_db()
    assert tell() == []
    assert told(shop, 5001) == ([("Cancelled, will not be sent", "1 × Lamp")], [])
    assert told(shop, 5002)[0] == [
        ("Cancelled, will not be sent", "2 × Lamp; refund due: 11.80 EUR")
    ]
    assert told(shop, 5003) == ([], [])
    assert [shop.picture(number)[2] for number in (5001, 5002, 5003)] == [False, True, False]


def test_where_the_shop_cannot_be_told_the_seller_is(house, shop):
    order = bought(house, shop)
    shop.orders.clear()
    cancel_units(order, {order.lines.get().pk: 1}, actor=house.ada.owner)
    cancel_units(order, {order.lines.get().pk: 1}, actor=house.ada.owner)
    tell()
    tell()
    viewer = Viewer.of(house.ada.owner)
    matters = worklist(viewer, timezone.now())["refund_due"]
    assert [matter.why for matter in matters] == [
        "1 × Lamp; refund due: 5.90 EUR", "1 × Lamp; refund due: 5.90 EUR",
    ]  # fmt: skip
    first = Push.objects.get(pk=matters[0].subject_id)
    dismiss_push(first)
    rest = Push.objects.filter(what="removed", state="failed").get()
    retry_push(rest)  # what was told of other units before or since does not matter
    assert len(worklist(viewer, timezone.now()).get("refund_due", [])) == 0


def test_a_delivery_that_is_undone_is_taken_back_and_can_be_told_again(house, shop):
    order = bought(house, shop)
    (box,) = send(house, order)
    stop = started_run(house, [box]).stops.get()
    number = box.tracking_number
    for times in (1, 2):
        deliver_stop(stop, received_by="Grace", actor=house.cory)
        assert tell() == []
        assert shop.picture(5001) == ([number], [number], False)
        undo_stop(stop, actor=house.cory)
        assert tell() == []
        assert tell() == []
        assert shop.picture(5001) == ([number], [], False)
        assert shop.asked.count("mutation Delivered") == 2 * times
    # Undone before it was told: nothing to tell, and nothing to decide.
    deliver_stop(stop, received_by="Grace", actor=house.cory)
    undo_stop(stop, actor=house.cory)
    assert [state for _, state, _ in tell()] == ["dismissed"]
    assert shop.asked.count("mutation Delivered") == 4


def test_notes_of_woocommerce_follow_undo_and_redo(settings):
    settings.WEBHOOK_ALLOW_LOCAL = True
    woo = WooPeer().start()
    woo.sell(77)
    whats = ("sent", "sent", "unsent", "sent", "delivered", "undelivered", "undelivered")
    try:
        for what in (*whats, "delivered", "delivered"):
            tell_woo(woo, News(what, "77", timezone.now(), tracking_number="PX1"))
        about = {"about": "1 × Jam; refund due: 5.90 EUR", "mark": "ab12"}
        for _ in range(2):
            tell_woo(woo, News("removed", "77", timezone.now(), **about))
    finally:
        woo.stop()
    marks = [note["note"].rpartition("[")[2] for note in woo.notes[77]]
    assert marks == [
        "sent PX1]", "unsent PX1]", "sent PX1]", "delivered PX1]", "undelivered PX1]",
        "delivered PX1]", "removed ab12]",
    ]  # fmt: skip
    assert woo.notes[77][-1]["note"].startswith("Cancelled, will not be sent: 1 × Jam; refund due")


def tell_woo(woo, news):
    WooCommerceTeller().tell(news, HttpDoor(woo.address, ends=monotonic() + 5), KEY)


def test_one_worker_tells_one_shop_and_the_others_tell_others(house, shop):
    other = ShopifyPeer().start()
    try:
        link_shop(house.bo.channel, address=other.address, token=TOKEN, actor=None)
        for number in (5001, 5002):
            cancel_order(bought(house, shop, number), actor=house.ada.owner)
        bos = sold(MUG=1)
        other.sell(7001, **{"id-MUG": 1})
        gid = {"id": 7001, "admin_graphql_api_id": "gid://shopify/Order/7001"}
        outcomes(house.bo.channel, at(1, line_items=bos, **gid))
        cancel_order(Order.objects.get(reference="7001"), actor=house.bo.owner)
        wait_until(has_planned_all)
        busy = ShopLink.objects.filter(channel=house.ada.channel)
        busy.update(tells_at=timezone.now() + LEASE)  # a worker waits for Ada's shop to answer
        tell_shops()
        assert (shop.asked, other.picture(7001)[2]) == ([], True)
        busy.update(tells_at=timezone.now() - timedelta(seconds=1))  # it died
        assert tell() == []
        assert [shop.picture(number)[2] for number in (5001, 5002)] == [True, True]
    finally:
        other.stop()


def test_what_a_shop_was_to_be_asked_is_no_secret_when_its_connection_closes(house, shop):
    channel = house.ada.channel
    call = Call.objects.create(
        seller=house.ada.seller, channel=channel, body=b"{}", topic="order 5", state="asking"
    )
    unlink_shop(ShopLink.objects.get(), actor=None)
    call.refresh_from_db()
    assert (call.state, call.problems[0][1][:30]) == ("refused", "The connection was closed befo")


def test_a_shop_that_is_in_its_own_way_is_asked_again(house, shop):
    cancel_order(bought(house, shop), actor=house.ada.owner)
    for times, status in enumerate((408, 409, 425)):
        shop.faults = [Fault(status)]
        assert {state for _, state, _ in tell(later=5 * times)} == {"waiting"}
    assert tell(later=20) == []
    assert shop.picture(5001)[2] is True
