"""Choosing updates in a real browser: without a script, for everyone, and a browser that is told.

A browser alone on a machine reaches no push service: its PushManager is stood in for, as the Push
API describes it. The page, its script, the service worker and the portal are the real ones.
"""

import json

import pytest
from playwright.sync_api import expect

from notifications.channels.vapid import public_key
from notifications.delivery.sending import send_due
from notifications.models import Preference, PushSubscription
from orders.lifecycle.labelling import label_packages
from tests.browser.looking import hindrances
from tests.browser.site import PHONE, Site
from tests.notifications.saying import make_due
from tests.support.stages import open_house, packed_shipment
from tests.support.waiting import wait_until
from tests.tracking.test_tracking_browser import BEYOND, CUT_OFF, SMALL
from tests.tracking.tracked import MONDAY
from warehouse.floor.packing import mark_ready

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# What a browser's own push service would do; `window.asked` is what it was asked for.
PUSH_MANAGER = """
const given = %s;
let live = JSON.parse(localStorage.getItem('live') || 'null');
window.asked = [];
const bytes = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')),
    letter => letter.charCodeAt(0));
const subscription = () => live && {
    endpoint: live.endpoint,
    options: { applicationServerKey: bytes(live.key).buffer },
    toJSON: () => ({ endpoint: live.endpoint, expirationTime: null, keys: live.keys }),
    unsubscribe: async () => { live = null; localStorage.removeItem('live'); return true; },
};
PushManager.prototype.getSubscription = async () => subscription();
PushManager.prototype.subscribe = async options => {
    const key = btoa(String.fromCharCode(...options.applicationServerKey))
        .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    window.asked.push([options.userVisibleOnly, key]);
    live = { ...given, key };
    localStorage.setItem('live', JSON.stringify(live));
    return subscription();
};
"""
ALLOW = "Notification.requestPermission = async () => 'granted'"
DENY = "Notification.requestPermission = async () => 'denied'"


def packed_order():
    """The warehouse, and a packed order."""
    house = open_house()
    return house, packed_shipment(house, {"LAMP": 1}, number="1001").order


@pytest.fixture
def told(once, push_peer, smtp_peer, sms_peer):
    return once(packed_order)


@pytest.fixture
def house(told):
    return told[0]


@pytest.fixture
def order(told):
    return told[1]


@pytest.fixture
def site(house):
    with Site(MONDAY) as running:
        yield running


@pytest.fixture
def open_page(browser, site):
    """A function: a page of a fresh browser, with scripts that run before those of the page."""
    contexts = []

    def open_at(path, *scripts, **options):
        given = {"viewport": PHONE, "base_url": site.address} | options
        contexts.append(browser.new_context(**given))
        page = contexts[-1].new_page()
        for script in scripts:
            page.add_init_script(script)
        page.goto(path)
        return page

    yield open_at
    for context in contexts:
        context.close()


def path(order, what=""):
    return f"/track/{order.token}/{what}"


def test_updates_are_chosen_without_a_script(order, open_page, site):
    page = open_page(path(order), java_script_enabled=False)
    assert page.get_by_role("button", name="Notify me in this browser").count() == 0
    page.get_by_role("link", name="Manage updates").click()
    mails = page.get_by_role("group", name="E-mails to g…@example.com")
    mails.get_by_label("Packed").uncheck()
    page.get_by_label("No text messages at all").check()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("E-mails to g…@example.com: all except packed.")).to_be_visible()
    expect(page.get_by_text("No text messages to +49…78.")).to_be_visible()
    assert not mails.get_by_label("Packed").is_checked()
    rows = Preference.objects.order_by("channel").values_list("channel", "off", "is_off")
    assert list(rows) == [("email", ["packed"], False), ("sms", [], True)]
    pages = [(what, status) for _, what, status in site.asked if what.startswith("/track/")]
    assert {status for _, status in pages} == {200, 302}


def test_optional_mails_are_stopped_with_one_button(order, open_page):
    page = open_page(path(order, "unsubscribe/email/"), java_script_enabled=False)
    page.get_by_role("button", name="Stop optional e-mails").click()
    expect(page.get_by_role("heading", name="Optional e-mails are off")).to_be_visible()
    assert Preference.objects.get().is_off


@pytest.mark.parametrize("what", ["", "updates/", "updates/?saved=1", "unsubscribe/email/"])
def test_nothing_hinders_anyone(order, open_page, what):
    page = open_page(path(order, what))
    assert hindrances(page) == []
    assert page.evaluate(SMALL) == []
    for width, size in ((320, "100%"), (320, "200%"), (1280, "200%")):
        page.set_viewport_size({"width": width, "height": 640})
        page.evaluate("size => document.documentElement.style.fontSize = size", size)
        assert page.evaluate(BEYOND) == []
        assert page.evaluate(CUT_OFF) == []


def test_a_browser_asks_is_told_and_leaves(house, order, open_page, push_peer, site):
    peer_browser, given = push_peer.subscribe(public_key())
    page = open_page(path(order), PUSH_MANAGER % json.dumps(given), ALLOW)
    page.get_by_role("button", name="Notify me in this browser").click()
    page.get_by_text("This browser notifies you when something changes.").wait_for()
    assert page.evaluate("asked") == [[True, public_key()]]
    assert page.evaluate("navigator.serviceWorker.ready.then(ready => ready.scope)") == (
        f"{site.address}/track/"
    )
    assert PushSubscription.objects.get().endpoint == given["endpoint"]

    label_packages(order.shipments.get(), actor=house.pat)
    mark_ready(order.shipments.get(), actor=house.pat)
    make_due(*order.messages.all())
    while send_due():
        make_due(*order.messages.filter(status="planned"))
    assert [pushed.browser for pushed in push_peer.messages] == [peer_browser.id]

    page.reload()
    page.get_by_role("button", name="Turn off notifications").click()
    page.get_by_role("button", name="Notify me in this browser").wait_for()
    assert PushSubscription.objects.get().ended_at is not None
    assert {status for _, _, status in site.asked} <= {200, 201, 304}


def test_who_says_no_is_not_asked_of_the_service(order, open_page, push_peer):
    given = push_peer.subscribe(public_key())[1]
    page = open_page(path(order), PUSH_MANAGER % json.dumps(given), DENY)
    page.get_by_role("button", name="Notify me in this browser").click()
    page.get_by_text("Notifications are blocked in this browser.").wait_for()
    assert (page.evaluate("asked"), PushSubscription.objects.count()) == ([], 0)


def test_a_browser_without_push_sees_nothing_of_it(order, open_page):
    page = open_page(path(order), "delete window.PushManager")
    assert page.get_by_role("button").count() == 0
    expect(page.get_by_role("link", name="Manage updates")).to_be_visible()


def test_the_worker_shows_what_comes_and_the_page_stays_small(order, open_page, push_peer, site):
    given = push_peer.subscribe(public_key())[1]
    page = open_page("about:blank")
    sizes, errors = [], []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(PUSH_MANAGER % json.dumps(given))
    page.add_init_script(ALLOW)
    page.context.grant_permissions(["notifications"], origin=site.address)
    session = page.context.new_cdp_session(page)
    registered = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registered.extend(event["registrations"]),
    )
    session.send("ServiceWorker.enable")

    page.goto(path(order), wait_until="networkidle")
    page.get_by_role("button", name="Notify me in this browser").click()
    page.get_by_text("This browser notifies you when something changes.").wait_for()

    assert errors == []
    assert sum(sizes) < 60_000
    (worker,) = page.context.service_workers
    worker.evaluate(LISTEN)
    words = {"title": "Ada's Lamps", "body": "Ready.", "link": site.address + path(order)}
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": site.address,
            "registrationId": registered[-1]["registrationId"],
            "data": json.dumps(words),
        },
    )
    wait_until(lambda: worker.evaluate("self.shown.length"))
    assert worker.evaluate("self.shown") == [["Ada's Lamps", "Ready.", path(order)]]


# What the worker gives to the browser; one without a screen has no list of what it shows.
LISTEN = """() => {
    const show = self.registration.showNotification.bind(self.registration);
    self.shown = [];
    self.registration.showNotification = (title, options) => {
        self.shown.push([title, options.body, options.tag]);
        return show(title, options);
    };
}"""
