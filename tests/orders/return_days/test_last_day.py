"""The last day to hand an approved return in: fixed, told on every page, reminded of once."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.facts import load_facts
from notifications.guards.trimming import trim
from notifications.models import Message
from orders.models import Event, Order, Return, ReturnLabel, Seller, Warehouse
from orders.returns.due import expiry
from orders.returns.due.expiry import remind
from orders.returns.handling import approve_return, cancel_return, revise_return
from orders.returns.labels.offers import Offer
from orders.returns.labels.requests import open_label
from tests.notifications.saying import said
from tests.orders.return_labels.stories import approved, gives, requested, sweep
from tests.orders.test_exchanges import exchange, two_lamps
from tests.support.stages import open_house, picked
from tests.test_doors import signed_in
from tests.tracking.tracked import state

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]

KIRITIMATI = "Pacific/Kiritimati"  # fourteen hours before UTC
TEXTS = ("de", "fr", "es", "ar", "ja")


@pytest.fixture
def house(once):
    return once(open_house)


def days_left(asked, number):
    """The same return, with so many days left, in the day of its warehouse."""
    today = timezone.now().astimezone(ZoneInfo(asked.order.seller.warehouse.time_zone)).date()
    Return.objects.filter(pk=asked.pk).update(hand_in_by=today + timedelta(days=number))
    return Return.objects.get(pk=asked.pk)


def handed_in(asked):
    """The carrier of its label reports that it has the parcel."""
    label = open_label(asked, Offer("peer", "label"), actor=None)
    now, number = timezone.now(), "RETURN1"
    ReturnLabel.objects.filter(pk=label.pk).update(
        answered_at=now, tracking_number=number, handed_in_at=now, due_at=None
    )


def case_of(asked):
    [case] = state(asked.order, timezone.now())["returns"]
    return case


def shown(asked):
    [case] = state(asked.order, timezone.now())["returns"]
    return case["hand_in"]


@pytest.mark.parametrize(("choices", "days"), [({}, 30), ({"hand_in_days": 7}, 7)])
def test_it_is_so_many_days_after_the_approval_where_the_goods_go_to(house, choices, days):
    Seller.objects.update(return_choices=choices)
    asked = requested(house)
    assert asked.hand_in_by is None, "nobody has approved it yet"
    Warehouse.objects.update(time_zone=KIRITIMATI)

    asked = approve_return(asked, actor=house.ada.owner)
    Seller.objects.update(return_choices={"hand_in_days": 90})

    there = timezone.now().astimezone(ZoneInfo(KIRITIMATI)).date()
    assert Return.objects.get().hand_in_by == there + timedelta(days=days)


def test_a_refusal_takes_it_back(house):
    asked = revise_return(approved(house), words="Too worn.", actor=house.ada.owner)

    assert Return.objects.get(pk=asked.pk).hand_in_by is None


def test_what_the_customer_keeps_has_none(house):
    Seller.objects.update(return_choices={"keep": [9999, "EUR"]})

    asked = approved(house, price=500, currency="EUR")

    assert (asked.status, asked.hand_in_by) == ("closed", None)


def test_the_customer_and_the_seller_read_it(house):
    asked = approved(house)
    last = asked.hand_in_by

    letter = said(asked.order, "return_approved", now=timezone.now())
    page = signed_in(house.ada.owner).get(f"/dashboard/orders/{asked.order_id}/").content.decode()

    assert f"Please hand your parcel in by {last:%a} {last.day} {last:%b}" in letter.text
    assert f"Please hand your parcel in by {last:%A} {last.day} {last:%B}" in shown(asked)
    assert f"To be handed in by {last.day} {last:%b %Y}" in page


def test_after_it_the_page_names_no_address_and_asks_to_tell_the_shop(house):
    asked = approved(house)
    assert case_of(asked)["address"]
    case = case_of(days_left(asked, -1))

    assert case["to_do"].startswith("The last day to hand this return in was ")
    assert "tell the shop, with the proof of posting" in case["to_do"]
    assert (case["address"], case["hand_in"], case["label"]) == ([], "", "")


def test_after_it_who_has_a_label_reads_that_the_carrier_reports_it(house, carrier_peer):
    gives(house, "peer:label")
    asked = days_left(approved(house), -1)
    sweep()

    said_last = shown(asked)
    assert said_last.startswith("The last day to hand this return in was ")
    assert "If you have handed it in, no action is needed." in said_last


def test_what_is_handed_in_is_asked_for_no_more(house):
    asked = approved(house)
    handed_in(asked)

    assert shown(asked) == ""
    letter = said(asked.order, "return_approved", now=timezone.now())
    assert "hand your parcel in" not in letter.text


@pytest.mark.parametrize(("left", "reminded"), [(4, 0), (3, 1), (0, 1), (-1, 0)])
def test_who_hands_nothing_in_is_reminded_three_days_before(house, left, reminded):
    asked = days_left(approved(house), left)

    assert (remind(timezone.now()), remind(timezone.now())) == (reminded, 0)

    events = Event.objects.filter(kind="return.hand_in_due", subject_id=asked.pk)
    assert events.count() == reminded
    mails = Message.objects.filter(order=asked.order, template="return_hand_in", channel="email")
    assert mails.count() == reminded


def test_who_was_reminded_is_not_looked_at_again(house):
    days_left(approved(house), 3)

    assert (remind(timezone.now()), remind(timezone.now())) == (1, 0)
    with CaptureQueriesContext(connection) as again:
        remind(timezone.now())

    assert [row["sql"] for row in again if "FOR " in row["sql"]] == [], "nothing is locked"


def test_a_day_that_is_over_takes_no_other_ones_place(house, monkeypatch):
    monkeypatch.setattr(expiry, "BATCH", 1)
    Warehouse.objects.update(time_zone="UTC")
    over, soon = approved(house), approved(house)
    days_left(over, -1)
    days_left(soon, 2)

    assert remind(timezone.now()) == 1
    assert Event.objects.get(kind="return.hand_in_due").subject_id == soon.pk


@pytest.mark.parametrize("end", ["handed_in", "cancelled", "refused", "requested"])
def test_nobody_is_reminded_of_what_is_under_way_or_over(house, end):
    asked = requested(house) if end == "requested" else approved(house)
    days_left(asked, 2)
    if end == "handed_in":
        handed_in(asked)
    elif end == "cancelled":
        cancel_return(asked)
    elif end == "refused":
        revise_return(asked, words="Too worn.", actor=house.ada.owner)
        days_left(asked, 2)

    assert remind(timezone.now()) == 0


def test_an_exchange_in_advance_has_its_own_day(once):
    house, order = once(two_lamps)
    Seller.objects.update(exchange_ahead={"days": 10})
    asked = approve_return(exchange(Order.objects.get(pk=order.pk)), actor=house.ada.owner)
    picked(house, asked.exchange)
    days_left(asked, 2)

    assert remind(timezone.now()) == 0
    assert shown(asked) == ""
    assert "hand your parcel in" not in said(order, "return_approved", now=timezone.now()).text


@pytest.mark.parametrize("language", TEXTS)
def test_the_reminder_says_the_day_in_every_language(house, language):
    asked = days_left(approved(house), 3)
    Order.objects.filter(pk=asked.order_id).update(language=language)
    remind(timezone.now())

    letter = said(asked.order, "return_hand_in", now=timezone.now())

    assert str(asked.hand_in_by.day) in letter.subject
    assert asked.number in letter.text


def test_a_reminder_that_waited_is_not_sent_of_a_return_that_is_over(house):
    asked = days_left(approved(house), 3)
    remind(timezone.now())
    [told] = Message.objects.filter(template="return_hand_in", channel="email")

    cancel_return(asked)

    assert trim(load_facts([told]))[0].stale
