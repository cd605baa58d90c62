"""A seller leaves a warehouse while something comes there: two connections, either way round."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction

from orders.accounts.buildings import remove_building
from orders.errors import DomainError, InvalidInput
from orders.models import Return, SellerWarehouse, Shipment
from orders.returns.handling import request_return
from tests.balance import findings
from tests.support import servers
from tests.support.cast import make_second_warehouse, put_stock
from tests.support.databases import superuser
from tests.support.stages import delivered_order, open_house
from tests.support.waiting import wait_until
from warehouse.corrections.correcting import Change, approve, correct, refuse
from warehouse.inbound.announcing import Announced, announce_inbound
from warehouse.models import Correction, Inbound, Location, Supply
from warehouse.stock.lots import today_in
from warehouse.stock.receiving import receive_stock

pytestmark = pytest.mark.django_db(transaction=True)
WAITING_CORRECTION = "1 correction of its stock waits for a lead: ask one to approve or refuse it."
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


def test_goods_are_not_announced_to_a_warehouse_that_is_being_left(ada, lamp, row, leipzig):
    lines = [Announced(sku="LAMP", units=3)]
    head = {"reference": "R1", "expected_on": today_in(leipzig), "warehouse": leipzig.code}

    def announce():
        with pytest.raises(InvalidInput, match="no code of a warehouse"):
            announce_inbound(ada.seller, **head, lines=lines, actor=None)

    begun_before(lambda: remove_building(row, actor=None), announce)

    assert not Inbound.objects.exists()


def test_no_units_are_found_where_the_seller_has_left(lamp, row, leipzig, lea, pia):
    place = Location.objects.get(warehouse=leipzig, code="A-01-1")
    found = partial(correct, Change(lamp, place, 2, "found"), actor=lea)
    told = begun_before(lambda: remove_building(row, actor=None), found)

    assert told.endswith("its seller keeps nothing in Leipzig any more. Set it aside.")
    assert not Supply.objects.filter(warehouse=leipzig, on_hand__gt=0).exists()


@pytest.mark.parametrize("units", [500, -500])
def test_who_leaves_waits_for_a_correction_that_is_asked_for(lamp, row, leipzig, pat, lea, units):
    put_stock(lamp, 600, warehouse=leipzig)
    place = Location.objects.get(warehouse=leipzig, code="A-01-1")
    ask = partial(correct, Change(lamp, place, units, "other"), actor=pat)

    told = begun_before(ask, lambda: remove_building(row, actor=None))

    asked = Correction.objects.get()
    assert asked.status == "waiting"
    assert WAITING_CORRECTION in told
    row.refresh_from_db()
    assert row.removed_at is None
    approve(asked, actor=lea)
    assert WAITING_CORRECTION not in alone(lambda: remove_building(row, actor=None))
    assert findings() == []


def test_a_correction_that_waits_alone_keeps_its_seller_there(lamp, row, leipzig, pat, lea):
    place = Location.objects.get(warehouse=leipzig, code="A-01-1")
    asked = correct(Change(lamp, place, 500, "found"), actor=pat)
    with pytest.raises(DomainError) as refused:
        remove_building(row, actor=None)
    assert str(refused.value) == f"Leipzig stays on the list. {WAITING_CORRECTION}"

    refuse(asked, actor=lea)
    remove_building(row, actor=None)

    row.refresh_from_db()
    assert row.removed_at is not None
    assert not Supply.objects.filter(warehouse=leipzig, on_hand__gt=0).exists()


def sent_from_leipzig():
    """A second warehouse, its row of the seller's list, and who asks to return what left there."""
    house = open_house()
    leipzig = make_second_warehouse(house.ada.seller)
    order = delivered_order(house, {"LAMP": 1})
    Shipment.objects.filter(order=order).update(warehouse=leipzig)
    rows = SellerWarehouse.objects.select_related("seller", "warehouse")
    row = rows.get(seller=house.ada.seller, warehouse=leipzig)
    units = dict.fromkeys(order.lines.values_list("pk", flat=True), 1)
    ask = partial(request_return, order, units=units, reason="changed_mind")
    return leipzig, row, ask


def test_who_leaves_waits_for_a_return_that_is_requested(once):
    leipzig, row, ask = once(sent_from_leipzig)

    told = begun_before(ask, lambda: remove_building(row, actor=None))

    assert told == "Leipzig stays on the list. 1 return to it is not finished."
    assert Return.objects.get().warehouse == leipzig


def test_a_return_goes_elsewhere_than_where_its_seller_leaves(once):
    _, row, ask = once(sent_from_leipzig)

    assert begun_before(lambda: remove_building(row, actor=None), ask) == ""

    assert Return.objects.get().warehouse_id == row.seller.warehouse_id
