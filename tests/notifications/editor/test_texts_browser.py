"""The pages of texts, look, triggers and dry runs in a real browser, for everybody."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from notifications.models import MessageSettings, TextVersion
from tests.browser.looking import DESK, PHONE, flaws
from tests.browser.people import Person
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PICTURES = os.environ.get("PICTURES_OF_TEXTS", "")


@pytest.fixture
def shop(ada):
    """Ada with some orders, speaking three languages."""
    MessageSettings.objects.filter(seller=ada.seller).update(languages=["en", "de", "ar"])
    cast.make_product(ada, "LAMP", "Brass lamp with a shade of hand-stitched linen")
    for number in range(4):
        cast.make_order(ada, {"LAMP": number + 1})
    return ada


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


def look_at(ada, name):
    """Nothing is wrong with the page, on a phone or a desk; a picture of each if wanted."""
    assert flaws(ada.page) == [], name
    for width, height in (PHONE, DESK) if PICTURES else ():
        ada.page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            ada.page.emulate_media(color_scheme=scheme)
            path = Path(PICTURES) / f"{name}-{width}-{scheme}.png"
            ada.page.screenshot(path=path, full_page=True)


def test_a_text_is_written_and_tried(shop, person):
    ada = person(shop.owner, DESK)
    said = []
    ada.page.on("console", lambda message: said.append(message.text))
    ada.go("/dashboard/messages/texts/")
    look_at(ada, "list")
    ada.page.get_by_role("link", name="Order confirmed").click()
    look_at(ada, "ours")
    ada.page.get_by_label("Subject").fill("{{ prise }}")
    ada.press("Save draft")
    expect(ada.page.get_by_text("unknown variable {{ prise }}")).to_be_visible()
    look_at(ada, "refused")
    ada.page.get_by_label("Subject").fill("{{ seller }} has your order {{ order }}")
    ada.page.get_by_label("Text message").fill("灯 {{ order }}")
    expect(ada.page.locator("#size")).to_contain_text("70 characters, because it has characters")
    ada.press("Dry run")
    expect(ada.page.get_by_text("8 of 8 messages compared")).to_be_visible()
    expect(ada.page.locator(".side-by-side")).to_have_count(8)
    look_at(ada, "dry-run-text")
    ada.press("Save draft")
    expect(ada.page.get_by_role("status").first).to_contain_text("Draft 1 saved")
    assert "{% endunless %}\n\n{% if when %}" in TextVersion.objects.get().texts["en"]["body"]
    look_at(ada, "draft")
    assert [text for text in said if "status of 422" not in text] == []


def test_the_preview_follows_what_is_typed(shop, person):
    ada = person(shop.owner, DESK)
    said = []
    ada.page.on("console", lambda message: said.append(message.text))
    ada.go(f"/dashboard/messages/texts/{shop.seller.pk}/confirmed/")
    frame, body = ada.page.frame_locator("#look-frame"), ada.page.get_by_label("Text", exact=True)
    expect(frame.get_by_role("link", name="Track your order")).to_be_visible()
    body.fill("{{ when }}{{ hold }}\nMine: ")
    ada.press("seller")
    expect(body).to_have_value("{{ when }}{{ hold }}\nMine: {{ seller }}")
    expect(frame.get_by_text("Mine: Ada's Lamps")).to_be_visible()
    body.fill("{{ when }}{{ hold }}\nIt was delivered.")
    expect(ada.page.locator("#body-found")).to_contain_text("Line 2 says “was delivered”")
    expect(ada.page.locator("#live-state")).to_have_text(re.compile("^1 thing to look at: "))
    look_at(ada, "live")
    body.fill("{{ when }}{{ hold }}\nThanks, ")
    expect(ada.page.locator("#body-found")).to_be_hidden()
    ada.page.get_by_role("radio", name="Plain text").check()
    expect(ada.page.locator("#look-text")).to_contain_text("Thanks,")
    ada.page.get_by_role("radio", name="SMS").check()
    expect(ada.page.locator("#live-size")).to_contain_text("1 segment. Counted with the facts of")
    look_at(ada, "live-sms")
    ada.page.get_by_role("radio", name="Dark").check()
    ada.page.get_by_label("Language of the preview").select_option("العربية")
    expect(frame.locator("html")).to_have_attribute("dir", "rtl")
    expect(body).to_have_value("{{ when }}{{ hold }}\nThanks, ")
    look_at(ada, "live-ar-dark")
    ada.press("Save draft")
    expect(ada.page.get_by_role("status").first).to_contain_text("Draft 1 saved")
    assert said == []


def test_a_text_is_looked_at_and_published(shop, person):
    ada = person(shop.owner, DESK)
    said = []
    ada.page.on("console", lambda message: said.append(message.text))
    ada.go(f"/dashboard/messages/texts/{shop.seller.pk}/confirmed/")
    ada.press("Save and preview")
    frame = ada.page.frame_locator("iframe")
    expect(frame.get_by_role("link", name="Track your order")).to_be_visible()
    ada.page.locator("iframe").scroll_into_view_if_needed()  # frames out of sight are not drawn
    look_at(ada, "preview")
    ada.page.get_by_label("Theme").select_option("Dark")
    ada.page.get_by_label("Language").select_option("العربية (default)")
    ada.press("Show")
    expect(ada.page.frame_locator("iframe").locator("table").first).to_be_visible()
    look_at(ada, "preview-dark-ar")
    ada.go(f"/dashboard/messages/texts/{shop.seller.pk}/confirmed/")
    ada.press("Publish")
    expect(ada.page.get_by_role("status").first).to_contain_text("No text yet in: Deutsch")
    for language in ("de", "ar"):
        ada.go(f"/dashboard/messages/texts/{shop.seller.pk}/confirmed/?language={language}")
        ada.press("Save draft")
    ada.press("Publish")
    expect(ada.page.get_by_role("status").first).to_contain_text("Version 1 is published")
    ada.press("Save draft")
    ada.press("Publish")
    look_at(ada, "published")
    assert said == []


def test_look_triggers_and_quiet_hours_hinder_nobody(shop, person):
    ada = person(shop.owner, DESK)
    ada.go("/dashboard/messages/look/")
    look_at(ada, "look")
    ada.page.get_by_label("Colour", exact=True).fill("#ffd400")
    ada.press("Save")
    expect(ada.page.get_by_role("alert")).to_contain_text("text needs 4.5:1")
    look_at(ada, "look-refused")
    ada.press(re.compile("Use #"))
    expect(ada.page.get_by_role("status")).to_contain_text("Branding saved")
    look_at(ada, "look-own")
    order = shop.seller.orders.first()
    ada.go(f"/track/{order.token}/")
    look_at(ada, "track")
    ada.go("/dashboard/messages/triggers/")
    ada.page.get_by_label("Order confirmed: SMS").uncheck()
    look_at(ada, "triggers")
    ada.press("Dry run")
    expect(ada.page.get_by_text("4 of 4 messages compared")).to_be_visible()
    look_at(ada, "dry-run-triggers")
    ada.press("Save")
    expect(ada.page.get_by_label("Order confirmed: SMS")).not_to_be_checked()
    ada.go("/dashboard/messages/")
    ada.page.get_by_label("From").fill("00:00")
    ada.page.get_by_label("Until").fill("23:59")
    look_at(ada, "settings")
    ada.press("Dry run of quiet hours")
    expect(ada.page.get_by_role("heading", name="Dry run")).to_be_visible()
    look_at(ada, "dry-run-quiet")
    ada.press("Save quiet hours")
    expect(ada.page.get_by_label("From")).to_have_value("00:00")


def test_a_text_is_written_without_scripts(shop, live_site, browser):
    context = browser.new_context(base_url=live_site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/?next=/dashboard/messages/texts/")
    page.get_by_label("E-mail").fill(shop.owner.email)
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Order confirmed").click()
    page.get_by_role("link", name="Deutsch").click()
    page.get_by_label("Subject").fill("Hallo {{ name }}")
    page.get_by_label("Text", exact=True).fill("Danke schön. {{ when }}{{ hold }}")
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.frame_locator("#look-frame").get_by_text("Danke schön.")).to_be_visible()
    expect(page.get_by_label("Subject")).to_have_value("Hallo {{ name }}")
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_text("0 of 8 messages compared")).to_be_visible()
    page.get_by_role("button", name="Compare the newest 100").click()
    expect(page.get_by_text("8 of 8 messages compared")).to_be_visible()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_label("Subject")).to_have_value("Hallo {{ name }}")
    page.get_by_role("link", name="Preview").click()
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()
    context.close()
