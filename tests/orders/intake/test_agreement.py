"""The shop goes on after the order: it is paid, edited, refunded, cancelled, in any order."""

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.errors import DomainError
from orders.intake.differences import (
    EDITED,
    Difference,
    accept_differences,
    fingerprint,
    note,
    settle,
    settle_again,
)
from orders.intake.payments import heed_setting
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.edit import edit_order
from orders.lifecycle.edit_lines import add_units
from orders.lifecycle.erasing import erase_orders
from orders.lifecycle.holds import release_hold
from orders.lifecycle.labelling import label_packages
from orders.models import Call, DeadLetter, Event, Hold, Order, OrderLine, SalesChannel, ShopOrder
from tests.balance import findings
from tests.orders.intake.shop_calls import at, outcomes, refund, sold
from tests.orders.intake.shop_stories import (
    BY_HAND,
    STORY,
    ended,
    play,
    put_all_back,
)
from tests.orders.intake.shopify_payloads import shop_order
from tests.support import examples
from tests.support.cast import put_stock
from tests.support.spoiling import spoiled
from tests.support.stages import open_house, picked
from tests.test_doors import signed_in
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.putting_back import put_back
from warehouse.stock.allocation import allocate_due


def full_house():
    """The warehouse with 520 of each of Ada's goods."""
    house = open_house()
    for product in house.ada.products.values():
        put_stock(product, 500)
    return house


@pytest.fixture
def house(once):
    return once(full_house)


@pytest.fixture
def channel(house):
    return house.ada.channel


def the_order():
    return Order.objects.get(reference="5001")


def sent(house, order):
    """Hand over the boxes of an order."""
    shipment = picked(house, order)
    close_package(pack_unit(shipment, code="LAMP", quantity=2, actor=house.pat), actor=house.pat)
    label_packages(shipment, actor=house.pat)
    mark_ready(shipment, actor=house.pat)
    hand_over(shipment.packages.all(), actor=house.pat)


def open_holds():
    held = Hold.objects.filter(order__reference="5001", released_at__isnull=True)
    return [str(hold) for hold in held.order_by("reason")]


def still_wanted():
    return {line.sku: line.ordered - line.cancelled for line in the_order().lines.all()}


def differences():
    return [tuple(kept[:2]) for kept in ShopOrder.objects.get(reference="5001").differences]


def test_an_unpaid_order_waits_until_it_is_paid(channel):
    outcomes(channel, at(1, financial_status="pending"))
    allocate_due()
    assert open_holds() == ["Not paid yet: not paid yet"]
    assert the_order().status == "on_hold"

    outcomes(channel, at(2, financial_status="voided"), topic="orders/updated")
    assert open_holds() == ["Not cleared in the shop: voided"]
    outcomes(channel, at(3, financial_status="paid"), topic="orders/paid")
    assert (open_holds(), the_order().shipments.get().status) == ([], "released")


def test_who_releases_an_unpaid_order_sends_it_until_the_shop_says_something_else(channel):
    outcomes(channel, at(1, financial_status="pending"))
    release_hold(Hold.objects.get(), actor=None)
    outcomes(channel, at(2, financial_status="pending", note="x"), topic="orders/updated")
    assert open_holds() == []
    outcomes(channel, at(3, financial_status="voided"), topic="orders/updated")
    assert open_holds() == ["Not cleared in the shop: voided"]


@pytest.mark.parametrize(
    ("setting", "goes"),
    [
        ("paid", []),
        ("authorised", ["authorized"]),
        ("received", ["authorized", "pending"]),
    ],
)
def test_a_setting_lets_more_orders_go(channel, setting, goes):
    SalesChannel.objects.filter(pk=channel.pk).update(sends_once=setting)
    waiting = ["authorized", "pending", "voided", "refunded"]
    for number, status in enumerate(waiting, start=10):
        order = at(1, id=number, admin_graphql_api_id=None, financial_status=status)
        outcomes(channel, order)
    held = Hold.objects.filter(released_at__isnull=True).values_list("order__reference", flat=True)
    assert [status for n, status in enumerate(waiting, 10) if f"{n}" not in held] == goes

    channel.sends_once = "received"
    channel.save()
    assert heed_setting(channel) == 2 - len(goes)


def test_what_the_shop_cancels_is_cancelled_while_nothing_is_picked(channel):
    gone = at(2, cancelled_at="2026-11-23T11:00:00Z")
    outcomes(channel, at(1))
    allocate_due()
    told = outcomes(channel, gone, gone, at(1), topic="orders/updated")

    assert told == [
        "Units cancelled.",
        "As it is here already.",
        "Older than what the shop has said since: nothing changed.",
    ]
    assert (the_order().status, the_order().shipments.get().status) == ("cancelled", "cancelled")
    assert Event.objects.filter(kind="order.cancelled").count() == 1
    assert findings() == []


def test_what_is_picked_waits_on_hold_until_it_is_put_back(house, channel):
    outcomes(channel, at(1, line_items=sold(LAMP=3)))
    shipment = picked(house, the_order())
    outcomes(channel, at(2, line_items=sold(LAMP={"quantity": 3, "current_quantity": 1})))

    assert differences() == [("to_put_back", "2 × Lamp")]
    assert open_holds() == ["Changed in the shop: 2 × Lamp"]
    put_back(shipment, actor=house.pat)
    with spoiled("orders_event", order_id=the_order().pk):
        settle_again()  # it fails, and others are settled all the same
    assert DeadLetter.objects.get().work == "settling"
    DeadLetter.objects.update(retry_at=timezone.now())
    assert settle_again() == 1
    allocate_due()
    assert (differences(), open_holds(), still_wanted()) == ([], [], {"LAMP": 1})
    assert the_order().shipments.exclude(status="cancelled").get().lines.get().quantity == 1
    assert findings() == []


def test_a_person_may_send_it_all_the_same(house, channel):
    outcomes(channel, at(1))
    picked(house, the_order())
    gone = at(2, cancelled_at="2026-11-23T11:00:00Z")
    outcomes(channel, gone)
    known = ShopOrder.objects.get()
    accept_differences(known, actor=None)

    outcomes(channel, gone | {"note": "again"})
    assert (differences(), open_holds()) == ([], [])
    with pytest.raises(DomainError, match="already"):
        accept_differences(known, actor=None)


def test_what_is_under_way_is_shown_until_a_person_has_settled_it(house, channel):
    outcomes(channel, at(1))
    sent(house, the_order())
    outcomes(channel, at(2, cancelled_at="2026-11-23T11:00:00Z"))

    assert differences() == [("under_way", "2 × Lamp")]
    assert open_holds() == []
    accept_differences(ShopOrder.objects.get(), actor=None)
    assert ShopOrder.objects.get().differs_at is None


def test_a_refund_is_heeded_once_whichever_call_tells_of_it(channel):
    told = outcomes(channel, refund(7, LAMP=1), topic="refunds/create")
    assert told == ["Kept until the order itself comes."]
    outcomes(channel, at(1, line_items=sold(LAMP=3)))
    assert still_wanted() == {"LAMP": 2}
    outcomes(channel, refund(7, LAMP=1), refund(8, LAMP=1), topic="refunds/create")
    assert still_wanted() == {"LAMP": 1}
    both = [refund(7, LAMP=1), refund(8, LAMP=1)]
    later = at(9, line_items=sold(LAMP={"quantity": 3, "current_quantity": 1}), refunds=both)
    outcomes(channel, later, topic="orders/updated")
    assert still_wanted() == {"LAMP": 1}


def test_units_that_the_shop_adds_are_added_until_all_is_packed(house, channel):
    outcomes(channel, at(1, line_items=sold(LAMP=1)))
    more = at(2, line_items=sold(LAMP=2, SHADE=1))
    outcomes(channel, more, more, topic="orders/updated")
    assert (still_wanted(), differences()) == ({"LAMP": 2, "SHADE": 1}, [])

    outcomes(channel, at(3, line_items=sold(LAMP=2, SHADE={"quantity": 1, "current_quantity": 0})))
    sent(house, the_order())
    outcomes(channel, at(4, line_items=sold(LAMP=5)))
    assert differences() == [("added", "3 × Lamp")]


def test_an_address_that_the_shop_edits_is_followed_until_there_is_a_label(house, channel):
    there = shop_order()["shipping_address"]
    outcomes(channel, at(1))
    order = the_order()
    edit_order(order, {"note": "of the seller"}, actor=None)
    moved = at(2, shipping_address=there | {"zip": "10115", "phone": "12"}, email="new@example.com")
    outcomes(channel, moved)
    order = the_order()
    assert (order.postcode, order.email, order.phone) == ("10115", "new@example.com", "")
    assert (order.note, differences()) == ("of the seller", [])
    outcomes(channel, moved | at(3, shipping_address=there | {"zip": "ABC"}))
    assert differences()[0][1].startswith("The address (postcode: ")
    accept_differences(ShopOrder.objects.get(), actor=None)
    sent(house, the_order())
    outcomes(channel, moved | at(4, shipping_address=there | {"city": "Potsdam"}))
    assert (differences(), the_order().city) == ([("edited", "The address")], "Berlin")
    accept_differences(ShopOrder.objects.get(), actor=None)
    outcomes(channel, moved | at(5, shipping_address=there | {"city": "Potsdam"}, email="nobody"))
    why = "email: expected an address like name@example.com; what was there stays"
    assert differences() == [("edited", f"The contact ({why})")]
    assert the_order().email == "grace@example.com"


def test_a_line_that_the_shop_takes_out_is_cancelled(channel):
    outcomes(channel, at(1, line_items=sold(LAMP=1, SHADE=2)))
    outcomes(channel, at(2, line_items=sold(LAMP=1)), topic="orders/updated")
    assert (still_wanted(), differences()) == ({"LAMP": 1, "SHADE": 0}, [])

    outcomes(channel, at(3, line_items=sold(LAMP=1, SHADE=1)), topic="orders/updated")
    assert (still_wanted(), differences()) == ({"LAMP": 1, "SHADE": 1}, [])


def test_of_two_reports_of_one_second_the_paid_one_is_later(channel):
    outcomes(channel, at(1), at(1, financial_status="pending"))
    assert open_holds() == []


def test_an_order_that_is_collected_waits_for_its_seller(channel):
    ways = [{"delivery_category": "pickup"}]
    outcomes(channel, shop_order(shipping_address=None, shipping_lines=ways))

    assert open_holds() == ["Local pick-up"]


def test_what_the_shop_has_sent_itself_waits_for_a_person(channel):
    def line(**counts):
        return sold(LAMP={"quantity": 2, "current_quantity": 2} | counts)

    outcomes(channel, at(1, line_items=line(fulfillable_quantity=2)))
    outcomes(channel, at(2, line_items=line(fulfillable_quantity=0)))
    assert (differences(), still_wanted()) == ([("elsewhere", "2 × Lamp")], {"LAMP": 2})
    assert open_holds() == ["Changed in the shop: 2 × Lamp"]
    seen = fingerprint(ShopOrder.objects.get().differences)
    outcomes(channel, at(3, line_items=line(fulfillable_quantity=1)))
    assert open_holds() == ["Changed in the shop: 1 × Lamp"]
    with pytest.raises(DomainError, match="changed order #1001 again"):
        accept_differences(ShopOrder.objects.get(), actor=None, seen=seen)
    outcomes(channel, at(4, line_items=line(fulfillable_quantity=2)))
    assert (differences(), open_holds()) == ([], [])


def test_a_shop_differs_since_the_newest_of_its_changes(channel):
    """Whoever has looked at the others, and left them for later, is told."""
    nothing = sold(LAMP={"quantity": 2, "current_quantity": 2, "fulfillable_quantity": 0})
    one = sold(LAMP={"quantity": 2, "current_quantity": 2, "fulfillable_quantity": 1})
    outcomes(channel, at(1, line_items=sold(LAMP=2)), at(2, line_items=nothing))
    first = ShopOrder.objects.get().differs_at
    outcomes(channel, at(3, line_items=nothing))
    assert ShopOrder.objects.get().differs_at == first
    outcomes(channel, at(4, line_items=one))
    second = ShopOrder.objects.get().differs_at
    assert second > first
    known = ShopOrder.objects.select_related("order").get()
    with transaction.atomic():
        note(known, [Difference(EDITED, "The address", "5")])
        settle(known)
    assert ShopOrder.objects.get().differs_at > second
    assert differences() == [("elsewhere", "1 × Lamp"), ("edited", "The address")]


def test_a_cancelled_order_is_cancelled_whatever_else_of_it_cannot_be_read(channel):
    outcomes(channel, at(1))
    endless = shop_order()["shipping_address"] | {"company": "x" * 300}
    gone = at(2, cancelled_at="2026-11-23T11:00:00Z", shipping_address=endless)
    outcomes(channel, gone, topic="orders/cancelled")
    call = Call.objects.order_by("-pk").first()
    assert (the_order().status, call.state, call.order) == ("cancelled", "refused", the_order())
    assert call.problems[0][0] == "shipping_address.company"
    new = at(1, id=7, admin_graphql_api_id=None, shipping_address=endless)
    outcomes(channel, new)
    assert not Order.objects.filter(reference="7").exists()
    outcomes(channel, new | at(1, id=7, admin_graphql_api_id=None))
    assert Order.objects.filter(reference="7").exists()


def test_of_two_reports_of_one_second_the_paid_one_is_so(channel):
    outcomes(channel, at(1, financial_status="paid"), at(1, financial_status="pending"))
    assert open_holds() == []


def test_units_that_the_seller_added_are_not_the_shops_to_take_away(channel):
    outcomes(channel, at(1, line_items=sold(LAMP=2)))
    order = the_order()
    add_units(order, {order.lines.get().pk: 1}, actor=None)
    outcomes(channel, at(2, line_items=sold(LAMP=2), note="a tag"))
    assert still_wanted() == {"LAMP": 3}


def test_a_second_difference_of_the_same_words_is_shown_too(house, channel):
    outcomes(channel, at(1, line_items=sold(LAMP=2)))
    sent(house, the_order())
    for second, units in ((2, 5), (3, 8)):
        outcomes(channel, at(second, line_items=sold(LAMP=units)))
        assert differences() == [("added", "3 × Lamp")]
        accept_differences(ShopOrder.objects.get(), actor=None)


@pytest.mark.breaks_books
def test_a_refund_of_what_was_delivered_cancels_nothing_else(channel):
    outcomes(channel, at(1, line_items=sold(LAMP=3)))
    line = the_order().lines.get()
    gone = dict.fromkeys(("allocated", "picked", "packed", "shipped", "delivered"), 1)
    OrderLine.objects.filter(pk=line.pk).update(**gone)
    left = {"quantity": 3, "current_quantity": 2, "fulfillable_quantity": 2}
    outcomes(channel, at(2, line_items=sold(LAMP=left)))
    assert (still_wanted(), differences()) == ({"LAMP": 3}, [])


def test_a_call_about_an_erased_order_keeps_no_name(channel):
    outcomes(channel, at(1))
    cancel_order(the_order(), actor=None)
    erase_orders([the_order()], actor=None)
    outcomes(channel, at(2))
    assert {bytes(body) for (body,) in Call.objects.values_list("body")} == {b""}


@pytest.mark.slow
@settings(
    max_examples=examples(6, 12),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_order_of_the_calls_ends_in_the_same_order(house, data):
    told = STORY[: data.draw(st.integers(1, len(STORY)))]
    again = data.draw(st.lists(st.sampled_from(told), max_size=2))
    steps = data.draw(st.permutations([*told, *again, *BY_HAND, *BY_HAND]))
    number = 6000 + 2 * Order.objects.count()

    play(house, told, number)
    play(house, steps, number + 1)
    for each in (number, number + 1):
        put_all_back(house, each)

    assert ended(number) == ended(number + 1)
    assert findings() == []
    assert not ShopOrder.objects.filter(differs_at__isnull=False).exists()


def test_the_page_of_an_order_says_what_the_shop_wants_before_it_is_sent(house, channel):
    outcomes(channel, at(1))
    picked(house, the_order())
    outcomes(channel, at(2, cancelled_at="2026-11-23T11:00:00Z"))
    ada, hold = signed_in(house.ada.owner), Hold.objects.get(reason="shop")
    page = f"/dashboard/orders/{the_order().pk}/"
    shown = ada.get(page).context["page"]
    assert (shown.next.url, shown.next.is_post) == (f"#hold-{hold.pk}", False)
    assert "no longer wanted, but picked: to be put back" in shown.next.text

    refused = ada.post(f"/dashboard/holds/{hold.pk}/release/")
    assert (refused.status_code, len(open_holds())) == (409, 1)

    known = ShopOrder.objects.get()
    button = {"seen": shown.shop.seen, "back": "order"}
    stale = ada.post(f"/dashboard/differences/{known.pk}/accept/", button | {"seen": "[]"})
    assert (stale.status_code, len(open_holds())) == (409, 1)
    answer = ada.post(f"/dashboard/differences/{known.pk}/accept/", button)
    assert (answer.headers["Location"], open_holds(), differences()) == (page, [], [])
