"""Postings: stock, supply and ledger stay in step, whatever the list, whoever else posts."""

import pytest
from django.db import transaction

from orders.errors import DomainError
from tests.balance import findings
from tests.support.cast import make_product, make_warehouse, put_stock
from tests.support.racing import race
from tests.support.statements import count_statements
from warehouse.models import Location, Stock, StockMovement, Supply
from warehouse.stock.postings import Posting, lock_supplies, pin, post, unpin

pytestmark = pytest.mark.django_db

ADJUSTED, MOVED = StockMovement.Reason.ADJUSTED, StockMovement.Reason.MOVED


def place(code):
    return Location.objects.get(code=code)


def contents(product):
    """{location code: (units, pinned units)} of a product."""
    rows = Stock.objects.filter(product=product).order_by("location__code")
    return {code: (units, pinned) for code, units, pinned in rows.values_list(
        "location__code", "on_hand", "pinned")}  # fmt: skip


def supply_of(product):
    return Supply.objects.values_list("on_hand", "reserved").get(product=product)


def test_units_that_come_are_on_hand_and_in_the_ledger(ada, lamp, lea):
    posting = Posting(ada.seller.pk, lamp.pk, place("A-01-1").pk, lot="L7", quantity=3)

    [stock] = post([posting], reason=ADJUSTED, actor=lea)

    assert (stock.on_hand, stock.pinned, stock.lot) == (3, 0, "L7")
    assert supply_of(lamp) == (3, 0)
    movement = StockMovement.objects.get()
    assert (movement.quantity, movement.reason, movement.lot) == (3, "adjusted", "L7")
    assert movement.actor == lea
    assert findings() == []


def test_units_move_between_places(lamp):
    stock = put_stock(lamp, 5)

    post(
        [Posting.at(stock, -2), Posting.at(stock, 2, location_id=place("B-01-1").pk)], reason=MOVED
    )

    assert contents(lamp) == {"A-01-1": (3, 0), "B-01-1": (2, 0)}
    assert supply_of(lamp) == (5, 0)
    assert findings() == []


def test_several_postings_to_one_place_are_added_up(lamp):
    stock = put_stock(lamp, 5)

    post([Posting.at(stock, 4), Posting.at(stock, -1), Posting.at(stock, -1)], reason=ADJUSTED)

    assert contents(lamp) == {"A-01-1": (7, 0)}
    assert StockMovement.objects.count() == 4
    assert findings() == []


def test_more_than_a_place_holds_is_refused(lamp):
    stock = put_stock(lamp, 5)
    put_stock(lamp, 5, bin_code="A-02-1")

    with pytest.raises(
        DomainError, match="A-01-1 holds 5 × LAMP, 0 of them reserved for pick lists"
    ):
        post([Posting.at(stock, -6)], reason=ADJUSTED)

    assert contents(lamp) == {"A-01-1": (5, 0), "A-02-1": (5, 0)}
    assert supply_of(lamp) == (10, 0)
    assert StockMovement.objects.count() == 2


@pytest.mark.breaks_books  # half of an action, on purpose
def test_promised_units_are_not_written_off(lamp):
    stock = put_stock(lamp, 5)
    Supply.objects.update(reserved=4)

    with pytest.raises(DomainError, match="LAMP: 4 are reserved, only 3 would be left"):
        post([Posting.at(stock, -2)], reason=ADJUSTED)

    assert supply_of(lamp) == (5, 4)
    assert contents(lamp) == {"A-01-1": (5, 0)}


@pytest.mark.breaks_books  # units that no movement brought, on purpose
def test_more_than_the_books_hold_is_refused(lamp):
    stock = put_stock(lamp, 5)
    Supply.objects.update(on_hand=2**31 - 2)

    with pytest.raises(DomainError, match="LAMP: the books hold at most 2147483647 units"):
        post([Posting.at(stock, 2)], reason=ADJUSTED)

    assert contents(lamp) == {"A-01-1": (5, 0)}


@pytest.mark.breaks_books  # half of an action, on purpose
def test_pinned_units_are_not_moved_away(lamp):
    stock = put_stock(lamp, 5)
    pin({stock.pk: 4})

    with pytest.raises(DomainError, match="4 of them reserved for pick lists: not enough"):
        post([Posting.at(stock, -2)], reason=ADJUSTED)

    assert contents(lamp) == {"A-01-1": (5, 4)}


@pytest.mark.breaks_books  # half of an action, on purpose
def test_units_are_pinned_and_given_free(lamp):
    stock = put_stock(lamp, 5)

    pin({stock.pk: 4})
    unpin({stock.pk: 3})

    assert contents(lamp) == {"A-01-1": (5, 1)}
    assert StockMovement.objects.count() == 1, "pinning moves nothing"


def test_more_than_is_there_cannot_be_pinned(lamp):
    stock = put_stock(lamp, 5)

    with pytest.raises(DomainError, match="A-01-1 holds 5 × LAMP"):
        pin({stock.pk: 6})

    assert contents(lamp) == {"A-01-1": (5, 0)}


def test_only_the_supply_of_the_warehouse_is_locked(lamp, building):
    put_stock(lamp, 5)
    elsewhere = make_warehouse("HAM")
    Supply.objects.create(seller=lamp.seller, product=lamp, warehouse=elsewhere)

    with transaction.atomic():
        assert list(lock_supplies([(lamp.pk, building.pk)])) == [(lamp.pk, building.pk)]


def test_an_empty_list_does_nothing(lamp):
    assert post([], reason=ADJUSTED) == []
    assert post([Posting.at(put_stock(lamp, 1), 0)], reason=ADJUSTED) == []
    assert StockMovement.objects.count() == 1


def test_the_number_of_statements_does_not_grow(ada, building):
    def statements_for(number):
        products = [make_product(ada, f"P-{number}-{n}", "Part") for n in range(number)]
        postings = [
            Posting(ada.seller.pk, product.pk, location.pk, quantity=1)
            for product in products
            for location in Location.objects.all()
        ]
        with count_statements() as statements:
            post(postings, reason=ADJUSTED)
        return len(statements)

    assert statements_for(1) == statements_for(25)
    assert findings() == []


def test_the_first_receipts_of_a_product_at_once_add_up(ada, lamp):
    posting = Posting(ada.seller.pk, lamp.pk, place("A-01-1").pk, quantity=1)

    race(*[lambda: post([posting], reason=ADJUSTED)] * 8)

    assert contents(lamp) == {"A-01-1": (8, 0)}
    assert supply_of(lamp) == (8, 0)
    assert findings() == []


def test_opposite_moves_at_once_do_not_deadlock(lamp):
    one, other = put_stock(lamp, 50), put_stock(lamp, 50, bin_code="B-01-1")

    def swap(source, target):
        for _ in range(10):
            move = [Posting.at(source, -1), Posting.at(target, 1)]
            post(move, reason=MOVED)

    race(*[lambda: swap(one, other), lambda: swap(other, one)] * 2)

    assert contents(lamp) == {"A-01-1": (50, 0), "B-01-1": (50, 0)}
    assert findings() == []
