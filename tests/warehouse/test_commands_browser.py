"""Command barcodes in a real browser: a scan presses what the screen offers, and nothing else."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import dock, lamp, phone, shade
from tests.support.cast import make_order, put_stock
from warehouse.models import PickLine, PickList, Scan
from warehouse.stock.allocation import allocate_due

__all__ = ["dock", "lamp", "phone", "shade"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SEEN = 700  # ms: long enough for somebody to read a question


@pytest.fixture
def walking(phone, pat, ada, lamp, shade):
    """Pat at the first stop of a walk of two lamps and a shade."""
    put_stock(lamp, 5)
    put_stock(shade, 5, bin_code="B-01-1")
    make_order(ada, {"LAMP": 2, "SHADE": 1})
    allocate_due()
    device = phone(pat)
    device.page.goto("/warehouse/pick/")
    device.page.keyboard.press("Enter")
    expect(device.page.locator(".goal-code")).to_have_text("A-01-1")
    return device


def picked():
    return list(PickLine.objects.order_by("pk").values_list("picked", flat=True))


def test_the_last_pick_is_undone_by_a_scan(walking):
    walking.scan("A-01-1")
    expect(walking.page.locator(".goal-reached")).to_be_visible()
    walking.scan("LAMP")
    expect(walking.page.locator(".goal-code")).to_have_text("B-01-1")
    assert picked() == [2, 0]

    walking.scan("DO-UNDO")

    expect(walking.page.locator(".goal-code")).to_have_text("A-01-1")
    assert picked() == [0, 0]


def test_a_stop_is_reported_short_and_left_again(walking):
    walking.scan("DO-SHORT")
    walking.page.wait_for_url("**/short/**")
    walking.scan("DO-BACK")
    walking.page.wait_for_url(lambda url: "/short/" not in url)
    expect(walking.page.locator(".goal-code")).to_have_text("A-01-1")
    walking.scan("DO-PAUSE")

    walking.page.wait_for_url(lambda url: "/pick/" not in url or url.endswith("/pick/"))
    assert PickList.objects.get().status == "aside"
    assert not Scan.objects.filter(code__startswith="DO-").exists()


def test_a_command_that_no_button_offers_says_so(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto(f"/warehouse/receive/?location={dock.pk}")

    device.scan("DO-PAUSE")
    device.answered("There is no walk to pause on this screen.")
    device.scan("DO-OK")
    device.answered("There is nothing to answer here.")
    device.scan("LAMP")
    device.answered("Received 1 × Brass lamp into DOCK")
    device.scan("DO-UNDO")

    expect(device.page.locator(".outcome")).to_contain_text("Undone")
    assert not Scan.objects.filter(is_refused=True).exists()


def test_signing_out_is_asked_first(phone, pat):
    device = phone(pat)
    device.page.goto("/warehouse/")

    device.scan("DO-OUT")
    expect(device.page.locator(".outcome p")).to_have_text("Sign out? Scan OK, or tap.")
    device.scan("DO-PAUSE")
    device.answered("There is no walk to pause on this screen.")
    device.page.wait_for_timeout(SEEN)
    device.scan("DO-OK")
    device.answered("There is nothing to answer here.")
    device.scan("DO-OUT")
    expect(device.page.get_by_role("button", name="Sign out").first).to_be_visible()
    device.page.wait_for_timeout(SEEN)
    device.scan("DO-OK")

    expect(device.page.locator(".floor-main [data-scan-field]")).to_have_count(0)
    device.page.goto("/warehouse/")
    assert "/warehouse/" not in device.page.url.split("?")[0]


def test_a_stopped_line_goes_on_by_its_card(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto(f"/warehouse/receive/?location={dock.pk}")
    for code in ("NOPE-7", "LAMP"):
        device.scan(code)
    expect(device.page.get_by_role("button", name="Go on")).to_be_visible()
    device.page.wait_for_timeout(SEEN)
    device.scan("DO-UNDO")
    device.answered("Undo: not done, for scans before it wait. Scan it again.")

    device.scan("DO-OK")

    device.answered("Received 1 × Brass lamp into DOCK")


def test_ok_answers_an_alarm_and_says_nothing_else(phone, pat, lamp, dock):
    device = phone(pat)
    device.page.goto(f"/warehouse/receive/?location={dock.pk}")
    device.scan("NOPE-7")
    alarm = device.page.locator(".outcome-alarm p")
    expect(alarm).to_contain_text("You scanned NOPE-7.")
    device.page.wait_for_timeout(SEEN)

    device.scan("DO-OK")

    expect(alarm).to_contain_text("You scanned NOPE-7.")
    device.page.wait_for_timeout(SEEN)
    device.scan("DO-OK")
    device.answered("There is nothing to answer here.")
