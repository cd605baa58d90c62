"""Units with and without a lot at one place: each is chosen, and the books say which went."""

from datetime import date

import pytest

from orders.access import Role
from orders.models import Product
from tests.support.cast import make_product, make_user, put_stock
from tests.warehouse.screens.floor import Worker
from warehouse.lots.keeping import block_lot
from warehouse.models import Correction, Location, Lot, Stock, StockMovement

pytestmark = pytest.mark.django_db

RECEIVE, MOVE, ADJUST = "/warehouse/receive/", "/warehouse/move/", "/warehouse/adjust/"
PUT_AWAY = "/warehouse/put-away/"
GTIN = "04012345678901"
LATE = date(2098, 3, 31)


@pytest.fixture
def jam(house):
    """Three jars without a lot, as they came before the product had lots."""
    made = make_product(house.ada, "JAM", "Plum jam", barcode="4012345678901")
    put_stock(made, 3)
    Product.objects.filter(pk=made.pk).update(is_lot_tracked=True)
    made.refresh_from_db()
    return made


@pytest.fixture
def lea(house):
    return Worker(make_user("lea@example.com", "Lea Lead", Role.LEAD, warehouse=house.warehouse))


def place(code):
    return Location.objects.get(code=code)


def lots():
    rows = Stock.objects.filter(product__sku="JAM", on_hand__gt=0).order_by("location__code", "lot")
    return list(rows.values_list("location__code", "lot", "on_hand"))


def test_units_without_a_lot_are_moved_from_beside_a_lot(jam, pat):
    put_stock(jam, 2, lot="A7", expires_on=LATE)
    here = {"location": place("A-01-1").pk, "product": jam.pk, "quantity": 1}

    asked = pat.sends(MOVE, code="A-02-1", **here)
    answer = pat.sends(MOVE, code="A-02-1", lot="no lot", **here)

    assert '<option value="no lot">no lot: 3 free</option>' in asked.html
    assert answer.says == "Moved: 1 × JAM Plum jam no lot from A-01-1 to A-02-1"
    assert lots() == [("A-01-1", "", 2), ("A-01-1", "A7", 2), ("A-02-1", "", 1)]


def test_units_without_a_lot_are_adjusted_beside_a_lot(jam, pat):
    put_stock(jam, 2, lot="A7", expires_on=LATE)
    here = {"location": place("A-01-1").pk}

    asked = pat.sends(ADJUST, code="JAM", **here)
    shown = pat.sends(ADJUST, code="JAM", lot="no lot", **here)
    for units, shown_units in ((1, 3), (4, 1)):
        sent = here | {"product": jam.pk, "shown": shown_units, "units": units, "reason": "lost"}
        assert pat.sends(f"{ADJUST}save/", **sent, lot="no lot").status == 200

    assert "Which lot? A7, expires 31 Mar 2098 no lot" in asked.text
    assert "No lot 3 in the books" in shown.text
    assert lots() == [("A-01-1", "", 4), ("A-01-1", "A7", 2)]


def test_what_is_found_is_of_a_lot_that_lies_there(jam, pat):
    put_stock(jam, 1, bin_code="A-02-1", lot="A7", expires_on=LATE)
    put_stock(jam, 5, bin_code="A-02-1", lot="B8", expires_on=LATE)
    sent = {"location": place("A-02-1").pk, "product": jam.pk}
    pat.sends(f"{ADJUST}save/", **sent, shown=1, units=0, reason="lost", lot="A7")

    pat.sends(f"{ADJUST}save/", **sent, shown=5, units=6, reason="found")

    assert lots() == [("A-01-1", "", 3), ("A-02-1", "B8", 6)]


def test_a_correction_of_one_of_several_lots_is_approved(jam, pat, lea):
    put_stock(jam, 30, lot="A7", expires_on=LATE)
    sent = {"location": place("A-01-1").pk, "product": jam.pk, "lot": "A7"}
    pat.sends(f"{ADJUST}save/", **sent, shown=30, units=2, reason="damaged")
    asked = Correction.objects.get(status="waiting")

    assert "30 in the books, 2 if approved" in lea.opens("/warehouse/corrections/").text
    lea.sends(f"/warehouse/corrections/{asked.pk}/")

    assert lots() == [("A-01-1", "", 3), ("A-01-1", "A7", 2)]


def test_a_lot_that_the_books_do_not_have_there_is_not_taken_for_another(jam, pat):
    Location.objects.filter(code="DOCK").update(is_staging=True)
    put_stock(jam, 2, bin_code="A-02-1", lot="A7", expires_on=LATE)
    put_stock(jam, 2, bin_code="DOCK", lot="A7", expires_on=LATE)
    code = f"(01){GTIN}(10)B8"

    moved = pat.sends(MOVE, code=code, location=place("A-02-1").pk)
    waits = pat.sends(PUT_AWAY, code=code)

    assert moved.says == "You scanned lot B8 of JAM. The books have A7 in A-02-1."
    assert waits.says == "You scanned lot B8 of JAM. The books have A7 in DOCK."
    assert pat.sends(PUT_AWAY, code=f"(01){GTIN}(10)a7").status == 200


def test_the_date_that_a_code_has_wrongly_is_entered(jam, pat):
    code = f"(01){GTIN}(17)261345(10)A7"
    entered = {"lot_of": jam.pk, "lot": "A7", "expires_on": "2098-03-31"}

    answer = pat.sends(RECEIVE, code=code, location=place("A-02-1").pk, **entered)

    assert answer.says == "Received 1 × Plum jam into A-02-1, lot A7, expires 31 Mar 2098"


def test_no_lot_is_named_as_what_has_none(jam, pat):
    entered = {"lot_of": jam.pk, "lot": "No lot", "expires_on": "2098-03-31"}

    answer = pat.sends(RECEIVE, code="JAM", location=place("A-02-1").pk, **entered)

    assert answer.says == "Enter the lot of JAM as it is printed, not “No lot”."


def test_a_put_away_of_a_blocked_lot_is_undone(jam, pat, lea):
    """No order needs it: it gets none of it."""
    Location.objects.filter(code="DOCK").update(is_staging=True)
    put_stock(jam, 2, bin_code="DOCK", lot="A7", expires_on=LATE)
    sent = {"product": jam.pk, "source": place("DOCK").pk, "quantity": 2, "reason": "other"}
    pat.sends(PUT_AWAY, code="A-02-1", **sent)
    Stock.objects.filter(lot="").update(closed_at="2026-11-23T09:00:00Z")
    block_lot(Lot.objects.get(), note="Glass", actor=lea.user)
    moved = StockMovement.objects.filter(reason="put_away").first()

    answer = pat.sends(f"{PUT_AWAY}undo/", last=moved.subject_id)

    assert answer.says == "Undone: 2 × Plum jam back to DOCK"


def test_a_lot_that_is_typed_small_is_no_other_lot(jam, pat):
    put_stock(jam, 2, bin_code="A-02-1", lot="A7", expires_on=LATE)
    entered = {"lot_of": jam.pk, "lot": "a7", "expires_on": "2098-03-31"}

    pat.sends(RECEIVE, code="JAM", location=place("A-02-1").pk, **entered)

    assert lots() == [("A-01-1", "", 3), ("A-02-1", "A7", 3)]
    assert Lot.objects.count() == 1


def test_a_lot_that_the_books_do_not_have_there_is_adjusted_apart(jam, pat):
    put_stock(jam, 2, bin_code="A-02-1", lot="A7", expires_on=LATE)
    here = {"location": place("A-02-1").pk}

    shown = pat.sends(ADJUST, code=f"(01){GTIN}(10)B8", **here)
    sent = here | {"product": jam.pk, "shown": 0, "units": 3, "reason": "found", "lot": "B8"}
    saved = pat.sends(f"{ADJUST}save/", **sent)

    assert "Lot B8 0 in the books" in shown.text
    assert saved.says == "Adjusted: +3 × JAM Plum jam lot B8 in A-02-1"
    assert lots() == [("A-01-1", "", 3), ("A-02-1", "A7", 2), ("A-02-1", "B8", 3)]
    assert Lot.objects.filter(code="B8").exists()


def test_what_is_found_where_nothing_lies_needs_its_lot(jam, pat):
    here = {"location": place("A-02-1").pk}
    sent = here | {"product": jam.pk, "shown": 0, "units": 3, "reason": "found"}

    shown = pat.sends(ADJUST, code="JAM", **here)
    refused = pat.sends(f"{ADJUST}save/", **sent)
    saved = pat.sends(f"{ADJUST}save/", **sent, lot="B8")

    assert 'name="lot" type="text"' in shown.html
    assert refused.says == "JAM has lots: enter the lot of what lies there."
    assert saved.says == "Adjusted: +3 × JAM Plum jam lot B8 in A-02-1"
    assert lots() == [("A-01-1", "", 3), ("A-02-1", "B8", 3)]


def test_a_new_lot_of_what_expires_comes_with_its_date(jam, pat):
    Product.objects.filter(pk=jam.pk).update(least_days_left=5)
    sent = {"location": place("A-02-1").pk, "product": jam.pk, "shown": 0, "units": 3}

    refused = pat.sends(f"{ADJUST}save/", **sent, reason="found", lot="B8")

    assert refused.says == (
        "The books have no lot B8 of JAM, which expires: receive it with its date."
    )
    assert (lots(), Lot.objects.count()) == ([("A-01-1", "", 3)], 0)
