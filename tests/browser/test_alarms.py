"""An alarm is not lost in a burst: the line stops, and no scan counts on another screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.floor import ALARM_HERTZ
from tests.browser.test_floor import page_seen, received
from tests.support.cast import make_order, put_stock
from tests.support.waiting import wait_until
from warehouse.models import PickLine, Scan
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RECEIVE, PICK = "/warehouse/receive/", "/warehouse/pick/"


@pytest.mark.parametrize("is_offline", [False, True])
def test_a_refused_scan_in_a_burst_is_not_lost_to_sight(phone, pat, lamp, shade, dock, is_offline):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    standing = device.page.locator("[data-standing] li")

    if is_offline:
        device.lose_connection()
    for code in ("LAMP", "NOPE-7", "SHADE"):
        device.scan(code)
        device.page.wait_for_timeout(80)
    device.find_connection()
    device.answered("You scanned NOPE-7. Expected: a product.")
    expect(device.page.get_by_text("Not saved yet, scanned after it: 1.")).to_be_visible()
    assert device.hertz() >= ALARM_HERTZ
    assert received() == [("LAMP", 1)], "what was scanned after it waits"

    device.page.get_by_role("button", name="Go on").click()
    device.answered("Received 1 × Linen shade into DOCK")
    assert received() == [("LAMP", 1), ("SHADE", 1)]
    expect(standing).to_have_count(0)
    device.scan("LAMP")
    device.answered("Received 1 × Brass lamp into DOCK")
    expect(standing).to_have_count(0)


def test_what_waits_after_an_alarm_can_be_dropped(phone, pat, lamp, shade, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")

    for code in ("NOPE-7", "LAMP", "SHADE"):
        device.scan(code)
    device.page.get_by_role("button", name="Do not save").click()

    device.answered("Not saved: LAMP, SHADE.")
    wait_until(lambda: Scan.objects.count() == 3)
    assert received() == []
    told = Scan.objects.filter(is_refused=True).exclude(code="NOPE-7").order_by("sequence")
    assert list(told.values_list("outcome", flat=True)) == [
        "Not saved after an alarm: LAMP.",
        "Not saved after an alarm: SHADE.",
    ]


@pytest.mark.parametrize("is_sent", [True, False])
def test_a_reload_sends_nothing_that_waits_after_an_alarm(phone, pat, lamp, shade, dock, is_sent):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    device.page.on("dialog", lambda dialog: dialog.accept())
    for code in ("NOPE-7", "LAMP", "SHADE"):
        device.scan(code)
    question = device.page.get_by_text("Not saved yet, scanned after it: 2.")
    expect(question).to_be_visible()

    device.page.reload()

    expect(question).to_be_visible()
    said = device.page.locator("[data-standing] li")
    expect(said).to_have_text("You scanned NOPE-7. Expected: a product.")
    assert received() == []
    device.page.get_by_role("button", name="Go on" if is_sent else "Do not save").click()
    if is_sent:
        device.answered("Received 1 × Linen shade into DOCK")
    else:
        device.answered("Not saved: LAMP, SHADE.")
    assert received() == ([("LAMP", 1), ("SHADE", 1)] if is_sent else [])


def test_a_scan_of_the_screen_before_writes_nothing(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto("/warehouse/")

    device.scan("DOCK")  # opens the receiving screen, on which LAMP would be booked
    device.scan("LAMP")

    device.answered("You scanned LAMP on the screen before. Not saved: scan it again.")
    assert device.page.url.endswith(f"{RECEIVE}?location={dock.pk}")
    assert received() == []
    page_seen(device)
    device.scan("LAMP")
    device.answered("Received 1 × Brass lamp into DOCK")


def test_the_last_pick_read_twice_writes_nothing(phone, pat, ada, lamp):
    put_stock(lamp, 5)
    make_order(ada, {"LAMP": 1})
    allocate_due()
    device = phone(pat)
    device.page.goto(PICK)
    device.page.keyboard.press("Enter")
    expect(device.page.locator(".goal-code")).to_have_text("A-01-1")
    device.scan("A-01-1")
    expect(device.page.locator(".goal-reached")).to_be_visible()

    device.scan("LAMP")
    device.page.wait_for_timeout(320)  # longer than the trigger bounces
    device.scan("LAMP")

    device.answered("LAMP Brass lamp is already picked.")
    assert received() == []
    assert list(PickLine.objects.values_list("picked", flat=True)) == [1]


def test_what_was_not_saved_is_noted_from_the_next_screen(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.route("**/unsaved/**", lambda route: route.abort())
    device.page.on("dialog", lambda dialog: dialog.accept())
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    for code in ("NOPE-7", "LAMP"):
        device.scan(code)
    device.page.get_by_role("button", name="Do not save").click()
    device.answered("Not saved: LAMP.")
    assert Scan.objects.count() == 1

    device.page.goto(PICK)
    device.page.unroute("**/unsaved/**")

    wait_until(lambda: Scan.objects.count() == 2)
    assert device.page.url.endswith(PICK), "nobody is taken back to a screen that is done"
    device.problems = [text for text in device.problems if "ERR_FAILED" not in text]
