"""What a message says of the next step: after a failed attempt, a return, and without stock."""

import pytest
from django.conf import settings
from django.test import Client

from notifications.facts import load_facts
from notifications.models import Message
from notifications.words.rendering import render
from orders.models import Return
from orders.returns.handling import approve_return, request_return
from tests.notifications.saying import at_ten, said
from tests.support.cast import MONDAY, make_order, make_product
from tests.support.stages import delivered_order, open_house, sent_packages, started_run
from warehouse.couriers.runs import fail_stop
from warehouse.models import Location
from warehouse.returns.inspection import inspect_return_line, receive_return
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    with at_ten:
        yield once(open_house)


@pytest.mark.parametrize(
    ("reason", "customer", "text", "seller", "shown"),
    [
        (
            "not_home",
            "We will write to you as soon as a new delivery day is set.",
            "Update follows.",
            "No action needed: the warehouse sets a new delivery day, or takes the parcel back.",
            "Nobody was home. Parcel 1 is safe with us. We will write to you as soon as a",
        ),
        (
            "refused",
            "It goes back to Ada's Lamps. If that was a mistake, contact Ada's Lamps at",
            "A mistake? Contact us.",
            "The customer was told that it goes back.",
            "Parcel 1 was refused at the door and goes back to Ada's Lamps. If that was a mistake",
        ),
        (
            "address_wrong",
            "or send the right address to Ada's Lamps at help-ada@example.com.",
            "Contact us.",
            "The customer was asked to send you the right address.",
            "We could not find the address. Please correct it on this page, or send us the",
        ),
        (
            "damaged",
            "It will not be delivered, and we are sorry. Ada's Lamps decides what happens next",
            "We are sorry.",
            "It will not be delivered. The customer was told that you decide",
            "Parcel 1 was damaged in transit and will not be delivered. We are sorry: Ada's Lam",
        ),
    ],
)
def test_a_failed_attempt_of_a_part_says_what_follows(house, reason, customer, text, seller, shown):
    make_product(house.ada, "VASE", "Glass vase")
    packages = sent_packages(house, {"LAMP": 1, "VASE": 1}, boxes=[{"LAMP": 1}], number="1001")
    run = started_run(house, packages)
    fail_stop(run.stops.get(), reason=reason, actor=house.cory)
    order = packages[0].order

    mail, told = said(order, "attempt_failed"), said(order, "seller_attempt_failed")
    assert mail.subject.startswith("Delivery attempt failed for part of order #1001: ")
    assert "Part of order #1001 could not be delivered" in mail.html
    assert "Part of order #1001 could not be delivered" in told.html
    assert customer in mail.text
    assert text in said(order, "attempt_failed", "sms").text
    assert seller in told.text
    assert shown in Client().get(f"/track/{order.token}/state.json").json()["notices"][0]["text"]


@pytest.mark.parametrize(("ordered", "part"), [(1, ""), (2, "part of ")])
def test_a_return_is_of_a_part_where_units_stay(house, ordered, part):
    order = delivered_order(house, {"LAMP": ordered}, number="1001")
    request_return(order, units={order.lines.get().pk: 1}, reason=Return.Reason.DAMAGED)
    text = said(order, "return_requested").text
    assert f"your request to return {part}order #1001, number" in text
    assert f"wants to return {part}it." in said(order, "seller_return_requested").text


def test_to_write_of_a_return_asks_nothing_more(house, django_assert_num_queries):
    """Also of one from before it was said to which warehouse it goes."""
    order = delivered_order(house, {"LAMP": 2}, number="1001")
    asked = request_return(order, units={order.lines.get().pk: 2}, reason=Return.Reason.DAMAGED)
    approve_return(asked, actor=house.ada.owner)
    Return.objects.update(warehouse=None)

    rows = Message.objects.filter(order=order, template="return_approved", channel="email")
    [fact] = load_facts(list(rows))
    with django_assert_num_queries(0):
        text = render(fact, now=MONDAY).text
    assert house.warehouse.street in text


def test_the_seller_hears_what_came_of_a_return(house):
    order = delivered_order(house, {"LAMP": 2}, number="1001")
    units = {order.lines.get().pk: 2}
    asked = request_return(order, units=units, reason=Return.Reason.DAMAGED)
    back = approve_return(asked, actor=house.ada.owner)
    line = back.lines.get()
    receive_return(back, received={line.pk: 2}, actor=house.pat)
    shelf = Location.objects.filter(kind="bin").first()
    inspect_return_line(line, restocked=1, written_off=1, location=shelf, actor=house.pat)

    told = said(order, "seller_return_closed")
    assert told.subject == f"Return {back.number} of order #1001 was inspected"
    assert told.text.startswith(
        f"We have inspected return {back.number} of order #1001. "
        "Customer's reason: arrived damaged.\n\n"
        "In stock again: 1 × Title of LAMP\n\nWritten off: 1 × Title of LAMP\n\n"
        "Damaged: 1 × Title of LAMP\n\n"
        "A refund is due: settle it in your shop, then tick it off in your dashboard.\n\n"
        "In this return:\n- 2 × Title of LAMP\n\n"
        f"View order in your dashboard:\n{settings.SITE_URL}/dashboard/orders/{order.pk}/\n"
    )
    Return.objects.update(reason=Return.Reason.UNANNOUNCED)
    told = said(order, "seller_return_closed")
    assert told.text.startswith(f"We have inspected return {back.number} of order #1001.\n\n"), (
        "of a parcel that nobody announced the customer gave no reason"
    )


@pytest.mark.parametrize(
    ("is_all", "says"),
    [
        (True, "Your order #1001 is out of stock at the moment."),
        (False, "Part of your order #1001 is out of stock at the moment. The rest ships first."),
    ],
)
def test_what_is_out_of_stock_is_on_no_way(house, is_all, says):
    make_product(house.ada, "VASE", "Glass vase")
    lines = {"VASE": 1} if is_all else {"VASE": 1, "LAMP": 1}
    order = make_order(house.ada, lines, number="1001")
    allocate_due()
    assert said(order, "backordered").text.startswith(
        f"Hello Grace,\n\n{says}\n\nWe will let you know as soon as we have a date.\n"
    )
    # A confirmation that leaves later has a date for what is in stock only.
    late = said(order, "confirmed").text
    assert ("What is in stock arrives between" in late) != is_all
    assert "On backorder:\n- 1 × Title of VASE\n" in late
    assert ("In stock, ships first:\n- 1 × Title of LAMP\n" in late) != is_all
