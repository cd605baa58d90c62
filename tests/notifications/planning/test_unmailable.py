"""An e-mail address that is none: kept, told to the seller, and written to once corrected."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from notifications.channels import OPENERS
from notifications.delivery.decisions import dismiss_message, resend_message
from notifications.delivery.sending import send_due
from notifications.models import Attempt, Message
from orders.errors import DomainError, InvalidInput
from orders.lifecycle.edit import edit_order
from orders.models import Order
from tests.notifications.saying import mail_of, state
from tests.orders.intake.shop_calls import at, outcomes
from tests.orders.intake.shopify_payloads import shop_order
from tests.support.cast import make_order
from tests.support.stages import open_house, sent_packages

pytestmark = pytest.mark.django_db
BAD = "grace@@example"
WHY = (
    "This is not an e-mail address: one like name@example.com is expected. Correct it in the "
    "order, and what is still true is sent."
)


@pytest.fixture
def order(ada, lamp, smtp_peer, sms_peer):
    made = make_order(ada, {"LAMP": 1}, email=BAD, phone="")
    send_due()
    return made


def correct(order, ada, email="grace@example.com"):
    return edit_order(order, {"email": email}, actor=ada.owner)


def sent_to_customers(smtp_peer, ada):
    found = [mail.recipients for mail in smtp_peer.messages]
    return [to for to in found if to != [ada.seller.email]]


def test_nothing_is_sent_until_the_address_is_corrected(ada, order, smtp_peer):
    assert order.email == BAD
    failed = mail_of(order)
    assert (state(failed), failed.cause, failed.recipient) == (
        ("failed", WHY), "no_address", BAD,
    )  # fmt: skip
    assert sent_to_customers(smtp_peer, ada) == []
    assert not Attempt.objects.filter(message=failed).exists()
    with pytest.raises(DomainError, match="no address for this channel: enter one first"):
        resend_message(failed, actor=ada.owner)

    correct(order, ada)
    assert state(mail_of(order)) == ("retrying", "The address was corrected.")
    send_due()

    assert sent_to_customers(smtp_peer, ada) == [["grace@example.com"]]
    assert state(mail_of(order))[0] == "sent"


def test_what_was_dismissed_is_not_sent(ada, order, smtp_peer):
    dismiss_message(mail_of(order), actor=ada.owner)
    correct(order, ada)
    send_due()
    assert sent_to_customers(smtp_peer, ada) == []


def test_another_wrong_address_is_refused_and_the_rest_can_be_changed(ada, order, smtp_peer):
    with pytest.raises(InvalidInput, match=r"expected an address like name@example\.com"):
        correct(order, ada, "grace@")
    changed = {"email": BAD, "customer_name": "Grace B. Hopper"}
    assert edit_order(order, changed, actor=ada.owner).email == BAD
    assert state(mail_of(order))[0] == "failed"
    send_due()
    assert sent_to_customers(smtp_peer, ada) == []


def test_a_text_message_goes_as_if_there_were_no_address(ada, lamp, smtp_peer, sms_peer):
    with_phone = make_order(ada, {"LAMP": 1}, email=BAD, phone="+4915112345678")
    send_due()
    send_due()
    assert len(sms_peer.messages) == 1

    correct(with_phone, ada)
    send_due()

    assert sent_to_customers(smtp_peer, ada) == []  # it was told by text message


def test_a_text_message_that_waits_is_all_that_is_sent(ada, lamp, smtp_peer, sms_peer):
    with_phone = make_order(ada, {"LAMP": 1}, email=BAD, phone="+4915112345678")
    send_due(channels={"email": OPENERS["email"]})
    assert [row.channel for row in with_phone.messages.filter(status="planned")] == ["sms"]

    correct(with_phone, ada)
    send_due()

    assert sent_to_customers(smtp_peer, ada) == []
    assert len(sms_peer.messages) == 1


def test_old_news_is_not_sent(ada, order, smtp_peer):
    Message.objects.update(created_at=F("created_at") - timedelta(days=3))
    correct(order, ada)
    send_due()
    assert sent_to_customers(smtp_peer, ada) == []


def test_of_what_has_left_nobody_hears_that_it_was_ordered(once, smtp_peer, sms_peer):
    house = once(open_house)
    order = sent_packages(house, {"LAMP": 1}, email=BAD, phone="")[0].order
    send_due()

    correct(order, house.ada)
    send_due()

    told = Message.objects.filter(order=order, audience="customer").order_by("pk")
    sent = [row.template for row in told if row.status == "sent"]
    assert "confirmed" not in sent
    assert "shipped" in sent


def test_the_sellers_pages_say_so(ada, order):
    browser = Client()
    browser.force_login(ada.owner)
    page = browser.get(reverse("dashboard_order", args=[order.pk])).content.decode()
    assert "Nothing is sent to it: an address like name@example.com is expected." in page
    assert WHY in browser.get(reverse("dashboard")).content.decode()
    form = browser.get(reverse("dashboard_edit", args=[order.pk])).content.decode()
    assert "Nothing is sent to it" in form
    assert 'type="email"' not in form
    correct(order, ada)
    page = browser.get(reverse("dashboard_order", args=[order.pk])).content.decode()
    assert "Nothing is sent to it" not in page


def test_a_call_of_a_shop_tells_what_of_the_contact_is_not_used(ada, lamp, smtp_peer, sms_peer):
    address = shop_order()["shipping_address"] | {"phone": "call me"}

    (told,) = outcomes(ada.channel, at(1, email=BAD, shipping_address=address))

    assert told == (
        "Order accepted. E-mail: expected an address like name@example.com; nothing is sent to it "
        "until it is corrected. Phone: expected a number like +4915112345678; it was left out, so "
        "there are no text messages."
    )
    order = Order.objects.get()
    assert (order.email, order.phone) == (BAD, "")
    send_due()
    assert sent_to_customers(smtp_peer, ada) == []

    assert outcomes(ada.channel, at(2, shipping_address=address)) == ["Contact edited."]
    send_due()
    assert sent_to_customers(smtp_peer, ada) == [["grace@example.com"]]
