"""The list of addresses that are left alone: seen in full by their seller, changed by hand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.delivery.sending import send_due
from notifications.models import Message, Suppression
from orders.access import Role
from orders.models import Event
from tests.notifications.saying import mail_of, state
from tests.support.cast import make_order, make_user

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/messages/suppressed/"


def leave_alone(side, recipient, *, reason="bounced", days=0, **fields):
    since = timezone.now() - timedelta(days=days)
    return Suppression.objects.create(
        seller=side.seller,
        channel="email",
        recipient=recipient,
        reason=reason,
        since=since,
        **fields,
    )


def add(client, side, **fields):
    return client.post(PAGE, {"seller": side.seller.pk, "channel": "email"} | fields)


def page(client, query=""):
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_seller_sees_whole_addresses_and_why(ada, bo, client):
    leave_alone(ada, "grace@example.com", detail="550 5.1.1 <no> such user")
    leave_alone(bo, "other@example.com")
    client.force_login(ada.owner)
    text = page(client)
    assert "grace@example.com" in text
    assert "The address does not exist" in text
    assert "550 5.1.1 &lt;no&gt; such user" in text
    assert "other@example.com" not in text
    assert "1 address<" in text


def test_the_list_is_searched_and_paged(ada, client):
    for number in range(120):
        leave_alone(ada, f"n{number:03}@example.com", days=number)
    client.force_login(make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller))
    first = client.get(PAGE)
    assert [row.recipient for row in first.context["page"].rows][:2] == [
        "n000@example.com",
        "n001@example.com",
    ]
    second = client.get(PAGE, {"page": first.context["page"].next})
    third = client.get(PAGE, {"page": second.context["page"].next})
    rows = [row.recipient for got in (first, second, third) for row in got.context["page"].rows]
    assert rows == [f"n{number:03}@example.com" for number in range(120)]
    assert third.context["page"].next == ""
    assert "n077@example.com" in page(client, "?q=N077")
    assert "No addresses found" in page(client, "?q=nobody%00")
    assert "120 addresses" in page(client, "?page=nonsense")


def test_one_is_added_by_hand_and_nothing_leaves(ada, client, smtp_peer):
    client.force_login(ada.owner)
    assert add(client, ada, recipient=" Grace@Example.com ").status_code == 302
    mail = mail_of(make_order(ada, {"LAMP": 1}, phone="", placed_at=timezone.now()))
    send_due()
    assert state(mail) == ("suppressed", f"Blocked manually ({timezone.now():%Y-%m-%d}).")
    assert smtp_peer.messages == []
    event = Event.objects.get(kind="suppression.entered")
    assert (event.actor, event.data) == (ada.owner, {"channel": "email", "reason": "by_hand"})
    assert add(client, ada, recipient="grace@example.com").status_code == 422
    order_page = client.get(f"/dashboard/orders/{mail.order_id}/").content.decode()
    assert "Blocked manually" in order_page


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"recipient": ""}, "required"),
        ({"recipient": "grace"}, "Enter an e-mail address."),
        ({"recipient": "a@example.com, b@example.com"}, "Enter an e-mail address."),
        ({"recipient": "0170", "channel": "sms"}, "with country code"),
        ({"recipient": "grace@example.com", "channel": "pigeon"}, "valid choice"),
    ],
)
def test_what_is_no_address_is_not_added(ada, client, fields, why):
    client.force_login(ada.owner)
    answer = add(client, ada, **fields)
    assert (answer.status_code, Suppression.objects.count()) == (422, 0)
    assert why in answer.content.decode()


def test_a_number_is_kept_as_messages_have_it(ada, client):
    client.force_login(ada.owner)
    add(client, ada, channel="sms", recipient="+49 (170) 123-4567")
    assert Suppression.objects.get().recipient == "+491701234567"


def test_one_is_taken_out_after_a_question(ada, client, smtp_peer):
    row = leave_alone(ada, "grace@example.com", reason="complained")
    client.force_login(ada.owner)
    asked = client.get(f"{PAGE}{row.pk}/allow/")
    assert "Unblock it only if the customer asked for it." in asked.content.decode()
    assert Suppression.objects.count() == 1
    assert client.post(f"{PAGE}{row.pk}/allow/").status_code == 302
    mail = mail_of(make_order(ada, {"LAMP": 1}, phone="", placed_at=timezone.now()))
    send_due()
    assert state(mail) == ("sent", "")
    event = Event.objects.get(kind="suppression.removed")
    assert event.data == {"channel": "email", "reason": "complained"}
    assert client.post(f"{PAGE}{row.pk}/allow/").status_code == 404


def test_another_seller_s_list_is_out_of_reach(ada, bo, client):
    row = leave_alone(ada, "grace@example.com")
    client.force_login(bo.owner)
    assert client.post(f"{PAGE}{row.pk}/allow/").status_code == 404
    assert add(client, ada, recipient="x@example.com").status_code == 404
    assert Suppression.objects.count() == 1


def test_a_message_is_not_sent_again_to_a_blocked_address(ada, client, smtp_peer):
    mail = mail_of(make_order(ada, {"LAMP": 1}, phone="", placed_at=timezone.now()))
    Message.objects.filter(pk=mail.pk).update(
        status="failed", cause="refused", reason="550 no such user", settled_at=timezone.now()
    )
    leave_alone(ada, "grace@example.com")
    client.force_login(ada.owner)
    answer = client.post(f"/dashboard/messages/{mail.pk}/again/", follow=True)
    assert "grace@example.com is blocked (the address does not exist)" in answer.content.decode()
    assert state(mail) == ("failed", "550 no such user")
    attention = client.get("/dashboard/").content.decode()
    assert "If an address is wrong, correct it in the order first." in attention
