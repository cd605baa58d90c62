"""An order told in Arabic to its end, on a phone without scripts: every word that was sent.

What is to be read is in `arabic_phone.txt`, mail after mail; KEEP_TEXTS=1 writes it anew.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import expect

from fulfillment.tracking.wording.ar import ACTS as SAY
from notifications.delivery.sending import send_due
from orders.accounts.mailing import send_account_mails
from orders.lifecycle.labelling import label_packages
from orders.models import Order, Problem, Wish
from tests.browser.site import PHONE, Site
from tests.support.cast import make_order
from tests.support.stages import hour, picked
from tests.test_doors import signed_in
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import deliver_stop, plan_run, start_run
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TEXTS = Path(__file__).with_name("arabic_phone.txt")
ORDERED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 10:00 in Berlin
CHOSEN = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
HANDED_OVER = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
LEAVES = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
LEFT = datetime(2026, 11, 24, 15, 40, tzinfo=UTC)  # 16:40 in Berlin
REPORTED = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
ANSWERED = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
MONA = {
    "language": "ar", "customer_name": "منى حداد", "email": "mona@example.com", "phone": "",
}  # fmt: skip
NEIGHBOUR = "السيدة سعاد، رقم 9"


@pytest.fixture
def site(smtp_peer):
    with Site(ORDERED) as running:
        yield running


@pytest.fixture
def phone(browser, site):
    """An Arabic phone that runs no scripts, on the page of an order at a moment."""
    options = {"viewport": PHONE, "locale": "ar", "java_script_enabled": False}
    context = browser.new_context(base_url=site.address, **options)
    yield context.new_page()
    context.close()


def at(moment, step, *given, **named):
    with time_machine.travel(moment, tick=False):
        found = step(*given, **named)
        allocate_due()
        send_due()
        return found


def opened(phone, site, now, order, what=""):
    site.now = now
    phone.goto(f"/track/{order.token}/{what}", wait_until="domcontentloaded")
    expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    return phone


def press(phone, name):
    """A button that loads another page: what is said on the one before is said no more."""
    with phone.expect_navigation(wait_until="domcontentloaded"):
        phone.get_by_role("button", name=name, exact=True).first.click()


def follow(phone, name):
    with phone.expect_navigation(wait_until="domcontentloaded"):
        phone.get_by_role("link", name=name, exact=True).click()


def prove_by_mail(phone, mails):
    follow(phone, SAY.confirm)
    press(phone, SAY.send_code)
    expect(phone.get_by_role("status")).to_have_text(SAY.code_sent)
    with time_machine.travel(CHOSEN, tick=False):
        send_account_mails()
    code = re.search(r"\d{6}", mails.messages[-1].message.get_content())[0]
    phone.get_by_label(SAY.code).fill(code)
    press(phone, SAY.go_on)


def opened_by_postcode(phone, site, now, order):
    """A proof is over after an hour; to look and to report the postcode is enough."""
    opened(phone, site, now, order)
    follow(phone, SAY.confirm)
    phone.get_by_label(SAY.postcode).fill(order.postcode)
    press(phone, SAY.go_on)


def name_a_neighbour(phone):
    follow(phone, SAY.change)
    phone.get_by_label(SAY.neighbour).check()
    phone.get_by_label(SAY.who_or_where).fill(NEIGHBOUR)
    phone.locator("form", has=phone.locator("#where")).get_by_role("button").click()
    expect(phone.get_by_role("status")).to_have_text(SAY.saved)


def pack(house, order):
    shipment = picked(house, order)
    close_package(pack_unit(shipment, code="LAMP", quantity=1, actor=house.pat), actor=house.pat)
    label_packages(shipment, actor=house.pat)
    return shipment


def send(house, shipment):
    boxes = hand_over(shipment.packages.all(), actor=house.pat)
    starts, ends = hour(15, day=LEAVES.date())  # 16:00 to 17:00 in Berlin
    stops = [StopPlan(boxes, starts, ends)]
    return plan_run(
        warehouse=house.warehouse, courier=house.cory, on=LEAVES.date(), stops=stops, actor=None
    )


def report_broken_lamp(phone):
    follow(phone, SAY.report)
    phone.get_by_label(SAY.damaged).check()
    phone.get_by_label(SAY.words).fill("انكسر الزجاج")
    press(phone, SAY.send_report)


def replace_lamp(house):
    """The seller answers in the dashboard; the order in which the lamp is sent again."""
    answer = {"answer": "replacement", "words": "نعتذر عن ذلك."}
    page = f"/dashboard/problems/{Problem.objects.get().pk}/"
    assert signed_in(house.ada.owner).post(page, answer).status_code == 302
    return Order.objects.get(pk=Problem.objects.get().replacement_id)


# What is another one each time, by its name.
CHANCE = {
    r"http://[^/\s]+": "SITE", r"\b\d{6}\b": "CODE", r"orders/[0-9a-f-]{36}/": "orders/ID/",
    r"\bO[A-Z0-9]{13}\b": "TRACKING",
}  # fmt: skip


def told(mails, *orders):
    """Each mail as it was read: to whom, its subject and its text."""
    said = []
    for mail in mails.messages:
        message = mail.message
        body = message.get_body(("plain",)) if message.is_multipart() else message
        lines = [", ".join(mail.recipients), message["Subject"].strip(), "", body.get_content()]
        text = "\n".join("\n".join(lines).strip().splitlines())
        for order in orders:
            text = text.replace(order.token, f"TOKEN-{order.number.lstrip('#')}")
        for pattern, name in CHANCE.items():
            text = re.sub(pattern, name, text)
        said.append(text)
    return "\n\n----\n\n".join(said) + "\n"


def test_an_arabic_order_is_told_to_its_end(monday_house, phone, site, smtp_peer):
    house = monday_house
    customer = {
        "language": "ar",
        "customer_name": "منى حداد",
        "email": "mona@example.com",
        "phone": "",
    }
    order = at(ORDERED, make_order, house.ada, {"LAMP": 1}, number="#1001", **customer)

    opened(phone, site, CHOSEN, order)
    prove_by_mail(phone, smtp_peer)
    name_a_neighbour(phone)
    assert Wish.objects.get().text == NEIGHBOUR

    shipment = at(HANDED_OVER, pack, house, order)
    at(HANDED_OVER, mark_ready, shipment, actor=house.pat)
    run = at(HANDED_OVER, send, house, shipment)
    at(LEAVES, start_run, run, actor=house.cory)
    opened_by_postcode(phone, site, LEAVES, order)
    expect(phone.get_by_text(NEIGHBOUR)).to_be_visible()
    taken = {"received_by": NEIGHBOUR, "handed_to": "neighbour", "actor": house.cory}
    at(LEFT, deliver_stop, run.stops.get(), **taken)

    opened_by_postcode(phone, site, REPORTED, order)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("16:40")
    expect(phone.get_by_text(SAY.left_with.format(who=NEIGHBOUR))).to_be_visible()
    report_broken_lamp(phone)
    expect(phone.get_by_text(SAY.waits_for_answer)).to_be_visible()
    at(REPORTED, lambda: None)

    again = at(ANSWERED, replace_lamp, house)
    opened_by_postcode(phone, site, ANSWERED, order)
    said = SAY.answer_replacement.format(order=again.number)
    expect(phone.get_by_text(said)).to_be_visible()

    found = told(smtp_peer, order, again)
    if os.environ.get("KEEP_TEXTS"):
        TEXTS.write_text(found)
    assert found == TEXTS.read_text()
