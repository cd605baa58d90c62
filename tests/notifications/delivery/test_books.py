"""The books of messages: each broken rule is found and named."""

import pytest

from notifications import books
from notifications.models import Message
from orders.models import Event
from tests.support.vandals import vandal_of

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_books, pytest.mark.one_story]

FIRST = "order_id = %(waiting)s AND channel = 'email' AND template = 'confirmed'"
COPY_OF_FIRST = (
    "SELECT (jsonb_populate_record(row, jsonb_build_object('id', row.id + 10000))).* "
    "FROM notifications_message row WHERE " + FIRST
)
DELIVERED = "event_id IN (SELECT id FROM orders_event WHERE kind = 'package.delivered')"


@pytest.fixture
def vandal(db, told):
    with vandal_of(told) as vandal:
        yield vandal


def first_message(vandal):
    return Message.objects.get(order=vandal.ids["waiting"], channel="email", template="confirmed")


def test_a_message_that_is_there_twice_is_found(vandal):
    event = Event.objects.get(order=vandal.ids["waiting"], kind="order.received")
    with vandal.insert("notifications_message", COPY_OF_FIRST):
        assert books.messages_are_single() == [
            f"Event {event.pk} (order.received): 2 messages to the customer by email, one is right"
        ]


def test_an_event_that_nobody_is_told_of_is_found(vandal):
    for audience in ("customer", "seller"):
        with vandal.delete("notifications_message", f"audience = '{audience}' AND {DELIVERED}"):
            found = f"Order {{sent}}: the {audience} was not told of package.delivered"
            assert books.events_have_messages() == [vandal.named(found)]


def test_a_message_to_a_stranger_is_found(vandal):
    message = first_message(vandal)
    with vandal.update("notifications_message", "order_id = %(sent)s", FIRST):
        assert books.messages_match_events() == [
            f"Message {message.pk}: it belongs to another order or seller than its event"
        ]


def test_a_message_that_does_not_end_visibly_is_found(vandal):
    message = first_message(vandal)
    for change, broken in (
        ("status = 'sent'", "sent: nobody tried to send it"),
        (
            "status = 'unknown', cause = 'no_answer', reason = 'why'",
            "unknown: nobody began to send it",
        ),
        ("status = 'failed'", "failed: it does not say why"),
        ("status = 'failed', reason = 'why'", "failed: it does not say why"),
        ("status = 'claimed'", "claimed: its claim has no end, or none is claimed"),
        ("claimed_until = now()", "planned: its claim has no end, or none is claimed"),
    ):
        with vandal.update("notifications_message", change, FIRST):
            assert books.outcomes_are_recorded() == [f"Message {message.pk} is {broken}"]


def test_a_message_that_states_what_nobody_promised_is_found(vandal):
    message = first_message(vandal)
    nobody = "data = jsonb_set(data, '{promise}', '\"00000000-0000-0000-0000-000000000000\"')"
    event = f"id = '{message.event_id}'"
    with (
        vandal.update("notifications_message", "status = 'delivered'", FIRST),
        vandal.update("orders_event", nobody.replace("%", "%%"), event),
    ):
        found = f"Message {message.pk} (confirmed) states a promise that nobody made"
        assert books.promises_were_made() == [found]
