"""Lots: what expires first is picked first, what has expired by nobody, another lot is refused."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.utils import timezone

from fulfillment.management.commands.check_books import findings
from orders.errors import DomainError, WrongScan
from orders.models import Event, Product
from tests.support.cast import make_product, put_stock
from tests.support.racing import race
from tests.warehouse.walking import contents, counts, ordered, state, take
from warehouse.floor.leading.other_lot import take_other_lot
from warehouse.floor.picking import confirm_pick, report_short
from warehouse.models import Lot, PickLine, Stock
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

GTIN = "04006381333931"
SOON, LATE = date(2098, 3, 31), date(2099, 1, 31)


@pytest.fixture
def jam(ada):
    made = make_product(ada, "JAM", "Plum jam", barcode="4006381333931")
    Product.objects.filter(pk=made.pk).update(is_lot_tracked=True)
    made.refresh_from_db()
    return made


def lots_of(walk):
    """[(location, lot, open units)] in walking order."""
    rows = walk.lines.select_related("stock__location")
    return [(row.stock.location.code, row.stock.lot, row.open_quantity) for row in rows]


def picks(stop, code, pat, quantity=1):
    return confirm_pick(
        stop,
        location_code=stop.stock.location.code,
        product_code=code,
        quantity=quantity,
        actor=pat,
    )


def expire(product, code, day):
    """As time does: a receipt takes no such date."""
    Lot.objects.filter(product=product, code=code).update(expires_on=day)


def test_what_expires_first_is_picked_first_whatever_its_code(ada, building, jam, pat):
    put_stock(jam, 5, bin_code="A-01-1", lot="A", expires_on=LATE)
    put_stock(jam, 1, bin_code="A-02-1", lot="Z", expires_on=SOON)
    put_stock(jam, 5, bin_code="B-01-1", lot="0")
    order = ordered(ada, {"JAM": 2})

    walk = take(building, pat)

    assert lots_of(walk) == [("A-01-1", "A", 1), ("A-02-1", "Z", 1)]
    assert counts(order) == [("JAM", 2, 0, 0)]
    assert findings() == []


def test_expired_units_are_promised_to_nobody(ada, building, jam):
    put_stock(jam, 3, lot="OLD", expires_on=SOON)
    put_stock(jam, 2, lot="NEW", expires_on=LATE)
    expire(jam, "OLD", date(2020, 1, 31))

    order = ordered(ada, {"JAM": 4})

    assert counts(order) == [("JAM", 2, 2, 0)]


def test_a_seller_sends_nothing_with_fewer_days_left_than_it_wants(ada, building, jam):
    left = timezone.localdate() + timedelta(days=20)
    put_stock(jam, 3, lot="A", expires_on=left)
    Product.objects.filter(pk=jam.pk).update(least_days_left=30)
    order = ordered(ada, {"JAM": 1})
    assert counts(order) == [("JAM", 0, 1, 0)]

    Product.objects.filter(pk=jam.pk).update(least_days_left=10)
    allocate_due()

    assert counts(order) == [("JAM", 1, 0, 0)]


def test_a_scan_of_another_lot_names_the_wanted_one(ada, building, jam, pat):
    put_stock(jam, 2, lot="A7", expires_on=SOON)
    put_stock(jam, 2, lot="B8", expires_on=LATE)
    ordered(ada, {"JAM": 1})
    stop = take(building, pat).lines.get()

    with pytest.raises(WrongScan) as other:
        picks(stop, f"(01){GTIN}(10)B8", pat)
    with pytest.raises(WrongScan) as none:
        picks(stop, "JAM", pat)

    wanted = "Expected: lot A7, expires 31 Mar 2098, of JAM Plum jam."
    assert str(other.value) == f"You scanned lot B8 of JAM. {wanted}"
    assert str(none.value) == f"You scanned JAM, of which several lots lie here. {wanted}"
    assert contents(jam)["A-01-1"] in ((2, 1), (2, 0))
    assert PickLine.objects.get().picked == 0


@pytest.mark.parametrize("code", [f"(01){GTIN}(17)980331(10)a7", f"01{GTIN}1798033110A7", "A7"])
def test_a_code_with_the_lot_picks_in_one_scan(ada, building, jam, pat, code):
    put_stock(jam, 2, lot="A7", expires_on=SOON)
    put_stock(jam, 2, lot="B8", expires_on=LATE)
    ordered(ada, {"JAM": 1})
    walk = take(building, pat)

    picks(walk.lines.get(), code, pat)

    assert (state(walk), walk.lines.get().stock.lot) == ("done", "A7")
    assert findings() == []


def test_where_one_lot_lies_alone_its_article_is_enough(ada, building, jam, pat):
    put_stock(jam, 2, lot="A7", expires_on=SOON)
    put_stock(jam, 2, bin_code="B-01-1", lot="B8", expires_on=LATE)
    ordered(ada, {"JAM": 1})
    walk = take(building, pat)

    picks(walk.lines.get(), "4006381333931", pat)

    assert state(walk) == "done"


def test_what_expires_during_a_walk_stays_there_and_in_the_books(ada, building, jam, pat):
    put_stock(jam, 3, lot="A7", expires_on=SOON)
    put_stock(jam, 1, bin_code="B-01-1", lot="B8", expires_on=LATE)
    order = ordered(ada, {"JAM": 2})
    walk = take(building, pat)
    assert lots_of(walk) == [("A-01-1", "A7", 2)]
    expire(jam, "A7", date(2020, 1, 31))
    stop = walk.lines.get()

    with pytest.raises(DomainError) as refused:
        picks(stop, "A7", pat)
    with pytest.raises(DomainError) as some:
        report_short(stop, found=1, reason="withheld", actor=pat)
    report_short(stop, found=0, reason="withheld", actor=pat)

    assert str(refused.value) == ("Leave it there: lot A7 expired on 31 Jan 2020. Report short.")
    assert str(some.value) == (
        "Leave all of it there: lot A7 expired on 31 Jan 2020. Enter 0 units."
    )
    assert contents(jam) == {"A-01-1": (3, 0), "B-01-1": (1, 1)}
    assert lots_of(walk)[-1] == ("B-01-1", "B8", 1)
    assert counts(order) == [("JAM", 1, 1, 0)]
    assert not Stock.objects.filter(closed_at__isnull=False).exists()
    assert findings() == []


def test_a_lead_allows_another_lot(ada, building, jam, pat, lea):
    put_stock(jam, 2, lot="A7", expires_on=SOON)
    put_stock(jam, 2, lot="B8", expires_on=LATE)
    ordered(ada, {"JAM": 2})
    walk = take(building, pat)
    other = Stock.objects.get(lot="B8")

    take_other_lot(walk.lines.get(), other, actor=lea)
    picks(walk.lines.get(), f"(01){GTIN}(10)B8", pat, quantity=2)

    assert (state(walk), walk.lines.get().stock.lot) == ("done", "B8")
    assert Event.objects.get(kind="pick_list.other_lot").actor == lea
    assert findings() == []


def test_another_lot_has_to_be_enough_and_good(ada, building, jam, pat, lea):
    put_stock(jam, 2, lot="A7", expires_on=SOON)
    put_stock(jam, 1, lot="B8", expires_on=LATE)
    put_stock(jam, 9, lot="C9", expires_on=LATE)
    ordered(ada, {"JAM": 2})
    walk = take(building, pat)
    expire(jam, "C9", date(2020, 1, 31))

    for lot in ("B8", "C9"):
        with pytest.raises(DomainError) as refused:
            take_other_lot(walk.lines.get(), Stock.objects.get(lot=lot), actor=lea)
        assert str(refused.value) == f"Fewer than 2 units of lot {lot} can go from there."

    assert lots_of(walk) == [("A-01-1", "A7", 2)]
    assert findings() == []


def test_good_units_are_not_left_as_expired(ada, building, jam, pat):
    put_stock(jam, 3, lot="A7", expires_on=SOON)
    ordered(ada, {"JAM": 2})
    stop = take(building, pat).lines.get()

    with pytest.raises(DomainError) as refused:
        report_short(stop, found=0, reason="withheld", actor=pat)

    assert str(refused.value) == "JAM Plum jam is neither blocked nor expired there."
    assert PickLine.objects.get().open_quantity == 2


def test_units_without_a_lot_are_not_picked_from_a_lot_that_lies_beside_them(
    ada, building, jam, pat
):
    Product.objects.filter(pk=jam.pk).update(is_lot_tracked=False)
    jam.refresh_from_db()
    put_stock(jam, 1)
    Product.objects.filter(pk=jam.pk).update(is_lot_tracked=True)
    jam.refresh_from_db()
    ordered(ada, {"JAM": 1})
    stop = take(building, pat).lines.get()
    put_stock(jam, 1, lot="B8", expires_on=LATE)

    with pytest.raises(WrongScan) as refused:
        picks(stop, f"(01){GTIN}(10)b8", pat)

    assert str(refused.value) == (
        "You scanned lot b8 of JAM. Expected: JAM Plum jam without a lot."
    )
    assert picks(stop, f"(01){GTIN}(10)OLD", pat).picked == 1


def test_of_two_dates_that_come_at_once_one_is_refused(ada, building, jam):
    put_stock(jam, 1, lot="A")

    for first, second in ((SOON, LATE), (LATE, SOON), (SOON, LATE)):
        Lot.objects.update(expires_on=None)
        taken, refusals = race(
            *(partial(put_stock, jam, 1, lot="A", expires_on=day) for day in (first, second))
        )
        assert (len(taken), len(refusals)) == (1, 1)
        assert "by the books, not on" in refusals[0]
