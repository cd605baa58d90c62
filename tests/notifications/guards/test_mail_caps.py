"""One order, address or seller cannot make mails without end; what sellers get counts elsewhere."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.delivery.sending import send_due
from notifications.facts import load_facts
from notifications.guards import mail_caps
from notifications.guards.mail_caps import mail_cap_guard
from notifications.models import MailStop, Message
from tests.support.cast import make_order
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db
GRACE = "grace@example.com"


@pytest.fixture(autouse=True)
def _peers(smtp_peer, sms_peer):
    """Somebody takes what leaves."""


def mails(order):
    return Message.objects.filter(order=order, channel="email", audience="customer")


def leave(orders, **moved):
    """Send what is due; what left of these orders left so long ago."""
    send_due()
    Message.objects.filter(order__in=orders).update(settled_at=timezone.now() - timedelta(**moved))


def next_of(side, **fields):
    """The mail that confirms a new order, before it leaves."""
    return mails(make_order(side, {"LAMP": 1}, **fields)).get()


def verdict_of(message):
    """The cause for which the guard holds it back."""
    found = mail_cap_guard(load_facts([message])).get(message.pk)
    return found and (found.status, found.cause, found.reason)


def test_an_address_gets_so_many_an_hour(ada, bo, settings):
    settings.EMAIL_PER_ADDRESS = 3
    first = [make_order(side, {"LAMP": 1}, email=GRACE) for side in (ada, bo, ada, bo)]
    send_due()
    statuses = [mails(order).get().status for order in first]
    assert statuses == ["sent", "sent", "sent", "suppressed"]
    assert verdict_of(next_of(ada, email=GRACE)) == (
        "suppressed", "mail_to_address", "Limit of 3 e-mails per hour to one address reached.",
    )  # fmt: skip
    assert verdict_of(next_of(ada, email="heinz@example.com")) is None
    leave(first, minutes=61)
    assert verdict_of(next_of(ada, email=GRACE)) is None


def test_a_seller_sends_so_many_a_day(ada, bo, settings):
    settings.EMAIL_DAILY_MOST = 2
    first = [make_order(ada, {"LAMP": 1}, email=f"g{n}@example.com") for n in range(3)]
    send_due()
    assert [mails(order).get().status for order in first] == ["sent", "sent", "suppressed"]
    assert mails(first[2]).get().reason == "Daily e-mail limit reached: 2 sent."
    assert verdict_of(next_of(bo)) is None
    leave(first, hours=25)
    assert verdict_of(next_of(ada)) is None


def test_a_seller_is_told_once_that_customers_get_no_more_today(ada, bo, client, settings):
    settings.EMAIL_DAILY_MOST = 1
    for number in range(3):
        make_order(ada, {"LAMP": 1}, email=f"g{number}@example.com")
    send_due()
    assert list(MailStop.objects.values_list("seller__name", "sent")) == [("Ada's Lamps", 1)]
    client.force_login(ada.owner)
    page = client.get("/dashboard/").content.decode()
    assert page.count("1 e-mail sent to customers today.") == 1
    client.force_login(bo.owner)
    assert "E-mail limit reached" not in client.get("/dashboard/").content.decode()
    settings.EMAIL_DAILY_MOST = 2
    client.force_login(ada.owner)
    assert "E-mail limit reached" not in client.get("/dashboard/").content.decode()


def test_an_order_makes_so_many(ada, monkeypatch):
    monkeypatch.setattr(mail_caps, "PER_ORDER", 1)
    order = make_order(ada, {"LAMP": 1}, email=GRACE)
    leave([order], days=3)
    sent = mails(order).get()
    again = Message.objects.get(pk=sent.pk)
    again.pk, again.revision, again.recipient = None, sent.revision + 1, "other@example.com"
    again.status, again.settled_at = "planned", None
    again.save(force_insert=True)
    assert verdict_of(again) == (
        "suppressed", "mail_of_order", "Limit of 1 e-mails per order reached.",
    )  # fmt: skip


def test_mails_to_sellers_do_not_count(ada, settings):
    settings.EMAIL_PER_ADDRESS, settings.EMAIL_DAILY_MOST = 1, 1
    order = make_order(ada, {"LAMP": 1}, email=GRACE)
    send_due()
    mails(order).update(audience="seller")
    assert verdict_of(next_of(ada, email=GRACE)) is None


def test_a_batch_is_counted_in_one_statement(ada, bo):
    facts = load_facts([next_of(side) for side in (ada, bo) * 5])
    with count_statements() as seen:
        assert mail_cap_guard(facts) == {}
    assert len(seen) == 1
