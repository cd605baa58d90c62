"""What a seller sees of messages: all of an order, and those that may not have arrived."""

import pytest
from django.template.loader import render_to_string

from fulfillment.dashboard.queries.messages import messages_of, unsettled
from fulfillment.dashboard.queries.orders.page import order_page
from notifications.channels.recipients import masked
from notifications.delivery.sending import send_due
from orders.access import Viewer
from tests.support.cast import make_order, make_product
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(ada, smtp_peer, sms_peer):
    """An order whose mail was refused and whose SMS was sent."""
    smtp_peer.refused = {"grace@example.com": "550 no such user"}
    order = make_order(ada, {"LAMP": 1}, number="#1001")
    send_due()
    return order


def test_every_message_of_an_order_is_listed(order, ada):
    with count_statements() as statements:
        shown = messages_of(order, Viewer.of(ada.owner))
    # The user's roles, the messages, their attempts, and which of them have a copy.
    assert len(statements) == 4
    rows = {row.channel: row for row in shown}
    assert {
        channel: (row.title, row.audience, row.recipient, row.message.status)
        for channel, row in rows.items()
    } == {
        "E-mail": ("Order confirmed", "Customer", "g…@example.com", "failed"),
        "SMS": ("Order confirmed", "Customer", "+49…78", "sent"),
    }


def test_the_history_says_once_what_was_told_and_what_became_of_it(order, ada):
    page = order_page(order, Viewer.of(ada.owner))
    (told,) = [entry for entry in page.timeline if entry.parts]
    assert told.what == "“Order confirmed” to the customer"
    assert {(row.channel, row.message.status, row.message.reason) for row in told.parts} == {
        ("E-mail", "failed", "550 no such user"),
        ("SMS", "sent", ""),
    }
    shown = render_to_string("dashboard/order/timeline.html", {"page": page})
    assert shown.count("“Order confirmed”") == 1
    assert "550 no such user" in shown
    assert "grace@example.com" not in shown
    assert "+4915112345678" not in shown


def test_a_message_that_may_not_have_arrived_is_the_next_act(ada, smtp_peer, sms_peer):
    make_product(ada, "LAMP", "Lamp")
    smtp_peer.refused = {"grace@example.com": "550 no such user"}
    order = make_order(ada, {"LAMP": 1})
    send_due()
    failed = next(row for row in messages_of(order, Viewer.of(ada.owner)) if row.is_open)
    found = order_page(order, Viewer.of(ada.owner)).next
    assert (found.title, found.text, found.url) == (
        "A message may not have arrived",
        "Order confirmed, E-mail to the customer.",
        f"#message-{failed.message.pk}",
    )


def test_a_message_that_did_not_arrive_needs_attention(order, ada):
    shown = unsettled(Viewer.of(ada.owner))
    assert [row.message.order for row in shown] == [order]
    page = render_to_string("dashboard/attention/_unsettled_messages.html", {"messages": shown})
    assert "550 no such user" in page


def test_another_seller_sees_nothing(order, bo):
    stranger = Viewer.of(bo.owner)
    assert messages_of(order, stranger) == []
    assert unsettled(stranger) == []


@pytest.mark.parametrize(
    ("recipient", "shown"),
    [
        ("grace@example.com", "g…@example.com"),
        ("+4915112345678", "+49…78"),
        ("", ""),
    ],
)
def test_addresses_are_masked(recipient, shown):
    assert masked(recipient) == shown
