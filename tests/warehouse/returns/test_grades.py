"""The condition in which units come back: graded, counted, kept, undone."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import add_quantities
from orders.models import Discrepancy, Event, ProblemPhoto, Return, ReturnLine
from orders.returns.discrepancies import choices_of, decide_discrepancy
from orders.returns.photos import MOST_PHOTOS, photograph_units, remove_photo
from tests.support.racing import race
from tests.warehouse.returns.test_inspection import received_line, shelf, supply, two_lamps
from warehouse.models import Stock
from warehouse.returns.arrivals import set_aside_swapped, set_aside_worn
from warehouse.returns.inspection import inspect_return_line
from warehouse.returns.undoing import undo_inspection

pytestmark = pytest.mark.django_db

DRAWN = b"webp", (4, 3)


def three_lamps():
    return received_line(3)


def inspect(house, line, *, restocked=0, written_off=0, **seen):
    return inspect_return_line(
        line,
        restocked=restocked,
        written_off=written_off,
        location=shelf(),
        may_close=False,
        actor=house.pat,
        **seen,
    )


def counted(line):
    """(fates, grades) of a line: restocked, refurbished, written off; A, B, C."""
    row = ReturnLine.objects.get(pk=line.pk)
    return (
        (row.restocked, row.refurbished, row.written_off),
        (row.grade_a, row.grade_b, row.grade_c),
    )


def test_the_grade_follows_from_the_decision(once):
    house, line = once(three_lamps)

    inspect(house, line, restocked=2)
    inspect(house, line, written_off=1)

    assert counted(line) == ((2, 0, 1), (2, 0, 1))
    events = Event.objects.filter(subject_id=line.pk).order_by("pk")
    told = [(event.kind, event.data["quantity"], event.data["grade"]) for event in events]
    assert told == [("return_line.restocked", 2, "a"), ("return_line.written_off", 1, "c")]


def test_used_units_are_made_good_and_sold_again(once):
    house, line = once(two_lamps)

    inspect(house, line, restocked=1, grade="b")

    assert counted(line) == ((0, 1, 0), (0, 1, 0))
    assert supply() == 19
    assert Stock.objects.get(location=shelf()).on_hand == 1
    event = Event.objects.get(kind="return_line.refurbished")
    assert (event.data["quantity"], event.data["grade"], event.actor) == (1, "b", house.pat)


def test_who_sells_as_new_units_only_gets_no_used_one_on_a_shelf(once):
    house, line = once(two_lamps)
    seller = house.ada.seller
    seller.return_choices = {"only_new": True}
    seller.save(update_fields=["return_choices"])

    with pytest.raises(DomainError, match=r"graded B, used, and .* as-new units only"):
        inspect(house, line, restocked=1, grade="b")
    assert counted(line) == ((0, 0, 0), (0, 0, 0))

    inspect(house, line, restocked=1, grade="a")
    inspect(house, line, written_off=1, grade="b")
    assert counted(line) == ((1, 0, 1), (1, 1, 0))


def test_damaged_units_go_to_no_shelf(once):
    house, line = once(two_lamps)

    with pytest.raises(DomainError, match="Title of LAMP is graded C, damaged: write it off"):
        inspect(house, line, restocked=2, grade="c")

    assert counted(line) == ((0, 0, 0), (0, 0, 0))
    assert supply() == 18
    assert not Event.objects.filter(subject_id=line.pk).exists()


def test_an_unknown_grade_is_refused(once):
    house, line = once(two_lamps)

    with pytest.raises(DomainError, match="Choose grade A, B or C"):
        inspect(house, line, written_off=1, grade="d")

    assert counted(line) == ((0, 0, 0), (0, 0, 0))


def test_a_worker_writes_off_what_looks_as_new(once):
    house, line = once(two_lamps)

    inspect(house, line, written_off=2, grade="a")

    assert counted(line) == ((0, 0, 2), (2, 0, 0))


@pytest.mark.parametrize(
    ("units", "grade"), [({"restocked": 1}, "b"), ({"written_off": 1}, "a"), ({"restocked": 1}, "")]
)
def test_undo_takes_the_grade_back(once, units, grade):
    house, line = once(two_lamps)
    inspect(house, line, restocked=1, grade="a")
    before = counted(line)

    inspect(house, line, grade=grade, **units)
    assert counted(line) != before
    undo_inspection(line, actor=house.pat)

    assert counted(line) == before
    assert supply() == 19


def test_units_that_were_not_graded_are_undone_too(once):
    """A process of the version before has inspected them."""
    house, line = once(two_lamps)
    ReturnLine.objects.filter(pk=line.pk).update(inspected=1, written_off=1)
    add_quantities("returned", {line.line_id: 1})
    record([Event.of(line, "written_off", actor=house.pat, quantity=1)])

    undo_inspection(line, actor=house.pat)

    assert counted(line) == ((0, 0, 0), (0, 0, 0))


def test_no_more_units_are_graded_than_inspected(once):
    _, line = once(two_lamps)

    with pytest.raises(IntegrityError, match="graded_units_were_inspected"), transaction.atomic():
        ReturnLine.objects.filter(pk=line.pk).update(grade_b=1)


def test_two_workers_grade_one_unit_once(once):
    house, line = once(lambda: received_line(1))

    def one(grade):
        def act():
            return inspect(house, line, written_off=1, grade=grade)

        return act

    results, refusals = race(one("b"), one("c"))

    assert (len(results), len(refusals)) == (1, 1)
    fates, grades = counted(line)
    assert (fates, sum(grades)) == ((0, 0, 1), 1)


def test_a_photo_is_kept_with_the_units(once):
    house, line = once(two_lamps)

    photo = photograph_units(line, DRAWN, actor=house.pat)

    row = ProblemPhoto.objects.get()
    assert (row.return_line, row.order_return, row.problem) == (line, line.order_return, None)
    assert (bytes(row.image), row.width, row.height) == (b"webp", 4, 3)
    event = Event.objects.get(kind="return_line.photographed")
    assert (event.data, event.actor) == ({"photo": str(photo.pk)}, house.pat)

    remove_photo(line, photo.pk, actor=house.pat)
    assert not ProblemPhoto.objects.exists()
    with pytest.raises(DomainError, match="removed already"):
        remove_photo(line, photo.pk, actor=house.pat)


def test_photos_of_units_have_an_end(once):
    house, line = once(two_lamps)
    for _ in range(MOST_PHOTOS):
        photograph_units(line, DRAWN, actor=house.pat)

    with pytest.raises(DomainError, match="3 photos are kept, no more"):
        photograph_units(line, DRAWN, actor=house.pat)

    assert ProblemPhoto.objects.count() == MOST_PHOTOS


def test_the_photos_of_a_closed_return_stay_as_they_are(once):
    house, line = once(two_lamps)
    photo = photograph_units(line, DRAWN, actor=house.pat)
    inspect_return_line(line, restocked=0, written_off=2, actor=house.pat)

    for act in (
        lambda: photograph_units(line, DRAWN, actor=house.pat),
        lambda: remove_photo(line, photo.pk, actor=house.pat),
    ):
        with pytest.raises(DomainError, match="is closed: it has its photos"):
            act()

    assert ProblemPhoto.objects.count() == 1


def test_a_photo_of_units_is_of_their_return(once):
    house, line = once(two_lamps)
    photo = photograph_units(line, DRAWN, actor=house.pat)

    with pytest.raises(IntegrityError, match="a_photo_of_units"), transaction.atomic():
        ProblemPhoto.objects.filter(pk=photo.pk).update(order_return=None, problem=uuid4())


def test_another_unit_than_was_sent_waits_for_the_seller(once):
    house, line = once(two_lamps)
    inspect(house, line, restocked=1)

    told = set_aside_swapped(line, code="SN-9", quantity=1, actor=house.pat)

    back = Return.objects.get()
    assert told == f"Set aside with {back} on it: 1 × Title of LAMP. The seller decides."
    row = Discrepancy.objects.get()
    assert (row.kind, row.quantity, row.code, row.line) == ("swapped", 1, "SN-9", line.line)
    assert ReturnLine.objects.get().received == 1
    assert (back.status, supply()) == ("received", 19)
    assert choices_of(row) == ["accept", "keep", "send_back", "discard"]
    with pytest.raises(DomainError, match="only 0 left to inspect"):
        set_aside_swapped(line, code="SN-9", quantity=1, actor=house.pat)


def test_the_seller_takes_another_unit_into_the_return(once):
    house, line = once(two_lamps)
    set_aside_swapped(line, code="SN-9", quantity=1, actor=house.pat)

    decide_discrepancy(Discrepancy.objects.get(), "accept", actor=house.ada.owner)

    row = ReturnLine.objects.get()
    assert (row.approved, row.unexpected, row.received) == (2, 0, 2)
    inspect_return_line(line, restocked=0, written_off=2, actor=house.pat)
    assert Return.objects.get().status == "closed"


def test_another_unit_goes_back_and_nothing_is_owed_for_it(once):
    house, line = once(two_lamps)
    set_aside_swapped(line, code="SN-9", quantity=1, actor=house.pat)
    inspect(house, line, restocked=1)

    decide_discrepancy(Discrepancy.objects.get(), "send_back", actor=house.ada.owner)

    back = Return.objects.get()
    assert back.status == "closed"
    assert list(back.refund.lines.values_list("units", flat=True)) == [1]


def test_what_came_worn_waits_for_the_seller(once):
    house, line = once(two_lamps)

    told = set_aside_worn(line, quantity=1, actor=house.pat)

    back, row = Return.objects.get(), Discrepancy.objects.get()
    assert told == f"Set aside with {back} on it: 1 × Title of LAMP. The seller decides."
    assert (row.kind, row.quantity, row.line) == ("worn", 1, line.line)
    assert choices_of(row) == ["accept", "send_back", "discard"], "nobody keeps it unpaid"
    inspect(house, line, restocked=1)
    decide_discrepancy(row, "send_back", actor=house.ada.owner)

    back = Return.objects.get()
    assert back.status == "closed"
    assert list(back.refund.lines.values_list("units", flat=True)) == [1]
