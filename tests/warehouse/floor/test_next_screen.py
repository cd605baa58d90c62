"""A scan is answered with the screen that it leads to; a form without a script with a redirect."""

import re

import pytest

from orders.access import Role
from tests.support.cast import make_order, make_user
from tests.support.stages import open_house, picked_shipment
from tests.warehouse.badges.scanners import OUT, Scanner, badge_for
from tests.warehouse.screens.floor import Worker, minute_after
from warehouse.models import PickList
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

PICK = "/warehouse/pick/"
WANTED = {"prefer": "return=representation"}


@pytest.fixture
def house(once):
    """The warehouse with its goods and people."""
    yield from minute_after(once, open_house)


@pytest.fixture
def pat(house):
    """Pat picks."""
    return Worker(house.pat)


@pytest.fixture
def lea(house):
    """Lea leads."""
    return Worker(make_user("lea@example.com", "Lea", Role.LEAD, warehouse=house.warehouse))


@pytest.fixture
def waiting(house):
    """An order that waits to be picked."""
    order = make_order(house.ada, {"LAMP": 1})
    allocate_due()
    return order


def test_the_scanner_gets_the_next_screen_and_its_address(waiting, pat):
    answer = pat.client.post(PICK, headers=WANTED)

    walk = PickList.objects.get()
    assert (answer.status_code, answer["Content-Location"]) == (200, f"{PICK}{walk.pk}/")
    html = answer.content.decode()
    # As the page itself: what a lost connection needs is on it, and a form that goes to it.
    assert "walk-ahead" in html
    assert f'action="{PICK}{walk.pk}/"' in html
    assert "no-store" in answer["Cache-Control"]


def test_a_browser_without_the_script_is_led_there(waiting, pat):
    answer = pat.client.post(PICK)

    assert (answer.status_code, answer["Location"]) == (302, f"{PICK}{PickList.objects.get().pk}/")
    assert "Content-Location" not in answer


def test_what_was_done_is_said_once(house, lea):
    shipment = picked_shipment(house, {"LAMP": 1})
    bench = f"/warehouse/pack/{shipment.pk}/"
    lea.sends(bench, code="LAMP")

    closed = lea.sends(f"{bench}close/")

    assert closed.url == bench
    assert re.fullmatch(r"Box \S+ closed\.", closed.says)
    assert lea.opens(bench).says is None


def test_a_screen_that_refuses_has_its_own_answer(waiting, pat):
    refused = pat.client.post(
        PICK, {"code": "NONSENSE", "client_id": pat.client_id}, headers=WANTED
    )

    assert refused.status_code == 409
    assert "Content-Location" not in refused


def test_whoever_signs_out_gets_no_screen(house, lea):
    scanner = Scanner(house.warehouse, lea.user)
    scanner.enter(badge_for(house.pat, house.warehouse, lea.user)[1])

    left = scanner.client.post(OUT, headers=WANTED)

    assert (left.status_code, left["Location"]) == (302, "/warehouse/badge/")
