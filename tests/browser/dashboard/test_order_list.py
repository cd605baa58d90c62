"""The order list in a browser: by keys alone, with keys switched off, and without a script."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from orders.decisions.bulk_work import work_on_bulk_jobs
from orders.models import Hold, Order
from tests.browser.looking import flaws
from tests.browser.people import Person, enter
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LIST = "/dashboard/orders/"


@pytest.fixture
def orders(ada):
    """Three orders, the newest first, as the list shows them."""
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 9)
    return [cast.make_order(ada, {"LAMP": 1}) for _ in range(3)][::-1]


@pytest.fixture
def seller(ada, orders, live_site, browser):
    person = Person(browser, live_site, ada.owner, width=1280, height=800, at_once=True)
    yield person
    person.close()


def ticks(seller):
    return seller.page.locator("tbody .tick")


def press(seller, *keys):
    for key in keys:
        seller.page.keyboard.press(key)


def press_elsewhere(seller, *keys):
    """Keys of another keyboard: what it writes, and the place."""
    for key, code in keys:
        seller.page.evaluate(
            "([key, code]) => document.activeElement.dispatchEvent("
            "new KeyboardEvent('keydown', {key, code, bubbles: true}))",
            [key, code],
        )


def test_keys_move_tick_search_and_explain_themselves(seller, orders):
    seller.go(LIST)
    press(seller, "j", "j", "x", "k", "x")
    assert [tick.is_checked() for tick in ticks(seller).all()] == [True, True, False]
    arabic = (("ت", "KeyJ"), ("ت", "KeyJ"), ("ء", "KeyX"))
    press_elsewhere(seller, *arabic)
    assert [tick.is_checked() for tick in ticks(seller).all()] == [True, True, True]
    dvorak = (("x", "KeyB"), ("h", "KeyJ"), ("q", "KeyX"))
    press_elsewhere(seller, *dvorak)
    assert [tick.is_checked() for tick in ticks(seller).all()] == [True, True, False]
    press_elsewhere(seller, ("ظ", "Slash"))
    expect(seller.page.locator("#q")).to_be_focused()
    ticks(seller).nth(0).focus()
    press(seller, "/")
    seller.page.keyboard.type("jx?")
    expect(seller.page.locator("#q")).to_have_value("jx?")
    assert [tick.is_checked() for tick in ticks(seller).all()] == [True, True, False]
    ticks(seller).nth(0).focus()
    press(seller, "?")
    expect(seller.page.get_by_role("dialog")).to_be_visible()
    press(seller, "Escape", "j", "Enter")
    seller.page.wait_for_url(f"**{LIST}{orders[1].pk}/?list=1*")


def test_keys_do_nothing_once_they_are_switched_off(seller):
    seller.go("/accounts/")
    seller.press("Switch off")
    seller.sees("Off: single keys do nothing.")
    seller.go(LIST)
    press(seller, "j", "x")
    assert not any(tick.is_checked() for tick in ticks(seller).all())
    seller.page.get_by_label("Tick all on this page").click()
    assert all(tick.is_checked() for tick in ticks(seller).all())


def test_orders_are_held_together_without_a_script(ada, orders, live_site, browser):
    context = browser.new_context(base_url=live_site, java_script_enabled=False)
    enter(context, live_site, ada.owner)
    page = context.new_page()
    page.goto(LIST)
    page.get_by_label(f"Order {orders[0].number}").check()
    page.get_by_label(f"Order {orders[2].number}").check()
    page.get_by_role("button", name="Hold", exact=True).click()
    page.get_by_label("Reason").fill("recall")
    page.get_by_role("button", name="Put on hold: 2 orders").click()
    expect(page.get_by_text("0 done, 2 to go.")).to_be_visible()
    work_on_bulk_jobs()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("2 done.")).to_be_visible()
    context.close()
    assert {hold.order_id for hold in Hold.objects.all()} == {orders[0].pk, orders[2].pk}


def test_the_pages_of_a_job_keep_nobody_out(seller):
    seller.go(f"{LIST}?country=DE")
    seller.page.get_by_text("+ Filter").click()
    assert flaws(seller.page) == []
    seller.page.get_by_text("+ Filter").click()
    ticks(seller).nth(0).check()
    seller.press("Tag")
    assert flaws(seller.page) == []
    seller.page.get_by_label("Tag").fill("gift")
    seller.press("Add tag: 1 order")
    work_on_bulk_jobs()
    seller.sees("1 done.")
    assert flaws(seller.page) == []


def test_by_keys_alone_a_late_order_is_found_its_address_mended_and_released(seller, ada):
    order = cast.make_order(ada, {"LAMP": 1}, customer_name="Mary Jackson", street="", city="")
    page = seller.page
    seller.go("/dashboard/")
    press(seller, "Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("jackson")
    press(seller, "Enter")
    page.wait_for_url(f"**{LIST}{order.pk}/?list=1*")
    for label, text in (("Street and number", "Unter den Linden 1"), ("City", "Berlin")):
        tab_to(page, label)
        page.keyboard.type(text)
    press(seller, "Enter")
    expect(page.get_by_role("button", name="Save and release hold")).to_have_count(0)
    assert not Hold.objects.filter(order=order, released_at=None).exists()


def tab_to(page, label):
    """Tab on until the field with this label has the focus."""
    field = page.get_by_label(label, exact=True).first
    for _ in range(60):
        if field.evaluate("field => field === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"No key leads to {label}.")


def test_a_page_is_gone_to_by_its_name(seller):
    seller.go("/dashboard/returns/")
    press(seller, "Control+k")
    seller.page.keyboard.type("bra")
    expect(seller.page.get_by_role("dialog").get_by_role("link")).to_have_text(["Branding"])
    assert not flaws(seller.page)
    press(seller, "Enter")
    seller.page.wait_for_url("**/messages/look/**")


def test_a_late_order_leaves_its_customer_room_on_a_phone(seller, orders):
    Order.objects.filter(pk=orders[0].pk).update(ship_by=timezone.now() - timedelta(days=1))
    seller.page.set_viewport_size({"width": 360, "height": 640})
    seller.go(f"{LIST}?late=on")
    customer = seller.page.locator(".grid-customer")
    expect(customer).to_have_text("Grace Hopper")
    assert customer.bounding_box()["height"] < 30  # one line
