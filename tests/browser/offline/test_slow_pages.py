"""A page that is slow to go, on the device of the next one: what it leaves, and when."""

import pytest
from playwright.sync_api import expect

from tests.browser.offline.test_waiting import RECEIVE, is_kept
from tests.browser.people import enter
from tests.browser.test_floor import received
from tests.support.waiting import wait_until
from warehouse.models import Location

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROW = "sequence => ({ client: 'A', sequence, order: sequence, owner: 'pat', code: `C${sequence}` })"
LEFT = """async () => {
    let found = await Waiting.left();
    while (!found.rows.length && await found.later) found = await Waiting.left();
    return found.rows.map((row) => row.code);
}"""


@pytest.fixture
def device(phone, pat, lamp, shade, dock):
    found = phone(pat)
    found.page.goto(f"{RECEIVE}?location={dock.pk}")
    yield found
    found.problems = [text for text in found.problems if "ERR_FAILED" not in text]


def cut_off(page):
    """Of this page alone: what it scans stays on the device."""
    page.route("**/receive/**", lambda route: route.abort())


def use(device, page):
    device.page, device.wedge = page, device.context.new_cdp_session(page)


@pytest.fixture
def waiting(device):
    """Makes pages that have the store of the device, and no queue."""

    def make():
        page = device.context.new_page()
        page.goto("/static/waiting.js")
        page.add_script_tag(path="static/waiting.js")
        return page

    return make


def test_a_page_that_had_nothing_yet_is_waited_for(waiting):
    slow, following = waiting(), waiting()
    slow.evaluate("() => Waiting.hold('A')")
    following.evaluate(f"() => {{ Waiting.hold('B'); window.left = ({LEFT})(); }}")

    assert following.evaluate("async () => Boolean((await Waiting.left()).later)")
    slow.evaluate(f"() => Waiting.save(({ROW})(1))")
    slow.close()

    assert following.evaluate("() => window.left") == ["C1"]


def test_the_screen_stays_where_somebody_works(device, building, dock):
    bin_ = Location.objects.get(warehouse=building, code="A-01-1")
    here, there = device.page, device.context.new_page()
    there.goto(f"{RECEIVE}?location={bin_.pk}")
    for number, page in enumerate((here, there), start=1):
        cut_off(page)
        use(device, page)
        device.scan("LAMP")
        is_kept(device, number)
    use(device, device.context.new_page())
    screen = f"{RECEIVE}?location={dock.pk}"
    device.page.goto(screen)
    device.scan("SHADE")
    device.answered("Received 1 × Linen shade into DOCK")  # so it has looked for what is left

    there.close()
    here.close()

    wait_until(lambda: len(received()) == 2)
    assert received() == [("SHADE", 1), ("LAMP", 1)]
    device.page.wait_for_url(f"**{screen}")
    is_kept(device, 1)
    device.page.goto("/warehouse/")  # of a page that begins, nobody's work is lost
    wait_until(lambda: len(received()) == 3)


def test_what_comes_late_of_somebody_else_is_added_up(device, live_site, pat, pia, dock):
    early, late = device.page, device.context.new_page()
    late.goto(f"{RECEIVE}?location={dock.pk}")
    for number, page in enumerate((early, late), start=1):
        cut_off(page)
        use(device, page)
        device.scan("LAMP")
        is_kept(device, number)
    early.close()
    enter(device.context, live_site, pia)
    use(device, device.context.new_page())
    device.page.goto(f"{RECEIVE}?location={dock.pk}")
    expect(device.page.get_by_text(f"1 scan of {pat.name} not sent yet")).to_be_visible()

    late.close()

    expect(device.page.get_by_text(f"2 scans of {pat.name} not sent yet")).to_be_visible()
