"""Our pages in a real browser: on a phone and a desk, by day and by night, for everybody."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q
from django.test import Client, RequestFactory
from django.utils import timezone
from django.views.defaults import server_error
from playwright.sync_api import expect

from orders.access import Viewer
from orders.lifecycle.holds import hold_order
from orders.models import Call, Hold, Order, Promise
from orders.returns.handling import request_return
from tests.browser.looking import BEYOND, DESK, flaws, hindrances
from tests.browser.people import Person
from tests.support import cast
from tests.support.stories import deliver, make_ready, ship
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAGES = (
    "/dashboard/",
    "/dashboard/orders/",
    "/dashboard/orders/?q=nobody&since=2026-01-01",
    "/dashboard/orders/?country=DE&late=1&sort=ship_by",
    "/dashboard/returns/",
    "/dashboard/returns/?state=requested&country=DE",
    "/dashboard/numbers/returned/",
    "/dashboard/numbers/returned/rows/?reason=damaged",
    "/dashboard/settings/return-reasons/",
    "/dashboard/promises/",
    "/dashboard/promises/orders/?by=kind&of=ships&outcome=kept",
    "/dashboard/products/",
    "/dashboard/products/new/",
    "/dashboard/stock/",
    "/dashboard/settings/",
    "/dashboard/settings/keys/",
    "/dashboard/news/",
    "/dashboard/go/",
)


@pytest.fixture
def shop(ada, building, pat, pia, cory, lea):
    """Ada on a busy day: something of everything."""
    cast.make_product(ada, "LAMP", "Brass lamp with a shade of hand-stitched linen")
    cast.put_stock(ada.products["LAMP"], 20, lot="L24")
    back = cast.make_order(ada, {"LAMP": 2})
    deliver(building, cory, ship(building, pat, pia), leader=lea)
    request_return(back, units={back.lines.get().pk: 1}, reason="damaged", comment="Broken.")
    cast.make_order(ada, {"LAMP": 1})
    make_ready(building, pat, pia)
    cast.make_order(ada, {"LAMP": 99})
    cast.make_order(ada, {"NOBODY": 1, "NOTHING": 2})
    cast.make_order(ada, {"LAMP": 1}, street="", city="", country="")
    held = cast.make_order(ada, {"LAMP": 1}, customer_name="Wolfeschlegelsteinhausenbergerdorff")
    hold_order(held, reason=Hold.Reason.SELLER, detail="until Monday", actor=ada.owner)
    allocate_due()
    cast.make_difference(held)
    cast.make_refused_call(held)
    cast.make_failed_push(held)
    at_risk, broken = held.promises, back.promises.filter(kind=Promise.Kind.AT_DOOR)
    at_risk.update(warned_at=timezone.now())
    broken.update(broken_at=F("latest"), kept_at=None, is_early=False)
    return ada


def order_pages():
    """Of the orders with something to decide, and the form for a new date."""
    at_risk = Promise.objects.get(warned_at__isnull=False)
    revise = f"/dashboard/promises/{at_risk.pk}/revise/"
    orders = Order.objects.filter(Q(holds__isnull=False) | Q(returns__isnull=False))
    call = f"/dashboard/settings/calls/{Call.objects.get().pk}/"
    return [
        revise,
        f"/dashboard/orders/{orders.latest('pk').pk}/edit/",
        call,
        *(f"/dashboard/orders/{pk}/" for pk in orders.values_list("pk", flat=True)),
    ]


@pytest.fixture
def person(live_site, browser):
    """A function: somebody who is signed in, with a browser of this size."""
    people = []

    def sign_in(user, size):
        width, height = size
        people.append(Person(browser, live_site, user, width=width, height=height, at_once=True))
        return people[-1]

    yield sign_in
    for one in people:
        one.close()


def test_the_dashboard_hinders_nobody(shop, person, live_site):
    ada = person(shop.owner, DESK)
    asked, said = [], []
    ada.page.on("request", lambda request: asked.append(request.url))
    ada.page.on("console", lambda message: said.append(message.text))
    product = f"/dashboard/products/{shop.products['LAMP'].pk}/"
    channel = f"/dashboard/settings/channels/{shop.channel.pk}"
    logs = (f"{channel}/calls/", f"{channel}/pushes/")
    for path in (*PAGES, *order_pages(), product, *logs):
        ada.go(path)
        assert flaws(ada.page) == [], path
    assert said == []  # no refusal of the content security policy either
    assert not [url for url in asked if not url.startswith((live_site, "data:"))]


def test_a_narrow_screen_and_large_letters_lose_nothing(shop, person):
    ada = person(shop.owner, (320, 640))
    for path in (*PAGES, *order_pages(), f"/dashboard/products/{shop.products['LAMP'].pk}/"):
        ada.go(path)
        for size in ("100%", "200%"):
            ada.page.evaluate("size => document.documentElement.style.fontSize = size", size)
            assert ada.page.evaluate(BEYOND) == 0, (path, size)


def test_the_way_in_hinders_nobody(live_site, browser):
    context = browser.new_context(base_url=live_site, viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto("/accounts/login/?next=/dashboard/orders/")
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Password").fill("wrong")
    assert hindrances(page) == []
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("nobody@example.com")
    assert hindrances(page) == []
    context.close()


def test_the_dashboard_works_without_scripts(shop, live_site, browser):
    context = browser.new_context(base_url=live_site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/?next=/dashboard/orders/")
    page.get_by_label("E-mail").fill(shop.owner.email)
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="On hold").click()
    page.get_by_label("Search").fill("Wolfe")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("1 order", exact=True)).to_be_visible()
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.get_by_role("button", name="Release hold").click()
    expect(page.get_by_role("status")).to_contain_text("is released")
    page.locator("summary", has_text="Put on hold").click()
    page.get_by_role("textbox", name="Reason (optional").fill("second thoughts")
    page.get_by_role("button", name="Put on hold", exact=True).click()
    expect(page.get_by_text("second thoughts", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()


def test_the_keyboard_alone_is_enough(shop, person):
    ada = person(shop.owner, DESK)
    ada.go("/dashboard/")
    ada.page.keyboard.press("Tab")
    expect(ada.page.get_by_role("link", name="Skip to content")).to_be_focused()
    ada.page.keyboard.press("Enter")
    ada.page.keyboard.press("Tab")
    focused = ada.page.evaluate(
        "() => [document.activeElement.closest('main') !== null,"
        " getComputedStyle(document.activeElement).outlineStyle]"
    )
    assert focused == [True, "solid"]


def test_a_key_is_copied_by_a_button(shop, person):
    ada = person(shop.owner, DESK)
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ada.go("/dashboard/settings/keys/")
    ada.page.get_by_label("Name").fill("Till")
    ada.press("Create")
    ada.page.get_by_role("button", name="Copy").first.click()
    expect(ada.page.get_by_role("button", name="Copied")).to_be_visible()
    copied = ada.page.evaluate("navigator.clipboard.readText()")
    assert copied == ada.page.get_by_label("API key", exact=True).input_value()


def test_every_refusal_says_what_to_do(ada):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada.owner)
    for path, status, words in (
        ("/nowhere/", 404, "Page not found"),
        ("/warehouse/", 403, "You do not have access to this page"),
    ):
        answer = browser.get(path)
        assert (answer.status_code, words in answer.content.decode()) == (status, True), path
    answer = browser.post("/dashboard/settings/channels/")
    assert answer.status_code == 403
    assert "Please submit the form again" in answer.content.decode()


def test_a_breakdown_is_told_without_the_database(django_assert_num_queries, ada):
    request = RequestFactory().get("/")
    request.user, request.viewer = AnonymousUser(), Viewer()
    with django_assert_num_queries(0):
        answer = server_error(request)
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
