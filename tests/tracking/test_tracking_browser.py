"""The tracking page in a real browser: for everyone, without a script, and kept up to date."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from orders.lifecycle.cancel import cancel_order
from orders.models import Order, Return
from orders.returns.handling import approve_return, request_return
from tests.browser.looking import hindrances
from tests.support.cast import make_order
from tests.tracking.tracked import (
    AT_THE_DOOR,
    MONDAY,
    ON_THE_DAY,
    out_for_delivery,
    sent_order,
    split_order,
)
from warehouse.couriers.runs import deliver_stop, fail_stop

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def path(order, what=""):
    return f"/track/{order.token}/{what}"


def waiting(house):
    return make_order(house.ada, {"LAMP": 1}, street="", city="", country=""), MONDAY


def sent(house):
    return sent_order(house, {"LAMP": 1, "SHADE": 2}), MONDAY


def late(house):
    return sent(house)[0], datetime(2026, 12, 1, tzinfo=UTC)


def split(house):
    return split_order(house), MONDAY


def at_the_door(house):
    boxes = [{"LAMP": 2}, {"SHADE": 1}]
    return out_for_delivery(house, {"LAMP": 2, "SHADE": 1}, boxes=boxes)[0], ON_THE_DAY


def gift(house):
    return out_for_delivery(house, {"LAMP": 2}, is_gift=True)[0], ON_THE_DAY


def failed(house):
    order, run = out_for_delivery(house, {"LAMP": 1})
    with time_machine.travel(AT_THE_DOOR, tick=False):
        fail_stop(run.stops.last(), reason="not_home", actor=house.cory)
    return order, AT_THE_DOOR


def delivered(house):
    order, run = out_for_delivery(house, {"LAMP": 2, "SHADE": 1})
    with time_machine.travel(AT_THE_DOOR, tick=False):
        deliver_stop(run.stops.last(), received_by="Grace", actor=house.cory)
    return order, AT_THE_DOOR


def cancelled(house):
    order = make_order(house.ada, {"LAMP": 1})
    return cancel_order(order, actor=house.ada.owner), MONDAY


def asked_back(house):
    order, now = delivered(house)
    with time_machine.travel(now, tick=False):
        units = {line.pk: line.delivered for line in order.lines.all()}
        approve_return(request_return(order, units=units, reason="damaged"), actor=None)
    return order, now


STAGES = [
    (waiting, ""),
    (sent, ""),
    (late, ""),
    (split, ""),
    (at_the_door, ""),
    (gift, ""),
    (failed, ""),
    (cancelled, ""),
    (delivered, ""),
    (asked_back, ""),
    (delivered, "return/"),
    (asked_back, "return/"),
]
NAMES = [f"{stage.__name__}-{what.strip('/') or 'page'}" for stage, what in STAGES]


@pytest.mark.parametrize(("stage", "what"), STAGES, ids=NAMES)
def test_nothing_hinders_anyone_in_any_state(monday_house, open_page, stage, what):
    order, now = stage(monday_house)
    page = open_page(now, path(order, what))

    assert hindrances(page) == []


@pytest.mark.parametrize(
    ("stage", "what"), [(split, ""), (at_the_door, ""), (asked_back, ""), (delivered, "return/")]
)
def test_a_narrow_screen_and_large_letters_lose_nothing(monday_house, open_page, stage, what):
    order, now = stage(monday_house)
    page = open_page(now, path(order, what))

    for width, size in ((320, "100%"), (320, "200%"), (1280, "200%")):
        page.set_viewport_size({"width": width, "height": 640})
        page.evaluate("size => document.documentElement.style.fontSize = size", size)
        assert page.evaluate(BEYOND) == []
        assert page.evaluate(CUT_OFF) == []


BEYOND = """() => [...document.querySelectorAll('body *:not(.unseen)')]
    .filter(part => part.getBoundingClientRect().right > window.innerWidth + 0.5)
    .map(part => part.outerHTML.slice(0, 80))"""

CUT_OFF = """() => [...document.querySelectorAll('main *:not(.unseen, .step)')]
    .filter(part => part.scrollWidth > part.clientWidth + 1 && part.clientWidth
        && getComputedStyle(part).display !== 'inline' && part.tagName !== 'SELECT')
    .map(part => part.outerHTML.slice(0, 80))"""

SMALL = """() => [...document.querySelectorAll(
    'a, button, select, input:not([type=hidden]), textarea')]
    .filter(part => !part.classList.contains('skip'))
    .map(part => [part.textContent.trim().slice(0, 20), part.getBoundingClientRect()])
    .filter(([_, box]) => box.width < 24 || box.height < 24)
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""


def test_every_target_is_large_enough_for_a_thumb(monday_house, open_page):
    order, now = delivered(monday_house)

    assert open_page(now, path(order)).evaluate(SMALL) == []
    assert open_page(now, path(order, "return/")).evaluate(SMALL) == []


@pytest.mark.parametrize("stage", [split, at_the_door, failed, delivered], ids=lambda s: s.__name__)
def test_the_answer_stands_on_the_first_screen(monday_house, open_page, stage):
    order, now = stage(monday_house)
    page = open_page(now, path(order), viewport={"width": 390, "height": 844})

    for part in page.locator("h1, .stops, .detail, .notice, .step[aria-current]").all():
        box = part.bounding_box()
        assert box["y"] + box["height"] <= 844


def test_a_return_needs_no_script(monday_house, open_page, site):
    order, now = delivered(monday_house)
    page = open_page(now, path(order), java_script_enabled=False)

    page.get_by_role("link", name="Return an item").click()
    page.get_by_label("Postcode of the delivery address").fill(f" {order.postcode} ")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Title of LAMP").select_option("1")
    page.get_by_label("Arrived damaged").check()
    page.get_by_label("Anything we should know?").fill("The glass is broken.")
    page.get_by_role("button", name="Request return").click()

    expect(page).to_have_url(site.address + path(order))
    asked = Return.objects.get()
    expect(page.get_by_role("heading", name=f"Return {asked.number}")).to_be_visible()
    assert page.locator(
        "[aria-label='Progress of your return'] [aria-current=step]"
    ).all_inner_texts() == ["Requested"]
    assert (asked.reason, asked.comment) == ("damaged", "The glass is broken.")
    pages = [status for _, asked_for, status in site.asked if asked_for.startswith("/track/")]
    assert set(pages) == {200, 302}

    approve_return(asked, actor=None)
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_text(f"write {asked.number} on the parcel")).to_be_visible()


def test_a_phone_in_arabic_needs_no_script(monday_house, open_page, site):
    order, now = delivered(monday_house)
    Order.objects.filter(pk=order.pk).update(language="ar")
    page = open_page(now, path(order), is_proven=True, java_script_enabled=False)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("heading", name="تم التسليم اليوم الساعة 19:22")).to_be_visible()

    page.locator(".languages summary").click()
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Heute um 19:22 Uhr zugestellt")).to_be_visible()
    page.get_by_role("link", name="Artikel zurücksenden").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")  # the link remembers
    page.locator(".languages summary").click()
    page.get_by_role("link", name="العربية").click()

    page.get_by_label("Title of LAMP").select_option("1")
    page.get_by_role("button", name="طلب الإرجاع").click()
    expect(page.get_by_role("alert")).to_contain_text("اختر سببًا للإرجاع.")
    page.get_by_label("وصل تالفًا").check()
    page.get_by_role("button", name="طلب الإرجاع").click()
    asked = Return.objects.get()
    expect(page.get_by_role("heading", name=asked.number)).to_be_visible()
    expect(page.get_by_text("يراجع المتجر طلب الإرجاع.")).to_be_visible()
    assert asked.reason == "damaged"


def test_an_empty_form_says_what_is_missing_to_everyone(monday_house, open_page):
    order, now = delivered(monday_house)
    page = open_page(now, path(order, "return/"))

    page.get_by_role("button", name="Request return").click()

    problem = page.get_by_role("alert").get_by_role("link", name="Choose a reason for the return.")
    problem.click()
    assert page.evaluate("document.activeElement.name") == "reason"
    assert hindrances(page) == []
    assert Return.objects.count() == 0


def test_the_form_can_be_filled_with_the_keyboard_alone(monday_house, open_page):
    order, now = delivered(monday_house)
    page = open_page(now, path(order, "return/"))

    page.get_by_label("Title of LAMP").focus()
    for key in ("ArrowDown", "Tab", "Tab", "Space", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(f"**{path(order)}")

    assert Return.objects.get().lines.get().requested == 1


def test_a_change_is_announced_once_and_without_a_reload(monday_house, open_page, site):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    page = open_page(ON_THE_DAY, path(order), is_installed=True)
    page.evaluate(LISTEN)

    assert next_poll(page).status == 304
    site.now = AT_THE_DOOR
    with time_machine.travel(AT_THE_DOOR, tick=False):
        deliver_stop(run.stops.last(), received_by="Grace", actor=monday_house.cory)
    assert next_poll(page).status == 200
    page.get_by_role("heading", name="Delivered today at 19:22").wait_for()
    assert next_poll(page).status == 304

    assert page.evaluate("said") == ["Delivered today at 19:22. In Berlin."]
    assert page.title() == "Delivered today at 19:22 · Ada's Lamps"
    assert page.locator("[role=status]").count() == 1

    # What cannot be drawn is asked for again, and the page claims no newer moment meanwhile.
    before = page.locator("#checked").text_content()
    site.now = AT_THE_DOOR + timedelta(minutes=5)
    Order.objects.update(is_gift=True)
    page.route(f"**{path(order)}", lambda route: route.fulfill(status=503))
    with page.expect_response(lambda answer: answer.status == 503):
        page.clock.run_for(46_000)
    assert page.locator("#checked").text_content() == before
    page.unroute(f"**{path(order)}")
    assert next_poll(page).status == 200
    expect(page.locator("#checked")).not_to_have_text(before)


def next_poll(page):
    """Let 45 seconds pass; the answer that the page's script gets."""
    with page.expect_response("**/state.json") as answer:
        page.clock.run_for(46_000)
    return answer.value


LISTEN = """() => {
    window.said = [];
    const region = document.querySelector('[role=status]');
    new MutationObserver(changes => changes.forEach(change => said.push(change.target.textContent)))
        .observe(region, { childList: true });
}"""


def test_a_hidden_page_does_not_ask(monday_house, open_page, site):
    order, _ = out_for_delivery(monday_house, {"LAMP": 1})
    page = open_page(ON_THE_DAY, path(order), is_installed=True)
    del site.asked[:]

    page.evaluate("window.away = true")
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => window.away })")
    page.clock.run_for(300_000)
    page.evaluate("window.away = false")
    with page.expect_response("**/state.json"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    assert site.asked == [("GET", path(order, "state.json"), 304)]


def test_nobody_else_is_asked_and_nothing_is_blocked(monday_house, open_page, site):
    order, now = at_the_door(monday_house)
    page = open_page(now, "about:blank")
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))

    page.goto(path(order), wait_until="networkidle")

    brand = f"/track/brand/{order.seller_id}.css"
    ours = [path(order), "/static/track.css", brand, "/static/track.js"]
    assert set(asked) - {f"{site.address}/static/logo.svg"} == {site.address + one for one in ours}
    assert errors == []
