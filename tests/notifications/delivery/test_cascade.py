"""What one channel cannot deliver, the other tells: once, and only where nobody was told."""

import pytest
from django.utils import timezone

from notifications.channels.reports import Report
from notifications.delivery.claims import claim
from notifications.delivery.outcomes import Outcome
from notifications.delivery.sending import send_due
from notifications.delivery.settling import settle
from notifications.models import Message, Receipt
from notifications.reports.receipts import store_reports
from notifications.states import MessageStatus
from orders.models import Order
from tests.notifications.calling import sent_text
from tests.notifications.saying import follow_up, state
from tests.support.cast import make_order
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db
LATER = {"email": "late@example.com", "phone": "+4915112345679"}


@pytest.fixture(autouse=True)
def _peers(smtp_peer, sms_peer):
    """Somebody takes what leaves."""


def reported(message, kind):
    """The provider reports of it."""
    at = timezone.now()
    report = Report(message.channel, "any", Receipt.Kind(kind), at, key=message.key)
    store_reports([report])


def sent_mail(side):
    order = make_order(side, {"LAMP": 1}, phone="")
    send_due()
    return order.messages.get()


def enter(message, **addresses):
    """The customer's addresses as they are now."""
    Order.objects.filter(pk=message.order_id).update(**addresses)


def others(message):
    rows = Message.objects.filter(event=message.event_id).exclude(pk=message.pk).order_by("pk")
    return list(rows.values_list("channel", "recipient", "status", "template"))


@pytest.mark.parametrize("kind", ["failed", "bounced"])
def test_an_undeliverable_text_goes_by_mail(ada, smtp_peer, kind):
    text = sent_text(ada)
    enter(text, email=LATER["email"])
    for _ in range(3):
        reported(text, kind)
    assert others(text) == [("email", "late@example.com", "planned", "confirmed")]
    send_due()
    assert [mail.recipients for mail in smtp_peer.messages] == [["late@example.com"]]


def test_a_bounced_mail_goes_by_text(ada, sms_peer):
    mail = sent_mail(ada)
    enter(mail, phone=LATER["phone"])
    reported(mail, "bounced")
    assert others(mail) == [("sms", "+4915112345679", "planned", "confirmed")]
    send_due()
    assert [taken.to for taken in sms_peer.messages] == ["+4915112345679"]


def test_a_refused_text_goes_by_mail_in_the_same_transaction(ada):
    order = make_order(ada, {"LAMP": 1}, email="", phone="+491805123456")
    text = order.messages.get()
    enter(text, email=LATER["email"])
    send_due()
    assert state(text)[0] == "failed"
    assert others(text) == [("email", "late@example.com", "sent", "confirmed")]


def test_who_was_told_by_mail_is_not_told_again(ada):
    text = sent_text(ada, email="grace@example.com")
    enter(text, email=LATER["email"])
    reported(text, "failed")
    assert others(text) == [("email", "grace@example.com", "sent", "confirmed")]


def test_a_mail_of_unknown_outcome_is_not_repeated(ada):
    text = sent_text(ada, email="grace@example.com")
    mail = Message.objects.get(event=text.event_id, channel="email")
    follow = follow_up(mail)
    (claimed,) = claim("w1", limit=1)
    assert claimed.pk == follow.pk
    settle([Outcome(claimed, MessageStatus.UNKNOWN, "No answer.")])
    Message.objects.filter(pk=mail.pk).delete()
    reported(text, "failed")
    assert others(text) == [("email", "grace@example.com", "unknown", "confirmed")]


def test_two_dead_addresses_end_it(ada):
    text = sent_text(ada, email="grace@example.com")
    mail = Message.objects.get(event=text.event_id, channel="email")
    reported(mail, "bounced")
    reported(text, "bounced")
    reported(mail, "failed")
    assert len(others(text)) == 1


def test_a_new_address_after_two_dead_ones_is_tried(ada):
    text = sent_text(ada, email="grace@example.com")
    mail = Message.objects.get(event=text.event_id, channel="email")
    reported(mail, "bounced")
    enter(text, email=LATER["email"])
    reported(text, "bounced")
    assert others(text)[1:] == [("email", "late@example.com", "planned", "confirmed")]


def test_without_another_address_nothing_is_planned(ada):
    text = sent_text(ada)
    reported(text, "failed")
    assert others(text) == []


def test_the_seller_has_no_other_way(ada):
    mail = sent_mail(ada)
    Message.objects.filter(pk=mail.pk).update(audience="seller", template="seller_delivered")
    enter(mail, phone=LATER["phone"])
    reported(Message.objects.get(pk=mail.pk), "bounced")
    assert others(mail) == []


def test_a_delivered_report_plans_nothing_and_asks_nothing(ada):
    text = sent_text(ada)
    enter(text, email=LATER["email"])
    with count_statements() as seen:
        reported(text, "delivered")
    assert others(text) == []
    assert not [sql for sql in seen if "audience\" = 'customer'" in str(sql)]


def test_many_failures_take_as_many_statements_as_one(ada):
    texts = [sent_text(ada, phone=f"+491511234567{n}") for n in range(4)]
    for text in texts:
        enter(text, email=f"{text.pk}@example.com")
    at = timezone.now()
    kind = Receipt.Kind.FAILED
    with count_statements() as one:
        store_reports([Report("sms", "any", kind, at, key=texts[0].key)])
    with count_statements() as many:
        store_reports([Report("sms", "any", kind, at, key=text.key) for text in texts[1:]])
    assert len(one) == len(many)
    assert Message.objects.filter(channel="email").count() == 4
