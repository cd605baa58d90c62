"""Events become rows of the outbox, in their transaction."""

import pytest
from django.db import transaction

from notifications.kinds.catalogue import ALL
from notifications.languages import LANGUAGES
from notifications.languages.texts import FOLDER, parsed
from notifications.models import Message
from notifications.planning.subscriber import on_events, rows_for_intake
from orders.models import Event
from orders.returns.handling import approve_return, request_return
from tests.support.cast import make_order
from tests.support.stages import delivered_order, open_house, sent_packages, started_run
from tests.support.statements import count_statements
from warehouse.couriers.runs import deliver_stop

pytestmark = pytest.mark.django_db


def planned(order, *columns):
    rows = order.messages.order_by("pk")
    return list(rows.values_list(*columns))


def event_of(order, kind="shipment.packed", **data):
    return Event(
        seller_id=order.seller_id, order_id=order.pk, kind=kind, subject_id=order.pk, data=data
    )


def test_a_new_order_brings_its_messages(ada):
    order = make_order(ada, {"LAMP": 1})
    assert set(planned(order, "template", "audience", "channel", "recipient", "status")) == {
        ("confirmed", "customer", "email", "grace@example.com", "planned"),
        ("confirmed", "customer", "sms", "+4915112345678", "planned"),
    }
    assert {row.event.kind for row in order.messages.all()} == {"order.received"}


def test_the_rows_of_the_intake_need_no_query(ada):
    order = make_order(ada, {"LAMP": 1})
    order.seller = ada.seller
    event = event_of(order, "order.received")
    with count_statements() as statements:
        rows = rows_for_intake([(order, event)])
    assert statements == []
    assert [(row.channel, row.event_id, row.order_id, row.pk) for row in rows] == [
        ("email", event.pk, order.pk, None),
        ("sms", event.pk, order.pk, None),
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"phone": ""}, [("email", "grace@example.com", "planned", "")]),
        ({"email": ""}, [("sms", "+4915112345678", "planned", "")]),
        (
            {"email": "", "phone": ""},
            [
                (
                    "email",
                    "",
                    "suppressed",
                    "The order has neither an e-mail address nor a phone number.",
                )
            ],
        ),
    ],
)
def test_who_has_no_address_is_not_written_to(ada, fields, expected):
    order = make_order(ada, {"LAMP": 1}, **fields)
    assert planned(order, "channel", "recipient", "status", "reason") == expected


@pytest.mark.parametrize(("language", "spoken"), [("en", "en"), ("en-GB", "en"), ("tlh", "en")])
def test_a_language_without_texts_gets_english(ada, language, spoken):
    order = make_order(ada, {"LAMP": 1}, phone="", language=language)
    assert planned(order, "language") == [(spoken,)]


def test_an_event_that_nobody_is_told_of_brings_nothing(ada):
    order = make_order(ada, {"LAMP": 1})
    with count_statements() as statements:
        on_events([event_of(order, "shipment.planned"), Event(kind="stock.received")])
    assert (statements, order.messages.count()) == ([], 2)


def test_several_events_of_one_kind_and_order_are_one_set(ada):
    first, second = (make_order(ada, {"LAMP": 1}) for _ in range(2))
    events = [event_of(first, "shipment.ready"), event_of(first, "shipment.ready")]
    events.append(event_of(second, "shipment.ready"))
    with transaction.atomic():
        Event.objects.bulk_create(events)
        with count_statements() as statements:
            on_events(events)
    # Orders with their sellers, one insert, and a look at what calm keeps back.
    assert len(statements) == 3
    carrying = Message.objects.filter(template="ready").values_list("event", flat=True)
    assert sorted(carrying) == sorted([events[0].pk] * 2 + [events[2].pk] * 2)


def test_a_rolled_back_fact_tells_nobody(ada):
    order = make_order(ada, {"LAMP": 1})
    event = event_of(order, "shipment.ready")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Event.objects.bulk_create([event])
        on_events([event])
        1 / 0  # noqa: B018
    assert order.messages.count() == 2


def test_the_whole_way_is_told_in_order():
    house = open_house()
    order = delivered_order(house, {"LAMP": 2})
    order_return = request_return(order, units={order.lines.get().pk: 1}, reason="too_large")
    approve_return(order_return, actor=house.ada.owner)
    sent = planned(order, "template", "audience", "channel")
    customers = [
        "confirmed", "packed", "ready", "shipped", "out_for_delivery", "delivered",
        "return_requested", "return_approved",
    ]  # fmt: skip
    for channel in ("email", "sms"):
        assert [row[0] for row in sent if row[1:] == ("customer", channel)] == customers
    assert [row for row in sent if row[1] == "seller"] == [
        ("seller_delivered", "seller", "email"),
        ("seller_return_requested", "seller", "email"),
    ]


def test_two_boxes_at_one_door_are_told_once():
    house = open_house()
    packages = sent_packages(
        house, {"LAMP": 1, "SHADE": 1}, boxes=[{"LAMP": 1}, {"SHADE": 1}], phone=""
    )
    run = started_run(house, packages)
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    templates = [row[0] for row in planned(packages[0].order, "template")]
    assert templates.count("out_for_delivery") == 1
    assert templates.count("delivered") == 1
    assert templates.count("seller_delivered") == 1


def test_a_worker_s_action_may_wait_to_be_undone(ada, settings):
    settings.UNDO_HOLD_SECONDS = 60
    order = make_order(ada, {"LAMP": 1}, phone="")
    by_hand, by_itself = event_of(order, "shipment.ready"), event_of(order, "shipment.packed")
    by_hand.actor = ada.owner
    Event.objects.bulk_create([by_hand, by_itself])
    on_events([by_hand, by_itself])
    rows = {row.template: row for row in order.messages.all()}
    held = rows["ready"].next_attempt_at - rows["packed"].next_attempt_at
    assert 59 < held.total_seconds() < 61


def test_every_route_has_its_words():
    """In every language: a mail needs subject and body, a text message its own words."""
    for kind in ALL:
        if kind.answers:
            continue
        for language in LANGUAGES:
            words = parsed((FOLDER / kind.name / f"{language}.txt").read_text())
            assert words.subject and words.body, (kind.name, language)
            assert bool(words.sms) == ("sms" in kind.channels), (kind.name, language)
