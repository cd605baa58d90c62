"""Customers say once what they would like for a return, on phones without scripts."""

import re

import pytest
from playwright.sync_api import expect

from fulfillment.tracking.languages import page_words
from fulfillment.tracking.wording import acts_in
from notifications.languages import phrases
from orders.models import Return, Seller
from tests.browser.returning.brought import deliver, send
from tests.browser.returning.test_conditions import form_of
from tests.browser.test_arabic_phone import press
from tests.support.cast import make_order, make_product, put_stock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

GOODS = {"LAMP": 2, "SHADE": 1}


def delivered(house, language):
    """Lamps and a shade, of a seller who gives credit, repairs and exchanges lamps."""
    terms = {"condition": True, "credit": True, "repair": True}
    Seller.objects.update(return_choices=terms, exchange_days=14, exchange_skus=["LAMP"])
    put_stock(make_product(house.ada, "LAMP-BLUE", "Blue lamp"), 1)
    order = make_order(house.ada, GOODS, language=language, currency="EUR")
    deliver(house, send(house, order, GOODS))
    return order


@pytest.mark.parametrize(("language", "way"), [("de", "ltr"), ("ar", "rtl")])
def test_menus_of_products_come_with_the_exchange(monday_house, site, phone, language, way):
    order = delivered(monday_house, language)
    customer, acts = phone(language), acts_in(language)
    form_of(customer, order, way)
    lamp, shade = (order.lines.get(sku=sku) for sku in GOODS)
    units = customer.locator(f"#id_units-{lamp.pk}")
    menu, other = (customer.locator(f"#id_for-{line.pk}") for line in (lamp, shade))
    asked = customer.get_by_label(acts.for_return)
    even = customer.get_by_text(acts.exchange_even)

    expect(even).to_be_hidden()  # money back is chosen
    units.select_option("1")
    expect(menu).to_be_hidden()
    asked.select_option(label=acts.exchange_and_credit)
    expect(menu).to_be_visible()
    expect(even).to_be_visible()
    expect(other).to_be_hidden()  # of it nothing comes back
    menu.select_option(label="Blue lamp")
    asked.select_option(label=acts.as_repair)
    expect(menu).to_be_visible()  # what is chosen stays in sight
    meaning = phrases(language).return_reasons["changed_mind"]
    customer.get_by_label(re.compile(re.escape(meaning), re.I)).check()
    customer.locator(f"#id_state-{lamp.pk}").select_option("used")
    press(customer, page_words(language).request_return)

    alert = customer.get_by_role("alert")
    expect(alert).to_have_text(re.compile(re.escape(f"{lamp.title}: {acts.wished_otherwise}")))
    expect(menu).to_have_attribute("aria-invalid", "true")
    assert not Return.objects.exists()
    asked.select_option(label=acts.as_exchange)
    press(customer, page_words(language).request_return)

    back = Return.objects.get()
    assert (back.wish, back.exchange.lines.get().title) == ("exchange", "Blue lamp")
