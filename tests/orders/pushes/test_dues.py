"""What a shop is told to be due for a return: what the ledger of refunds says, and nothing else."""

import pytest

from orders.models import Event, Order, Push, Return
from orders.pushes.dues import abouts
from orders.returns.refunding import pay_refund
from orders.shops.base import Cost
from tests.orders.test_owed import bring_back, in_shop, refunded, sold, terms
from tests.support.stages import open_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    return once(open_house)


def told():
    """What is said now of the newest return."""
    event = Event.objects.filter(kind="return.closed").latest("pk")
    (about,) = abouts([(event, Push.What.RETURNED)]).values()
    assert about.is_refund_due == ("due" in about.words)
    return about.words


@pytest.mark.parametrize(("cost", "words"), [
    (Cost(discount=500), "1 × Lamp; refund due: 14.99 EUR"),
    (None, "1 × Lamp; a refund may be due"),
])  # fmt: skip
def test_what_is_owed_is_told_as_far_as_it_is_known(house, cost, words):
    order = sold(house, {"LAMP": 1}, cost=cost)
    in_shop(order, {"LAMP": 1})
    owed = bring_back(house, order, {"LAMP": 1})
    order.lines.update(title="Lamp")
    assert told() == words
    pay_refund(owed, amount=1499, method="payment", actor=house.ada.owner)
    assert told() == "1 × Lamp", "it is paid"


def test_what_the_shop_has_refunded_before_is_not_due(house):
    order = sold(house, {"LAMP": 1}, cost=Cost())
    in_shop(order, {"LAMP": 1})
    order.lines.update(title="Lamp")
    refunded(order, {"LAMP": 1}, 1999)
    bring_back(house, order, {"LAMP": 1})
    assert told() == "1 × Lamp"


def test_what_a_fee_takes_whole_is_not_due(house):
    order = sold(house, {"LAMP": 1}, cost=Cost())
    in_shop(order, {"LAMP": 1})
    order.lines.update(title="Lamp")
    terms(order.seller, house, return_fee=9900, return_fee_currency="EUR")
    bring_back(house, Order.objects.get(), {"LAMP": 1})
    assert told() == "1 × Lamp"


@pytest.mark.breaks_books
def test_of_an_undeliverable_parcel_the_seller_decides(house):
    order = sold(house, {"LAMP": 1}, cost=Cost(discount=500))
    in_shop(order, {"LAMP": 1})
    order.lines.update(title="Lamp")
    bring_back(house, order, {"LAMP": 1}).delete()
    Return.objects.update(reason=Return.Reason.UNDELIVERABLE)
    assert told() == "1 × Lamp; a refund may be due"
