"""Reservations are withdrawn, used up and given back, of their own orders only."""

import pytest
from django.db import connection, transaction

from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order
from orders.models import Warehouse
from tests.balance import findings
from tests.support import servers
from tests.support.cast import make_order, put_stock
from tests.support.databases import superuser
from tests.support.stages import open_house, picked_shipment
from warehouse.models import Reservation, Supply
from warehouse.stock.allocation import allocate_due
from warehouse.stock.reservations import (
    release_cancelled,
    release_reservations,
    restore_reservations,
)

pytestmark = pytest.mark.django_db


def reserved():
    """(units of the supply, units of each order line) that are promised, of the only product."""
    units = Reservation.objects.order_by("line").values_list("quantity", flat=True)
    return Supply.objects.get().reserved, list(units)


@pytest.fixture
def order(ada, lamp):
    """An order with 3 of 5 lamps."""
    put_stock(lamp, 5)
    made = make_order(ada, {"LAMP": 3})
    allocate_due()
    assert reserved() == (3, [3])
    return made


@pytest.mark.breaks_books  # half of an action, on purpose
def test_a_part_is_withdrawn_and_given_back(order, lamp, building):
    line = order.lines.get()

    release_reservations({(line.pk, building.pk): 2})
    assert reserved() == (1, [1])
    restore_reservations({(line.pk, lamp.pk): 1}, warehouse_id=building.pk)
    assert reserved() == (2, [2])
    release_reservations({(line.pk, building.pk): 2})
    assert reserved() == (0, [])
    restore_reservations({(line.pk, lamp.pk): 3}, warehouse_id=building.pk)
    assert reserved() == (3, [3])


def test_more_than_is_reserved_is_refused(order, building):
    line = order.lines.get()

    with pytest.raises(DomainError, match="1 lines have fewer units reserved than that"):
        release_reservations({(line.pk, building.pk): 4})
    with pytest.raises(DomainError, match="1 lines have fewer units reserved than that"):
        release_reservations(
            {(line.pk, Warehouse.objects.create(name="Hamburg", code="HAM").pk): 1}
        )

    assert reserved() == (3, [3])


def test_an_order_does_not_wait_for_another_one(ada, order):
    busy = make_order(ada, {"LAMP": 1})
    allocate_due()
    with superuser(servers.DATABASE) as other, other.transaction(), transaction.atomic():
        other.execute("SELECT FROM orders_order WHERE id = %s FOR NO KEY UPDATE", [busy.pk])
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '3s'")
        cancel_order(order, actor=None)

    assert reserved() == (1, [1])
    assert findings() == []


def test_what_was_picked_is_not_withdrawn(db):
    shipment = picked_shipment(open_house(), {"LAMP": 2})

    with pytest.raises(DomainError, match=f"Shipment {shipment} has picked units: put them back"):
        release_cancelled([shipment.pk])

    assert Reservation.objects.get().quantity == 2
