"""An order that a transaction has locked is not locked again, but after a savepoint."""

import pytest
from django.db import transaction

from orders.lifecycle.transitions import lock_orders
from orders.statements import held_locks
from tests.support.cast import make_order, make_product
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(ada):
    make_product(ada, "THING", "A thing")
    return [make_order(ada, {"THING": 1}).pk for _ in range(2)]


def locks(*asked):
    """How many statements lock these orders, one after the other."""
    with count_statements() as sent:
        for ids in asked:
            lock_orders(ids)
    return len([line for line in sent if "Bind" in line])


def test_a_transaction_locks_an_order_once(orders):
    one, both = orders[:1], orders
    with transaction.atomic():
        assert locks(one, one) == 1
        assert held_locks() == set(one)
        assert locks(both, both, one) == 1
    with transaction.atomic():
        assert locks(both) == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_held_outside_of_a_transaction(orders):
    assert locks(orders, orders) == 2
    assert held_locks() == set()


def test_what_a_savepoint_takes_back_is_locked_again(orders):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            lock_orders(orders)
            raise ZeroDivisionError
        assert locks(orders) == 1


def test_what_is_rolled_back_is_locked_again(orders):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lock_orders(orders)
        raise ZeroDivisionError
    with transaction.atomic():
        assert locks(orders) == 1
