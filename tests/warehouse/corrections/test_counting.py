"""Locations that were found empty are closed until two people have counted them."""

import pytest
from django.utils import timezone

from fulfillment.lists.products import with_quantities
from orders.access import Role
from orders.errors import DomainError
from orders.models import Event, Product, Shipment
from tests.balance import findings
from tests.support.cast import make_user, put_stock
from tests.warehouse.walking import contents, counts, ordered, pick_all, state, stops, take
from warehouse.corrections.counting import count_anew, count_units, finish_count
from warehouse.corrections.tasks_to_count import task_at
from warehouse.floor.picking import report_short
from warehouse.floor.waiting import waits_for_count
from warehouse.models import CountTask, Location, PickLine, Stock, StockMovement, Supply
from warehouse.stock.allocation import allocate_due
from warehouse.stock.for_shops import due_stock

pytestmark = pytest.mark.django_db

EMPTY, DAMAGED = PickLine.ShortReason.EMPTY, PickLine.ShortReason.DAMAGED


def place(building, code="A-01-1"):
    return Location.objects.get(warehouse=building, code=code)


def is_closed(product, code="A-01-1"):
    lots = Stock.objects.filter(product=product, location__code=code)
    return lots.filter(closed_at__isnull=False).exists()


def offered(ada, lamp):
    """(what the API says new orders can have, what the shop is to show)."""
    [due] = due_stock(
        ada.seller.pk, ada.channel.pk, {ada.seller.warehouse_id: "x"}, now=timezone.now(), most=9
    )
    return with_quantities(Product.objects.filter(pk=lamp.pk)).get().available, due.units


def count(task, actor, product=None, units=0):
    """One person counts the location of a task."""
    if product:
        count_units(task, product=product, units=units, actor=actor)
    return finish_count(task, actor=actor)


@pytest.fixture
def emptied(ada, building, lamp, pat):
    """80 lamps by the books in A-01-1, 77 of them promised; Pat finds none for the first order."""
    put_stock(lamp, 80)
    first, second = ordered(ada, {"LAMP": 3}), ordered(ada, {"LAMP": 77})
    walk = take(building, pat)
    report_short(walk.lines.get(), found=0, reason=EMPTY, actor=pat)
    return first, second


def test_an_empty_location_is_closed_and_counted(emptied, building, lamp, pat):
    task = CountTask.objects.get()

    assert (task.location, task.cause, task.status) == (place(building), "short", "open")
    assert is_closed(lamp)
    assert contents(lamp) == {"A-01-1": (77, 0)}, "what is promised stays in the books"
    assert Event.objects.filter(kind="count.planned").count() == 1
    assert findings() == []


def test_no_walk_goes_to_a_closed_location(emptied, ada, building, lamp, pat):
    assert take(building, pat) is None

    put_stock(lamp, 5, bin_code="B-01-1")
    later = ordered(ada, {"LAMP": 2})

    assert counts(later) == [("LAMP", 0, 2, 0)], "those of before wait for what lies elsewhere"
    assert Supply.objects.values_list("on_hand", "reserved").get() == (82, 77)
    assert take(building, pat) is None
    assert contents(lamp) == {"A-01-1": (77, 0), "B-01-1": (5, 0)}


def test_many_that_are_blocked_stop_nobody(ada, building, lamp, shade, pat):
    """Of two lamps each shipment finds one elsewhere."""
    put_stock(lamp, 80)
    lost = ordered(ada, {"LAMP": 3})
    for _ in range(7):
        ordered(ada, {"LAMP": 2})
    walk = take(building, pat)
    assert walk.shipment.order == lost
    report_short(walk.lines.get(), found=0, reason=EMPTY, actor=pat)
    put_stock(lamp, 1, bin_code="B-01-1")
    put_stock(shade, 1, bin_code="B-01-1")
    ordered(ada, {"SHADE": 1})

    assert stops(take(building, pat)) == [("B-01-1", "SHADE", 1)]
    assert Shipment.objects.filter(waits_for_count(building), status="released").count() == 7


def test_what_else_lies_there_is_picked(emptied, ada, building, lamp, shade, pat):
    put_stock(shade, 3)
    order = ordered(ada, {"SHADE": 2})
    walk = take(building, pat)
    assert stops(walk) == [("A-01-1", "SHADE", 2)]

    report_short(walk.lines.get(), found=1, reason=EMPTY, actor=pat)

    assert counts(order) == [("SHADE", 1, 1, 1)]
    assert (is_closed(lamp), is_closed(shade)) == (True, False)
    assert findings() == []


def test_what_is_closed_is_offered_to_nobody(emptied, ada, building, lamp, pat):
    put_stock(lamp, 5, bin_code="B-01-1")
    assert Supply.objects.values_list("on_hand", "reserved").get() == (82, 77)
    assert offered(ada, lamp) == (0, 0)

    count(CountTask.objects.get(), pat, lamp, 77)

    assert offered(ada, lamp) == (5, 5)


def test_a_walk_goes_on_elsewhere_while_a_location_is_closed(emptied, ada, building, shade, pat):
    put_stock(shade, 1, bin_code="B-01-1")
    ordered(ada, {"SHADE": 1})

    assert stops(take(building, pat)) == [("B-01-1", "SHADE", 1)]


def test_a_location_of_which_nothing_is_left_is_counted_but_not_closed(ada, building, lamp, pat):
    put_stock(lamp, 3)
    order = ordered(ada, {"LAMP": 3})
    report_short(take(building, pat).lines.get(), found=0, reason=EMPTY, actor=pat)

    put_stock(lamp, 5)
    allocate_due()

    assert (is_closed(lamp), CountTask.objects.get().cause) == (False, "short")
    assert counts(order) == [("LAMP", 3, 0, 0)], "what comes later is not held up"


def test_another_reason_closes_nothing(ada, building, lamp, pat):
    put_stock(lamp, 5)
    ordered(ada, {"LAMP": 3})

    report_short(take(building, pat).lines.get(), found=1, reason=DAMAGED, actor=pat)

    assert not is_closed(lamp)
    assert not CountTask.objects.exists()


def test_a_difference_is_counted_by_somebody_else(emptied, building, lamp, pat, pia):
    _, second = emptied
    task = CountTask.objects.get()

    again = count(task, pat, lamp, 2)
    assert (again.status, again.counter) == ("again", pat)
    assert contents(lamp) == {"A-01-1": (77, 0)}
    with pytest.raises(DomainError, match=r"You counted A-01-1: somebody else counts it again\."):
        count(task, pat, lamp, 2)
    done = count(task, pia, lamp, 2)

    assert (done.status, is_closed(lamp)) == ("done", False)
    assert contents(lamp) == {"A-01-1": (2, 0)}
    assert counts(second) == [("LAMP", 2, 75, 0)]
    assert Supply.objects.values_list("on_hand", "reserved").get() == (2, 2)
    moved = StockMovement.objects.get(reason="adjusted")
    assert (moved.quantity, moved.actor, moved.subject_id) == (-75, pia, task.pk)
    assert findings() == []
    assert stops(take(building, pat)) == [("A-01-1", "LAMP", 2)]


def test_a_count_of_nothing_takes_the_shipments_back(emptied, building, lamp, pat, pia):
    _, second = emptied
    task = CountTask.objects.get()

    count(task, pat)
    count(task, pia)

    assert counts(second) == [("LAMP", 0, 77, 0)]
    assert set(Shipment.objects.filter(order=second).values_list("status", flat=True)) == {
        "cancelled"
    }
    assert state(second) == "backordered"
    assert Supply.objects.values_list("on_hand", "reserved").get() == (0, 0)
    assert findings() == []
    put_stock(lamp, 80, bin_code="B-01-1")
    allocate_due()
    assert counts(second)[0][1] == 77


def test_the_books_are_right_after_all(emptied, building, lamp, pat):
    done = count(CountTask.objects.get(), pat, lamp, 77)

    assert (done.status, is_closed(lamp)) == ("done", False)
    assert contents(lamp) == {"A-01-1": (77, 0)}
    assert not StockMovement.objects.filter(reason="adjusted").exists()


def test_nothing_where_the_books_say_nothing_ends_the_task(building, pat):
    task = task_at(place(building, "DOCK"), actor=pat)

    assert count(task, pat).status == "done"


def test_two_who_differ_are_followed_by_a_third(emptied, building, lamp, pat, pia):
    task, lou = (
        CountTask.objects.get(),
        make_user("lou@example.com", "Lou", Role.PICKER, warehouse=building),
    )

    count(task, pat, lamp, 2)
    still = count(task, pia, lamp, 3)
    assert (still.status, still.counter) == ("again", pia)
    assert contents(lamp) == {"A-01-1": (77, 0)}
    count(task, lou, lamp, 3)

    assert contents(lamp) == {"A-01-1": (3, 0)}
    assert findings() == []


def test_who_counts_a_third_time_begins_anew(emptied, building, lamp, shade, pat, pia):
    put_stock(shade, 4)
    task = CountTask.objects.get()
    count_units(task, product=shade, units=4, actor=pat)
    count(task, pat, lamp, 2)
    count_units(task, product=shade, units=4, actor=pia)
    count(task, pia, lamp, 3)
    assert not task.units.filter(counter=pat).exists()

    count_units(task, product=shade, units=4, actor=pat)
    done = count(task, pat, lamp, 3)

    assert done.status == "done"
    assert (contents(lamp), contents(shade)) == ({"A-01-1": (3, 0)}, {"A-01-1": (4, 0)})
    assert findings() == []


def test_a_pick_between_two_counts_is_no_difference(ada, building, lamp, pat, pia):
    put_stock(lamp, 10)
    ordered(ada, {"LAMP": 4})
    walk = take(building, pat)
    task = task_at(place(building), actor=pia)
    count(task, pia, lamp, 9)

    pick_all(walk, pat)
    count(task, pat, lamp, 5)

    assert contents(lamp) == {"A-01-1": (5, 0), "T-1": (4, 4)}
    assert findings() == []


def test_what_a_walk_claims_is_not_counted_away(ada, building, lamp, pat, pia):
    put_stock(lamp, 10)
    ordered(ada, {"LAMP": 4})
    take(building, pat)
    task = task_at(place(building), actor=pia)
    count(task, pia, lamp, 3)

    with pytest.raises(DomainError) as refused:
        count(task, pat, lamp, 3)

    assert str(refused.value) == (
        "A-01-1 has 6 × Brass lamp that can go: 4 more are claimed by pick lists."
    )
    assert contents(lamp) == {"A-01-1": (10, 4)}


def test_what_was_counted_can_be_counted_anew(building, lamp, pat):
    put_stock(lamp, 2)
    task = task_at(place(building), actor=pat)
    count_units(task, product=lamp, units=7, actor=pat)

    count_anew(task, actor=pat)

    assert count(task, pat, lamp, 2).status == "done"


def test_a_tote_is_not_counted(ada, building, lamp, pat):
    put_stock(lamp, 1)
    ordered(ada, {"LAMP": 1})
    tote = take(building, pat).tote

    with pytest.raises(DomainError, match="T-1 is a tote"):
        task_at(tote, actor=pat)
