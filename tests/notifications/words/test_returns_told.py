"""What customers and sellers are told of a return: the verdict, the reason, the wish, the goods."""

from html import unescape

import pytest

from notifications.facts import load_facts
from notifications.guards.trimming import trim
from notifications.models import Message
from notifications.words.rendering import render
from orders.errors import DomainError, InvalidInput
from orders.exchanges.requesting import request_exchange
from orders.models import Discrepancy, Order, OrderChange, Return, Seller
from orders.returns.discrepancies import decide_discrepancy
from orders.returns.handling import approve_return, refuse_return, request_return, revise_return
from orders.returns.left import returnable_units
from orders.shops.base import Cost
from tests.notifications.saying import at_ten
from tests.orders.test_owed import sold, terms
from tests.support.cast import MONDAY
from tests.support.stages import open_house
from tests.test_doors import signed_in
from tests.tracking.tracked import look
from warehouse.models import Location
from warehouse.returns.arrivals import record_unexpected
from warehouse.returns.inspection import finish_return, inspect_return_line, receive_return

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    with at_ten:
        yield once(open_house)


@pytest.fixture
def order(house):
    """Two lamps and a shade that were delivered and paid; refunds are promised in 14 days."""
    sold(house, {"LAMP": 2, "SHADE": 1}, cost=Cost(shipping=490))
    found = Order.objects.get()
    terms(found.seller, house, refund_days=14)
    return Order.objects.get()


def ask(order, **units):
    lines = {order.lines.get(sku=sku).pk: number for sku, number in units.items()}
    return request_return(order, units=lines, reason="too_large")


def text(order, template, nth=0):
    rows = Message.objects.filter(order=order, template=template, channel="email").order_by("pk")
    return render(load_facts([rows[nth]])[0], now=MONDAY)


def page_of(order):
    return look(order).content.decode()


def receive(house, back, units):
    """{sku: units} of it are received, and restocked."""
    parts = {part.line.sku: part for part in back.lines.select_related("line")}
    counted = {part.pk: units.get(sku, 0) for sku, part in parts.items()}
    back = receive_return(back, received=counted, actor=house.pat)
    return back, parts


def check(house, parts, units):
    place = Location.objects.get(code="B-01-1")
    for sku, number in units.items():
        inspect_return_line(
            parts[sku], restocked=number, written_off=0, location=place, may_close=False,
            actor=house.pat,
        )  # fmt: skip


def test_the_end_names_the_verdict_of_each_line_amount_method_and_day(house, order):
    back = approve_return(ask(order, LAMP=2, SHADE=1), actor=house.ada.owner)
    back, parts = receive(house, back, {"LAMP": 2})
    check(house, parts, {"LAMP": 2})
    decide_discrepancy(Discrepancy.objects.get(), "no_credit", actor=house.ada.owner)
    finish_return(back, actor=house.pat)

    said = text(order, "return_closed").text
    assert "Accepted: 2 × Title of LAMP" in said
    assert "was not in the parcel. It is not refunded." in said
    assert "to your original payment method, by " in said
    assert "complete" not in said
    assert "informed" not in said
    settled = text(order, "return_settled").text
    assert "1 × Title of SHADE: was not in the parcel. It is not refunded." in settled
    assert "LAMP" not in settled, "nothing was decided about it"
    assert "2 items accepted" in page_of(order)
    seller = text(order, "seller_return_closed").text
    assert "Any refund is yours" not in seller
    assert "in your shop, then tick it off in your dashboard." in seller


def test_who_refuses_by_hand_says_why_and_the_customer_reads_it(house, order):
    back = ask(order, LAMP=1)
    with pytest.raises(InvalidInput) as refused:
        refuse_return(back, words=" ", actor=house.ada.owner)
    assert refused.value.problems == [("words", "say why: the customer reads it")]
    assert Return.objects.get().status == "requested"

    owner = signed_in(house.ada.owner)
    address = f"/dashboard/returns/{back.pk}/refuse/"
    empty = owner.post(address, {"words": ""})
    assert (empty.status_code, Return.objects.get().status) == (422, "requested")
    done = owner.post(f"{address}?back=attention", {"words": "The lamp was <used>."})
    assert (done.status_code, done.headers["Location"]) == (302, "/dashboard/")

    assert "Ada's Lamps writes: The lamp was <used>." in text(order, "return_refused").text
    assert "The lamp was <used>." in unescape(page_of(order))
    page = unescape(owner.get(f"/dashboard/orders/{order.pk}/").content.decode())
    assert page.count("The lamp was <used>.") == 2, "the return, and the history"
    assert OrderChange.objects.get(field="reason").after == "The lamp was <used>."

    other = ask(order, SHADE=1)
    offered = owner.get(f"/dashboard/returns/{other.pk}/refuse/").content.decode()
    assert '<option value="The lamp was &lt;used&gt;.">' in offered

    twice = [owner.post(f"/dashboard/returns/{back.pk}/revise/").status_code for _ in range(2)]
    approved = Return.objects.get(pk=back.pk)
    assert (twice, approved.status, approved.words) == ([302, 302], "approved", "")
    with pytest.raises(InvalidInput):
        revise_return(approved, actor=house.ada.owner)


@pytest.mark.parametrize(("wish", "says"), [
    ("", "Once we have received and checked your parcel, Ada's Lamps refunds you."),
    ("credit", "You want store credit: Ada's Lamps gives it to you once we have received and"),
    ("repair", "You want a repair: once your parcel is here we check it."),
])  # fmt: skip
def test_the_approval_says_what_is_wanted_and_what_comes_next(house, order, wish, says):
    back = ask(order, LAMP=1)
    Return.objects.update(wish=wish)
    approve_return(back, actor=house.ada.owner)
    assert says in " ".join(text(order, "return_approved").text.split())


def test_a_seller_is_told_once_of_what_differs_until_it_is_decided(house, order):
    back = approve_return(ask(order, LAMP=2), actor=house.ada.owner)
    back, _ = receive(house, back, {"LAMP": 1})
    record_unexpected(back, code="SHADE", product=order.lines.get(sku="SHADE").product,
                      quantity=1, actor=house.pat)  # fmt: skip

    asked = Message.objects.filter(template="seller_return_differs", channel="email")
    assert asked.count() == 1
    told = text(order, "seller_return_differs")
    assert "1 × Title of LAMP: was not in the parcel" in told.text
    assert "1 × Title of SHADE: not part of this return" in told.text
    assert "The shop decides" not in told.text
    assert f"/dashboard/orders/{order.pk}/" in told.text

    wrong = Discrepancy.objects.get(kind="wrong")
    decide_discrepancy(wrong, "discard", actor=house.ada.owner)
    missing = Discrepancy.objects.get(kind="missing")
    assert f"/dashboard/discrepancies/{missing.pk}/" in text(order, "seller_return_differs").text
    decide_discrepancy(missing, "no_credit", actor=house.ada.owner)
    [fact] = trim(load_facts([asked.get()]))
    assert fact.stale
    assert fact.stale.reason == "It was decided before, or undone."
    record_unexpected(back, code="VASE", product=None, quantity=1, actor=house.pat)
    assert asked.count() == 2, "that is to be decided, too"


def test_an_exchange_is_named_from_the_approval_to_the_verdict(house, order):
    Seller.objects.filter(pk=order.seller_id).update(exchange_days=14)
    line = Order.objects.get(pk=order.pk).lines.get(sku="LAMP")
    back = request_exchange(
        Order.objects.get(pk=order.pk), units={line.pk: 2}, wanted={line.pk: line.product_id},
        reason="damaged", wish="",
    )  # fmt: skip
    kept = back.exchange
    confirmed = text(kept, "exchange").text
    assert ("In exchange:" in confirmed, "You ordered" in confirmed) == (True, False)
    back = approve_return(back, actor=house.ada.owner)
    approved = " ".join(text(order, "return_approved").text.split())
    assert f"In exchange you get 2 × Brass lamp, as order {kept}: it ships once" in approved

    back, parts = receive(house, back, {"LAMP": 2})
    check(house, parts, {"LAMP": 2})
    finish_return(back, actor=house.pat)

    said = " ".join(text(order, "return_closed").text.split())
    assert "Exchanged: 2 × Title of LAMP" in said
    assert f"In exchange you get 2 × Brass lamp, as order {kept}." in said
    assert ("Accepted" in said, "refund" in said) == (False, False)
    assert "2 items exchanged" in page_of(order)


def test_of_what_is_exchanged_the_seller_reads_that_nothing_is_to_be_refunded(house, order):
    Seller.objects.filter(pk=order.seller_id).update(exchange_days=14)
    order = Order.objects.get(pk=order.pk)
    lamp = order.lines.get(sku="LAMP")
    asked = request_exchange(
        order, units={lamp.pk: 1}, wanted={lamp.pk: lamp.product_id}, reason="damaged"
    )
    back, parts = receive(house, approve_return(asked, actor=house.ada.owner), {"LAMP": 1})
    check(house, parts, {"LAMP": 1})
    finish_return(back, actor=house.pat)

    said = text(order, "seller_return_closed").text

    assert "It is exchanged: nothing is to be refunded." in said
    assert "yours to make" not in said


def test_what_was_missing_is_not_returned_again_while_the_shop_decides(house, order):
    shade = order.lines.get(sku="SHADE").pk
    back, parts = receive(
        house, approve_return(ask(order, LAMP=1, SHADE=1), actor=house.ada.owner), {"LAMP": 1}
    )
    check(house, parts, {"LAMP": 1})
    finish_return(back, actor=house.pat)

    assert shade not in returnable_units(order)
    with pytest.raises(DomainError):
        ask(order, SHADE=1)
    decide_discrepancy(Discrepancy.objects.get(), "no_credit", actor=house.ada.owner)
    assert returnable_units(order)[shade] == 1
