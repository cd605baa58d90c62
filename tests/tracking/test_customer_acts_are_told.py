"""Who is told of what a customer does, and of what the seller answers: once, and what is so."""

import re

import pytest
import time_machine

from notifications.models import Message
from orders.decisions.uncancel import last_cancellation, undo_cancellation
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import hold_order
from orders.models import Event, Order, Problem, ShopOrder
from orders.problems.answering import answer_problem
from orders.problems.reporting import report_problem, reportable
from orders.wishes.called_off import settle_call_off
from orders.wishes.choosing import call_off, change_address
from tests.notifications.saying import said
from tests.support.cast import MONDAY, make_order
from tests.support.stages import delivered_order
from tests.test_doors import signed_in
from tests.tracking.tracked import AT_THE_DOOR, proven
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db
ADDRESS = {"street": "Neue Straße 5", "postcode": "20095", "city": "Hamburg"}


@pytest.fixture
def order(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1}, email="mine@example.com", phone="")
    allocate_due()
    return Order.objects.get(pk=order.pk)


@pytest.fixture
def came(monday_house):
    """Two lamps and a shade that have come."""
    order = delivered_order(
        monday_house, {"LAMP": 2, "SHADE": 1}, email="mine@example.com", phone=""
    )
    with time_machine.travel(AT_THE_DOOR, tick=False):
        yield Order.objects.get(pk=order.pk)


def told(order, *, without=()):
    """The messages of the order that say something new, with their addresses."""
    rows = Message.objects.filter(order=order).exclude(template__in=without).order_by("pk")
    return list(rows.values_list("template", "recipient"))


def report(order, sku="LAMP", kind="damaged", quantity=1):
    key = next(row.key for row in reportable(order) if row.line.sku == sku)
    return report_problem(order, key=key, kind=kind, quantity=quantity, words="Broken <b>glass</b>")


def answered(order, house, answer, words="", **given):
    return answer_problem(report(order, **given), answer, words=words, actor=house.ada.owner)


def new_of(order, before):
    return [row for row in told(order) if row not in before]


def test_a_changed_address_is_told_to_the_former_customer_and_the_seller(order, monday_house):
    before = told(order)
    change_address(order, ADDRESS)
    assert new_of(order, before) == [
        ("address_changed", "mine@example.com"),
        ("seller_address_changed", "shop-ada@example.com"),
    ]
    letter = said(order, "address_changed")
    assert letter.subject == f"The address of order {order.number} was changed"
    assert "The new address is in Hamburg." in letter.text
    assert "Was this not you? Write to Ada's Lamps at once: help-ada@example.com." in letter.text
    assert "Neue Straße" not in letter.text + letter.html
    shop = said(order, "seller_address_changed")
    assert "after confirming it with a mailed code" in shop.text
    assert f"/dashboard/orders/{order.pk}/" in shop.text
    page = signed_in(monday_house.ada.owner).get(f"/dashboard/orders/{order.pk}/")
    lines = re.sub(r"<[^>]+>|\s+", " ", page.content.decode())
    assert "Address changed" in lines
    who = Event.objects.get(order=order, kind="order.edited").data
    assert who["origin"] == "customer"


def test_a_call_off_is_told_once_to_each_and_waits_for_the_seller(order, monday_house):
    before, house = told(order), monday_house
    ada, bo = signed_in(house.ada.owner), signed_in(house.bo.owner)
    call_off(order)
    assert new_of(order, before) == [
        ("seller_called_off", "shop-ada@example.com"),
        ("called_off", "mine@example.com"),
    ]
    letter = said(order, "called_off")
    assert "was cancelled on its tracking page" in letter.text
    assert "A refund of what you have paid is up to Ada's Lamps." in letter.text
    assert "Was this not you?" in letter.text
    assert "Any refund is yours" in said(order, "seller_called_off").text

    home = ada.get("/dashboard/").content.decode()
    assert "Cancelled: refund them in the shop" in home
    assert "Cancelled: refund them" not in bo.get("/dashboard/").content.decode()
    history = ada.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert re.search(r"Order cancelled.{0,300}Customer", history, re.DOTALL)
    settle = f"/dashboard/orders/{order.pk}/called-off/settle/"
    assert bo.post(settle).status_code == 404
    assert ada.post(settle).status_code == 302
    assert "Cancelled: refund them" not in ada.get("/dashboard/").content.decode()
    with pytest.raises(DomainError, match="nothing to tick off"):
        settle_call_off(order, actor=house.ada.owner)


@pytest.mark.parametrize("known", ["hold", "shop"])
def test_of_what_was_not_paid_nobody_is_told_of_a_refund(order, monday_house, known):
    ada = monday_house.ada
    page = proven(order, by_code=True).get(f"/track/{order.token}/delivery/").content.decode()
    assert "A refund of what you have paid" in page
    if known == "hold":
        hold_order(order, reason="payment", actor=None)
    else:
        ShopOrder.objects.create(
            seller=ada.seller, channel=ada.channel, reference="7", order=order, payment="authorised"
        )
    page = proven(order, by_code=True).get(f"/track/{order.token}/delivery/").content.decode()
    assert "Cancel the order" in page and "refund" not in page
    call_off(order)
    letters = [said(order, kind).text for kind in ("called_off", "seller_called_off")]
    assert "You have nothing to pay for it." in letters[0]
    assert "It was not paid yet, so no refund is listed." in letters[1]
    assert "efund of what" not in letters[0] and "Any refund" not in letters[1]
    assert "Cancelled: refund them" not in signed_in(ada.owner).get("/dashboard/").content.decode()
    with pytest.raises(DomainError, match="nothing to tick off"):
        settle_call_off(order, actor=ada.owner)


@pytest.mark.parametrize("is_paid", [True, False])
def test_a_shop_that_cancels_asks_for_a_missing_refund_only_of_what_was_paid(order, is_paid):
    if not is_paid:
        hold_order(order, reason="payment", actor=None)
    cancel_order(order, actor=None)
    asked = "Was this a mistake, or is a refund missing?" if is_paid else "Was this a mistake?"
    assert asked in said(order, "cancelled").text


def test_an_order_that_is_on_again_needs_no_refund(order, monday_house):
    call_off(order)
    order.refresh_from_db()
    event = last_cancellation(order)
    undo_cancellation(order, cancellation=event.pk, actor=monday_house.ada.owner, reason="")
    home = signed_in(monday_house.ada.owner).get("/dashboard/").content.decode()
    assert "Cancelled: refund them" not in home


def test_a_report_is_told_to_the_seller_once(came):
    before = told(came)
    report(came)
    assert new_of(came, before) == [("seller_problem", "shop-ada@example.com")]
    letter = said(came, "seller_problem")
    assert letter.subject == f"Order {came.number}: the customer reports a problem"
    assert "reports a problem: it is broken." in letter.text
    assert "- 1 × Title of LAMP" in letter.text
    assert f"/dashboard/orders/{came.pk}/" in letter.text
    assert "glass" not in letter.text, "what was typed is read in the dashboard"


@pytest.mark.parametrize(
    ("answer", "words", "subject", "says"),
    [
        ("refund", "", "Ada's Lamps has decided on a refund", "this message is not a payment"),
        ("words", "Look inside the box.", "answer to the problem", "writes: Look inside the box."),
        ("replacement", "Sorry!", "you get a replacement", "to send it again, as order"),
    ],
)
def test_an_answer_is_told_in_words_of_its_own(came, monday_house, answer, words, subject, says):
    before = told(came)
    answered(came, monday_house, answer, words)
    assert new_of(came, before) == [
        ("seller_problem", "shop-ada@example.com"),
        ("problem_answered", "mine@example.com"),
    ]
    letter = said(came, "problem_answered")
    assert subject in letter.subject
    assert says in letter.text
    assert f"/track/{came.token}/" in letter.text
    assert letter.text.count("replacement") == 2 * (answer == "replacement") or answer != "refund"


def test_what_is_asked_back_is_told_with_the_address_and_not_as_a_request(came, monday_house):
    before = told(came)
    answered(came, monday_house, "return", "So sorry.")
    assert new_of(came, before) == [
        ("seller_problem", "shop-ada@example.com"),
        ("problem_return", "mine@example.com"),
    ]
    letter = said(came, "problem_return")
    rma = came.returns.get().number
    assert f"Please write {rma} on the parcel and send it to this address." in letter.text
    assert "writes: So sorry." in letter.text


def test_a_replacement_is_announced_as_one(came, monday_house):
    problem = answered(came, monday_house, "replacement")
    again = Problem.objects.get(pk=problem.pk).replacement
    allocate_due()
    assert [row for row, _ in told(again)] == ["replacement"]
    letter = said(again, "replacement", now=MONDAY)
    assert letter.subject.startswith(f"Replacement for order {came.number}")
    assert "It costs you nothing." in letter.text
    assert "Thank you for your order" not in letter.text
    assert f"as order {again.number}" in letter.text
