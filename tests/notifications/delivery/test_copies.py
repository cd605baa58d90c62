"""Copies of messages: each can be read as it was sent, by its seller alone, until it is erased."""

import pytest
from django.test import Client

from fulfillment.privacy.customers import erase_customer, export_customer
from notifications.delivery.sending import send_due
from notifications.models import Attempt, Message
from orders.lifecycle.cancel import cancel_order
from orders.models import Order, SentCopy
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(ada, smtp_peer, sms_peer):
    """An order whose confirmation left by mail and as a text."""
    order = make_order(ada, {"LAMP": 1}, number="#1001")
    send_due()
    return order


def browser(seller):
    client = Client()
    client.force_login(seller.owner)
    return client


def by(channel):
    return Message.objects.get(channel=channel)


def test_a_mail_is_read_as_it_was_sent_whatever_changed_since(order, ada, smtp_peer):
    (received,) = smtp_peer.messages
    html = received.message.get_body(("html",)).get_content()
    Order.objects.filter(pk=order.pk).update(customer_name="Somebody Else")
    page = browser(ada).get(f"/dashboard/messages/{by('email').pk}/")
    assert page.context["copy"].subject == received.message["Subject"]
    assert f"/dashboard/messages/{by('email').pk}/mail/" in page.content.decode()
    frame = browser(ada).get(f"/dashboard/messages/{by('email').pk}/mail/")
    assert frame.content.decode().removeprefix('<base target="_blank">').split() == html.split()
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"


def test_no_copy_holds_the_secret_of_the_tracking_link(order, ada, smtp_peer):
    (received,) = smtp_peer.messages
    assert order.token in str(received.message)
    for copy in SentCopy.objects.all():
        assert order.token not in copy.subject + copy.text + copy.html
    page = browser(ada).get(f"/dashboard/messages/{by('email').pk}/mail/").content.decode()
    assert f"/track/{order.token}/" in page


def test_a_text_is_read_with_its_segments(order, ada, sms_peer):
    (received,) = sms_peer.messages
    page = browser(ada).get(f"/dashboard/messages/{by('sms').pk}/")
    assert page.context["copy"].text == received.text
    assert "1 segment<" in page.content.decode()
    assert browser(ada).get(f"/dashboard/messages/{by('sms').pk}/mail/").status_code == 404


def test_the_order_leads_to_each_copy(order, ada):
    page = browser(ada).get(f"/dashboard/orders/{order.pk}/").content.decode()
    for channel in ("email", "sms"):
        assert f'href="/dashboard/messages/{by(channel).pk}/"' in page


def test_what_was_refused_has_no_copy(ada, smtp_peer, sms_peer):
    smtp_peer.refused = {"grace@example.com": "550 no such user"}
    make_order(ada, {"LAMP": 1})
    send_due()
    assert set(SentCopy.objects.values_list("message", flat=True)) == {by("sms").pk}
    page = browser(ada).get(f"/dashboard/messages/{by('email').pk}/").content.decode()
    assert "It was not sent." in page


def test_another_seller_reads_none(order, bo):
    for path in ("", "mail/"):
        url = f"/dashboard/messages/{by('email').pk}/{path}"
        assert browser(bo).get(url).status_code == 404


def test_copies_are_exported_and_erased_with_the_customer(order, ada):
    exported = export_customer(ada.seller, [order], actor=None)
    assert "#1001" in str(exported)
    assert SentCopy.objects.get(message=by("sms").pk).text in str(exported)
    cancel_order(order, actor=ada.owner)
    erase_customer(ada.seller, [order], actor=None)
    assert not SentCopy.objects.exists()


@pytest.mark.parametrize(
    ("status", "cause", "left"),
    [
        ("sent", "", True),
        ("delivered", "", True),
        ("unknown", "no_answer", True),
        ("failed", "reported", True),  # its provider had it
        ("failed", "given_up", True),  # nobody knows any more
        ("failed", "refused", False),
        ("suppressed", "blocked_address", False),
    ],
)
def test_what_left_is_not_called_unsent_when_its_copy_is_gone(order, ada, status, cause, left):
    SentCopy.objects.all().delete()
    Attempt.objects.all().delete()
    rows = Message.objects.filter(channel="email")
    rows.update(status=status, cause=cause, provider_id="")
    page = browser(ada).get(f"/dashboard/messages/{by('email').pk}/").content.decode()
    assert ("Copies are kept for some time only" in page, "It was not sent." in page) == (
        left, not left,
    )  # fmt: skip


def test_an_attempt_that_left_says_so_whatever_became_of_it(order, ada):
    SentCopy.objects.all().delete()
    Message.objects.filter(channel="email").update(status="failed", provider_id="")
    page = browser(ada).get(f"/dashboard/messages/{by('email').pk}/").content.decode()
    assert "It was not sent." not in page
