"""The mail on Mondays: only who wants it, once, and only numbers of which there are enough."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from fulfillment.spoken.parts import DASHBOARD
from orders.accounts.mailing import send_account_mails
from orders.models import AccountMail, NumberFact, NumbersPlace
from orders.numbers.weekly import LANGUAGES, choose_weekly_numbers, mail_weekly_numbers
from tests.support import cast
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 30, 6, 30, tzinfo=UTC)  # half past seven in Berlin
MIDNIGHT = datetime(2026, 11, 29, 23, tzinfo=UTC)  # when that Monday begins in Berlin
THIS_WEEK, WEEK_BEFORE = date(2026, 11, 24), date(2026, 11, 17)


@pytest.fixture
def week(ada):
    """Two weeks with enough windows, and too few attempts in one of them."""
    with time_machine.travel(MONDAY - timedelta(days=13), tick=False):
        order = make_order(ada, {"LAMP": 1})
        choose_weekly_numbers(ada.owner, is_on=True)
    count(order, THIS_WEEK, "window", "inside", 18)
    count(order, THIS_WEEK, "window", "too_late", 2)
    count(order, WEEK_BEFORE, "window", "inside", 20)
    count(order, THIS_WEEK, "attempt", "at_once", 20)
    count(order, WEEK_BEFORE, "attempt", "at_once", 19)
    NumbersPlace.objects.create(seller=ada.seller, read_at=MONDAY)
    with time_machine.travel(MONDAY, tick=False):
        yield ada


def count(order, day, number, outcome, times):
    NumberFact.objects.bulk_create(
        NumberFact(
            seller=order.seller, order=order, channel=order.channel, number=number,
            warehouse=order.seller.warehouse, subject_id=uuid4(), day=day, outcome=outcome,
            counts_from=MONDAY - timedelta(days=1),
        )
        for _ in range(times)
    )  # fmt: skip


def test_the_mail_says_what_has_changed_and_comes_once(week, mails):
    assert (mail_weekly_numbers(), mail_weekly_numbers()) == (1, 0)
    (mail,) = mails()
    assert mail.subject == "Your numbers of the week"
    words = mail.text
    assert "Monday, 23 November to Sunday, 29 November" in words
    assert (
        "Inside the first window: 90.0 % (18 of 20 parcels). "
        "Worse: −10.0 points, 100.0 % before." in words
    )
    assert "First attempt" not in words
    assert "/dashboard/numbers/?first=2026-11-23&last=2026-11-29" in words


def test_the_mail_is_in_the_language_that_its_reader_chose(week, mails):
    week.owner.language = "de"
    week.owner.save(update_fields=["language"])

    assert mail_weekly_numbers() == 1
    (mail,) = mails()

    assert mail.subject == "Ihre Zahlen der Woche"
    assert "Mo., 23. November bis So., 29. November" in mail.text
    assert "Im ersten Zeitfenster: 90,0\u00a0% (" in mail.text
    assert ": 18 von 20" in mail.text
    assert "Schlechter: −10,0 Prozentpunkte" in mail.text
    assert set(LANGUAGES) == set(DASHBOARD)


@pytest.mark.parametrize(
    ("at", "planned"),
    [
        (MONDAY - timedelta(hours=1), 0),
        (MONDAY + timedelta(days=2), 1),
        (MONDAY + timedelta(days=3), 0),
    ],
)
def test_it_leaves_from_monday_at_seven_until_wednesday(week, at, planned):
    with time_machine.travel(at, tick=False):
        assert mail_weekly_numbers() == planned


@pytest.mark.parametrize("read_at", [None, MIDNIGHT - timedelta(seconds=1)])
def test_it_waits_until_the_week_is_counted_to_its_end(week, read_at):
    places = NumbersPlace.objects.filter(seller=week.seller)
    places.update(read_at=read_at)
    assert mail_weekly_numbers() == 0
    places.update(read_at=MIDNIGHT)
    assert mail_weekly_numbers() == 1


def test_nobody_gets_it_unasked(week, bo):
    cast.make_user("sam@example.com", "Sam", "staff", seller=week.seller)
    assert mail_weekly_numbers() == 1
    assert [mail.user for mail in AccountMail.objects.filter(kind="weekly_numbers")] == [week.owner]


def test_who_has_switched_it_off_since_gets_none(week, mails):
    mail_weekly_numbers()
    client = Client()
    client.force_login(week.owner)
    client.post("/accounts/numbers/", {"mails_numbers": "0"})
    assert send_account_mails() == 0
    assert AccountMail.objects.get(kind="weekly_numbers").cause == "unwanted"


def test_the_first_one_comes_on_the_next_monday(week):
    choose_weekly_numbers(week.owner, is_on=True)
    assert mail_weekly_numbers() == 0
    NumbersPlace.objects.update(read_at=MONDAY + timedelta(days=7))
    with time_machine.travel(MONDAY + timedelta(days=7), tick=False):
        count(make_order(week, {"LAMP": 1}), date(2026, 12, 2), "window", "inside", 20)
        assert mail_weekly_numbers() == 1


def test_a_switch_of_the_account_turns_it_on_and_off(ada):
    client = Client()
    client.force_login(ada.owner)
    assert "Off: no mail is sent." in client.get("/accounts/").content.decode()
    for value, wanted in (("1", True), ("0", False)):
        client.post("/accounts/numbers/", {"mails_numbers": value})
        ada.owner.refresh_from_db()
        assert ada.owner.mails_numbers is wanted
