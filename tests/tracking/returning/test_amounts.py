"""Who has proven to be the customer reads how much was refunded; who has the link does not."""

import json

import pytest
from django.test import Client

from fulfillment.tracking.wording import ACTS
from orders.models import Order, Refund
from orders.returns.discrepancies import decide_discrepancy
from orders.returns.refunding import pay_refund, waive_refund
from orders.shops.base import Cost
from tests.orders.refunds.test_later_refunds import come_back
from tests.orders.test_owed import bring_back, sold, terms
from tests.support.stages import open_house
from tests.tracking.tracked import proven

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    return once(open_house)


@pytest.fixture
def refund(house):
    """Of a lamp that came back: 24.89 €, with what its shipping cost."""
    order = sold(house, {"LAMP": 1}, cost=Cost(shipping=490))
    terms(order.seller, house, refund_days=14)
    return bring_back(house, Order.objects.get(), {"LAMP": 1})


def read(order, what="state.json"):
    """What the link shows, and what who has proven it is shown."""
    link = f"/track/{order.token}/{what}"
    shown = [client.get(link).content.decode() for client in (Client(), proven(order))]
    return shown if what != "state.json" else [json.loads(text) for text in shown]


def said(order):
    by_link, whole = read(order)
    assert "€" not in json.dumps(by_link, ensure_ascii=False)
    return [one["said"] for one in whole["personal"]["refunds"]]


def test_what_is_owed_then_what_was_refunded(house, refund):
    assert said(refund.order) == [["To be refunded: €24.89"]]

    pay_refund(refund, amount=2489, method="payment", actor=house.ada.owner)

    assert said(refund.order) == [["Refunded: €24.89"]]
    by_link, whole = read(refund.order, "")
    assert "€24.89" not in by_link
    assert "The shop has refunded this return." in by_link
    assert "<p><strong>Refunded: €24.89</strong></p>" in whole


def test_what_was_refunded_before_and_what_is_owed_since(house):
    order = sold(house, {"LAMP": 3}, cost=Cost(discount=1000))
    back, ada = come_back(house, order, asked=2, came=1), house.ada.owner
    pay_refund(Refund.objects.get(), amount=1666, method="payment", actor=ada)
    decide_discrepancy(back.discrepancies.get(), "credit", actor=ada)

    assert said(order) == [["Refunded: €16.66", "To be refunded: €16.66"]]

    pay_refund(Refund.objects.get(order_return=back), amount=1666, method="payment", actor=ada)
    assert said(order) == [["Refunded: €33.32"]]
    Refund.objects.filter(order_return=back).update(paid=None)
    assert said(order) == [], "the sum of what was refunded is not known"


def test_an_amount_that_nobody_knows_is_not_said(house, refund):
    Refund.objects.update(is_exact=False)
    assert said(refund.order) == []

    Refund.objects.update(is_exact=True)
    pay_refund(refund, amount=2489, method="payment", actor=house.ada.owner)
    Refund.objects.update(paid=None)
    assert said(refund.order) == []


def test_neither_is_what_is_waived(house, refund):
    waive_refund(refund, reason="Paid in the store", actor=house.ada.owner)

    assert said(refund.order) == []


def test_nor_what_is_owed_for_a_gift(refund):
    Order.objects.update(is_gift=True)
    assert said(refund.order) == []


@pytest.mark.parametrize(
    ("language", "amount"), [("de", "24,89\xa0€"), ("ja", "€24.89"), ("fr", "24,89\xa0€")]
)
def test_it_is_said_as_the_language_of_the_page_writes_it(refund, language, amount):
    Order.objects.update(language=language)

    [[text]] = said(refund.order)

    assert text == ACTS[language].amount_owed.format(amount=amount)
