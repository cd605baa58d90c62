"""Scans without a connection: each is applied once and in order, whatever happens to the page."""

import time

import pytest
from playwright.sync_api import Error, expect

from tests.browser.people import enter
from tests.browser.test_floor import page_seen, received
from tests.support.waiting import wait_until
from warehouse.models import Location, Scan, Stock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RECEIVE = "/warehouse/receive/"
BOUNCED = 0.4  # seconds after which the same code is another scan
THIRTY = ["LAMP", "SHADE", "SHADE"] * 10


@pytest.fixture
def away(phone, pat, lamp, shade, dock):
    """Pat's phone on the receiving screen, without a connection."""
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    device.lose_connection()
    yield device
    known = ("ERR_FAILED", "403")
    device.problems = [text for text in device.problems if not any(word in text for word in known)]


def scan_all(device, codes):
    """A scan each, fast; the keys carry times at which none is a bounce of the one before."""
    begins = time.time()
    for place, code in enumerate(codes):
        device.scan(code, at=begins + place * BOUNCED)


def is_kept(device, number):
    """So many scans are on the device."""
    count = """async () => {
        const database = await new Promise((resolve) => {
          const asked = indexedDB.open("floor");
          asked.onsuccess = () => resolve(asked.result);
        });
        const asked = database.transaction("floor").objectStore("floor").getAll();
        await new Promise((resolve) => asked.onsuccess = resolve);
        return asked.result.filter((row) => row.code).length;
    }"""
    wait_until(lambda: device.page.evaluate(count) == number)


def once_each(codes):
    """What is in the books when each of these was received once."""
    return [(code, 1) for code in codes]


def test_thirty_scans_survive_a_reload(away, dock):
    scan_all(away, THIRTY)
    is_kept(away, 30)

    away.page.goto("about:blank")  # as a reload without a connection: the page is gone
    away.find_connection()
    away.page.goto("/warehouse/")

    wait_until(lambda: len(received()) == 30)
    assert received() == once_each(THIRTY)
    away.page.wait_for_url(f"**{RECEIVE}?location={dock.pk}")  # the screen of the scans
    is_kept(away, 0)
    refused = Scan.objects.filter(is_refused=True)
    assert not refused.exclude(outcome__startswith="No answer at first").exists()


def test_a_number_that_was_typed_is_that_of_its_scan(away):
    number = away.page.locator("[data-scan] [name=quantity]")
    for typed, code in (("5", "LAMP"), ("7", "SHADE")):
        number.fill(typed)
        away.scan(code)
        expect(number).to_have_value("")
    away.scan("LAMP")
    is_kept(away, 3)

    away.find_connection()

    wait_until(lambda: len(received()) == 3)
    assert received() == [("LAMP", 5), ("SHADE", 7), ("LAMP", 1)]


def test_thirty_scans_survive_a_tab_that_dies(phone, pat, lamp, shade, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    device.page.route("**/receive/**", lambda route: route.abort())  # of this tab alone
    scan_all(device, THIRTY)
    is_kept(device, 30)

    with pytest.raises(Error, match="crash"):
        device.page.goto("chrome://crash", timeout=10_000)
    device.page = device.context.new_page()
    device.page.goto(f"{RECEIVE}?location={dock.pk}")

    wait_until(lambda: len(received()) == 30)
    assert received() == once_each(THIRTY)
    device.problems = [text for text in device.problems if "ERR_FAILED" not in text]


def test_scans_of_a_page_that_is_slow_to_go_are_sent_by_the_next(phone, pat, lamp, shade, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    slow = device.page
    slow.route("**/receive/**", lambda route: route.abort())
    scan_all(device, ["LAMP", "LAMP"])
    is_kept(device, 2)

    device.page = device.context.new_page()
    device.wedge = device.context.new_cdp_session(device.page)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    device.scan("SHADE")
    device.answered("Received 1 × Linen shade into DOCK")  # so it has looked for what is left
    slow.close()

    wait_until(lambda: len(received()) == 3)
    assert received() == [("SHADE", 1), ("LAMP", 1), ("LAMP", 1)]
    is_kept(device, 0)
    device.problems = [text for text in device.problems if "ERR_FAILED" not in text]


def test_a_scan_that_was_applied_before_the_tab_died_is_not_applied_again(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")

    def answer_nobody(route):
        route.fetch()
        route.abort()

    device.page.route("**/receive/**", answer_nobody)
    device.scan("LAMP")
    device.answered("No connection. Scans waiting: 1.")
    assert received() == [("LAMP", 1)]
    device.page.close()
    device.page = device.context.new_page()
    device.page.goto(f"{RECEIVE}?location={dock.pk}")

    device.answered("Received 1 × Brass lamp into DOCK")
    is_kept(device, 0)
    assert received() == [("LAMP", 1)]
    device.problems = [text for text in device.problems if "ERR_FAILED" not in text]


def test_each_scan_counts_on_its_own_screen(away, building):
    bin_ = Location.objects.get(warehouse=building, code="A-01-1")
    away.find_connection()
    pages = [away.page, away.context.new_page()]
    pages[1].goto(f"{RECEIVE}?location={bin_.pk}")
    away.lose_connection()
    for number, page in enumerate(pages, start=1):
        away.page, away.wedge = page, away.context.new_cdp_session(page)
        scan_all(away, ["LAMP", "SHADE"])
        is_kept(away, number * 2)
    for page in pages:
        page.goto("about:blank")
    away.find_connection()
    away.page.goto("/warehouse/")

    wait_until(lambda: len(received()) == 4)
    is_kept(away, 0)
    lies = Stock.objects.filter(on_hand__gt=0).order_by("location__code", "product__sku")
    assert list(lies.values_list("location__code", "product__sku", "on_hand")) == [
        ("A-01-1", "LAMP", 1),
        ("A-01-1", "SHADE", 1),
        ("DOCK", "LAMP", 1),
        ("DOCK", "SHADE", 1),
    ]


def test_scans_go_into_the_location_that_was_scanned(away, dock):
    scan_all(away, ["A-01-1", "LAMP", "SHADE"])
    is_kept(away, 3)
    away.page.goto("about:blank")
    away.find_connection()
    away.page.goto(f"{RECEIVE}?location={dock.pk}")

    away.answered("Received 1 × Linen shade into A-01-1")
    assert set(Stock.objects.values_list("location__code", "on_hand")) == {("A-01-1", 1)}


def test_a_scan_after_an_alarm_keeps_its_location(phone, pat, lamp, shade, dock):
    device = phone(pat)
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    device.scan("A-01-1")
    expect(device.page.locator(".goal-code")).to_have_text("A-01-1")
    scan_all(device, ["NOPE-7", "LAMP"])
    expect(device.page.get_by_text("Not saved yet, scanned after it: 1.")).to_be_visible()

    device.page.goto("about:blank")
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    device.page.get_by_role("button", name="Go on").click()

    device.answered("Received 1 × Brass lamp into A-01-1")


def test_scans_wait_for_the_next_sign_in(away, live_site, pat, dock):
    scan_all(away, THIRTY[:3])
    is_kept(away, 3)
    away.context.clear_cookies(name="sessionid")
    away.find_connection()
    away.answered("You have to sign in again. 3 scans wait.")

    scan_all(away, ["LAMP"])
    away.answered("You have to sign in again. 4 scans wait.")
    away.page.get_by_role("button", name="Sign in").click()
    expect(away.page.get_by_label("E-mail")).to_have_value("")
    assert received() == []
    enter(away.context, live_site, pat)
    away.page.goto("/warehouse/")

    wait_until(lambda: len(received()) == 4)
    assert received() == once_each([*THIRTY[:3], "LAMP"])


def test_two_people_on_one_device(away, live_site, pat, pia, dock):
    scan_all(away, ["LAMP", "SHADE"])
    is_kept(away, 2)
    away.page.goto("about:blank")
    away.find_connection()

    enter(away.context, live_site, pia)
    away.page.goto(f"{RECEIVE}?location={dock.pk}")
    expect(away.page.get_by_text(f"2 scans of {pat.name} not sent yet")).to_be_visible()
    away.scan("SHADE")
    away.answered("Received 1 × Linen shade into DOCK")
    told = wait_until(lambda: Scan.objects.filter(is_refused=True).first())
    assert told.outcome == f"2 scans of {pat.name} waited on this device when {pia.name} used it."
    assert list(Scan.objects.filter(is_refused=False).values_list("worker__name", "code")) == [
        (pia.name, "SHADE")
    ]

    enter(away.context, live_site, pat)
    away.page.goto("/warehouse/")
    wait_until(lambda: len(received()) == 3)
    applied = Scan.objects.filter(is_refused=False, worker=pat).order_by("at")
    assert list(applied.values_list("code", flat=True)) == ["LAMP", "SHADE"]


def test_an_alarm_of_the_replay_stops_the_rest(away, dock):
    scan_all(away, ["LAMP", "NOPE-7", "SHADE", "NOPE-8", "LAMP"])
    is_kept(away, 5)
    away.page.goto("about:blank")
    away.find_connection()
    away.page.goto(f"{RECEIVE}?location={dock.pk}")

    away.answered("You scanned NOPE-7. Expected: a product.")
    expect(away.page.get_by_text("Not saved yet, scanned after it: 3.")).to_be_visible()
    page_seen(away)
    assert received() == once_each(["LAMP"])
    away.page.get_by_role("button", name="Go on").click()
    away.answered("You scanned NOPE-8. Expected: a product.")
    expect(away.page.get_by_text("Not saved yet, scanned after it: 1.")).to_be_visible()
    assert received() == once_each(["LAMP", "SHADE"])
    page_seen(away)
    away.page.get_by_role("button", name="Do not save").click()
    away.answered("Not saved: LAMP.")

    is_kept(away, 0)
    assert received() == once_each(["LAMP", "SHADE"])
    told = wait_until(
        lambda: Scan.objects.filter(outcome="Not saved after an alarm: LAMP.").first()
    )
    assert told.is_refused
