"""Each parcel of an order is told as it is when the mail is written: come, late, or to follow."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import timezone

from notifications.editor.said import SAID, plainly
from notifications.facts import load_facts
from notifications.guards.trimming import trim
from notifications.languages import LANGUAGES, phrases
from notifications.models import Message, TextVersion
from notifications.words.rendering import render
from notifications.words.wording import day
from orders.models import Order
from orders.promises.revisions import revise_promise
from orders.promises.watching import watch_promises
from orders.wishes.choosing import choose_day
from tests.notifications.saying import at_ten, said
from tests.support.stages import open_house, sent_packages, started_run
from warehouse.couriers.runs import deliver_stop, fail_stop, take_to_pickup_point

pytestmark = pytest.mark.django_db

LATE = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)  # the window was until 20:00 in Berlin
NEXT_DAY = date(2026, 11, 25)
LAMP, SHADE = "- 1 × Title of LAMP\n", "- 1 × Title of SHADE\n"
BOTH = LAMP + SHADE
FRIDAY = date(2026, 11, 27)
FAILED = (("attempt_failed",), ("seller_attempt_failed",), ("attempt_failed", "sms"))
SHORT_OF_A_PART = ("de", "fr", "es")  # there is no room in a text message for the day


@pytest.fixture
def house(once):
    with at_ten:
        yield once(open_house)


@pytest.fixture
def boxes(house):
    """Two parcels of one order on their way, with one product each."""
    lines = [{"LAMP": 1}, {"SHADE": 1}]
    return sent_packages(house, {"LAMP": 1, "SHADE": 1}, boxes=lines, number="1001")


def sent_words(order, template):
    """The e-mail as it would leave now: without what is true no more."""
    rows = Message.objects.filter(order=order, template=template, channel="email")
    [fact] = trim(load_facts([rows.latest("pk")]))
    return render(fact, now=datetime(2026, 11, 24, 9, tzinfo=UTC))


def late_mail(order):
    return said(order, "seller_broken", now=LATE).text


def taken_to_point(house, box):
    """It waits there until its customer fetches it."""
    run = started_run(house, [box])
    take_to_pickup_point(
        run.stops.get(), place="Kiosk Sonne", until=date(2026, 12, 1), actor=house.cory
    )


def revised(order):
    """The arrival of what has left is on another day."""
    arrives = Order.objects.get(pk=order.pk).promises.get(
        kind="arrives", shipment__isnull=False, settled_at=None
    )
    days = {"earliest": datetime(2026, 11, 28, 7, tzinfo=UTC)}
    days["latest"] = days["earliest"].replace(hour=20)
    revise_promise(arrives, **days, reason="weather", actor=None)


def test_two_boxes_at_one_door_are_late_and_delivered_alike(house, boxes):
    run = started_run(house, boxes)
    with time_machine.travel(LATE, tick=False):
        watch_promises()
        before = late_mail(boxes[0].order)
        deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    after = late_mail(boxes[0].order)

    assert (f"In these 2 parcels:\n{BOTH}" in before, "Already delivered" in before) == (
        True,
        False,
    )
    assert (f"Already delivered:\n{BOTH}" in after, "In th" in after) == (True, False)
    assert all(box.tracking_number in after for box in boxes)
    page = "first page of your dashboard"
    assert (page in before, page in after) == (True, False), "there it stands until it has come"


def test_a_box_that_came_alone_is_told_beside_the_late_one(house, boxes):
    """The window of the day, and the days of arrival."""
    run = started_run(house, [boxes[0]])
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    with time_machine.travel(datetime(2026, 11, 26, 6, tzinfo=UTC), tick=False):
        watch_promises()
    text = late_mail(boxes[0].order)
    assert f"In this parcel:\n{SHADE}\nAlready delivered:\n{LAMP}" in text
    assert "separate parcel" not in text


def test_a_new_window_is_of_all_that_the_van_has(house, boxes):
    started_run(house, boxes)
    window = boxes[0].order.promises.get(kind="at_door")
    hour = {"earliest": datetime(2026, 11, 24, 20, tzinfo=UTC), "latest": LATE}
    moved = revise_promise(window, **hour, reason="carrier_delay", actor=None)
    later = {"earliest": LATE, "latest": LATE.replace(hour=22)}
    revise_promise(moved, **later, reason="carrier_delay", actor=None)
    assert f"In these 2 parcels:\n{BOTH}" in sent_words(boxes[0].order, "delayed").text


@pytest.mark.parametrize("reason", ["refused", "address_wrong", "damaged"])
def test_a_new_date_lists_only_what_comes_then(house, boxes, reason):
    first, second = boxes
    fail_stop(started_run(house, [first]).stops.get(), reason=reason, actor=house.cory)
    revised(first.order)
    mail = sent_words(first.order, "delayed")
    assert f"In this parcel:\n{SHADE}" in mail.text
    assert ("LAMP" in mail.text, "part of order #1001" in mail.subject) == (False, True)
    assert first.tracking_number not in mail.text
    assert second.tracking_number in mail.text


def test_who_was_not_home_gets_both_on_the_new_date(house, boxes):
    fail_stop(started_run(house, [boxes[0]]).stops.get(), reason="not_home", actor=house.cory)
    revised(boxes[0].order)
    assert f"In these 2 parcels:\n{BOTH}" in sent_words(boxes[0].order, "delayed").text


def test_a_refused_box_that_is_dated_anew_is_listed(house):
    """Its addressee has said that it was a mistake: somebody gave it another date."""
    [box] = sent_packages(house, {"LAMP": 1}, number="1001")
    fail_stop(started_run(house, [box]).stops.get(), reason="refused", actor=house.cory)
    revised(box.order)
    assert f"In this parcel:\n{LAMP}" in sent_words(box.order, "delayed").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_that_is_chosen_is_said_in_place_of_one_that_follows(house, boxes, language):
    """Also while the courier is out with the other parcel."""
    first, second = boxes
    fail_stop(started_run(house, [first]).stops.get(), reason="not_home", actor=house.cory)
    order = Order.objects.get(pk=first.order_id)
    Message.objects.update(language=language)
    before = [said(order, *kind).text for kind in FAILED]
    with time_machine.travel(datetime(2026, 11, 25, 9, tzinfo=UTC), tick=False):
        started_run(house, [second], on=NEXT_DAY)
        choose_day(order, FRIDAY)
        after = [said(order, *kind).text for kind in FAILED]

    on = day(FRIDAY, today=NEXT_DAY, language=language)
    assert [on in text for text in before] == [False] * 3
    assert [on in text for text in after[:2]] == [True, True]
    assert (plainly(on) in plainly(after[2])) == (language not in SHORT_OF_A_PART)
    mails = zip(before[:2], after[:2], strict=True)
    follows = "|".join(plainly(SAID[language][name]) for name in ("day_follows", "day_is_set"))
    found = [[bool(re.search(follows, plainly(text))) for text in pair] for pair in mails]
    assert found == [[True, False], [True, False]]


def test_an_own_text_without_the_day_gives_way_to_ours(house, boxes):
    """It says that a day follows, which is set."""
    fail_stop(started_run(house, [boxes[0]]).stops.get(), reason="not_home", actor=house.cory)
    order = Order.objects.get(pk=boxes[0].order_id)
    own = {"subject": "Not at home", "heading": "", "body": "We will write.", "sms": "{{ link }}"}
    own |= {"closing": ""}
    TextVersion.objects.create(
        seller=house.ada.seller,
        template="attempt_failed",
        number=1,
        texts={"en": own},
        published_at=timezone.now(),
        in_force=True,
    )
    before = said(order, "attempt_failed").subject
    with time_machine.travel(datetime(2026, 11, 25, 9, tzinfo=UTC), tick=False):
        choose_day(order, FRIDAY)
        after = said(order, "attempt_failed").text
    assert before == "Not at home"
    assert "New delivery day: Fri 27 Nov." in after


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_waits_at_a_pickup_point_does_not_follow(house, boxes, language):
    first, second = boxes
    taken_to_point(house, first)
    started_run(house, [second], on=NEXT_DAY)
    order, words = first.order, phrases(language)
    Message.objects.update(language=language)

    assert words.still_to_come in said(order, "out_for_delivery").text, "nobody could know it yet"
    mail = said(order, "out_for_delivery", nth=1)
    assert words.still_to_come not in mail.text
    assert f"{words.waits_at_point}{words.colon}\n{LAMP}" in mail.text


def test_what_is_at_a_point_is_not_on_the_new_date(house, boxes):
    revised(boxes[0].order)
    taken_to_point(house, boxes[0])
    text = sent_words(boxes[0].order, "delayed").text
    assert f"In this parcel:\n{SHADE}\nAt the pickup point:\n{LAMP}" in text
