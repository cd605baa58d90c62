"""Messages name what the tracking page takes at their moment, and nothing else."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from notifications.facts import load_facts
from notifications.guards.trimming import trim
from notifications.languages import LANGUAGES
from notifications.words.rendering import render
from orders.errors import DomainError
from orders.models import Order
from orders.promises.tomorrow import announce_tomorrow
from orders.wishes.choosing import choose_at_door
from tests.notifications.saying import said
from tests.support.stages import planned_run, sent_packages
from tests.tracking.tracked import ON_THE_DAY, out_for_delivery, proven
from warehouse.couriers.runs import deliver_stop, fail_stop, start_run
from warehouse.couriers.tomorrow import promise_planned_runs

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 11, 23, 17, tzinfo=UTC)
NEXT_DAY = datetime(2026, 11, 25, 16, tzinfo=UTC)
DOOR = "Not at home? Name a neighbour or a safe place on the tracking page in good time."
DAY = "Not at home? Choose another day on the tracking page, or name a neighbour or a safe place,"
IN_THIS_PARCEL = "In this parcel:\n- 1 × Title of LAMP\n\n"
OUT_ANYWAY = "What is out for delivery now is not affected."
AGAIN = "You can choose the day on the tracking page until it goes out again, or name a neighbour"


def link(order):
    return f"/track/{order.token}/delivery/"


def announced(house):
    """An order whose parcel comes tomorrow, told the evening before."""
    boxes = sent_packages(house, {"LAMP": 1})
    planned_run(house, boxes, on=date(2026, 11, 24))
    with time_machine.travel(EVENING, tick=False):
        promise_planned_runs()
        announce_tomorrow()
    return Order.objects.get(pk=boxes[0].order_id)


def test_the_evening_before_names_day_and_door(monday_house):
    order = announced(monday_house)
    with time_machine.travel(EVENING, tick=False):
        mail = said(order, "delivery_tomorrow", now=EVENING)
        page = proven(order).get(link(order)).content.decode()

    assert DAY in mail.text
    assert f"Change the delivery:\n{settings.SITE_URL}{link(order)}" in mail.text
    assert link(order) in mail.html
    assert 'value="day"' in page and 'value="place"' in page


def test_what_another_carrier_brings_has_nothing_to_choose(monday_house):
    order = announced(monday_house)
    Order.objects.filter(pk=order.pk).update(service={"carrier": "peer", "name": "Express"})

    with time_machine.travel(EVENING, tick=False):
        mail = said(order, "delivery_tomorrow", now=EVENING)

    assert "Not at home? Ask a neighbour to take it in." in mail.text
    assert link(order) not in mail.text + mail.html


def test_the_morning_asks_not_in_until_the_courier_is_near(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(ON_THE_DAY, tick=False):
        mail = said(order, "out_for_delivery", now=ON_THE_DAY)
        text = said(order, "out_for_delivery", "sms", now=ON_THE_DAY).text
        deliver_stop(run.stops.first(), received_by="Bo", actor=monday_house.cory)
        late = said(order, "out_for_delivery", now=ON_THE_DAY)
        late_text = said(order, "out_for_delivery", "sms", now=ON_THE_DAY).text

    assert DOOR in mail.text and link(order) in mail.html
    assert "Not in? http" in text
    assert "Not at home?" not in late.text and link(order) not in late.text + late.html
    assert "Not in?" not in late_text


def test_the_first_stop_of_a_run_is_asked_as_all_others(monday_house):
    boxes = sent_packages(monday_house, {"LAMP": 1})
    run = planned_run(monday_house, boxes)
    with time_machine.travel(ON_THE_DAY, tick=False):
        start_run(run, actor=monday_house.cory)
        mail = said(boxes[0].order, "out_for_delivery", now=ON_THE_DAY)
    assert DOOR in mail.text


def test_who_has_named_a_neighbour_is_not_asked_for_one(monday_house):
    order, _ = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(ON_THE_DAY, tick=False):
        choose_at_door(order, "neighbour", "Mrs Pale, no. 9")
        for language, asks in (("en", "Not "), ("de", "Ni"), ("fr", "Personne à"), ("es", "¿No ")):
            order.messages.update(language=language)
            mail = said(order, "out_for_delivery", now=ON_THE_DAY)
            text = said(order, "out_for_delivery", "sms", now=ON_THE_DAY).text
            assert asks not in mail.text + text
            assert link(order) in mail.text, "it can still be changed"


def test_nor_the_evening_before(monday_house):
    order = announced(monday_house)
    with time_machine.travel(EVENING, tick=False):
        choose_at_door(order, "safe_place", "Shed")
        mail = said(order, "delivery_tomorrow", now=EVENING)
    assert "Not at home?" not in mail.text
    assert link(order) in mail.text


def test_without_an_address_for_the_code_no_neighbour_is_asked_for(monday_house):
    order, _ = out_for_delivery(monday_house, {"LAMP": 1})
    order.messages.update(recipient="+4915112345678")
    Order.objects.filter(pk=order.pk).update(email="")
    with time_machine.travel(ON_THE_DAY, tick=False):
        text = said(order, "out_for_delivery", "sms", now=ON_THE_DAY).text
    assert "Not in?" not in text


@pytest.mark.parametrize("reason", ["not_home", "refused", "damaged", "address_wrong"])
def test_only_after_nobody_was_home_the_customer_chooses(monday_house, reason):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(ON_THE_DAY, tick=False):
        fail_stop(run.stops.last(), reason=reason, actor=monday_house.cory)
        mail = said(order, "attempt_failed", now=ON_THE_DAY)

    assert (AGAIN in mail.text) == (reason == "not_home")
    assert (link(order) in mail.text) == (reason == "not_home")


def test_with_a_neighbour_named_only_the_day_is_left_to_choose(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(ON_THE_DAY, tick=False):
        choose_at_door(order, "neighbour", "Mrs Pale, no. 9")
        fail_stop(run.stops.last(), reason="not_home", actor=monday_house.cory)
        mail = said(order, "attempt_failed", now=ON_THE_DAY)
    assert "You can choose the day on the tracking page until it goes out again." in mail.text
    assert "name a neighbour" not in mail.text


def test_the_day_stays_open_while_another_parcel_is_out(monday_house):
    house = monday_house
    failed, other = sent_packages(house, {"LAMP": 1, "SHADE": 1}, boxes=[{"LAMP": 1}, {"SHADE": 1}])
    order = Order.objects.get(pk=failed.order_id)
    run = planned_run(house, [failed])
    with time_machine.travel(ON_THE_DAY, tick=False):
        start_run(run, actor=house.cory)
        fail_stop(run.stops.get(), reason="not_home", actor=house.cory)
        mail = said(order, "attempt_failed", now=ON_THE_DAY)
        alone = proven(order).get(link(order)).content.decode()
    with time_machine.travel(NEXT_DAY, tick=False):
        start_run(planned_run(house, [other], on=NEXT_DAY.date()), actor=house.cory)
        client = proven(order)
        page = client.get(link(order)).content.decode()
        track = client.get(f"/track/{order.token}/").content.decode()
        days = re.findall(r'<option value="([\d-]+)"', page)
        chosen = client.post(link(order), {"act": "day", "day": days[0]})
        with pytest.raises(DomainError, match="its customer chose"):
            planned_run(house, [failed], on=NEXT_DAY.date())

        told = order.messages.get(template="dated", channel="email")
        dated = render(trim(load_facts([told]))[0], now=NEXT_DAY).text

    assert AGAIN in mail.text
    assert "a new date for part of your order" in dated
    assert IN_THIS_PARCEL in dated
    assert OUT_ANYWAY in page and OUT_ANYWAY not in alone
    assert (chosen.status_code, link(order) in track) == (302, True)
    other.refresh_from_db()
    assert other.status == "out_for_delivery"


def test_every_language_leads_to_the_choices(monday_house):
    order = announced(monday_house)
    for language in LANGUAGES:
        order.messages.update(language=language)
        with time_machine.travel(EVENING, tick=False):
            mail = said(order, "delivery_tomorrow", now=EVENING)
        assert link(order) in mail.text


def test_the_link_asks_a_stranger_for_proof_first(monday_house):
    order = announced(monday_house)
    with time_machine.travel(EVENING, tick=False):
        answer = Client().get(link(order))

    assert answer.status_code == 302
    assert answer.url.startswith(f"/track/{order.token}/verify/")
