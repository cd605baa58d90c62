"""A seller leaves a warehouse while units are received there: two connections, either way round."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from orders.accounts.buildings import remove_building
from orders.errors import DomainError
from orders.models import SellerWarehouse
from tests.balance import findings
from tests.support import servers
from tests.support.cast import make_second_warehouse
from tests.support.databases import superuser
from tests.support.waiting import wait_until
from warehouse.models import Location, Supply
from warehouse.stock.receiving import receive_stock

pytestmark = pytest.mark.django_db(transaction=True)
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"


@pytest.fixture
def leipzig(ada):
    return make_second_warehouse(ada.seller)


@pytest.fixture
def row(ada, leipzig):
    rows = SellerWarehouse.objects.select_related("seller", "warehouse")
    return rows.get(seller=ada.seller, warehouse=leipzig)


@pytest.fixture
def receive(lamp, leipzig, lea):
    place = Location.objects.get(warehouse=leipzig, code="A-01-1")
    return lambda: receive_stock(location=place, product=lamp, quantity=1, actor=lea)


def alone(action):
    """Act on a connection of this thread: the text of a refusal, "" for none."""
    try:
        action()
    except DomainError as refusal:
        return str(refusal)
    finally:
        connection.close()
    return ""


def somebody_waits():
    with superuser() as server:
        return server.execute(WAITS, [servers.DATABASE]).fetchone()[0]


def begun_before(first, second):
    """What the second is told, which begins while the first has not committed yet."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            told = pool.submit(alone, second)
            wait_until(somebody_waits)
        return told.result(timeout=20)


def test_who_leaves_waits_for_a_receipt_that_has_begun(row, receive):
    told = begun_before(receive, lambda: remove_building(row, actor=None))

    assert told.startswith("Leipzig stays on the list. 1 unit is in stock there")
    row.refresh_from_db()
    assert row.removed_at is None
    assert findings() == []


def test_a_receipt_waits_for_who_leaves_and_is_refused(row, receive, leipzig):
    told = begun_before(lambda: remove_building(row, actor=None), receive)

    assert told.endswith("its seller keeps nothing in Leipzig any more. Set it aside.")
    assert not Supply.objects.filter(warehouse=leipzig, on_hand__gt=0).exists()
    row.refresh_from_db()
    assert row.removed_at is not None
    assert findings() == []
