"""A second tap of the thumb does not press what the answer to the first one put under it."""

import pytest
from playwright.sync_api import expect

from tests.support.stages import open_house, planned_run, sent_packages, start_on_its_day
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

APART = [300, 0]  # ms between the taps; 0 is as soon as the next door is drawn


def under_way():
    """Cory's run of three doors, under way."""
    house = open_house()
    doors = [
        sent_packages(house, {"LAMP": 1}, customer_name=name)
        for name in ("Grace Hopper", "Alan Turing", "Emmy Noether")
    ]
    run = planned_run(house, *doors)
    start_on_its_day(run, house.cory)
    return run


@pytest.fixture
def run(once):
    return once(under_way)


def delivered(run):
    return run.stops.filter(finished_at__isnull=False).count()


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def wait_until_held(page, name):
    """Asked in the page, at each frame: a new screen is held for a second only."""
    page.wait_for_function(
        "name => [...document.querySelectorAll('[data-held]')]"
        ".some((button) => button.textContent.includes(name))",
        arg=name,
    )


@pytest.mark.parametrize("apart", APART)
def test_a_double_tap_delivers_one_stop(phone, run, apart):
    device = phone(run.courier)
    page = device.page
    page.goto("/courier/")
    page.get_by_role("button", name="Delivered to Grace Hopper").click()
    second = page.get_by_role("button", name="Delivered to Alan Turing")
    third = page.get_by_role("button", name="Delivered to Emmy Noether")
    expect(second).to_be_enabled()

    place = middle(second)
    page.mouse.click(*place)
    if apart:
        page.wait_for_timeout(apart)
    else:
        wait_until_held(page, "Emmy Noether")
    page.mouse.click(*place)
    expect(third).to_be_enabled()
    assert middle(third) == place, "the thumb was on it"

    assert delivered(run) == 2
    page.mouse.click(*place)
    wait_until(lambda: delivered(run) == 3)


def test_keys_press_at_once(phone, run):
    device = phone(run.courier)
    page = device.page
    page.goto("/courier/")
    page.get_by_role("button", name="Delivered to Grace Hopper").click()
    button = page.get_by_role("button", name="Delivered to Alan Turing")
    wait_until_held(page, "Alan Turing")

    button.press("Enter")

    wait_until(lambda: delivered(run) == 2)


def test_a_page_that_came_by_a_tap_takes_no_second_one(phone, run):
    device = phone(run.courier)
    page = device.page
    page.goto("/courier/")

    page.get_by_role("link", name="stop 3").click()

    button = page.get_by_role("button", name="Delivered to Emmy Noether")
    wait_until_held(page, "Emmy Noether")
    place = middle(button)
    page.mouse.click(*place)
    expect(button).to_be_enabled()
    assert delivered(run) == 0
    page.mouse.click(*place)
    wait_until(lambda: delivered(run) == 1)
