"""A parcel of which nobody knows the day: no date is made up, and the next one is told once."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from notifications.models import Message
from orders.lifecycle.cancel import cancel_order
from orders.models import Event, Order, Promise
from orders.problems.answering import answer_problem
from orders.problems.reporting import report_problem, reportable
from orders.promises.tomorrow import announce_tomorrow
from orders.promises.watching import watch_promises
from orders.wishes.choosing import choose_day
from tests.support.cast import MONDAY
from tests.support.stages import open_house, planned_run, sent_packages
from tests.test_doors import signed_in
from tests.tracking.tracked import state
from warehouse.couriers.lost import mark_found, mark_lost
from warehouse.couriers.runs import fail_stop, start_run
from warehouse.couriers.tomorrow import promise_planned_runs

pytestmark = pytest.mark.django_db


def berlin(day, hour, minute=0):
    """A moment of November 2026 in Berlin, which is one hour ahead."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


@pytest.fixture
def house(once):
    with time_machine.travel(MONDAY, tick=False):
        yield once(open_house)


def failed_on(house, day, reason):
    """The parcel of a run of this day, promised for the 24th or 25th, that failed at 18:20."""
    boxes = sent_packages(house, {"LAMP": 1})
    run = planned_run(house, boxes, on=date(2026, 11, day))
    with time_machine.travel(berlin(day, 8), tick=False):
        start_run(run, actor=house.cory)
    with time_machine.travel(berlin(day, 18, 20), tick=False):
        fail_stop(run.stops.get(), reason=reason, actor=house.cory)
    return boxes[0]


def look(*moments):
    """The events of the tasks about dates at these moments."""
    known = set(Event.objects.values_list("pk", flat=True))
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            for _ in range(2):
                watch_promises()
                promise_planned_runs()
                announce_tomorrow()
    events = Event.objects.exclude(pk__in=known).order_by("pk")
    return list(events.values_list("kind", flat=True))


def arrivals(box):
    rows = Promise.objects.filter(shipment=box.shipment_id, kind=Promise.Kind.ARRIVES)
    return [(row.local_on.day, str(row.outcome)) for row in rows.order_by("pk")]


def mails(box):
    rows = Message.objects.filter(order=box.order_id, channel="email").order_by("pk")
    return list(rows.values_list("template", flat=True))


@pytest.mark.parametrize("reason", ["damaged", "refused", "address_wrong", "not_home"])
def test_a_failed_attempt_is_given_no_date_until_somebody_decides(house, reason):
    box = failed_on(house, 25, reason)

    assert look(berlin(25, 18, 20), berlin(25, 20, 59)) == []
    assert look(berlin(25, 21), berlin(26, 9), berlin(27, 18)) == ["promise.broken"]
    assert arrivals(box) == [(25, "broken")]
    assert mails(box)[-3:] == ["attempt_failed", "seller_attempt_failed", "seller_broken"]


def test_nobody_is_told_of_tomorrow_while_it_waits_for_a_decision(house):
    box = failed_on(house, 24, "address_wrong")

    assert look(berlin(24, 19)) == []
    assert arrivals(box) == [(25, "open")]


def test_whoever_was_not_home_is_told_the_day_of_the_next_run_once(house):
    box = failed_on(house, 24, "not_home")
    with time_machine.travel(berlin(24, 18, 30), tick=False):
        planned_run(house, [box], on=date(2026, 11, 25))

    assert look(berlin(24, 18, 40), berlin(24, 19)) == ["promise.given"]
    assert arrivals(box) == [(25, "refined"), (25, "open")]
    assert (
        Message.objects.filter(order=box.order_id, template="dated", channel="email").count() == 1
    )


def test_a_run_after_the_promised_day_is_a_new_date(house):
    box = failed_on(house, 25, "not_home")
    look(berlin(25, 21))
    with time_machine.travel(berlin(26, 10), tick=False):
        planned_run(house, [box], on=date(2026, 11, 27))

    assert look(berlin(26, 16), berlin(26, 17), berlin(26, 19)) == ["promise.given"]
    assert arrivals(box) == [(25, "broken"), (27, "open")]
    # The date is like any other now.
    assert look(berlin(27, 12), berlin(27, 18)) == ["promise.at_risk", "promise.moved"]


def test_a_parcel_that_was_found_has_the_day_of_its_run(house):
    [box] = sent_packages(house, {"LAMP": 1})
    with time_machine.travel(berlin(24, 10), tick=False):
        box = mark_found(mark_lost(box, reason="not_found", actor=house.pat), actor=house.pat)
        planned_run(house, [box], on=date(2026, 11, 28))

    assert look(berlin(25, 19), berlin(26, 18)) == []
    assert look(berlin(27, 17), berlin(27, 19)) == ["promise.given"]
    assert arrivals(box) == [(25, "broken"), (28, "open")]


def test_the_day_that_a_customer_chooses_is_promised_to_a_found_parcel(house):
    [box] = sent_packages(house, {"LAMP": 1})
    with time_machine.travel(berlin(27, 10), tick=False):
        mark_found(mark_lost(box, reason="not_found", actor=house.pat), actor=house.pat)
        choose_day(Order.objects.get(pk=box.order_id), date(2026, 11, 30))

    assert arrivals(box) == [(25, "broken"), (30, "open")]
    assert (
        Message.objects.filter(order=box.order_id, template="dated", channel="email").count() == 1
    )


def page(box, moment):
    """(headline, notices) of the tracking page at a moment."""
    seen = state(Order.objects.get(pk=box.order_id), moment)
    return seen["headline"]["text"], [notice["text"] for notice in seen["notices"]]


def test_the_page_names_the_day_of_a_new_attempt_once_it_is_set(house):
    box = failed_on(house, 25, "not_home")
    look(berlin(25, 21))
    assert page(box, berlin(26, 9)) == (
        "We could not deliver your parcel",
        [
            "Nobody was home. Your parcel is safe with us. We will write to you as soon as a new "
            "delivery day is set."
        ],
    )
    with time_machine.travel(berlin(26, 10), tick=False):
        planned_run(house, [box], on=date(2026, 11, 27))
    look(berlin(26, 17))

    assert page(box, berlin(26, 18)) == (
        "Arrives tomorrow",
        ["We are sorry: it was due Tuesday 24 – Wednesday 25 November. New date: tomorrow."],
    )


def test_the_page_of_a_found_parcel_names_no_day_until_one_is_chosen(house):
    [box] = sent_packages(house, {"LAMP": 1})
    with time_machine.travel(berlin(24, 10), tick=False):
        mark_found(mark_lost(box, reason="not_found", actor=house.pat), actor=house.pat)
    for moment in (berlin(24, 11), berlin(27, 11)):
        assert page(box, moment) == (
            "Your parcel was found again",
            [
                "Your parcel is safe with us. We will write to you as soon as a new delivery day "
                "is set."
            ],
        )
    with time_machine.travel(berlin(27, 12), tick=False):
        choose_day(Order.objects.get(pk=box.order_id), date(2026, 11, 30))

    headline, notices = page(box, berlin(27, 13))
    assert headline == "Arrives Monday 30 November"
    assert [text for text in notices if "safe with us" in text] == []


def test_a_found_parcel_that_is_replaced_is_told_as_one_of_two(house):
    [box] = sent_packages(house, {"LAMP": 1})
    with time_machine.travel(berlin(24, 10), tick=False):
        mark_lost(box, reason="not_found", actor=house.pat)
        order = Order.objects.get(pk=box.order_id)
        [unit] = [one for one in reportable(order) if not one.line]
        problem = report_problem(order, key=unit.key, kind="not_arrived", quantity=1, words="")
        answer_problem(problem, "replacement", words="", actor=house.ada.owner)
        mark_found(box, actor=house.pat)
        problem.refresh_from_db()
        again = problem.replacement
        seller = signed_in(house.ada.owner).get(f"/dashboard/orders/{order.pk}/")

    assert Event.objects.get(kind="package.found").data["problem"] == str(problem.pk)
    _, notices = page(box, berlin(24, 11))
    assert (
        f"Your parcel is safe with us. Order {again.number}, which replaces it, is not affected. "
        "Ada's Lamps decides whether this parcel still comes as well."
    ) in notices
    assert "Let both come, or one" in seller.content.decode()
    assert f"/dashboard/orders/{again.pk}/" in seller.content.decode()

    with time_machine.travel(berlin(24, 11), tick=False):
        cancel_order(again, actor=house.ada.owner, reason="The first parcel was found.")
    _, notices = page(box, berlin(24, 11))
    assert [text for text in notices if again.number in text] == []


def test_the_sellers_page_names_no_day_that_does_not_hold(house):
    box = failed_on(house, 24, "damaged")
    with time_machine.travel(berlin(24, 19), tick=False):
        seen = signed_in(house.ada.owner).get(f"/dashboard/orders/{box.order_id}/")

    assert "Promised by Wed 25 Nov" in seen.content.decode()
    assert "Arrives by Wed 25 Nov" not in seen.content.decode()
