"""The order page in a browser: walked by keys, a sent mail opens, and an answer moves nothing."""

import pytest
from playwright.sync_api import expect

from notifications.delivery.sending import send_due
from notifications.models import Message
from tests.browser.looking import flaws
from tests.browser.people import Person
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def orders(ada, smtp_peer, sms_peer):
    """Three orders, the newest first, as the list shows them; their mails have left."""
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 9)
    made = [cast.make_order(ada, {"LAMP": 1}) for _ in range(3)][::-1]
    send_due()
    return made


@pytest.fixture
def seller(ada, orders, live_site, browser):
    person = Person(browser, live_site, ada.owner, width=1280, height=800, at_once=True)
    yield person
    person.close()


def test_keys_walk_the_list(seller, orders):
    seller.go("/dashboard/orders/")
    seller.page.keyboard.press("j")
    seller.page.keyboard.press("Enter")
    seller.page.wait_for_url(f"**/{orders[0].pk}/?list=1*")
    for key, order in (("j", orders[1]), ("ArrowRight", orders[2]), ("k", orders[1])):
        seller.page.keyboard.press(key)
        seller.page.wait_for_url(f"**/{order.pk}/?list=1*")
    assert not flaws(seller.page)


def test_a_mail_opens_as_it_was_sent(seller, orders):
    mail = Message.objects.get(order=orders[0], channel="email")
    seller.go(f"/dashboard/orders/{orders[0].pk}/")
    seller.page.locator(f"#message-{mail.pk} a", has_text="Read").click()
    frame = seller.page.frame_locator("iframe")
    expect(frame.get_by_text("Brass lamp").or_(frame.get_by_text("LAMP")).first).to_be_visible()
    assert not flaws(seller.page)


def test_an_answer_moves_nothing(seller, orders):
    page = seller.page
    seller.go(f"/dashboard/orders/{orders[0].pk}/")
    head = page.get_by_role("heading", level=1)
    before = head.bounding_box()
    page.locator("summary", has_text="Put on hold").click()
    page.get_by_role("button", name="Put on hold", exact=True).click()
    answer = page.get_by_role("status").filter(has_text="is on hold")
    expect(answer).to_be_in_viewport()
    assert head.bounding_box() == before
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    foot, bar = page.locator(".language-choice").bounding_box(), answer.bounding_box()
    assert foot["y"] + foot["height"] <= bar["y"]  # the end of the page is not covered
    assert not flaws(page)
