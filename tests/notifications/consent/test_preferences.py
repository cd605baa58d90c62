"""What a customer does not want is not sent, and what must be known is."""

import pytest
from django.conf import settings as project_settings
from django.test import Client

from notifications.channels.base import Outgoing
from notifications.channels.mail import mail_of as built_mail
from notifications.consent.preferences import preferences_url, unsubscribe_headers
from notifications.consent.updates import choose_updates
from notifications.delivery.sending import send_due
from notifications.facts import load_facts
from notifications.guards.customer_choice import customer_choice_guard
from notifications.models import Message, MessageSettings, Preference
from orders.models import Event, Order
from tests.notifications.saying import mail_of, sms_of, state
from tests.support.cast import make_order
from tests.support.stages import open_house, packed_shipment
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db


def page(order, what="updates/"):
    return f"/track/{order.token}/{what}"


def message_of(order, template, channel="email"):
    return order.messages.get(template=template, channel=channel)


def kept():
    rows = Preference.objects.order_by("channel")
    return list(rows.values_list("channel", "recipient", "off", "is_off"))


def packed_order():
    return packed_shipment(open_house(), {"LAMP": 1}).order


@pytest.fixture
def packed(once, smtp_peer, sms_peer):
    """A packed order whose customer has both addresses; nothing was sent yet."""
    return once(packed_order)


def send_all():
    Message.objects.update(next_attempt_at="2026-01-01T00:00Z")
    while send_due():
        continue


def test_what_is_off_is_not_sent_and_says_so(packed, smtp_peer, sms_peer):
    choose_updates(packed, channel="email", off=["packed"], is_off=False)
    choose_updates(packed, channel="sms", off=["ready"], is_off=False)
    send_all()
    assert state(message_of(packed, "packed")) == (
        "suppressed",
        "The customer opted out of packed e-mails.",
    )
    assert state(message_of(packed, "packed", "sms"))[0] == "sent"
    assert state(message_of(packed, "confirmed"))[0] == "sent"


def test_a_channel_that_is_off(packed):
    choose_updates(packed, channel="email", off=[], is_off=True)
    choose_updates(packed, channel="sms", off=[], is_off=True)
    send_all()
    sent = {(row.template, row.channel): (row.status, row.reason) for row in packed.messages.all()}
    assert sent == {
        ("confirmed", "email"): ("sent", ""),
        ("packed", "email"): ("suppressed", "The customer opted out of optional e-mails."),
        ("confirmed", "sms"): ("suppressed", "The customer opted out of text messages."),
        ("packed", "sms"): ("suppressed", "The customer opted out of text messages."),
    }


def test_what_must_be_known_can_not_be_off_by_mail(packed):
    choose_updates(packed, channel="email", off=["confirmed", "delivered"], is_off=False)
    send_all()
    assert state(mail_of(packed))[0] == "sent"


def test_the_choice_is_the_addresses_and_the_sellers(packed):
    choose_updates(packed, channel="email", off=["packed"], is_off=False)
    other = Order.objects.get(pk=packed.pk)
    other.email = "GRACE@example.com"
    other.save(update_fields=["email"])
    row = message_of(packed, "packed")
    row.recipient = "GRACE@example.com"
    assert list(customer_choice_guard(load_facts([row]))) == [row.pk]
    row.recipient = "else@example.com"
    assert customer_choice_guard(load_facts([row])) == {}


def test_one_look_up_for_a_batch_and_none_where_nothing_is_optional(packed):
    # Read as the sender reads them: with their order's shop and its settings.
    facts = load_facts(list(Message.objects.filter(order=packed.pk).order_by("pk")))
    mails = [fact for fact in facts if fact.message.channel == "email"]
    with count_statements() as statements:
        customer_choice_guard(facts)
    assert len(statements) == 1
    with count_statements() as statements:
        customer_choice_guard([fact for fact in mails if fact.message.template == "confirmed"])
    assert statements == []


def test_nothing_gives_way_to_what_does_not_leave(packed):
    MessageSettings.objects.update(calm=True)
    choose_updates(packed, channel="email", off=["ready"], is_off=False)
    packed_mail = message_of(packed, "packed")
    event = Event.objects.create(
        seller_id=packed.seller_id, order=packed, kind="shipment.ready",
        subject_id=packed.shipments.get().pk, data={},
    )  # fmt: skip
    ready = Message.objects.create(
        seller_id=packed.seller_id, order=packed, event=event, template="ready",
        audience="customer", channel="email", recipient=packed.email,
    )  # fmt: skip
    packed.shipments.update(status="ready")
    send_all()
    assert state(ready)[0] == "suppressed"
    assert state(packed_mail)[0] == "sent"


def test_only_optional_mails_offer_one_click(packed):
    headers = unsubscribe_headers(packed, message_of(packed, "packed"))
    site = project_settings.SITE_URL
    assert headers == {
        "List-Unsubscribe": f"<{site}/track/{packed.token}/unsubscribe/email/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert unsubscribe_headers(packed, mail_of(packed)) == {}
    assert unsubscribe_headers(packed, sms_of(packed)) == {}
    assert unsubscribe_headers(packed, Message(audience="seller", template="packed")) == {}
    assert preferences_url(packed) == f"{site}/track/{packed.token}/updates/"


def test_the_headers_arrive_as_they_were_written(packed, smtp_peer):
    send_all()
    found = {
        (str(mail.message["List-Unsubscribe"]).strip(), mail.message["List-Unsubscribe-Post"])
        for mail in smtp_peer.messages
    }
    headers = unsubscribe_headers(packed, message_of(packed, "packed"))
    assert found == {("None", None), tuple(headers.values())}


def test_a_header_can_neither_break_out_nor_take_anothers_place():
    mail = built_mail(
        Outgoing(
            key="k", recipient="a@example.com", text="x",
            headers=(("X-One", "a\r\nBcc: b@example.com"), ("Message-ID", "<mine>")),
        )
    ).message()  # fmt: skip
    assert mail["X-One"] == "a Bcc: b@example.com"
    assert mail["Bcc"] is None
    assert mail.get_all("Message-ID") != ["<mine>"]
    assert len(mail.get_all("Message-ID")) == 1


def test_one_click_of_a_mail_program(packed):
    program = Client(enforce_csrf_checks=True)
    url = page(packed, "unsubscribe/email/")
    assert program.get(url).status_code == 200
    assert program.post(url, {"List-Unsubscribe": "No"}).status_code == 400
    assert kept() == []
    answer = program.post(url, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.cookies) == (200, {})
    assert program.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert kept() == [("email", "grace@example.com", [], True)]


def test_the_page_says_what_is_chosen_and_keeps_it(packed, client):
    text = client.get(page(packed)).content.decode()
    assert text.count("checked") == 7  # packed, ready and tomorrow by mail; also shipped as text
    assert "g…@example.com" in text
    assert "grace@example.com" not in text
    assert "+4915112345678" not in text
    assert kept() == []
    answer = client.post(page(packed), {"email": ["ready"], "sms": ["packed"], "no_sms": "on"})
    assert (answer.status_code, answer["Location"]) == (302, page(packed) + "?saved=1")
    assert kept() == [
        ("email", "grace@example.com", ["delivery_tomorrow", "packed"], False),
        ("sms", "+4915112345678", ["delivery_tomorrow", "ready", "shipped"], True),
    ]
    text = client.get(answer["Location"]).content.decode()
    assert "E-mails to g…@example.com: all except packed, arrives tomorrow." in text
    assert "No text messages to +49…78." in text
    assert text.count("checked") == 3  # ready; packed; no text messages


def test_saving_the_same_again_is_no_news(packed, client):
    everything = {
        "email": ["packed", "ready", "delivery_tomorrow"],
        "sms": ["packed", "ready", "shipped", "delivery_tomorrow"],
    }
    client.post(page(packed), everything)
    assert kept() == []
    client.post(page(packed), everything | {"email": []})
    assert kept() == [
        ("email", "grace@example.com", ["delivery_tomorrow", "packed", "ready"], True)
    ]
    client.post(page(packed), everything)
    assert kept() == [("email", "grace@example.com", [], False)]
    assert Event.objects.filter(kind="order.updates_chosen").count() == 2


@pytest.mark.parametrize("given", [{"email": ["confirmed"]}, {"sms": ["x"], "no_sms": "on"}])
def test_what_is_not_on_the_list_changes_nothing(packed, client, given):
    answer = client.post(page(packed), given)
    assert answer.status_code == 422
    assert "Nothing was saved." in answer.content.decode()
    assert kept() == []


def test_a_form_from_elsewhere_is_refused(packed):
    assert Client(enforce_csrf_checks=True).post(page(packed), {}).status_code == 403
    assert kept() == []


def test_an_order_without_addresses_has_nothing_to_choose(ada, client):
    order = make_order(ada, {"LAMP": 1}, email="", phone="")
    assert "nothing to choose" in client.get(page(order)).content.decode()
    one_click = {"List-Unsubscribe": "One-Click"}
    assert client.post(page(order, "unsubscribe/email/"), one_click).status_code == 200
    assert kept() == []


@pytest.mark.parametrize("what", ["updates/", "unsubscribe/email/", "push/"])
def test_a_wrong_link_leads_nowhere(client, what):
    for answer in (client.get(f"/track/nobody/{what}"), client.post(f"/track/nobody/{what}")):
        assert answer.status_code == 404
        assert answer["Cache-Control"] == "private, no-store"
