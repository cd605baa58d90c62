"""An e-mail address that is none, as "n/a": two customers with it are two."""

import pytest

from orders.lifecycle.erasing import orders_of_person
from orders.returns.handling import approve_return
from orders.shops.base import Cost
from tests.orders.test_exchanges import exchange, waiting
from tests.orders.test_owed import sold, terms
from tests.support.stages import open_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    return once(open_house)


@pytest.mark.parametrize(("email", "second_waits"), [("n/a", False), ("g@example.com", True)])
def test_one_at_a_time_is_of_one_customer(house, email, second_waits):
    terms(house.ada.seller, house, exchange_days=14, exchange_ahead={"days": 10})
    orders = [
        sold(house, {"LAMP": 1}, cost=Cost(), email=email, customer_name=name)
        for name in ("Grace", "Linus")
    ]
    asked = [approve_return(exchange(order), actor=house.ada.owner) for order in orders]
    waits = [bool(waiting(row.exchange)) for row in asked]
    assert waits == [False, second_waits]


def test_nobody_is_found_by_it(house):
    order = sold(house, {"LAMP": 1}, email="n/a")
    seller = house.ada.seller
    assert not orders_of_person(seller, email="n/a").exists()
    assert orders_of_person(seller, email="n/a", number=order.number).get() == order
