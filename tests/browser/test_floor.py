"""Scanners in real hands: fast, in order, once, heard and seen, on a small screen."""

import time
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.floor import ALARM_HERTZ, GOOD_HERTZ, READ_HERTZ
from tests.support.cast import make_order, put_stock
from tests.support.waiting import wait_until
from tests.warehouse.walking import pick_all, take
from warehouse.models import PickLine, Scan, StockMovement
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RECEIVE, PICK = "/warehouse/receive/", "/warehouse/pick/"


@pytest.fixture
def walk(lamp, shade):
    """Two lamps in A-01-1 and one shade in B-01-1 to be picked."""
    put_stock(lamp, 5)
    put_stock(shade, 5, bin_code="B-01-1")
    return [("A-01-1", "LAMP"), ("B-01-1", "SHADE")]


def order(ada):
    made = make_order(ada, {"LAMP": 2, "SHADE": 1})
    allocate_due()
    return made


def received():
    rows = StockMovement.objects.filter(reason="received", actor__isnull=False).order_by("pk")
    return list(rows.values_list("product__sku", "quantity"))


def test_a_hundred_scans_in_ten_seconds_are_all_applied_in_order(phone, pat, lamp, shade, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")

    for _ in range(50):
        for sku in ("LAMP", "SHADE"):
            device.scan(sku)
            device.page.wait_for_timeout(70)
    wait_until(lambda: Scan.objects.count() >= 100)

    assert received() == [("LAMP", 1), ("SHADE", 1)] * 50
    assert list(Scan.objects.order_by("sequence").values_list("sequence", flat=True)) == list(
        range(1, 101)
    )
    assert not Scan.objects.filter(is_refused=True).exists()


def test_the_answer_is_seen_and_heard_at_once(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")

    device.scan("LAMP")
    device.answered("Received 1 × Brass lamp into DOCK")
    pressed = device.page.evaluate("window.keys[0]")
    said = device.page.evaluate("window.said")
    heard = device.page.evaluate("window.heard")

    assert said[0]["words"] == "Scanned LAMP"
    assert said[0]["at"] - pressed <= 100
    assert heard[0]["hertz"] in READ_HERTZ
    assert heard[0]["at"] - pressed <= 100
    assert {tone["hertz"] for tone in heard[1:]} == GOOD_HERTZ


def test_a_whole_walk_without_touching_the_screen(phone, pat, ada, walk):
    shipment = order(ada).shipments.get()
    device = phone(pat)
    device.page.goto(PICK)

    device.page.keyboard.press("Enter")
    for place, sku in walk:
        expect(device.page.locator(".goal-code")).to_have_text(place)
        device.scan(place)
        expect(device.page.locator(".goal-reached")).to_be_visible()
        device.scan(sku)
    device.answered("Picked 1 × Linen shade")

    shipment.refresh_from_db()
    assert shipment.status == "picked"
    assert device.text(".goal-code") == "T-1"


def test_a_wrong_scan_is_an_alarm_and_the_next_scan_goes_on(phone, pat, ada, walk):
    order(ada)
    device = phone(pat)
    device.page.goto(PICK)
    device.page.keyboard.press("Enter")
    expect(device.page.locator(".goal-code")).to_have_text("A-01-1")

    device.scan("B-01-1")
    device.answered("You scanned B-01-1. Expected: location A-01-1.")
    alarm = device.page.locator(".outcome-alarm")
    box = alarm.bounding_box()
    assert (box["x"], box["width"]) == (0, 360), "across the whole screen"
    assert alarm.get_attribute("role") == "alert"
    assert device.hertz() == READ_HERTZ | ALARM_HERTZ
    assert not PickLine.objects.filter(picked__gt=0).exists()
    page_seen(device)
    device.scan("A-01-1")
    device.answered("Location A-01-1")
    assert device.hertz() == READ_HERTZ | GOOD_HERTZ


def page_seen(device):
    """Long enough for somebody to see an alarm."""
    device.page.wait_for_timeout(700)


def test_an_alarm_stays_in_sight(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    device.scan("NOPE-7")
    device.answered("You scanned NOPE-7. Expected: a product.")

    device.page.evaluate("document.body.style.paddingBottom = '900px'; scrollTo(0, 400)")

    expect(device.page.locator(".outcome-alarm")).to_be_in_viewport()


def test_a_page_of_before_another_sign_in_says_so(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    device.context.clear_cookies(name="csrftoken")

    device.scan("LAMP")
    device.answered("Your session has changed. 1 scan waits.")
    device.problems = [text for text in device.problems if "403" not in text]
    device.page.get_by_role("button", name="Reload").click()
    device.answered("Received 1 × Brass lamp into DOCK")

    assert received() == [("LAMP", 1)]


def test_too_many_requests_are_said_in_words(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    refusal = {"status": 429, "headers": {"Retry-After": "7"}, "body": "Too many"}
    device.page.route("**/receive/**", lambda route: route.fulfill(**refusal))

    device.scan("LAMP")

    device.answered("Not saved: too many requests. Wait 7 seconds, then scan again.")
    device.problems = [text for text in device.problems if "429" not in text]


def test_a_request_that_hangs_is_an_alarm_and_sent_again(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    # A route that nobody fulfils: the request hangs.
    device.page.route("**/receive/**", lambda _route: None)

    device.scan("LAMP")
    device.answered("No connection. Scans waiting: 1.")
    device.page.unroute("**/receive/**")
    device.answered("Received 1 × Brass lamp into DOCK")

    assert received() == [("LAMP", 1)]


@pytest.mark.parametrize("is_at_once", [True, False], ids=["text at once", "slow keys"])
def test_a_code_may_end_with_tab(phone, pat, lamp, dock, is_at_once):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    field = device.page.locator("#code")

    if is_at_once:
        device.page.keyboard.insert_text("LAMP")
    else:
        field.press_sequentially("LAMP", delay=120)
    device.page.keyboard.press("Tab")

    device.answered("Received 1 × Brass lamp into DOCK")
    expect(field).to_have_value("")
    assert received() == [("LAMP", 1)]


def test_the_scanners_bounce_is_one_scan(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")

    pulled = time.time()
    device.scan("LAMP", at=pulled)
    device.scan("LAMP", at=pulled + 0.1)
    device.answered("Received 1 × Brass lamp into DOCK")
    device.page.wait_for_timeout(350)
    device.scan("LAMP")
    expect(device.page.locator(".row-number")).to_have_count(2)

    assert received() == [("LAMP", 1), ("LAMP", 1)]


def test_scans_without_a_connection_wait_and_are_applied_once(phone, pat, lamp, shade, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")

    device.lose_connection()
    device.scan("LAMP")
    device.answered("No connection. Scans waiting: 1.")
    device.scan("SHADE")
    expect(device.page.locator(".outcome")).to_contain_text("2.")
    device.find_connection()
    device.answered("Received 1 × Linen shade into DOCK")

    assert received() == [("LAMP", 1), ("SHADE", 1)]


def test_a_tap_waits_for_the_scans_before_it(phone, pat, lamp, shade, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")

    device.scan("LAMP")
    device.scan("SHADE")
    device.page.get_by_role("link", name="Home").click()
    device.page.wait_for_url("**/warehouse/")

    assert received() == [("LAMP", 1), ("SHADE", 1)]


def test_the_keyboard_stays_away_until_a_code_is_typed(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    field = device.page.locator("#code")

    expect(field).to_have_attribute("inputmode", "none")
    expect(field).to_be_focused()
    device.page.get_by_role("button", name="Type the code").click()
    expect(field).to_have_attribute("inputmode", "text")
    field.press_sequentially("lamp", delay=120)
    device.page.get_by_role("button", name="Enter").click()

    device.answered("Received 1 × Brass lamp into DOCK")
    assert received() == [("LAMP", 1)]


def test_a_long_number_leaves_room_for_the_way_back(phone, pat, ada, walk):
    make_order(ada, {"LAMP": 1}, number="ORDER-2026-11-28-000123")
    allocate_due()
    device = phone(pat)
    device.page.goto(PICK)
    device.page.keyboard.press("Enter")
    expect(device.page.locator(".floor-name")).to_contain_text("000123-1")

    parts = [device.page.locator(f".floor-{part}") for part in ("back", "name", "place")]
    boxes = [part.bounding_box() for part in parts]

    for left, right in pairwise(boxes):
        assert left["x"] + left["width"] <= right["x"]
    assert boxes[1]["height"] <= 48, "two lines"


def test_everything_works_without_scripts(phone, pat, ada, walk):
    order(ada)
    device = phone(pat, java_script_enabled=False)
    page = device.page
    page.goto(PICK)
    page.get_by_role("button", name="Start next pick list").click()

    for place, sku in walk:
        page.get_by_label("Scan the location").fill(place)
        page.get_by_role("button", name="Enter").click()
        page.get_by_label("Scan the product").fill(sku)
        page.get_by_label("Scan the product").press("Enter")
    expect(page.get_by_text("Done. Take to packing:")).to_be_visible()

    stops = PickLine.objects.order_by("position")
    assert list(stops.values_list("picked", flat=True)) == [2, 1]


def test_a_signed_out_worker_is_asked_to_sign_in(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    device.context.clear_cookies(name="sessionid")

    device.scan("LAMP")
    device.answered("You have to sign in again. 1 scan waits.")
    device.page.get_by_role("button", name="Sign in").click()
    device.page.wait_for_url("**/accounts/login/?next=%2Fwarehouse%2Freceive%2F*")
    device.scan("LAMP")
    device.answered("You scanned LAMP. Sign in first: it is not saved.")

    expect(device.page.get_by_label("E-mail")).to_have_value("")
    assert received() == []


def test_a_scan_stays_in_no_field_that_gets_the_focus_meanwhile(phone, pat):
    device = phone(pat)
    device.context.clear_cookies(name="sessionid")
    device.page.goto("/accounts/login/?next=/warehouse/receive/")
    email = device.page.get_by_label("E-mail")
    email.fill("p")
    email.evaluate(
        "field => { field.blur(); addEventListener('keyup', () => field.focus(), {once: true}) }"
    )

    device.scan("LAMP")
    device.answered("You scanned LAMP. Sign in first: it is not saved.")

    expect(email).to_have_value("p")


def test_a_press_does_what_it_hit(phone, pat, pia, ada, building, walk):
    shipment = order(ada).shipments.get()
    pick_all(take(building, pat), pat)
    device = phone(pia, has_touch=True, is_mobile=True)
    device.page.goto(f"/warehouse/pack/{shipment.pk}/")
    for code in ("LAMP", "LAMP", "SHADE"):
        device.scan(code)
        expect(device.page.locator(".outcome-good")).to_contain_text("In the box")
        device.page.wait_for_timeout(350)  # one code twice: not the trigger that bounces
    device.scan("NOPE-1")
    for code in ("NOPE-1", "NOPE-2"):
        device.scan(code)
        expect(device.page.locator("[data-answer] .outcome-alarm")).to_contain_text(code)
        page_seen(device)
    empty = device.page.get_by_role("button", name="Empty box")
    expect(empty, "asks first").to_have_count(0)

    place = device.page.get_by_role("button", name="Close box").bounding_box()
    device.page.touchscreen.tap(place["x"] + 150, place["y"] + place["height"] / 2)

    device.answered(f"Box {shipment.packages.get()} closed.")
    assert shipment.packages.get().lines.count() == 2
    expect(device.page.locator("[data-standing]")).to_have_count(0)
