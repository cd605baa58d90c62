"""Each kind of arrival that differs from its return, from the scanner to the seller's decision."""

import re
from datetime import UTC, datetime

import pytest
import time_machine

from orders.models import Discrepancy
from orders.returns.handling import approve_return, request_return
from tests.browser.looking import DESK, PHONE, flaws
from tests.browser.returning.brought import deliver, send
from tests.browser.returning.conftest import ASKED
from tests.browser.returning.scanned import RETURNS, check, open_parcel, record
from tests.support.cast import make_order, make_product

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ARRIVED = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)  # 9:00 in Berlin
# What the seller decides of each, as the button says it.
DECISIONS = {
    "missing": "Refund all the same",
    "wrong": "Keep, into stock",
    "unknown": "Discard",
    "extra": "Take into the return",
    "empty": "Do not refund",
    "unannounced": "Send back",
}


@pytest.fixture
def house(monday_house):
    make_product(monday_house.ada, "VASE", "Glass vase")
    return monday_house


def sold(house, *orders):
    """Orders of {SKU: units} that were delivered."""
    made = [make_order(house.ada, units) for units in orders]
    deliver(house, *[send(house, *pair) for pair in zip(made, orders, strict=True)])
    return made


def asked_back(house, order, *skus):
    """The approved return of a unit of each."""
    units = {order.lines.get(sku=sku).pk: 1 for sku in skus}
    with time_machine.travel(ASKED, tick=False):
        asked = request_return(order, units=units, reason="too_large")
        return approve_return(asked, actor=house.ada.owner)


def look(someone, size):
    assert flaws(someone.page) == []
    someone.page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))


def four_differ(pat, back):
    """One lacks, one is another article, one nobody knows, and one is too many."""
    open_parcel(pat, back.number)
    pat.page.get_by_label("Linen shade").fill("0")
    look(pat, PHONE)
    pat.press("Confirm receipt")
    pat.sees("To inspect")
    for code in ("VASE", "4711"):
        record(pat, back, code, f"You scanned {code}. Expected: a product of return {back}.")
    check(pat, "LAMP", "A-01-1")
    record(pat, back, "LAMP", "Brass lamp: nothing left to inspect.")
    look(pat, PHONE)


def nothing_in_it(pat, back):
    open_parcel(pat, back.number)
    pat.page.get_by_text("Nothing is in the parcel").click()
    pat.press("Record an empty parcel")
    pat.sees("Recorded: nothing was in the parcel.")
    look(pat, PHONE)


def nobody_announced(pat, order):
    open_parcel(pat, order.number)
    pat.page.get_by_role("link", name="Nobody announced it: record it").click()
    pat.sees("No order is on it")
    look(pat, PHONE)
    pat.press(re.compile("Open a return for"))
    pat.sees("Scan what is in the parcel")
    pat.scan("SHADE")
    pat.sees(re.compile("Set aside with .* on it: 1 × Title of SHADE. The seller decides."))
    look(pat, PHONE)


def test_whatever_comes_is_decided_by_its_seller(house, site, person):
    sales = ({"LAMP": 3, "SHADE": 1}, {"LAMP": 1}, {"SHADE": 1})
    first, second, third = sold(house, *sales)
    differs, empty = asked_back(house, first, "LAMP", "SHADE"), asked_back(house, second, "LAMP")
    site.now = ARRIVED
    pat = person(house.pat)
    four_differ(pat, differs)
    nothing_in_it(pat, empty)
    nobody_announced(pat, third)

    ada = person(house.ada.owner, width=DESK[0], height=DESK[1])
    found = Discrepancy.objects.order_by("pk")
    assert [row.kind for row in found] == list(DECISIONS)
    for row in found:
        ada.go(f"/dashboard/discrepancies/{row.pk}/")
        look(ada, DESK)
        ada.press(DECISIONS[row.kind])
        ada.sees("Decided.")
    assert [row.get_decision_display() for row in found.all()] == list(DECISIONS.values())

    pat.go(RETURNS)
    for decided in ("Keep, into stock", "Discard", "Send back"):
        pat.sees(decided)
