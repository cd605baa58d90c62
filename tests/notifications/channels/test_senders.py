"""In whose name mails are sent: a proven domain or ours, and no header is forged."""

import email
import email.policy
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notifications.channels.base import Outgoing
from notifications.channels.mail import mail_of
from notifications.channels.sender_domains import verify_sender
from notifications.delivery.sending import send_due
from notifications.models import SendingDomain
from orders.models import Event, Seller, User
from tests.support.cast import PASSWORD, make_order

pytestmark = pytest.mark.django_db
PAGE, SENDER = "/dashboard/messages/", "/dashboard/messages/sender/"


def enter(client, side, address):
    client.force_login(side.owner)
    return client.post(SENDER, {"seller": side.seller.pk, "address": address})


def admin_client():
    """The operator, signed in."""
    user = User.objects.create_superuser("op@example.com", PASSWORD, name="Op")
    client = Client()
    client.force_login(user, backend="orders.accounts.sign_in.ViewerBackend")
    return client


def verified(side, client, address="orders@lamps.example"):
    enter(client, side, address)
    return verify_sender(SendingDomain.objects.get(seller=side.seller), actor=side.owner)


def sent_from(side, peer):
    """The confirmation of a new order, as it arrived."""
    make_order(side, {"LAMP": 1}, phone="", placed_at=timezone.now())
    send_due()
    return peer.messages[-1]


def test_an_address_waits_for_its_proof(ada, client, smtp_peer):
    assert enter(client, ada, " orders@Lamps.EXAMPLE ").status_code == 302
    row = SendingDomain.objects.get(seller=ada.seller)
    assert (row.address, row.verified_at) == ("orders@lamps.example", None)
    page = client.get(PAGE).content.decode()
    assert "_fulfillment.lamps.example" in page
    assert f"fulfillment-verification={row.token}" in page
    assert Event.objects.get(kind="sending_domain.entered").data == {}
    assert header(sent_from(ada, smtp_peer), "From") == "Ada's Lamps <orders@fulfillment.example>"


def test_a_proven_domain_is_the_sender(ada, client, smtp_peer):
    verified(ada, client)
    mail = sent_from(ada, smtp_peer)
    assert header(mail, "From") == "Ada's Lamps <orders@lamps.example>"
    assert header(mail, "Reply-To") == "help-ada@example.com"
    assert "Verified on" in client.get(PAGE).content.decode()


def header(caught, name):
    return str(caught.message[name])


def test_another_name_in_the_domain_stays_proven_another_domain_does_not(ada, client):
    first = verified(ada, client)
    enter(client, ada, "shop@lamps.example")
    row = SendingDomain.objects.get(seller=ada.seller)
    assert (row.address, row.verified_at) == ("shop@lamps.example", first.verified_at)
    enter(client, ada, "shop@lights.example")
    row = SendingDomain.objects.get(seller=ada.seller)
    assert (row.verified_at, row.token == first.token) == (None, False)


def test_without_an_address_it_is_ours_again(ada, client, smtp_peer):
    verified(ada, client)
    assert enter(client, ada, "").status_code == 302
    assert not SendingDomain.objects.exists()
    assert header(sent_from(ada, smtp_peer), "From") == "Ada's Lamps <orders@fulfillment.example>"


@pytest.mark.parametrize(
    "address",
    [
        "orders",
        "@lamps.example",
        "orders@localhost@lamps.example",
        "orders@[127.0.0.1]",
        "Ada <orders@lamps.example>",
        "orders@lamps.example, x@evil.example",
        "orders@lamps.example\r\nBcc: x@evil.example",
        "orders@lamps.example\u2028Bcc: x@evil.example",
        "=?utf-8?q?orders?=@lamps.example\n",
        '"or ders"@lamps.example',
        "örders@lamps.example",
        "orders@lämps.example",
        "orders@fulfillment.example",
        "orders@FULFILLMENT.example",
        "x" * 300 + "@lamps.example",
    ],
)
def test_what_is_not_one_address_of_theirs_is_refused(ada, client, address):
    answer = enter(client, ada, address)
    refused = answer.status_code == 422 and not SendingDomain.objects.exists()
    # An encoded word is harmless as a name; whatever is kept is one plain address.
    assert refused or SendingDomain.objects.get().address == address.strip()


def an_hour_passes():
    SendingDomain.objects.update(entered_at=timezone.now() - timedelta(hours=2))


def test_two_sellers_never_send_from_one_address(ada, bo, client):
    verified(ada, client)
    enter(client, bo, "orders@lamps.example")
    row = SendingDomain.objects.get(seller=bo.seller)
    an_hour_passes()
    operator = admin_client()
    answer = operator.post(
        "/admin/notifications/sendingdomain/",
        {"action": "mark_verified", "_selected_action": row.pk},
        follow=True,
    )
    assert "Another seller already sends from this address." in answer.content.decode()
    row.refresh_from_db()
    assert row.verified_at is None


def test_the_operator_verifies_by_hand(ada, client):
    enter(client, ada, "orders@lamps.example")
    row = SendingDomain.objects.get()
    pressed = {"action": "mark_verified", "_selected_action": row.pk}
    operator = admin_client()
    answer = operator.post("/admin/notifications/sendingdomain/", pressed, follow=True)
    assert "was entered less than an hour ago" in answer.content.decode()
    an_hour_passes()
    answer = operator.post("/admin/notifications/sendingdomain/", pressed, follow=True)
    assert (
        "orders@lamps.example is verified: mails are now sent from it." in answer.content.decode()
    )
    row.refresh_from_db()
    assert timezone.now() - row.verified_at < timedelta(minutes=1)
    assert Event.objects.get(kind="sending_domain.verified").seller == ada.seller


def test_only_the_owner_of_a_seller_changes_its_sender(ada, bo, client):
    client.force_login(bo.owner)
    given = {"seller": ada.seller.pk, "address": "x@evil.example"}
    assert client.post(SENDER, given).status_code == 404
    assert client.post(SENDER, {"address": "x@evil.example"}).status_code == 404
    assert Client().post(SENDER, given).status_code == 302
    assert not SendingDomain.objects.exists()


EVIL = [
    "Ada\r\nBcc: x@evil.example",
    "Ada\nBcc: x@evil.example",
    "Ada\u2028Bcc: x@evil.example",
    "Ada\x85Bcc: x@evil.example",
    "Ada <x@evil.example>, Bo",
    '"Ada" <x@evil.example>',
    "=?utf-8?q?Ada?= <x@evil.example>",
    "=?utf-8?b?QmNjOiB4QGV2aWwuZXhhbXBsZQ==?=",
    "Åsa\x00; x@evil.example",
]


@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize("field", ["subject", "sender_name", "sender_address", "reply_to"])
def test_no_text_forges_a_header(settings, field, text):
    fields = {"key": "k", "recipient": "grace@example.com", "text": "Hello\n"}
    raw = mail_of(Outgoing(**fields | {field: text})).message().as_bytes()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert set(mail.keys()) <= {
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Subject", "From", "To",
        "Date", "Message-ID", "Auto-Submitted",
    }  # fmt: skip
    (sender,) = mail["From"].addresses
    assert (sender.addr_spec, str(mail["To"])) == (
        "orders@fulfillment.example",
        "grace@example.com",
    )
    if field == "subject":
        assert "Bcc: x@evil.example" not in str(mail["Subject"]) or "=?" not in text


@pytest.mark.parametrize("recipient", [*EVIL, "a@example.com, b@example.com", "a b@example.com"])
def test_a_mail_has_one_recipient(recipient):
    with pytest.raises(Exception, match="not an e-mail address"):
        mail_of(Outgoing(key="k", recipient=recipient, text="Hello\n"))


def test_a_support_address_that_is_none_is_left_out(ada, smtp_peer):
    Seller.objects.filter(pk=ada.seller.pk).update(support_email="a@b.example, c@d.example")
    assert header(sent_from(ada, smtp_peer), "Reply-To") == "None"
