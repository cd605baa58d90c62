"""The screen of a shared scanner locks, and opens to the same person or to another badge."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from tests.support.cast import make_product
from tests.warehouse.badges.scanners import (
    BADGE,
    LOCK,
    PIN,
    UNLOCK,
    Scanner,
    badge_for,
    by_password,
)
from warehouse.badges.seats import COOKIE
from warehouse.models import Badge, Device, Location, Scan

pytestmark = pytest.mark.django_db

HOME = "/warehouse/"


@pytest.fixture
def scanner(building, lea, pat):
    """A device at which Pat sits."""
    made = Scanner(building, lea)
    made.enter(badge_for(pat, building, lea)[1])
    return made


def after(seconds):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False)


def test_an_idle_screen_locks_and_opens_with_the_pin(scanner, pat):
    with after(290):
        assert scanner.client.get(HOME).status_code == 200
    with after(580):  # 290 after the last use
        assert scanner.client.get(HOME).status_code == 200
    with after(890):
        locked = scanner.client.get("/warehouse/pick/")
        text = locked.content.decode()
        assert locked.status_code == 423
        assert (pat.name in text, "Pick" in text) == (True, False)
        assert scanner.client.get(HOME).status_code == 423
        opened = scanner.client.post(UNLOCK, {"pin": PIN, "next": "/warehouse/pick/"})
        assert (opened.status_code, opened["Location"]) == (302, "/warehouse/pick/")
        assert scanner.client.get("/warehouse/pick/").status_code == 200


def test_the_setting_says_when(scanner, settings):
    settings.FLOOR_LOCK_SECONDS = 0
    with after(36_000):
        assert scanner.client.get(HOME).status_code == 200
    settings.FLOOR_LOCK_SECONDS = 60
    with after(36_061):
        assert scanner.client.get(HOME).status_code == 423


def test_a_lock_by_hand_stays_until_the_pin_is_right(scanner):
    assert scanner.client.post(LOCK).status_code == 200
    assert scanner.client.get(HOME).status_code == 423
    wrong = scanner.unlock("999888")
    assert (wrong.status_code, "Badge or PIN is wrong." in wrong.content.decode()) == (403, True)
    assert scanner.client.get(HOME).status_code == 423
    program = scanner.unlock("999888", Accept="application/json")
    assert (program.status_code, program.json()) == (429, {"problem": "Try again in 1 s."})
    with after(10):
        right = scanner.unlock(Accept="application/json")
        assert (right.status_code, right.json()) == (200, {"problem": ""})
        assert scanner.client.get(HOME).status_code == 200


def test_five_wrong_pins_at_the_lock_lock_the_badge(scanner):
    scanner.client.post(LOCK)
    for number in range(5):
        with after(60 * number):
            assert scanner.unlock(f"99988{number}").status_code == 403
    with after(3600):
        assert scanner.unlock().status_code == 423
        assert scanner.client.get(HOME).status_code == 423
    badge = Badge.objects.get()
    assert (badge.state, badge.locked_on) == ("locked", ["Scanner 7"])


def test_another_badge_at_the_lock_is_asked_for_its_pin(scanner, pia, building, lea):
    _, code = badge_for(pia, building, lea, pin="975310")
    scanner.client.post(LOCK)
    step = scanner.unlock(code)
    assert "Your PIN" in step.content.decode()
    assert code not in step.content.decode().replace(f'value="{code}"', "")
    assert scanner.enter(code, "975310").status_code == 302
    assert scanner.client.get(HOME).wsgi_request.user == pia
    assert Device.objects.get().locked_at is None


def test_a_scan_that_meets_the_lock_is_applied_after_it_and_only_as_its_person(
    scanner, ada, pat, pia, building, lea
):
    make_product(ada, "LAMP", "Lamp")
    dock = Location.objects.get(code="DOCK")
    url = f"/warehouse/receive/?location={dock.pk}"
    sent = {
        "code": "LAMP", "location": dock.pk, "client_id": uuid4(), "sequence": 1, "worker": pat.pk,
    }  # fmt: skip
    scanner.client.post(LOCK)
    assert scanner.client.post(url, sent).status_code == 423
    assert not Scan.objects.exists()
    scanner.enter(badge_for(pia, building, lea, pin="975310")[1], "975310")
    refused = scanner.client.post(url, sent)
    assert refused.status_code == 409
    assert "Someone else scanned this" in refused.content.decode().replace(
        '</span> <span class="whole">', " "
    )
    assert not Scan.objects.exists()
    _, code = badge_for(pat, building, lea)
    scanner.enter(code)
    assert scanner.client.post(url, sent).status_code == 200
    assert Scan.objects.get().worker == pat


def test_a_locked_screen_lets_its_person_leave(scanner):
    scanner.client.post(LOCK)
    assert scanner.client.post("/warehouse/badge/out/")["Location"] == BADGE
    assert scanner.client.get(HOME)["Location"].startswith(BADGE)


def test_a_session_by_password_on_a_shared_device_ends_when_it_is_idle(scanner, lea, settings):
    browser = by_password(lea)
    assert browser.get(HOME).status_code == 200
    with after(3600):  # on a device of her own
        assert browser.get(HOME).status_code == 200
    browser.cookies[COOKIE] = scanner.token
    for seconds in (3600, 3800, 4000):
        with after(seconds):
            assert browser.get("/warehouse/badges/").status_code == 200
    with after(4400):
        assert browser.get("/")["Location"].startswith(BADGE)
        assert browser.get("/warehouse/badges/")["Location"].startswith(BADGE)
        assert browser.get("/accounts/login/").status_code == 200


def test_use_is_noted_a_few_times_a_minute(scanner):
    before = Device.objects.get().seen_at
    with after(10):
        scanner.client.get(HOME)
    assert Device.objects.get().seen_at == before
    with after(20):
        scanner.client.get(HOME)
    assert Device.objects.get().seen_at > before
