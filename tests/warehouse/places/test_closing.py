"""A lead closes a place while goods on their way to it wait for a lock: they do not come there."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from orders.errors import DomainError
from orders.models import Seller
from tests.accounts.test_members import alone, waiting_for_locks
from tests.balance import findings
from tests.support.cast import make_warehouse
from tests.support.waiting import wait_until
from warehouse.corrections.correcting import Change, correct
from warehouse.floor.carts.rows import add_cart
from warehouse.inbound.putting_away import put_away
from warehouse.models import Location, Stock, Supply
from warehouse.places.changing import close_place, delete_place
from warehouse.places.making import make_places
from warehouse.places.scheme import Scheme
from warehouse.stock.receiving import receive_stock

pytestmark = pytest.mark.django_db


def moved_out(house):
    """Bo's goods go on in another warehouse: nobody here sees what he had."""
    Seller.objects.filter(pk=house.bo.seller.pk).update(warehouse=make_warehouse("Elsewhere"))


def received(house, place):
    receive_stock(product=house.ada.products["LAMP"], location=place, quantity=7, actor=None)


def put_there(house, place):
    dock = Location.objects.get(code="Y-1")
    put_away(house.ada.products["LAMP"], 1, source=dock, to=place, actor=None)


def moved(house, place):
    here = Location.objects.get(code="A-01-1")
    change = Change(house.ada.products["LAMP"], here, 1, "place", "", to=place)
    correct(change, actor=house.pat)


@pytest.fixture
def place(house):
    """An empty place, and a dock from which goods are put away."""
    dock = Location.objects.create(
        warehouse=house.warehouse, code="Y-1", kind=Location.Kind.DOCK, is_staging=True
    )
    received(house, dock)
    return Location.objects.create(
        warehouse=house.warehouse, code="Z-9", kind=Location.Kind.BIN, walk_position=9
    )


@pytest.mark.parametrize("come", [received, put_there, moved])
@pytest.mark.parametrize(("end", "words"), [(close_place, "closed"), (delete_place, "was deleted")])
def test_goods_that_waited_find_the_place_closed(house, place, come, end, words):
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            list(Supply.objects.select_for_update().filter(product=house.ada.products["LAMP"]))
            waits = pool.submit(alone, come, house, place)
            wait_until(waiting_for_locks)
            end(Location.objects.get(pk=place.pk))
        with pytest.raises(DomainError, match=words):
            waits.result()

    assert not Stock.objects.filter(location__code="Z-9").exists()
    assert findings() == []


def test_a_place_with_the_history_of_a_seller_who_has_left_is_kept(house, lea, place):
    mug = house.bo.products["MUG"]
    receive_stock(product=mug, location=place, quantity=2, actor=None)
    moved_out(house)

    said = lea.sends(f"/warehouse/locations/{place.pk}/delete/")

    assert (said.status, said.says) == (
        409, "Z-9 is in the history of goods: close it, and nobody uses it any more."
    )  # fmt: skip
    assert Location.objects.filter(pk=place.pk).exists()


def test_a_range_that_waited_for_a_cart_leaves_out_its_codes(house):
    scheme = Scheme("Q", 1, 1, bays=2)

    def made(house, place):
        make_places(house.warehouse, scheme, kind="bin", is_staging=False)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            add_cart(house.warehouse, code="Q-01-01", slots=2)
            waits = pool.submit(alone, made, house, None)
            wait_until(waiting_for_locks)
        with pytest.raises(
            DomainError, match=r"^Q-01-01 is the code of a cart: make other locations\.$"
        ):
            waits.result()

    assert not Location.objects.filter(code="Q-01-02").exists()
