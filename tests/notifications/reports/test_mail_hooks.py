"""The doors of mail providers: closed without a secret, and nothing wrong is ever stored."""

import base64
import json
import time
from random import Random

import pytest
from django.test import Client

from notifications.delivery.attempts import new_attempt
from notifications.delivery.claims import claim
from notifications.delivery.outcomes import Outcome
from notifications.delivery.settling import settle
from notifications.models import Message, Receipt
from notifications.reports.mail_hooks import HOOKS
from notifications.states import MessageStatus
from tests.notifications.mail_calls import KEY, PASSWORD, SIGNED, SVIX, call, post, secrets
from tests.notifications.mail_calls import svix_headers as svix
from tests.notifications.saying import mail_of
from tests.support.cast import make_order
from tests.support.racing import race

pytestmark = pytest.mark.django_db

DELIVERED = {
    "RecordType": "Delivery",
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    "Recipient": "grace@example.com",
    "DeliveredAt": "2026-11-20T13:28:10.2735393-04:00",
}
RESEND = {
    "type": "email.delivered",
    "created_at": "2026-11-20T17:19:44.823Z",
    "data": {"email_id": "re-1", "to": ["grace@example.com"]},
}
PARTS = {name: parts for name, (_, parts) in HOOKS.items()}


@pytest.fixture
def opened(settings):
    settings.ANYMAIL = settings.ANYMAIL | secrets()


def test_a_report_is_stored(opened):
    answer = call("postmark", DELIVERED)
    assert (answer.status_code, answer.content) == (200, b"ok")
    row = Receipt.objects.get()
    assert (row.provider, row.kind, row.provider_id) == (
        "postmark",
        "delivered",
        "883953f4-6105-42a2-a16a-77a8eac79483",
    )
    assert row.at.isoformat() == "2026-11-20T17:28:10.273539+00:00"


def test_our_key_comes_back(opened):
    call("postmark", DELIVERED | {"Metadata": {"key": "e:customer:email:1"}})
    assert Receipt.objects.get().key == "e:customer:email:1"


def test_a_report_from_the_future_is_of_now(opened):
    call("postmark", DELIVERED | {"DeliveredAt": "2999-01-01T00:00:00Z"})
    row = Receipt.objects.get()
    assert abs((row.at - row.received_at).total_seconds()) < 60


@pytest.mark.parametrize("provider", HOOKS)
def test_without_a_secret_nobody_comes_in(settings, provider):
    settings.ANYMAIL = {"WEBHOOK_SECRET": [], **dict.fromkeys(PARTS[provider], "")}
    assert post(provider, b"[]").status_code == 404
    assert post(provider, b"[]", **PASSWORD).status_code == 404


@pytest.mark.parametrize("provider", sorted(SIGNED))
def test_a_password_alone_does_not_replace_a_signature(settings, provider):
    settings.ANYMAIL = {"WEBHOOK_SECRET": secrets()["WEBHOOK_SECRET"]}
    assert post(provider, b"[]", **PASSWORD).status_code == 404


@pytest.mark.parametrize("provider", sorted(set(HOOKS) - {"amazon_ses"}))
@pytest.mark.parametrize("password", ["ada:wrong", "", ":", "None"])
def test_a_wrong_password_is_refused(opened, provider, password):
    wrong = "Basic " + base64.b64encode(password.encode()).decode()
    answer = call(provider, [DELIVERED], Authorization=wrong) if provider not in SIGNED else None
    answer = answer or call(provider, DELIVERED, Authorization=wrong)
    assert (answer.status_code, Receipt.objects.count()) == (403, 0)
    assert answer.content == b"Wrong signature or password."


@pytest.mark.parametrize(
    ("provider", "header"),
    [
        ("mailersend", "Signature"),
        ("mandrill", "X-Mandrill-Signature"),
        ("postal", "X-Postal-Signature"),
    ],
)
@pytest.mark.parametrize("signature", ["", "nonsense", "bm9uc2Vuc2U=", "ü"])
def test_a_wrong_signature_is_refused(opened, provider, header, signature):
    answer = call(provider, DELIVERED, **{header: signature})
    assert (answer.status_code in (400, 403), Receipt.objects.count()) == (True, 0)


def test_ses_is_asked_for_its_password(opened):
    answer = post("amazon_ses", b"{}")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Basic realm="reports"')


def test_ses_asks_the_operator_to_confirm(opened, caplog):
    asked = {"Type": "SubscriptionConfirmation", "MessageId": "1", "SubscribeURL": "https://sns/x"}
    assert call("amazon_ses", asked).status_code == 200
    assert "open https://sns/x" in caplog.text


def test_resend_is_known_by_its_signature(settings):
    settings.ANYMAIL = {"RESEND_SIGNING_SECRET": SVIX}
    body = json.dumps(RESEND).encode()
    assert post("resend", body, **svix(body)).status_code == 200
    assert Receipt.objects.get().provider_id == "re-1"


@pytest.mark.parametrize("secret", ["whsec_d3Jvbmc=", "whsec_no base 64"])
def test_another_secret_of_resend_is_refused(settings, secret):
    settings.ANYMAIL = {"RESEND_SIGNING_SECRET": secret}
    body = json.dumps(RESEND).encode()
    assert post("resend", body, **svix(body)).status_code == 403


def test_an_old_or_changed_call_of_resend_is_refused(settings):
    settings.ANYMAIL = {"RESEND_SIGNING_SECRET": SVIX}
    body = json.dumps(RESEND).encode()
    assert post("resend", body, **svix(body, moment=time.time() - 90_000)).status_code == 403
    assert post("resend", body + b" ", **svix(body)).status_code == 403
    assert post("resend", body).status_code == 403
    assert Receipt.objects.count() == 0


def test_an_unknown_provider_is_not_there(opened):
    assert post("pigeon", b"{}", **PASSWORD).status_code == 404
    assert post("scaleway", b"{}", **PASSWORD).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"RecordType": "Inbound"}',
        b'{"RecordType": "Bounce", "Type": []}',
        b"[" * 500_000,
    ],
)
def test_a_strange_body_is_refused_with_one_line(opened, body):
    answer = post("postmark", body, **PASSWORD)
    assert (answer.status_code, Receipt.objects.count()) == (400, 0)
    assert len(answer.content.decode().splitlines()) == 1


@pytest.mark.parametrize("provider", HOOKS)
@pytest.mark.parametrize("payload", [{}, {"events": [5]}, {"msys": 5}, {"event-data": []}])
def test_a_signed_call_that_says_nothing_stores_nothing(opened, provider, payload):
    if provider == "amazon_ses":
        payload = payload | {"Type": "Notification", "MessageId": "1"}
    assert call(provider, payload).status_code in (200, 400)
    assert Receipt.objects.count() == 0


def test_a_large_body_is_refused(opened):
    body = b'{"RecordType": "' + b"x" * 1024 * 1024 + b'"}'
    assert post("postmark", body, **PASSWORD).status_code == 413


def test_what_no_column_holds_is_made_harmless(opened):
    strange = {"MessageID": "a\x00b" + "x" * 500, "Details": "\ud800 \u2028 \r\n550"}
    assert call("postmark", DELIVERED | strange | {"RecordType": "Bounce"}).status_code == 200
    row = Receipt.objects.get()
    assert row.provider_id.startswith("a b") and len(row.provider_id) == 200
    assert row.detail == "550"


def test_a_provider_may_look_whether_we_are_here(opened):
    client = Client()
    assert client.head("/hooks/mail/mandrill/").status_code == 200
    assert client.get("/hooks/mail/unisender_go/").status_code == 200
    assert client.put("/hooks/mail/postmark/").status_code == 405


def test_a_virus_or_a_full_mailbox_is_no_dead_address(opened):
    for kind in ("SoftBounce", "SpamNotification", "Blocked", "DMARCPolicy", "VirusNotification"):
        call("postmark", DELIVERED | {"RecordType": "Bounce", "Type": kind, "MessageID": kind})
    assert set(Receipt.objects.values_list("kind", flat=True)) == {"failed"}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("550 5.1.1 no such user", "bounced"),
        ("550 5.7.1 message rejected by policy", "failed"),
        ("552 5.2.2 mailbox full", "failed"),
        ("552 5.3.4 message too big", "failed"),
    ],
)
def test_mailgun_calls_much_permanent(opened, words, kind):
    event = {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "timestamp": 1534110422.5,
        "delivery-status": {"message": words},
    }
    assert call("mailgun", {"event-data": event}).status_code == 200
    assert Receipt.objects.get().kind == kind


def test_a_repeated_call_of_mailgun_with_a_new_signature_counts_once(opened):
    event = {"event": "delivered", "timestamp": 1534110422.5, "recipient": "grace@example.com"}
    for token in ("one", "two"):
        call("mailgun", {"event-data": event, "token": token})
    assert Receipt.objects.count() == 1


def test_the_keys_of_providers_are_never_shown(opened, caplog):
    call("mailersend", DELIVERED, Signature="wrong")
    assert KEY not in caplog.text


def test_calls_at_the_same_moment_stop_nobody(opened, ada):
    mails = [mail_of(make_order(ada, {"LAMP": 1}, phone="", number=str(n))) for n in range(30)]
    claimed = claim("w1", limit=30)
    rows = {row.pk: row for row in claimed}
    settle(
        [
            Outcome(
                rows[mail.pk],
                MessageStatus.SENT,
                provider_id=f"sg-{n}",
                attempt=new_attempt(rows[mail.pk], "sendgrid"),
            )
            for n, mail in enumerate(mails)
        ]
    )

    def events(kind, at, seed):
        told = [{"event": kind, "timestamp": at, "anymail_id": f"sg-{n}"} for n in range(30)]
        Random(seed).shuffle(told)  # noqa: S311 no secret
        return lambda: call("sendgrid", told).status_code

    for again in range(4):
        calls = [events("delivered", 1795600000, seed) for seed in (1, 2)]
        calls += [events("bounce", 1795600009, seed + again) for seed in (3, 4, 5)]
        statuses, _ = race(*calls)
        assert statuses == [200] * 5
    assert set(Message.objects.values_list("status", flat=True)) == {"failed"}
    assert Receipt.objects.count() == 60


HARD = {"RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, "Email": "g@example.com"}
SES = {
    "eventType": "Delivery",
    "delivery": {"recipients": ["g@x.de"]},
    "mail": {"messageId": "m-1", "destination": ["g@x.de"], "timestamp": "never"},
}
SNS = {"Type": "Notification", "MessageId": "sns-1", "Message": json.dumps(SES)}
# Provider -> (a bounce, the path of its moment).
BOUNCES = {
    "amazon_ses": (SNS, "Timestamp"),
    "brevo": (
        {"event": "hard_bounce", "message-id": "m-1", "email": "g@example.com", "ts_epoch": 1},
        "ts_epoch",
    ),
    "mailgun": (
        {
            "event-data": {
                "event": "delivered",
                "timestamp": 1.5,
                "id": "m-1",
                "recipient": "g@x.de",
            }
        },
        "event-data timestamp",
    ),
    "mailjet": ([{"event": "sent", "time": 1, "MessageID": 1, "email": "g@example.com"}], "0 time"),
    "mailtrap": (
        {"events": [{"event": "delivery", "timestamp": 1, "message_id": "m-1", "email": "g@x.de"}]},
        "events 0 timestamp",
    ),
    "mandrill": (
        [{"event": "hard_bounce", "_id": "m-1", "ts": 1, "msg": {"email": "g@x.de"}}],
        "0 ts",
    ),
    "postmark": (HARD | {"MessageID": "m-1", "BouncedAt": ""}, "BouncedAt"),
    "resend": (RESEND, "created_at"),
    "sendgrid": ([{"event": "delivered", "timestamp": 1, "email": "g@example.com"}], "0 timestamp"),
}
UNREADABLE = [
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-99-99T10:00:00Z", "yesterday",
    "", None, 10**18, -(10**18), -1, [], {},
]  # fmt: skip


def stamped(payload, path, moment):
    payload = json.loads(json.dumps(payload))
    *above, last = path.split()
    inner = payload
    for name in above:
        inner = inner[int(name) if name.isdecimal() else name]
    inner[last] = moment
    return payload


@pytest.mark.parametrize("provider", BOUNCES)
def test_a_report_of_an_unreadable_moment_is_not_lost(opened, provider):
    payload, path = BOUNCES[provider]
    for moment in UNREADABLE:
        Receipt.objects.all().delete()

        answer = call(provider, stamped(payload, path, moment))

        assert (answer.status_code, Receipt.objects.count()) == (200, 1), moment
        row = Receipt.objects.get()
        assert abs((row.at - row.received_at).total_seconds()) < 60, moment
