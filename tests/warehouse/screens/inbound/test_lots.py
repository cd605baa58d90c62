"""Goods with lots: received in one scan or by what is entered, put away, moved, adjusted."""

from datetime import date

import pytest

from orders.errors import DomainError
from orders.models import Product
from tests.support.cast import make_inbound, make_product, put_stock
from warehouse.models import Location, Lot, Stock
from warehouse.scanning.lot_codes import Printed, gs1_day, printed_on

pytestmark = pytest.mark.django_db

RECEIVE, MOVE, ADJUST = "/warehouse/receive/", "/warehouse/move/", "/warehouse/adjust/"
GTIN = "04012345678901"
TODAY = date(2026, 11, 23)
NO_DAY = "The code has the expiry date 261345 (YYMMDD), which is no day: enter it."


@pytest.fixture
def jam(house):
    made = make_product(house.ada, "JAM", "Plum jam", barcode="4012345678901")
    Product.objects.filter(pk=made.pk).update(is_lot_tracked=True)
    made.refresh_from_db()
    return made


def place(code):
    return Location.objects.get(code=code)


def lots():
    rows = Stock.objects.filter(product__sku="JAM", on_hand__gt=0).order_by("location__code", "lot")
    return list(rows.values_list("location__code", "lot", "on_hand"))


def test_a_gs1_code_receives_lot_and_date_in_one_scan(jam, pat):
    code = f"(01){GTIN}(17)600300(10)A7"

    answer = pat.sends(RECEIVE, code=code, location=place("A-02-1").pk, quantity=6)

    assert answer.says == "Received 6 × Plum jam into A-02-1, lot A7, expires 31 Mar 2060"
    assert lots() == [("A-02-1", "A7", 6)]


def test_an_article_alone_asks_for_the_lot(jam, pat):
    asked = pat.sends(RECEIVE, code="JAM", location=place("A-02-1").pk)
    assert asked.status == 409
    assert asked.says == "JAM has lots: scan the code with the lot, or enter the lot."
    assert (lots(), Lot.objects.count()) == ([], 0)

    entered = {"lot_of": jam.pk, "lot": "A7", "expires_on": "2098-03-31"}
    answer = pat.sends(RECEIVE, code="JAM", location=place("A-02-1").pk, **entered)

    assert answer.says == "Received 1 × Plum jam into A-02-1, lot A7, expires 31 Mar 2098"
    assert 'name="lot" type="text"' in answer.html
    assert 'value="2098-03-31"' in answer.html
    assert lots() == [("A-02-1", "A7", 1)]


def test_what_was_entered_is_of_its_product_alone(house, jam, pat):
    other = make_product(house.ada, "HONEY", "Honey")
    Product.objects.filter(pk=other.pk).update(is_lot_tracked=True)

    entered = {"lot_of": jam.pk, "lot": "A7", "expires_on": "2098-03-31"}
    answer = pat.sends(RECEIVE, code="HONEY", location=place("A-02-1").pk, **entered)

    assert answer.says == "HONEY has lots: scan the code with the lot, or enter the lot."
    assert Lot.objects.count() == 0


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (f"(01){GTIN}(17)261345(10)A7", NO_DAY),
        (f"(01){GTIN}(17)200131(10)A7", "Lot A7 of JAM expired on 31 Jan 2020: report it damaged."),
    ],
)  # fmt: skip
def test_bad_dates_are_named(jam, pat, code, says):
    answer = pat.sends(RECEIVE, code=code, location=place("A-02-1").pk)

    assert (answer.status, answer.says) == (409, says)
    assert Lot.objects.count() == 0


def test_a_wrong_check_digit_is_named(jam, pat):
    answer = pat.sends(RECEIVE, code="(01)04012345678902(10)A7", location=place("A-02-1").pk)

    assert "neither an article here nor a GTIN, whose last digit checks the others" in answer.says


def test_a_receipt_does_not_change_the_date_of_a_lot(jam, pat):
    put_stock(jam, 1, lot="A7", expires_on=date(2098, 3, 31))

    entered = {"lot_of": jam.pk, "lot": "A7", "expires_on": "2098-04-30"}
    answer = pat.sends(RECEIVE, code="JAM", location=place("A-02-1").pk, **entered)

    assert answer.says == (
        "Lot A7 of JAM expires on 31 Mar 2098 by the books, not on 30 Apr 2098: scan it again, or "
        "let a lead correct the books."
    )
    assert Lot.objects.get().expires_on == date(2098, 3, 31)


def test_an_announced_product_is_received_by_lot(house, jam, pat):
    row = make_inbound(house.ada, {"JAM": 12})
    url, dock = f"/warehouse/inbound/{row.pk}/", place("DOCK").pk

    asked = pat.sends(url, code="JAM", location=dock)
    entered = {"lot_of": jam.pk, "lot": "A7", "expires_on": "2098-03-31"}
    answer = pat.sends(url, code="JAM", location=dock, quantity=3, **entered)

    assert asked.says == "JAM has lots: scan the code with the lot, or enter the lot."
    assert answer.says == "3 × Plum jam: 3 of 12, lot A7, expires 31 Mar 2098"
    assert lots() == [("DOCK", "A7", 3)]


def test_of_several_lots_one_is_moved(jam, pat):
    put_stock(jam, 2, lot="A7", expires_on=date(2098, 3, 31))
    put_stock(jam, 2, lot="B8", expires_on=date(2099, 3, 31))
    here = {"location": place("A-01-1").pk, "product": jam.pk, "quantity": 1}

    asked = pat.sends(MOVE, code="A-02-1", **here)
    answer = pat.sends(MOVE, code="A-02-1", lot="B8", **here)

    assert asked.says == "Plum jam lies in A-01-1 in several lots (A7, B8): say which."
    assert answer.says == "Moved: 1 × JAM Plum jam lot B8 from A-01-1 to A-02-1"
    assert lots() == [("A-01-1", "A7", 2), ("A-01-1", "B8", 1), ("A-02-1", "B8", 1)]


def test_of_several_lots_one_is_adjusted(jam, pat):
    put_stock(jam, 2, lot="A7", expires_on=date(2098, 3, 31))
    put_stock(jam, 5, lot="B8", expires_on=date(2099, 3, 31))
    here = {"location": place("A-01-1").pk}

    asked = pat.sends(ADJUST, code="JAM", **here)
    shown = pat.sends(ADJUST, code=f"(01){GTIN}(10)B8", **here)
    sent = here | {"product": jam.pk, "shown": 5, "units": 4, "reason": "lost", "lot": "B8"}
    pat.sends(f"{ADJUST}save/", **sent)

    assert "Which lot? A7, expires 31 Mar 2098 B8, expires 31 Mar 2099" in asked.text
    assert "Lot B8 , expires 31 Mar 2099 5 in the books" in shown.text
    assert lots() == [("A-01-1", "A7", 2), ("A-01-1", "B8", 4)]


def test_a_product_without_lots_is_asked_nothing(house, pat):
    code = "(01)04006381333931(17)200131(10)OLD"

    answer = pat.sends(RECEIVE, code=code, location=place("A-02-1").pk)

    assert answer.says == "Received 1 × Brass lamp into A-02-1"
    assert 'name="lot"' not in answer.html
    assert not Lot.objects.exists()


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("270131", date(2027, 1, 31)),
        ("270200", date(2027, 2, 28)),
        ("280200", date(2028, 2, 29)),
        ("760101", date(2076, 1, 1)),
        ("770101", date(1977, 1, 1)),
    ],
)
def test_years_of_two_digits_are_near(digits, day):
    assert gs1_day(digits, today=TODAY) == day


@pytest.mark.parametrize("digits", ["270001", "271301", "270230"])
def test_what_is_no_day_is_refused(digits):
    with pytest.raises(DomainError, match=digits):
        gs1_day(digits, today=TODAY)


def test_a_code_says_lot_date_and_serial():
    code = f"01{GTIN}1727013110A7\x1d21S1"
    assert printed_on(code, today=TODAY) == Printed("A7", date(2027, 1, 31), "S1")
