"""Payloads of thirteen mail providers, as others recorded them: the exact receipts of each."""

import json

import pytest

from notifications.delivery.attempts import new_attempt
from notifications.delivery.claims import claim
from notifications.delivery.outcomes import Outcome
from notifications.delivery.settling import settle
from notifications.models import Receipt, Suppression
from notifications.reports.receipts import match_receipts
from notifications.states import MessageStatus
from tests.notifications.mail_calls import call, secrets
from tests.notifications.saying import mail_of
from tests.support.cast import make_order
from tests.support.real_data import real_data
from tests.support.stages import open_house

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]

NOTHING = ()
REFUSED = (400, 403)
# Payload -> the kinds of its receipts; 400 where it was sent to the wrong address.
TOLD = {
    "amazon_ses/click_event_2": NOTHING,
    "amazon_ses/complaint_event": ("complained",),
    "amazon_ses/complaint_event_2": ("complained",),
    "amazon_ses/delivery_event": ("delivered",),
    "amazon_ses/incorrect_received_event": 400,
    "amazon_ses/multiple_bounce_event": ("bounced", "bounced"),
    "amazon_ses/open_event": NOTHING,
    "amazon_ses/open_event_2": NOTHING,
    "amazon_ses/reject_event_2": ("failed",),
    "amazon_ses/rendering_failure_event_2": ("failed",),
    "amazon_ses/send_event": NOTHING,
    "amazon_ses/send_event_2": NOTHING,
    "brevo/blocked": ("failed",),
    "brevo/clicked_event": NOTHING,
    "brevo/complaint": ("complained",),
    "brevo/deferred_event": ("deferred",),
    "brevo/error_email": ("failed",),
    "brevo/hard_bounce": ("bounced",),
    "brevo/invalid_email": ("bounced",),
    "brevo/opened_event": NOTHING,
    "brevo/soft_bounce_event": ("failed",),
    "brevo/spam": ("complained",),
    "brevo/unique_opened_event": NOTHING,
    "brevo/unique_proxy_open_event": NOTHING,
    "mailersend/clicked_event": NOTHING,
    "mailersend/delivered_event": ("delivered",),
    "mailersend/hard_bounced_event": ("bounced",),
    "mailersend/opened_event": NOTHING,
    "mailersend/soft_bounced_event": ("failed",),
    "mailgun/clicked_event": NOTHING,
    "mailgun/delivered_event": ("delivered",),
    "mailgun/dropped_timed_out": ("failed",),
    "mailgun/failed_permanent_event": ("bounced",),
    "mailgun/failed_temporary_event": ("deferred",),
    "mailgun/invalid_mailbox": ("bounced",),
    "mailgun/metadata_key_conflicts": 403,  # its time stamp is no time
    "mailgun/metadata_key_conflicts_2": NOTHING,
    "mailgun/metadata_message_headers": ("delivered",),
    "mailgun/misconfigured_inbound": 400,
    "mailgun/opened_event": NOTHING,
    "mailgun/rejected_event": ("failed",),
    "mailjet/blocked_event": ("bounced",),
    "mailjet/bounced_greylist_event": ("deferred",),
    "mailjet/click_event": NOTHING,
    "mailjet/open_event": NOTHING,
    "mailjet/spam_event": ("complained",),
    "mailtrap/click_event": NOTHING,
    "mailtrap/open_event": NOTHING,
    "mailtrap/soft_bounce_event": ("deferred",),
    "mailtrap/spam_event": ("complained",),
    "mailtrap/suspension_event": ("deferred",),
    "mandrill/hard_bounce_event": ("bounced",),
    "mandrill/old_tracking_url": NOTHING,
    "mandrill/send_event": NOTHING,
    "postal/deferred_event": ("deferred",),
    "postal/delivered_event": ("delivered",),
    "postal/failed_event": ("failed",),
    "postal/ignore_incoming_events": NOTHING,
    "postal/queued_event": NOTHING,
    "postmark/bounce_event": ("bounced",),
    "postmark/bounce_unsubscribe_variant": ("unsubscribed",),
    "postmark/click_event": NOTHING,
    "postmark/delivered_event": ("delivered",),
    "postmark/open_event": NOTHING,
    "postmark/resubscribe": NOTHING,
    "postmark/spam_event": ("complained",),
    "postmark/subscription_change_bounce": ("bounced",),
    "postmark/unsubscribe": ("unsubscribed",),
    "resend/delivered_event": ("delivered",),
    "resend/delivery_delayed_event": ("deferred",),
    "resend/hard_bounced_event": ("bounced",),
    "resend/sent_event": NOTHING,
    "resend/suppressed_event": ("failed",),
    "sendgrid/bounce_event": ("bounced",),
    "sendgrid/click_event": NOTHING,
    "sendgrid/deferred_event": ("deferred",),
    "sendgrid/delivered_event": ("delivered",),
    "sendgrid/dropped_bounced": ("bounced",),
    "sendgrid/dropped_unsubscribed_event": ("failed", "unsubscribed"),
    "sendgrid/open_event": NOTHING,
    "sparkpost/bounce_challenge_response": NOTHING,
    "sparkpost/delay_event": ("deferred",),
    "sparkpost/delivery_event": ("delivered",),
    "sparkpost/generation_rejection_event": ("failed",),
    "sparkpost/open_event": NOTHING,
    "unisender_go/clicked_event": NOTHING,
    "unisender_go/delivered_event": ("delivered",),
    "unisender_go/hard_bounced_event": ("bounced",),
    "unisender_go/multiple_event_option": ("delivered",),
    "unisender_go/spam_event": ("complained",),
    "unisender_go/unsubscribed_event": ("unsubscribed",),
}
SUPPRESSES = {"bounced", "complained", "unsubscribed"}
SETTLES = {"delivered": "delivered", "bounced": "failed", "failed": "failed"}


@pytest.fixture(autouse=True)
def _secrets(settings):
    settings.ANYMAIL = settings.ANYMAIL | secrets()


def payload(name):
    return json.loads(real_data(f"esp_sms/{name}.json").read_bytes())


def kinds():
    return tuple(sorted(Receipt.objects.values_list("kind", flat=True)))


def became_known(mail, provider_id):
    """The mail has left, and the provider calls it so."""
    (claimed,) = claim("w1", limit=1)
    attempt = new_attempt(claimed, "postmark")
    settle([Outcome(claimed, MessageStatus.SENT, provider_id=provider_id, attempt=attempt)])


def test_the_table_names_every_payload():
    folder = real_data("esp_sms")
    found = {
        path.relative_to(folder).with_suffix("").as_posix() for path in folder.glob("*/*.json")
    }
    assert found - {"sms/vonage_delivery_receipt"} == set(TOLD)


@pytest.mark.parametrize("name", TOLD)
def test_a_payload_becomes_these_receipts(name):
    told = TOLD[name]
    answer = call(name.split("/")[0], payload(name))
    if told in REFUSED:
        assert (answer.status_code, kinds()) == (told, ())
        assert len(answer.content.decode().splitlines()) == 1
    else:
        assert (answer.status_code, kinds()) == (200, told)


@pytest.mark.parametrize(
    "name", [name for name, told in TOLD.items() if told not in (*REFUSED, ())]
)
def test_five_copies_before_the_mail_is_known_count_once(name, smtp_peer):
    house = open_house()
    provider, told = name.split("/")[0], TOLD[name]
    for _ in range(5):
        assert call(provider, payload(name)).status_code == 200
    assert kinds() == told
    row = Receipt.objects.order_by("pk").first()
    if not row.provider_id:
        return  # the recording lacks it
    mail = mail_of(make_order(house.ada, {"LAMP": 1}, phone=""))
    became_known(mail, row.provider_id)
    match_receipts()
    mail.refresh_from_db()
    settled = [SETTLES[kind] for kind in told if kind in SETTLES]
    assert mail.status == (settled or [MessageStatus.SENT])[0]
    left_alone = Suppression.objects.filter(recipient="grace@example.com").count()
    assert left_alone == len(SUPPRESSES.intersection(told))


def test_all_of_them_in_reverse_and_again_are_the_same_receipts():
    wanted = [name for name, told in TOLD.items() if told not in REFUSED]
    for name in wanted:
        call(name.split("/")[0], payload(name))
    once = sorted(Receipt.objects.values_list("provider", "report_id", "kind", "at"))
    before = Receipt.objects.count()
    for name in reversed(wanted):
        call(name.split("/")[0], payload(name))
    assert Receipt.objects.count() == before
    Receipt.objects.all().delete()
    for name in reversed(wanted):
        call(name.split("/")[0], payload(name))
    again = sorted(Receipt.objects.values_list("provider", "report_id", "kind", "at"))
    assert [row[:3] for row in again] == [row[:3] for row in once]
