"""Slow wedges and input methods: a scan is a scan, and what a finger types stays in its field."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.people import ENTER
from tests.browser.test_floor import received

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RECEIVE = "/warehouse/receive/"
BARCODE = "4006381333931"
OF_IME = 229  # the key code of a key that an input method has taken


@pytest.fixture
def device(phone, pat, lamp, dock):
    made = phone(pat)
    made.page.goto(f"{RECEIVE}?location={dock.pk}")
    return made


def send_keys(device, keys, seconds, *, at=None):
    """Keys with so many seconds between two of them, by their own clock."""
    begins = at or time.time()
    for place, key in enumerate(keys):
        named = key if isinstance(key, dict) else {"key": key, "text": key}
        shared = named | {"timestamp": begins + place * seconds}
        device.wedge.send("Input.dispatchKeyEvent", shared | {"type": "keyDown"})
        device.wedge.send("Input.dispatchKeyEvent", shared | {"type": "keyUp"})


@pytest.mark.parametrize("place", ["#code", "#quantity", "body"])
def test_a_slow_wedge_is_a_scan_wherever_the_focus_is(device, place):
    device.page.locator(place).evaluate("place => (document.activeElement.blur(), place.focus())")
    before = device.page.locator("#quantity").input_value()

    send_keys(device, [*BARCODE, ENTER], 0.06)

    device.answered("Received 1 × Brass lamp into DOCK")
    assert received() == [("LAMP", 1)]
    expect(device.page.locator("#quantity")).to_have_value(before)


def test_a_number_that_a_finger_types_stays(device):
    device.page.locator("#quantity").fill("")
    device.page.locator("#quantity").focus()

    begins = time.time()
    send_keys(device, "12", 0.15, at=begins)
    send_keys(device, [*BARCODE, ENTER], 0.002, at=begins + 0.15 + 0.07)

    device.answered("Received 12 × Brass lamp into DOCK")
    assert received() == [("LAMP", 12)]
    expect(device.page.get_by_role("button", name="Camera")).to_have_count(0)  # it has none


def test_keys_that_an_input_method_takes_are_a_scan(device):
    device.page.locator("#code").focus()
    taken = [
        {"key": "Process", "code": f"Key{letter}", "windowsVirtualKeyCode": OF_IME}
        for letter in "LAMP"
    ]

    send_keys(device, [*taken, ENTER], 0.01)

    device.answered("Received 1 × Brass lamp into DOCK")
    expect(device.page.locator("#code")).to_have_value("")
    assert received() == [("LAMP", 1)]


def test_a_word_of_an_input_method_is_no_scan(device):
    device.page.locator("#code").focus()
    device.wedge.send(
        "Input.imeSetComposition", {"text": "らんぷ", "selectionStart": 3, "selectionEnd": 3}
    )

    send_keys(device, [{"key": "Process", "code": "Enter", "windowsVirtualKeyCode": OF_IME}], 0.01)

    device.page.wait_for_timeout(300)
    assert received() == []
    expect(device.page.locator(".outcome")).to_have_count(0)
