"""Back and Forward after a refused form, in a real browser: the form again, as it was filled in."""

import pytest
from playwright.sync_api import expect

from orders.models import Return
from tests.browser.looking import flaws
from tests.support.stages import delivered_order, sent_packages
from tests.tracking.tracked import AT_THE_DOOR, MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def refused_return(house, open_page):
    """The return form, refused as it lacks a reason; the order, and the page."""
    order = delivered_order(house, {"LAMP": 2, "SHADE": 1})
    page = open_page(AT_THE_DOOR, f"/track/{order.token}/", is_proven=True)
    page.locator("#ask-return").click()
    page.locator(f"#id_units-{order.lines.get(sku='LAMP').pk}").select_option("2")
    page.get_by_label("Anything we should know?").fill("One is bent")
    page.get_by_role("button", name="Request return").click()
    expect(page.get_by_role("alert")).to_be_focused()
    return order, page


def test_a_refused_return_is_there_after_back_and_forward(monday_house, open_page, site):
    order, page = refused_return(monday_house, open_page)
    assert flaws(page) == []
    assert ("POST", 422) in {(how, status) for how, _, status in site.asked}

    page.go_back()
    page.go_forward()

    expect(page.get_by_label("Anything we should know?")).to_have_value("One is bent")
    units = page.locator(f"#id_units-{order.lines.get(sku='LAMP').pk}")
    expect(units).to_have_value("2")
    page.reload()
    expect(units).to_have_value("2")
    assert [how for how, _, _ in site.asked].count("POST") == 1
    page.locator("#id_reason_0").check()
    page.get_by_role("button", name="Request return").click()
    expect(page).to_have_url(f"{site.address}/track/{order.token}/")
    assert Return.objects.get().lines.get().requested == 2


def test_a_link_of_the_summary_leads_to_its_field(monday_house, open_page):
    _, page = refused_return(monday_house, open_page)

    page.get_by_role("alert").get_by_role("link", name="Choose a reason for the return.").click()

    expect(page.locator("#id_reason_0")).to_be_focused()


def test_no_code_is_kept_and_what_was_saved_before_is_not_said_again(monday_house, open_page):
    package = sent_packages(monday_house, {"LAMP": 1})[0]
    path = f"/track/{package.order.token}/delivery/"
    page = open_page(MONDAY, f"{path}?saved=1", is_proven=True)
    page.get_by_label("Note for the courier").fill("x")
    page.get_by_label("Note for the courier").fill("")
    page.locator("form", has=page.locator("#note")).get_by_role("button").click()
    expect(page.get_by_role("alert")).to_be_visible()

    page.reload()

    expect(page.get_by_text("Saved.")).to_have_count(0)
    assert "code" not in page.evaluate("history.state.typed.map(([name]) => name)")
    assert page.url.endswith(path)
