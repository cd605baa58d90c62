"""Adjusting and moving units: in the ledger, with a reason, and by two people where it is much."""

from datetime import timedelta
from functools import partial

import pytest

from orders.errors import DomainError
from orders.models import Event
from tests.balance import findings
from tests.support.cast import put_stock
from tests.support.racing import race
from tests.warehouse.walking import contents, counts, ordered, pick_all, take
from warehouse.corrections.correcting import Change, approve, correct, refuse
from warehouse.corrections.counting import count_units, finish_count
from warehouse.corrections.tasks_to_count import task_at
from warehouse.models import Correction, Location, StockLimits, StockMovement, Supply

pytestmark = pytest.mark.django_db


def place(building, code="A-01-1"):
    return Location.objects.get(warehouse=building, code=code)


@pytest.fixture
def bins(building, lamp):
    """30 lamps in A-01-1; B-01-1 is empty."""
    put_stock(lamp, 30)
    Location.objects.get_or_create(warehouse=building, code="B-01-1")
    return place(building), place(building, "B-01-1")


def test_a_few_units_are_adjusted_at_once(bins, lamp, pat):
    done = correct(Change(lamp, bins[0], -3, "damaged", "wet"), actor=pat)

    assert (done.status, done.decided_by, done.note) == ("posted", None, "wet")
    moved = StockMovement.objects.get(reason="adjusted")
    assert (moved.quantity, moved.actor, moved.subject_id) == (-3, pat, done.pk)
    assert contents(lamp) == {"A-01-1": (27, 0)}
    assert Event.objects.filter(kind="stock.adjusted").get().data["quantity"] == -3
    assert findings() == []


def test_many_units_wait_for_somebody_else(bins, lamp, pat, lea):
    asked = correct(Change(lamp, bins[0], -21, "lost"), actor=pat)
    assert asked.status == "waiting"
    assert contents(lamp) == {"A-01-1": (30, 0)}
    with pytest.raises(DomainError, match="You asked for this yourself"):
        approve(asked, actor=pat)

    done = approve(asked, actor=lea)

    assert (done.status, done.decided_by) == ("posted", lea)
    assert contents(lamp) == {"A-01-1": (9, 0)}
    with pytest.raises(DomainError, match="This is posted already"):
        refuse(asked, actor=lea)
    assert findings() == []


def test_what_waits_is_not_asked_twice(bins, lamp, pat, pia, lea):
    asked = correct(Change(lamp, bins[0], -25, "lost"), actor=pat)

    for again in (Change(lamp, bins[0], -25, "lost"), Change(lamp, bins[0], -1, "lost")):
        with pytest.raises(DomainError) as refused:
            correct(again, actor=pia)
        says = "A correction of Brass lamp in A-01-1 waits for a lead: that comes first."
        assert str(refused.value) == says
    approve(asked, actor=lea)

    assert contents(lamp) == {"A-01-1": (5, 0)}
    assert Correction.objects.count() == 1


def test_what_somebody_counted_since_is_not_posted_once_more(bins, lamp, pat, pia, lea):
    asked = correct(Change(lamp, bins[0], -25, "lost"), actor=pat)
    task = task_at(bins[0], actor=pia)
    for person in (pia, pat):
        count_units(task, product=lamp, units=5, actor=person)
        finish_count(task, actor=person)

    with pytest.raises(DomainError) as refused:
        approve(asked, actor=lea)

    assert str(refused.value) == "The books say 5 now: refuse this, and somebody asks again."
    assert contents(lamp) == {"A-01-1": (5, 0)}
    assert refuse(asked, actor=lea).status == "refused"


def test_a_move_waits_for_no_books(bins, ada, building, lamp, pat, lea):
    asked = correct(Change(lamp, bins[0], 21, "place", to=bins[1]), actor=pat)
    ordered(ada, {"LAMP": 4})
    pick_all(take(building, pat), pat)

    approve(asked, actor=lea)

    assert contents(lamp) == {"A-01-1": (5, 0), "B-01-1": (21, 0), "T-1": (4, 4)}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_saw_the_same_books_one_saves(bins, lamp, pat, pia):
    seen = Change(lamp, bins[0], -10, "lost", books=30)

    saved, refused = race(*(partial(correct, seen, actor=person) for person in (pat, pia)))

    assert (len(saved), refused) == (1, ["The books say 20 now, not 30: look again."])
    assert contents(lamp) == {"A-01-1": (20, 0)}


def test_what_is_refused_changes_nothing(bins, lamp, pat, lea):
    asked = correct(Change(lamp, bins[0], 50, "found"), actor=pat)

    assert refuse(asked, actor=lea).status == "refused"
    assert contents(lamp) == {"A-01-1": (30, 0)}


def test_a_warehouse_has_its_own_limit(bins, building, lamp, pat):
    StockLimits.objects.create(warehouse=building, approves_above=2)

    assert correct(Change(lamp, bins[0], -2, "lost"), actor=pat).status == "posted"
    assert correct(Change(lamp, bins[0], 3, "found"), actor=pat).status == "waiting"


def test_the_limit_is_of_a_day(bins, lamp, shade, pat, pia):
    put_stock(shade, 30)
    first = correct(Change(lamp, bins[0], -20, "lost"), actor=pat)
    assert first.status == "posted"
    assert correct(Change(shade, bins[0], -20, "lost"), actor=pat).status == "posted"
    assert correct(Change(lamp, bins[0], 1, "found"), actor=pia).status == "posted"
    assert correct(Change(lamp, bins[0], 5, "place", to=bins[1]), actor=pat).status == "posted"

    more = correct(Change(lamp, bins[0], -1, "lost"), actor=pat)

    assert more.status == "waiting"
    assert contents(lamp) == {"A-01-1": (6, 0), "B-01-1": (5, 0)}
    Correction.objects.filter(pk=first.pk).update(asked_at=first.asked_at - timedelta(days=1))
    assert correct(Change(lamp, bins[1], -2, "lost"), actor=pat).status == "posted"


def test_orders_lose_what_is_lost(bins, ada, lamp, pat):
    order = ordered(ada, {"LAMP": 29})

    correct(Change(lamp, bins[0], -20, "lost"), actor=pat)

    assert counts(order) == [("LAMP", 10, 19, 0)]
    assert Supply.objects.values_list("on_hand", "reserved").get() == (10, 10)
    assert findings() == []


def test_units_are_moved(bins, lamp, pat):
    correct(Change(lamp, bins[0], 12, "place", to=bins[1]), actor=pat)

    assert contents(lamp) == {"A-01-1": (18, 0), "B-01-1": (12, 0)}
    moved = StockMovement.objects.filter(reason="moved").values_list("quantity", flat=True)
    assert sorted(moved) == [-12, 12]
    assert findings() == []


def test_units_that_a_walk_claims_are_not_moved(bins, ada, building, lamp, pat):
    ordered(ada, {"LAMP": 25})
    take(building, pat)

    with pytest.raises(DomainError) as refused:
        correct(Change(lamp, bins[0], 6, "place", to=bins[1]), actor=pat)

    says = "A-01-1 has 5 × Brass lamp that can go: 25 more are claimed by pick lists."
    assert str(refused.value) == says
    assert contents(lamp) == {"A-01-1": (30, 25)}


@pytest.mark.parametrize(
    ("units", "to", "says"),
    [
        (0, None, "The books say the same: there is nothing to correct."),
        (3, "A-01-1", "Move to another location of this warehouse, not to A-01-1."),
        (3, "T-9", "What lies in a tote belongs to its shipment: choose a bin or a shelf."),
    ],
)
def test_what_makes_no_sense_is_refused(bins, building, lamp, pat, units, to, says):
    Location.objects.create(warehouse=building, code="T-9", kind="tote")
    target = place(building, to) if to else None

    with pytest.raises(DomainError) as refused:
        correct(Change(lamp, bins[0], units, "other", to=target), actor=pat)

    assert str(refused.value) == says
    assert contents(lamp) == {"A-01-1": (30, 0)}
