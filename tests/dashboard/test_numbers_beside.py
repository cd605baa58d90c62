"""Beside the numbers: messages to customers by outcome, and for how long stock lasts."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from fulfillment.dashboard.queries.numbers.cover import days
from fulfillment.dashboard.queries.numbers.messages import messages_of
from notifications.delivery.daily_counts import count_messages
from notifications.models import Message, MessageCount
from notifications.states import MessageStatus
from orders.access import Viewer
from orders.numbers.counting import Period
from tests.notifications.saying import at_ten
from tests.orders.numbers.reading import read_numbers
from tests.support.cast import MONDAY
from tests.support.stages import open_house, sent_packages

pytestmark = pytest.mark.django_db


def sent_lamps():
    """Twelve lamps have left on Monday, and eight are there."""
    house = open_house()
    sent_packages(house, {"LAMP": 12})
    sent_packages(house, {"SHADE": 2})
    return house


@pytest.fixture
def house(once):
    with at_ten:
        told = once(sent_lamps)
    with time_machine.travel(MONDAY, tick=False):
        yield told


def counts(house):
    """{(channel, outcome as the page names it): number} of the Monday."""
    viewer = Viewer.of(house.ada.owner)
    day = MONDAY.date()
    return {
        (of.name, label): number
        for of in messages_of(viewer, Period(day, day))
        for label, number in of.numbers
        if number
    }


@pytest.mark.breaks_books
def test_the_first_count_is_of_all_days(house):
    """As after an upgrade; the next ones are of the last two weeks."""
    Message.objects.update(created_at=MONDAY - timedelta(days=200))
    count_messages()
    old = MessageCount.objects.filter(day=(MONDAY - timedelta(days=200)).date())
    assert old.exists()
    old.update(number=99)
    count_messages()
    assert {row.number for row in old} == {99}


@pytest.mark.breaks_books
def test_messages_are_counted_by_what_became_of_them(house):
    Message.objects.update(created_at=MONDAY, status=MessageStatus.SENT)
    total = Message.objects.filter(audience="customer", channel="email").count()
    count_messages()
    assert counts(house)["E-mail", "Sent, no report"] == total > 1

    first = Message.objects.filter(audience="customer", channel="email").first()
    Message.objects.filter(pk=first.pk).update(status=MessageStatus.DELIVERED)
    count_messages()
    found = counts(house)
    assert (found["E-mail", "Sent, no report"], found["E-mail", "Delivered"]) == (total - 1, 1)
    again = set(MessageCount.objects.values_list("pk", "number"))
    count_messages(is_all=True)
    assert set(MessageCount.objects.values_list("pk", "number")) == again


@pytest.mark.breaks_books
def test_an_outcome_that_no_message_has_any_more_is_gone(house):
    Message.objects.update(created_at=MONDAY, status=MessageStatus.UNKNOWN)
    count_messages()
    Message.objects.update(status=MessageStatus.FAILED)
    count_messages()
    assert {label for _, label in counts(house)} == {"Failed"}


@pytest.mark.breaks_books
def test_a_message_counts_on_the_day_of_its_seller(house):
    """At half past eleven at night in UTC it is Tuesday in Berlin."""
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    Message.objects.update(created_at=late, status=MessageStatus.SENT)
    count_messages()
    assert {f"{row.day:%a}" for row in MessageCount.objects.all()} == {"Tue"}


def test_cover_is_told_where_enough_has_left(house):
    read_numbers()
    client = Client()
    client.force_login(house.ada.owner)
    rows = client.get("/dashboard/numbers/cover/").context["rows"]
    assert [(row.product.sku, row.sent, row.available, row.days) for row in rows] == [
        ("LAMP", 12, 8, pytest.approx(8 * 28 / 12)),
        ("SHADE", 2, 18, None),
    ]
    other = Client()
    other.force_login(house.bo.owner)
    assert list(other.get("/dashboard/numbers/cover/").context["rows"]) == []


def test_nothing_left_covers_no_day():
    assert (days(0, 10), days(5, 9)) == (0, None)
