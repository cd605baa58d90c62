"""A seller opens a return for a customer who called too late, and says why; whom a rule refused."""

import pytest

from orders.models import Return, Seller
from orders.returns.handling import request_return
from orders.returns.rules import add_rule
from tests.browser.looking import DESK, flaws
from tests.browser.returning.brought import deliver, send
from tests.browser.returning.conftest import ASKED
from tests.browser.test_arabic_phone import at
from tests.support.cast import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_return_is_opened_after_the_last_day_and_after_a_refusal(monday_house, site, person):
    house, goods = monday_house, {"LAMP": 2, "SHADE": 1}
    Seller.objects.update(return_fee=490, return_fee_currency="EUR")
    order = make_order(house.ada, goods, currency="EUR")
    deliver(house, send(house, order, goods))
    add_rule(house.ada.seller, {"outcome": "refuse", "words": "Sale is final."}, actor=None)
    shade = {order.lines.get(sku="SHADE").pk: 1}
    back = at(ASKED, request_return, order, units=shade, reason="changed_mind")

    ada = person(house.ada.owner, width=DESK[0], height=DESK[1])
    ada.go(f"/dashboard/orders/{order.pk}/")
    ada.page.get_by_role("link", name="Approve after all").click()
    assert flaws(ada.page) == []
    ada.page.get_by_label("Why, for your team").fill("A good customer.")
    ada.press("Approve after all")
    ada.sees(f"Return {back} is approved now; the customer is notified.")

    Seller.objects.update(return_days=0)
    ada.page.get_by_role("link", name="Open a return").click()
    ada.sees("this one is an exception")
    ada.page.get_by_label("LAMP").fill("1")
    ada.page.get_by_label("Reason of the customer").select_option("damaged")
    ada.press("Open and approve")
    ada.sees("Say why: returns for this order closed on")
    assert flaws(ada.page) == []
    ada.page.get_by_label("What the customer said").fill("It flickers.")
    ada.page.get_by_label("Why, for your team").fill("She was in hospital.")
    ada.press("Open and approve")
    opened = Return.objects.exclude(pk=back.pk).get()
    ada.sees(f"Return {opened} is approved; the customer is notified.")
