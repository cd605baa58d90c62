"""Pick faces are refilled by scans: below their minimum, and for orders that wait."""

import re
from datetime import date

import pytest
from django.core.management import call_command

from orders.errors import DomainError
from orders.models import Event, Product
from tests.support.cast import MONDAY, make_order, make_product, put_stock
from tests.warehouse.walking import stops, take
from warehouse.inbound.replenishing import (
    finish_task,
    plan_all_replenishment,
    plan_replenishment,
    set_face,
    take_task,
)
from warehouse.models import CountTask, Location, Lot, PickFace, ReplenishTask, Stock, StockMovement
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

REFILLS, FACES, HOME = "/warehouse/refills/", "/warehouse/faces/", "/warehouse/"


@pytest.fixture
def vase(house):
    """Vases are picked in A-02-1, from 4 to 10; 3 lie there, and 30 in reserve at B-01-1."""
    vase = make_product(house.ada, "VASE", "Glass vase")
    put_stock(vase, 3, bin_code="A-02-1")
    put_stock(vase, 30, bin_code="B-01-1")
    set_face(vase, place("A-02-1"), minimum=4, target=10, actor=house.pat)
    return vase


def place(code):
    return Location.objects.get(code=code)


def lying(product):
    rows = Stock.objects.filter(product=product, on_hand__gt=0)
    return dict(rows.values_list("location__code", "on_hand"))


def open_tasks():
    rows = ReplenishTask.objects.filter(status="open")
    return list(rows.values_list("source__code", "face__location__code", "units"))


def url_of(task, step=""):
    return f"{REFILLS}{task.pk}/{step}"


@pytest.fixture
def task(house, vase):
    [task] = plan_replenishment(house.warehouse)
    return task


def test_a_face_below_its_minimum_gets_one_task_up_to_its_target(house, vase):
    call_command("plan_replenishment")
    again = plan_all_replenishment()

    assert open_tasks() == [("B-01-1", "A-02-1", 7)]
    assert again == 0


def test_a_face_that_holds_its_minimum_gets_none(house, vase):
    put_stock(vase, 1, bin_code="A-02-1")

    assert plan_replenishment(house.warehouse) == []


def test_orders_that_want_more_than_the_face_holds_make_a_task(house, vase):
    put_stock(vase, 2, bin_code="A-02-1")
    make_order(house.ada, {"VASE": 12})
    allocate_due()

    plan_replenishment(house.warehouse)

    assert open_tasks() == [("B-01-1", "A-02-1", 7)], "12 wanted, 5 there"


def test_a_reserve_that_is_too_small_gives_what_it_has(house):
    kite = make_product(house.ada, "KITE", "Kite")
    put_stock(kite, 2, bin_code="B-01-1")
    set_face(kite, place("A-02-1"), minimum=4, target=10, actor=house.pat)

    plan_replenishment(house.warehouse)

    assert open_tasks() == [("B-01-1", "A-02-1", 2)]


def two_faces(house, kite):
    for code in ("A-01-1", "A-02-1"):
        set_face(kite, place(code), minimum=4, target=8, actor=house.pat)


def test_two_faces_are_not_sent_for_the_same_units(house):
    kite = make_product(house.ada, "KITE", "Kite")
    put_stock(kite, 11, bin_code="B-01-1")
    two_faces(house, kite)

    plan_replenishment(house.warehouse)
    plan_replenishment(house.warehouse)

    assert sorted(units for _, _, units in open_tasks()) == [3, 8]


def test_a_face_is_not_sent_for_what_an_open_task_brings(house):
    kite = make_product(house.ada, "KITE", "Kite")
    put_stock(kite, 8, bin_code="B-01-1", lot="1")
    two_faces(house, kite)
    plan_replenishment(house.warehouse)
    before = len(open_tasks())
    Location.objects.create(warehouse=house.warehouse, code="C-01-1", kind="shelf")
    put_stock(kite, 5, bin_code="C-01-1", lot="2")

    plan_replenishment(house.warehouse)

    assert before == 1
    assert {(source, units) for source, _, units in open_tasks()} == {("B-01-1", 8), ("C-01-1", 5)}


@pytest.mark.parametrize("why", ["staging", "closed", "face"])
def test_what_is_no_reserve_is_not_brought(house, vase, why):
    if why == "staging":
        Location.objects.filter(code="B-01-1").update(is_staging=True)
    if why == "closed":
        Stock.objects.filter(product=vase, location__code="B-01-1").update(
            closed_at="2026-11-23T09:00Z"
        )
    if why == "face":
        set_face(vase, place("B-01-1"), minimum=0, target=1, actor=house.pat)

    assert plan_replenishment(house.warehouse) == []


def test_picks_go_to_the_face_before_the_reserve(house, pat, vase):
    make_order(house.ada, {"VASE": 5})
    allocate_due()

    walk = take(house.warehouse, house.pat)

    assert stops(walk) == [("A-02-1", "VASE", 3), ("B-01-1", "VASE", 2)]


def test_without_a_face_the_fewest_stops_decide_as_before(house, pat, vase):
    PickFace.objects.all().delete()
    make_order(house.ada, {"VASE": 5})
    allocate_due()

    assert stops(take(house.warehouse, house.pat)) == [("B-01-1", "VASE", 5)]


def test_a_refill_is_taken_and_done_by_scans(house, pat, vase, task):
    assert "Refill 1 pick faces" in pat.opens(HOME).text
    opened = pat.sends(REFILLS, code="B-01-1")
    there = pat.sends(url_of(task), code="B-01-1", step=0)
    product = pat.sends(url_of(task), code="VASE", step=1, quantity=7)
    done = pat.sends(url_of(task), code="A-02-1", step=2, quantity=7)

    assert (opened.url, "Go to B-01-1" in opened.text) == (url_of(task), True)
    assert "Take from B-01-1 Glass vase VASE × 7" in there.text.replace("×7", "× 7")
    assert "Bring to A-02-1" in product.text
    assert done.says == "7 × Glass vase into A-02-1"
    assert "No pick face needs units." in done.text
    assert lying(vase) == {"A-02-1": 10, "B-01-1": 23}
    moved = StockMovement.objects.filter(subject_id=task.pk)
    assert set(moved.values_list("location__code", "quantity", "reason")) == {
        ("A-02-1", 7, "moved"),
        ("B-01-1", -7, "moved"),
    }
    task.refresh_from_db()
    assert (task.status, task.worker, task.ended_at is None) == ("done", house.pat, False)
    assert Event.objects.get(kind="replenish_task.done").data == {"moved": 7}


def test_who_stands_at_the_reserve_takes_a_refill_over(house, pat, pia, vase, task):
    pat.sends(url_of(task), code="B-01-1", step=0)
    seen = pia.opens(url_of(task))
    pia.sends(url_of(task), code="B-01-1", step=0)
    late = pat.sends(url_of(task), code="A-02-1", step=2, quantity=7)
    done = pia.sends(url_of(task), code="A-02-1", step=2, quantity=7)

    assert "Pat Picker has begun it: scan the location to take it over." in seen.text
    assert (late.status, late.says) == (409, "Pia has taken this refill.")
    assert done.says == "7 × Glass vase into A-02-1"
    assert lying(vase) == {"A-02-1": 10, "B-01-1": 23}


@pytest.mark.parametrize(
    ("step", "code", "says"),
    [
        (0, "A-01-1", "You scanned A-01-1. Expected: location B-01-1."),
        (1, "LAMP", "You scanned LAMP. Expected: VASE Glass vase."),
        (2, "A-01-1", "You scanned A-01-1. Expected: location A-02-1."),
    ],
)
def test_a_wrong_scan_changes_nothing(house, pat, vase, task, step, code, says):
    screen = pat.sends(url_of(task), code=code, step=step, quantity=7)

    assert (screen.status, screen.says) == (409, says)
    assert lying(vase) == {"A-02-1": 3, "B-01-1": 30}
    assert open_tasks() == [("B-01-1", "A-02-1", 7)]


def test_units_that_a_walk_has_claimed_are_not_brought(house, pat, vase, task):
    make_order(house.ada, {"VASE": 30})
    allocate_due()
    take(house.warehouse, house.pat)

    screen = pat.sends(url_of(task), code="A-02-1", step=2, quantity=7)

    assert (screen.status, screen.says) == (
        409,
        "B-01-1 has 3 × Glass vase that can go: 27 more are claimed by pick lists.",
    )
    assert lying(vase) == {"A-02-1": 3, "B-01-1": 30}


def test_units_that_are_not_there_are_counted(house, pat, vase, task):
    screen = pat.sends(url_of(task, "drop/"))

    assert screen.says == "B-01-1 is to be counted."
    assert open_tasks() == []
    assert CountTask.objects.get().location == place("B-01-1")


def test_nothing_is_counted_where_the_books_have_nothing_free_either(house, pat, vase, task):
    make_order(house.ada, {"VASE": 33})
    allocate_due()
    take(house.warehouse, house.pat)
    page = pat.opens(url_of(task))

    screen = pat.sends(url_of(task, "drop/"))

    assert "Nothing is free there: drop it" in page.text
    says = "Nothing is free in B-01-1, by the books too: this refill is dropped."
    assert (screen.says, open_tasks()) == (says, [])
    assert not CountTask.objects.exists()


def test_a_face_to_which_somebody_brings_units_is_not_removed(house, pat, lea, vase, task):
    pat.sends(url_of(task), code="B-01-1", step=0)

    refused = lea.sends(f"{FACES}{task.face_id}/remove/")
    pat.sends(url_of(task), code="A-02-1", step=2, quantity=7)
    removed = lea.sends(f"{FACES}{task.face_id}/remove/")

    says = "Pat Picker is bringing units to A-02-1: not yet."
    assert (refused.status, refused.says) == (409, says)
    assert removed.says == "A-02-1 is no pick face of Glass vase any more."
    assert lying(vase) == {"A-02-1": 10, "B-01-1": 23}


def test_a_refill_that_nobody_has_begun_is_dropped_with_its_face(house, lea, vase, task):
    lea.sends(f"{FACES}{task.face_id}/remove/")

    assert not PickFace.objects.exists()
    assert Event.objects.get(kind="replenish_task.dropped").subject_id == task.pk
    with pytest.raises(DomainError, match="A-02-1 is no pick face any more"):
        take_task(task, actor=house.pat)


@pytest.mark.parametrize("is_known", [True, False])
def test_refused_limits_stay_as_typed(house, lea, is_known):
    lamp = house.ada.products["LAMP"]
    if is_known:
        set_face(lamp, place("A-02-1"), minimum=1, target=2, actor=house.pat)

    screen = lea.sends(FACES, location=place("A-02-1").pk, product=lamp.pk, minimum=9, target=5)

    assert screen.status == 409
    assert re.findall(r'name="(minimum|target)"[^>]* value="(\d*)"', screen.html) == [
        ("minimum", "9"),
        ("target", "5"),
    ]


def test_a_lead_sets_and_removes_a_face_by_scans(house, pat, lea):
    lamp = house.ada.products["LAMP"]
    pat_sees = pat.opens(FACES)
    at_place = lea.sends(FACES, code="A-02-1")
    chosen = lea.sends(FACES, code="LAMP", location=place("A-02-1").pk)
    limits = {"location": place("A-02-1").pk, "product": lamp.pk}
    wrong = lea.sends(FACES, **limits, minimum=9, target=5)
    count = PickFace.objects.count()
    saved = lea.sends(FACES, **limits, minimum=4, target=20)

    assert pat_sees.status == 403
    assert "Picked first in A-02-1" in at_place.text
    assert "Refill below Refill up to" in chosen.text
    assert (wrong.status, count) == (409, 0)
    assert saved.says == "A-02-1: refilled below 4 up to 20 × Brass lamp"
    assert "0 Brass lamp A-02-1 , below 4 up to 20" in saved.text
    removed = lea.sends(f"{FACES}{PickFace.objects.get().pk}/remove/")
    assert removed.says == "A-02-1 is no pick face of Brass lamp any more."
    assert not PickFace.objects.exists()


def test_goods_that_wait_are_put_into_their_face_first(house, pat, vase):
    Location.objects.filter(code="DOCK").update(is_staging=True)
    put_stock(vase, 2, bin_code="DOCK")

    low = pat.sends("/warehouse/put-away/", code="VASE").text
    put_stock(vase, 7, bin_code="A-02-1")
    full = pat.sends("/warehouse/put-away/", code="VASE").text

    assert ("Bring to A-02-1" in low, "Bring to B-01-1" in full) == (True, True)


def test_what_is_blocked_or_expired_is_not_brought(house, vase, pat):
    """It stays in reserve; of the others what expires first is brought."""
    Product.objects.filter(pk=vase.pk).update(is_lot_tracked=True)
    vase.refresh_from_db()
    Stock.objects.filter(location__code="B-01-1").update(closed_at=MONDAY)
    for lot, year in (("A1", 2096), ("B2", 2099), ("C3", 2098)):
        put_stock(vase, 4, bin_code="A-01-1", lot=lot, expires_on=date(year, 1, 31))
    Lot.objects.filter(code="A1").update(expires_on=date(2020, 1, 31))

    [task] = plan_replenishment(house.warehouse)
    screen = pat.opens(url_of(task))
    take_task(task, actor=pat.user)
    finish_task(task, units=7, actor=pat.user)

    assert "Lot C3 , then lot B2" in screen.text
    face = Stock.objects.filter(location__code="A-02-1", on_hand__gt=0).order_by("lot")
    assert list(face.values_list("lot", "on_hand")) == [("", 3), ("B2", 3), ("C3", 4)]
    Lot.objects.update(expires_on=date(2020, 1, 31))
    assert plan_replenishment(house.warehouse) == []
    put_stock(vase, 9, bin_code="A-01-1", lot="D4", expires_on=date(2099, 1, 31))
    plan_replenishment(house.warehouse)
    assert open_tasks() == [("A-01-1", "A-02-1", 7)], "what has expired on the face counts as none"
