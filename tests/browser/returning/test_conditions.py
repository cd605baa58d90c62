"""Customers say in which condition it is that comes back, on phones without scripts."""

import re

import pytest
from playwright.sync_api import expect

from fulfillment.tracking.languages import page_words
from fulfillment.tracking.wording import acts_in
from notifications.languages import phrases
from orders.models import Return, Seller
from orders.returns.rules import add_rule
from tests.browser.looking import DESK, flaws
from tests.browser.returning.brought import deliver, send
from tests.browser.test_arabic_phone import follow, press
from tests.support.cast import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

GOODS = {"LAMP": 1, "SHADE": 2}


def form_of(customer, order, way):
    """The form of the return, found from the tracking page."""
    acts, page = acts_in(order.language), page_words(order.language)
    customer.goto(f"/track/{order.token}/", wait_until="domcontentloaded")
    expect(customer.locator("html")).to_have_attribute("dir", way)
    follow(customer, page.return_item)
    customer.get_by_label(acts.postcode).fill(order.postcode)
    press(customer, acts.go_on)


def ask_back(customer, order, title, label):
    """One of these, whose condition is said once it is asked for."""
    acts, page = acts_in(order.language), page_words(order.language)
    customer.get_by_label(title, exact=True).select_option("1")
    meaning = phrases(order.language).return_reasons["changed_mind"]
    customer.get_by_label(re.compile(re.escape(meaning), re.I)).check()
    press(customer, page.request_return)
    alert = re.compile(re.escape(f"{title}: {acts.condition_needed}"))
    expect(customer.get_by_role("alert")).to_have_text(alert)
    assert not Return.objects.exists()
    expect(customer.get_by_label(title, exact=True)).to_have_value("1")
    customer.get_by_label(f"{acts.condition} {title}").select_option(label=label)
    press(customer, page.request_return)


@pytest.mark.parametrize(
    ("language", "way", "label"),
    [("de", "ltr", "Geöffnet, aber wie neu"), ("ar", "rtl", "مفتوح، لكنه كالجديد")],
)
def test_a_rule_goes_by_what_the_customer_says(
    monday_house, site, phone, person, language, way, label
):
    house = monday_house
    Seller.objects.update(return_choices={"condition": True})
    add_rule(house.ada.seller, {"outcome": "approve", "conditions": ["as_new"]}, actor=None)
    order = make_order(house.ada, GOODS, language=language, currency="EUR")
    deliver(house, send(house, order, GOODS))
    customer, before = phone(language), len(site.asked)

    form_of(customer, order, way)
    ask_back(customer, order, order.lines.get(sku="SHADE").title, label)

    back = Return.objects.get()
    (part,) = back.lines.all()
    assert (back.status, part.requested, part.condition) == ("approved", 1, "as_new")
    posted = [path for method, path, _ in site.asked[before:] if method == "POST"]
    assert posted == [f"/track/{order.token}/{form}/" for form in ("verify", "return", "return")]

    ada = person(house.ada.owner, width=DESK[0], height=DESK[1])
    ada.go(f"/dashboard/orders/{order.pk}/")
    ada.sees("Condition according to the customer: Opened but as new")
    ada.sees("Decided by the return policy, rule 1")
    assert flaws(ada.page) == []
