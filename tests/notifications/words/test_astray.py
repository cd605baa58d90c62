"""Of two parcels one will not come: mails about the other are about a part, and none follows."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.facts import load_facts
from notifications.languages import LANGUAGES, phrases
from notifications.models import Message
from orders.models import Order, Package
from orders.states import PackageStatus
from orders.wishes.choosing import change_address
from tests.notifications.saying import at_ten, said
from tests.support.cast import make_order
from tests.support.stages import open_house, sent_packages, started_run
from warehouse.couriers.lost import mark_found, mark_lost
from warehouse.couriers.runs import deliver_stop, fail_stop
from warehouse.couriers.undelivered import send_back, take_back
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db
FINAL = ("refused", "address_wrong", "damaged")
NEXT_DAY = date(2026, 11, 25)
STRAYS = 'FROM "orders_packageline" INNER JOIN "orders_package"'


@pytest.fixture
def house(once):
    with at_ten:
        yield once(open_house)


def two_sent(house, lines=("LAMP", "SHADE"), **fields):
    """Two parcels on their way, with one product each."""
    wanted = {sku: lines.count(sku) for sku in lines}
    return sent_packages(house, wanted, boxes=[{sku: 1} for sku in lines], number="1001", **fields)


def failed(house, box, reason):
    run = started_run(house, [box])
    fail_stop(run.stops.get(), reason=reason, actor=house.cory)
    box.refresh_from_db()


def brought(house, box):
    """The other parcel goes out the next day, to a neighbour; its order."""
    run = started_run(house, [box], on=NEXT_DAY)
    deliver_stop(run.stops.get(), received_by="Mrs Pale", handed_to="neighbour", actor=house.cory)
    return Order.objects.get(pk=box.order_id)


def follows(mail, language="en"):
    return phrases(language).still_to_come in mail.text


@pytest.mark.parametrize("reason", FINAL)
def test_what_will_not_come_is_not_to_follow(house, reason):
    first, second = two_sent(house)
    failed(house, first, reason)
    order = brought(house, second)

    ways = (
        ("out_for_delivery", 1), ("delivered_to_neighbour", 0), ("seller_delivered", 0),
    )  # fmt: skip
    for template, nth in ways:
        mail = said(order, template, nth=nth)
        assert (follows(mail), "LAMP" in mail.text) == (False, False), template
        assert "Part of" in mail.subject, template
    sms = said(order, "out_for_delivery", "sms", nth=1).text
    assert ("part of order" in sms, "rest to follow" in sms) == (True, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_says_that_it_follows(house, language):
    first, second = two_sent(house, language=language)
    late = brought(house, second)
    before = said(late, "delivered_to_neighbour")
    failed(house, first, "damaged")

    mail = said(late, "delivered_to_neighbour")
    assert (follows(before, language), follows(mail, language)) == (True, False)
    assert (before.subject, "LAMP" in mail.text) == (mail.subject, False)


def test_who_was_not_home_is_visited_again(house):
    first, second = two_sent(house)
    failed(house, first, "not_home")
    assert follows(said(brought(house, second), "delivered_to_neighbour"))


def test_what_goes_out_again_follows(house):
    first, second = two_sent(house)
    failed(house, first, "refused")
    order = brought(house, second)
    assert not follows(said(order, "delivered_to_neighbour"))
    started_run(house, [first], on=date(2026, 11, 26))
    assert follows(said(order, "delivered_to_neighbour"))


def test_units_of_one_line_are_told_apart(house):
    """Two lamps in two parcels: the one that went back is not the one that arrived."""
    first, second = two_sent(house, ("LAMP", "LAMP"))
    failed(house, first, "refused")
    order = brought(house, second)
    send_back(first, actor=house.pat)
    for step in (lambda: None, lambda: take_back(first, actor=house.pat)):
        step()
        mail, back = said(order, "seller_delivered"), said(order, "seller_returning")
        assert "In this parcel:\n- 1 × Title of LAMP\n\nTracking" in mail.text
        assert "Part of" in mail.subject
        assert (follows(back), "Already delivered" in back.text) == (False, True)


def test_of_an_order_with_a_lost_parcel_the_rest_is_a_part(house):
    first, second = two_sent(house)
    mark_lost(first, reason="stolen", actor=house.pat)
    order = brought(house, second)
    for template in ("out_for_delivery", "delivered_to_neighbour", "seller_delivered"):
        mail = said(order, template)
        assert (follows(mail), "Part of" in mail.subject, "LAMP" in mail.text) == (
            False,
            True,
            False,
        ), template
    assert "Part of" in said(order, "lost").subject
    mark_found(first, actor=house.pat)
    assert follows(said(order, "delivered_to_neighbour"))


def test_a_whole_order_stays_whole(house):
    (box,) = sent_packages(house, {"LAMP": 1, "SHADE": 1}, number="1001")
    failed(house, box, "refused")
    subject = said(box.order, "attempt_failed").subject
    assert subject == "Delivery attempt failed for order #1001: the parcel was refused"
    mark_lost(box, reason="stolen", actor=house.pat)
    assert said(box.order, "lost").subject == "Order #1001 was lost on the way"


def test_only_orders_with_more_on_the_way_are_asked_about(house):
    (box,) = sent_packages(house, {"LAMP": 1, "SHADE": 1}, number="1002")
    first, second = two_sent(house)
    assert [asked_about(one.order) for one in (box, first)] == [0, 0], "all in the message"
    failed(house, first, "damaged")
    assert [asked_about(brought(house, second), "delivered_to_neighbour")] == [1]


def asked_about(order, template="shipped"):
    """How often it is asked what became of the other parcels."""
    row = Message.objects.get(order=order, template=template, channel="email")
    with CaptureQueriesContext(connection) as asked:
        load_facts([row])
    return sum(STRAYS in query["sql"] for query in asked)


def test_a_damaged_parcel_of_a_carrier_does_not_follow(house):
    first, second = two_sent(house)
    Package.objects.filter(pk=first.pk).update(status=PackageStatus.DAMAGED)
    assert not follows(said(brought(house, second), "delivered_to_neighbour"))


@pytest.mark.parametrize(("template", "head"), [
    ("address_changed", "You ordered:"), ("seller_address_changed", "Ordered:"),
])  # fmt: skip
def test_a_seller_did_not_order(house, template, head):
    order = make_order(house.ada, {"LAMP": 1}, number="1001")
    allocate_due()
    change_address(order, {"street": "Neue Straße 5", "postcode": "20095", "city": "Hamburg"})
    text = said(order, template).text
    assert f"\n\n{head}\n- 1 × Title of LAMP\n" in text
