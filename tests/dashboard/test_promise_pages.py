"""What sellers see of their promises: numbers, the orders behind them, a form for a new date."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from notifications.models import Message
from orders.models import Event, Promise
from orders.promises.revisions import revise_promise
from orders.promises.watching import watch_promises
from tests.notifications.saying import at_ten, said
from tests.orders.promises.test_watching import berlin
from tests.support.cast import MONDAY, make_order
from tests.support.stages import open_house, sent_packages
from tests.tracking.tracked import look, out_for_delivery
from warehouse.couriers.runs import deliver_stop, fail_stop, take_to_pickup_point

pytestmark = pytest.mark.django_db

PAGE = "/dashboard/promises/"


def signed_in(side):
    client = Client()
    client.force_login(side.owner)
    return client


def kept_and_late():
    """A parcel kept its hour, one was late by a day and told so."""
    house = open_house()
    kept, run = out_for_delivery(house, {"LAMP": 1})
    late = sent_packages(house, {"LAMP": 1})[0].order
    with time_machine.travel(berlin(24, 19, 30), tick=False):
        for stop in run.stops.all():
            deliver_stop(stop, received_by="Grace", actor=house.cory)
    with time_machine.travel(berlin(25, 18), tick=False):
        watch_promises()
    return house, kept, late


@pytest.fixture
def week(once):
    """The same, on Wednesday evening."""
    with at_ten:
        told = once(kept_and_late)
    with time_machine.travel(berlin(25, 18), tick=False):
        yield told


def on_its_way():
    """The warehouse, and an order of a lamp that was handed over."""
    house = open_house()
    return house, sent_packages(house, {"LAMP": 1})[0].order


@pytest.fixture
def shipped(once):
    with at_ten:
        yield once(on_its_way)


def numbers_of(page):
    """{group: {name: (kept, early, moved, broken, missed, withdrawn, share)}} of a page."""
    found = {}
    for group, *_, rows in page.context["groups"]:
        found[group] = {
            row.name: (
                row.kept,
                row.early,
                row.moved,
                row.broken,
                row.missed,
                row.withdrawn,
                _share(row),
            )
            for row in rows
        }
    return found


def _share(row):
    return None if row.share is None else round(row.share, 1)


def test_the_numbers_say_who_keeps_what(week):
    house, *_ = week
    page = signed_in(house.ada).get(PAGE)

    # Two doors, of which one was opened in its hour and the other half an hour too soon.
    assert numbers_of(page) == {
        "kind": {
            "Ships": (3, 0, 0, 0, 0, 0, 100.0),
            "Arrives": (2, 0, 1, 0, 0, 0, 66.7),
            "Delivery window": (1, 1, 0, 0, 0, 0, 50.0),
        },
        "carrier": {"Own couriers": (3, 1, 1, 0, 0, 0, 60.0)},
        "courier": {"Cory Courier": (1, 1, 0, 0, 0, 0, 50.0)},
        "warehouse": {"Warehouse BER": (3, 0, 0, 0, 0, 0, 100.0)},
    }


@pytest.mark.parametrize("to_pickup_point", [False, True])
def test_a_delivery_window_without_a_delivery_is_not_kept(monday_house, to_pickup_point):
    _, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(berlin(24, 18, 30), tick=False):
        stop = run.stops.last()
        if to_pickup_point:
            until = MONDAY.date() + timedelta(days=8)
            take_to_pickup_point(stop, place="Kiosk", until=until, actor=monday_house.cory)
        else:
            fail_stop(stop, reason="not_home", actor=monday_house.cory)
        page = signed_in(monday_house.ada).get(PAGE)

    numbers = numbers_of(page)
    assert numbers["courier"] == {"Cory Courier": (0, 0, 0, 0, 1, 0, 0.0)}
    arrivals = {"Arrives": (0, 0, 0, 0, 0, 1, None)} if to_pickup_point else {}
    assert (
        numbers["kind"]
        == {
            "Ships": (2, 0, 0, 0, 0, 0, 100.0),
            "Delivery window": (0, 0, 0, 0, 1, 0, 0.0),
        }
        | arrivals
    )
    link = f"{PAGE}orders/?since=30&by=courier&of={monday_house.cory.pk}&outcome=missed"
    with time_machine.travel(berlin(24, 18, 30), tick=False):
        assert len(signed_in(monday_house.ada).get(link).context["rows"]) == 1


def test_behind_each_number_are_as_many_orders(week):
    house, *_ = week
    client = signed_in(house.ada)
    links = re.findall(
        r'href="(/dashboard/promises/orders/[^"]+)">(\d+)<', client.get(PAGE).content.decode()
    )

    assert len(links) == 11
    for link, number in links:
        answer = client.get(link.replace("&amp;", "&"))
        assert len(answer.context["rows"]) == int(number), link


def test_the_moved_promise_leads_to_its_order(week):
    house, _, late = week
    page = signed_in(house.ada).get(f"{PAGE}orders/?since=30&by=kind&of=arrives&outcome=moved")
    ((promise, promised, outcome),) = page.context["rows"]

    assert (promise.order, promised, outcome) == (late, "by Wed 25 Nov", "Rescheduled")


def test_another_seller_has_other_promises(week):
    house, *_ = week
    client = signed_in(house.bo)

    assert "No completed promises yet" in client.get(PAGE).content.decode()
    orders = client.get(f"{PAGE}orders/?by=kind&of=arrives&outcome=kept")
    assert orders.context["rows"] == []


@pytest.mark.parametrize("query", ["", "by=nothing&of=x&outcome=kept", "by=kind&of=x&outcome=x"])
def test_an_address_that_is_no_number_leads_to_the_numbers(week, query):
    house, *_ = week
    answer = signed_in(house.ada).get(f"{PAGE}orders/?{query}")

    assert (answer.status_code, answer["Location"]) == (302, PAGE)


def test_a_promise_at_risk_is_offered_a_new_date(shipped):
    house, order = shipped
    client = signed_in(house.ada)
    with time_machine.travel(berlin(25, 12), tick=False):
        watch_promises()
        page = client.get("/dashboard/").content.decode()
        promise = order.promises.get(kind="arrives", settled_at__isnull=True)
        link = f"/dashboard/promises/{promise.pk}/revise/"
        assert "Promise at risk" in page
        assert link in page
        answer = client.post(
            link, {"first": "", "last": "2026-11-27", "reason": "weather"}, follow=True
        )

    assert answer.redirect_chain == [(f"/dashboard/orders/{order.pk}/", 302)]
    new = order.promises.get(replaces=promise)
    assert (new.earliest, new.latest) == (berlin(27, 8), berlin(27, 21))
    assert (new.reason, Event.objects.get(kind="promise.moved").actor) == (
        "weather",
        house.ada.owner,
    )
    history = {entry.what: entry.detail for entry in answer.context["page"].timeline}
    assert history["Promised date changed"] == "Weather · Promised: arrives by Fri 27 Nov"
    assert history["Promise at risk"] == "Promised: arrives by Wed 25 Nov · Rescheduled"


def test_an_hour_is_given_by_the_hour(monday_house):
    order, _ = out_for_delivery(monday_house, {"LAMP": 1})
    door = order.promises.get(kind="at_door")
    client = signed_in(monday_house.ada)
    sent = {"last": "2026-11-24", "starts": "20:00", "ends": "20:45", "reason": "other"}
    with time_machine.travel(berlin(24, 18), tick=False):
        client.post(f"/dashboard/promises/{door.pk}/revise/", sent)

    new = order.promises.get(replaces=door)
    assert (new.earliest, new.latest) == (berlin(24, 20), berlin(24, 20, 45))


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"last": "soon", "reason": "other"}, "Last day: Enter a valid date."),
        ({"last": "2026-11-20", "reason": "other"}, "The new date is in the past"),
        ({"last": "2026-11-27", "reason": "late"}, "Reason: Select a valid choice."),
        ({"last": "2026-11-27", "reason": ""}, "Choose a reason for the later date."),
    ],
)
def test_what_is_wrong_with_a_new_date_is_said(monday_house, sent, text):
    order = make_order(monday_house.ada, {"LAMP": 1})
    link = f"/dashboard/promises/{order.promises.get().pk}/revise/"
    answer = signed_in(monday_house.ada).post(link, sent)

    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert order.promises.count() == 1


@pytest.mark.parametrize("reason", ["", "warehouse_behind"])
def test_an_earlier_date_is_no_delay(monday_house, reason):
    order = make_order(monday_house.ada, {"LAMP": 1}, number="#1001")
    later = {"earliest": berlin(30, 8), "latest": berlin(30, 21), "reason": "weather"}
    now = berlin(23, 12)
    with time_machine.travel(now, tick=False):
        promise = revise_promise(order.promises.get(), **later, actor=None)
        client, link = signed_in(monday_house.ada), f"/dashboard/promises/{promise.pk}/revise/"
        assert '<option value="">Choose a reason</option>' in client.get(link).content.decode()
        assert client.post(link, {"last": "2026-11-27", "reason": reason}).status_code == 302
    assert order.promises.get(replaces=promise).reason == ""
    for language, sorry in (("de", "leid"), ("fr", "désolés"), ("ja", "申し訳"), ("en", "sorry")):
        Message.objects.filter(order=order).update(language=language)
        assert sorry in said(order, "delayed", now=now).text
        assert sorry not in said(order, "delayed", now=now, nth=1).text
    mail = said(order, "delayed", now=now, nth=1)
    assert "That has changed.\n\nIt now arrives on Fri 27 Nov." in mail.text, mail.text
    assert "now arrives Fri 27 Nov" in said(order, "delayed", "sms", now=now, nth=1).text


def test_the_customer_reads_the_old_and_the_new_date(shipped):
    _, order = shipped
    promise = order.promises.get(kind="arrives", settled_at__isnull=True)
    with time_machine.travel(berlin(24, 12), tick=False):
        revise_promise(
            promise,
            earliest=berlin(26, 8),
            latest=berlin(27, 21),
            reason=Promise.Reason.CARRIER_DELAY,
            actor=None,
        )
    seen = look(order, "state.json", berlin(24, 13)).json()

    assert seen["headline"]["text"] == "Arrives Thursday 26 – Friday 27 November"
    assert seen["notices"] == [
        {
            "text": "New date: Thursday 26 – Friday 27 November, instead of Tuesday 24 – "
            "Wednesday 25 November. The carrier is delayed. No action needed.",
            "tone": "warn",
        }
    ]
    assert "New date" in [entry["text"] for entry in seen["history"]]
    assert look(order, "state.json", berlin(25, 22)).json()["notices"] == []


def test_a_broken_promise_is_admitted_with_the_new_date(shipped):
    _, order = shipped
    with time_machine.travel(berlin(26, 1), tick=False):
        watch_promises()
    seen = look(order, "state.json", berlin(26, 9)).json()

    assert [notice["text"] for notice in seen["notices"]] == [
        "We are sorry: it was due Tuesday 24 – Wednesday 25 November. New date: today."
    ]


def test_a_date_that_only_got_narrower_is_no_news(shipped):
    _, order = shipped

    assert look(order, "state.json", MONDAY).json()["notices"] == []
