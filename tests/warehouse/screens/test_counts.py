"""The screens of counting, adjusting, moving and approving."""

import re

import pytest

from orders.access import Role
from orders.models import Seller
from tests.support.cast import make_product, make_user, make_warehouse, put_stock
from tests.support.stages import LAMP_CODE
from tests.warehouse.screens.floor import Worker
from tests.warehouse.walking import ordered, take
from warehouse.floor.picking import report_short
from warehouse.models import Correction, CountedUnits, CountTask, Location, Stock

pytestmark = pytest.mark.django_db

COUNTS, ADJUST, MOVE = "/warehouse/counts/", "/warehouse/adjust/", "/warehouse/move/"
CORRECTIONS, PICK = "/warehouse/corrections/", "/warehouse/pick/"


def place(house, code="A-01-1"):
    return Location.objects.get(warehouse=house.warehouse, code=code)


def units(house, code="A-01-1"):
    rows = Stock.objects.filter(product=house.ada.products["LAMP"], location=place(house, code))
    return sum(rows.values_list("on_hand", flat=True))


def test_a_count_never_shows_the_books(house, pat, pia):
    books = units(house)
    begun = pat.sends(COUNTS, code="A-01-1")
    assert re.fullmatch(r"/warehouse/counts/[0-9a-f-]{36}/", begun.url)
    assert "Go to A-01-1" in begun.text
    wrong = pat.sends(begun.url, code="B-01-1")
    there = pat.sends(begun.url, code="A-01-1")
    scanned = pat.sends(begun.url, code="LAMP", there=1, quantity=3)
    scanned = pat.sends(begun.url, code="LAMP", there=1)

    assert wrong.says == "You scanned B-01-1. Expected: location A-01-1."
    assert "Count everything in A-01-1 0 units counted" in there.text
    assert scanned.says == "4 × Brass lamp"
    assert "All counted: 4 units" in scanned.text
    for screen in (begun, there, scanned):
        assert str(books) not in screen.text.replace("A-01-1", "")
    finished = pat.sends(f"{begun.url}finish/")
    assert finished.says == "A-01-1 is counted. Somebody else counts it once more."
    assert "Somebody else counts it once more" in pat.opens(COUNTS).text
    assert "Counted once, to count again" in pia.opens(COUNTS).text
    assert units(house) == books

    pia.sends(begun.url, code="LAMP", there=1, quantity=4)
    assert pia.sends(f"{begun.url}finish/").says == "A-01-1 is counted."
    assert units(house) == 4
    assert "No location waits for a count." in pia.opens(COUNTS).text


def test_a_count_can_begin_anew(house, pat):
    url = pat.sends(COUNTS, code="A-01-1").url
    pat.sends(url, code="LAMP", there=1, quantity=9)

    screen = pat.sends(f"{url}anew/")

    assert "Nothing lies there" in screen.text


def test_a_location_in_a_count_is_no_product(house, pat):
    url = pat.sends(COUNTS, code="A-01-1").url

    screen = pat.sends(url, code="B-01-1", there=1)

    assert (screen.status, screen.says[:20]) == (409, "You scanned B-01-1. ")
    assert "Count everything in A-01-1" in screen.text


def test_an_adjustment_by_scans(house, pat):
    lamp, books = house.ada.products["LAMP"], units(house)
    pat.sends(ADJUST, code="A-01-1")
    found = pat.sends(ADJUST, code="LAMP", location=place(house).pk)
    known = {"location": place(house).pk, "product": lamp.pk, "shown": books}
    old = pat.sends(f"{ADJUST}save/", **known | {"shown": 1}, units=0, reason="lost")

    saved = pat.sends(f"{ADJUST}save/", **known, units=books - 2, reason="damaged", note="wet")

    assert f"{books} in the books" in found.text
    assert (old.status, old.says) == (409, f"The books say {books} now, not 1: look again.")
    assert saved.says == "Adjusted: -2 × LAMP Brass lamp in A-01-1"
    assert units(house) == books - 2
    made = Correction.objects.get()
    assert (made.reason, made.note, made.asked_by) == ("damaged", "wet", house.pat)


def test_an_adjustment_needs_a_reason_from_the_list(house, pat):
    lamp, books = house.ada.products["LAMP"], units(house)
    known = {"location": place(house).pk, "product": lamp.pk, "shown": books}

    screen = pat.sends(f"{ADJUST}save/", **known, units=0, reason="fun")

    assert (screen.status, screen.says) == (409, "Reason: choose one of those on the screen.")
    assert units(house) == books


def test_a_move_by_scans(house, pia):
    lamp, books = house.ada.products["LAMP"], units(house)
    pia.sends(MOVE, code="A-01-1")
    found = pia.sends(MOVE, code="LAMP", location=place(house).pk)
    moved = pia.sends(MOVE, code="B-01-1", location=place(house).pk, product=lamp.pk, quantity=2)

    assert f"{books} can be moved" in found.text
    assert moved.says == "Moved: 2 × LAMP Brass lamp from A-01-1 to B-01-1"
    assert (units(house), units(house, "B-01-1")) == (books - 2, 2)


def test_much_waits_for_the_lead(house, pat, lea):
    lamp, books = house.ada.products["LAMP"], units(house)
    known = {"location": place(house).pk, "product": lamp.pk, "shown": books}

    asked = pat.sends(f"{ADJUST}save/", **known, units=books + 500, reason="found")
    listed = lea.opens(CORRECTIONS)
    url = re.search(r'action="(/warehouse/corrections/[^"]+)"', listed.html).group(1)

    assert asked.says.endswith("Not in the books yet: somebody else has to approve it.")
    assert units(house) == books
    assert "Corrections 1 to approve" in lea.opens("/warehouse/").text
    assert "+500 × LAMP Brass lamp in A-01-1 Found · Pat" in listed.text
    assert lea.sends(url).says == "Posted: +500 × LAMP Brass lamp in A-01-1"
    assert units(house) == books + 500
    again = lea.sends(url, refuse=1)
    assert (again.status, again.says) == (409, "This is posted already.")


def test_what_the_books_no_longer_say_is_not_approved(house, pat, pia, lea):
    lamp, books = house.ada.products["LAMP"], units(house)
    known = {"location": place(house).pk, "product": lamp.pk, "shown": books}
    pat.sends(f"{ADJUST}save/", **known, units=books + 500, reason="found")
    asked = lea.opens(CORRECTIONS)
    counted = pat.sends(COUNTS, code="A-01-1").url
    for person in (pat, pia):
        person.sends(counted, code="LAMP", there=1, quantity=books - 2)
        person.sends(f"{counted}finish/")

    listed = lea.opens(CORRECTIONS)
    screen = lea.sends(f"{CORRECTIONS}{Correction.objects.get().pk}/")

    assert f"{books} in the books, {books + 500} if approved" in asked.text
    assert (
        f"{books - 2} in the books now, {books} when asked: refuse it, and have it asked again"
        in listed.text
    )
    assert ("Approve" in listed.text, "Refuse" in listed.text) == (False, True)
    says = f"The books say {books - 2} now: refuse this, and somebody asks again."
    assert (screen.status, screen.says) == (409, says)
    assert units(house) == books - 2


def test_a_lead_does_not_approve_their_own(house, lea):
    lamp, books = house.ada.products["LAMP"], units(house)
    known = {"location": place(house).pk, "product": lamp.pk, "shown": books}
    lea.sends(f"{ADJUST}save/", **known, units=books + 500, reason="found")

    listed = lea.opens(CORRECTIONS)
    screen = lea.sends(f"{CORRECTIONS}{Correction.objects.get().pk}/")

    assert "You asked for this: another lead decides." in listed.text
    assert "Approve" not in listed.text
    assert (screen.status, units(house)) == (409, books)


def test_a_code_of_two_sellers_is_the_one_that_lies_there(house, pat):
    make_product(house.bo, "LAMP", "Tea light")

    there = pat.sends(ADJUST, code="LAMP", location=place(house).pk)
    elsewhere = pat.sends(ADJUST, code="LAMP", location=place(house, "DOCK").pk)

    assert "Brass lamp" in there.says
    assert elsewhere.says == "LAMP is used by several sellers: scan another code of it."


def test_nobody_reaches_another_warehouse(house, pat):
    other = make_warehouse("HAM")
    away = Location.objects.create(warehouse=other, code="X-1")
    task = CountTask.objects.create(warehouse=other, location=away, cause="asked")
    lou = Worker(make_user("lou@example.com", "Lou", Role.LEAD, warehouse=other))

    assert pat.opens(f"{COUNTS}{task.pk}/").status == 404
    assert pat.sends(ADJUST, code="LAMP", location=away.pk).status == 404
    assert lou.opens(f"{COUNTS}{task.pk}/").status == 200
    assert Seller.objects.count() == 2


def test_the_pick_screen_says_what_waits_for_a_count(house, pat):
    ordered(house.ada, {"LAMP": 1})
    held_up = ordered(house.ada, {"LAMP": units(house)})
    walk = take(house.warehouse, house.pat)
    report_short(walk.lines.get(), found=0, reason="empty", actor=house.pat)
    assert held_up.shipments.get().status == "released"

    shown, tried = pat.opens(PICK), pat.sends(PICK)

    assert "Waiting 0 shipments to pick 1 waits for a count of A-01-1." in shown.text
    assert "Nothing to pick right now. 1 waits for a count of A-01-1." in tried.text


def test_each_lot_is_counted_and_differs_by_itself(house, pat, pia):
    lamp = house.ada.products["LAMP"]
    type(lamp).objects.filter(pk=lamp.pk).update(is_lot_tracked=True)
    for units, lot in ((20, "A7"), (5, "B8")):
        put_stock(lamp, units, lot=lot, bin_code="B-01-1")
    url = pat.sends(COUNTS, code="B-01-1").url

    asked = pat.sends(url, code="LAMP", there=1, quantity=18)
    assert asked.says == "Brass lamp lies in B-01-1 in several lots (A7, B8): say which."
    assert "Lot of Brass lamp" in asked.text
    assert '<option value="B8">' in asked.html
    assert CountedUnits.objects.count() == 0
    lot = {"lot_of": lamp.pk, "lot": "A7", "there": 1}
    for worker in (pat, pia):
        worker.sends(url, code="LAMP", quantity=18, **lot)
        told = worker.sends(url, code=f"010{LAMP_CODE}10b8", quantity=7, **lot)
        assert told.says == "7 × Brass lamp, lot B8", "what the code says comes first"
        worker.sends(f"{url}finish/")

    found = Stock.objects.filter(product=lamp, location=place(house, "B-01-1")).order_by("lot")
    assert list(found.values_list("lot", "on_hand")) == [("A7", 18), ("B8", 7)]


def test_a_unit_that_names_no_lot_is_counted_without_one(house, pat, pia):
    hook = make_product(house.ada, "HOOK", "Hook")
    type(hook).objects.filter(pk=hook.pk).update(is_lot_tracked=True)
    url = pat.sends(COUNTS, code="B-01-1").url

    asked = pat.sends(url, code="HOOK", there=1)
    assert asked.status == 409
    assert '<option value="no lot">no lot</option>' in asked.html, "no lot lies in the house"
    put_stock(hook, 1, lot="A7", bin_code="B-01-1")
    told = pat.sends(url, code="HOOK", there=1, lot_of=hook.pk, lot="no lot")

    assert told.says == "1 × Hook, no lot", "it is none of A7"
    assert list(CountedUnits.objects.values_list("lot", "units")) == [("no lot", 1)]
