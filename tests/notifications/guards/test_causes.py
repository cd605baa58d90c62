"""Why a message did not leave is a code beside the sentence, and each code is written somewhere."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from notifications.delivery.sending import send_due
from notifications.models import Message, MessageSettings, Suppression
from notifications.states import Cause
from orders.lifecycle.cancel import cancel_order
from tests.notifications.saying import mail_of, sms_of
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db


def test_every_cause_is_written_somewhere():
    sources = Path(settings.BASE_DIR, "notifications").rglob("*.py")
    written = {
        name for path in sources for name in re.findall(r"Cause\.([A-Z_]+)", path.read_text())
    }
    assert written == set(Cause.names)


def test_what_stays_says_why_twice(ada, smtp_peer, sms_peer):
    MessageSettings.objects.update(sms_daily_cap=0)
    Suppression.objects.create(
        seller=ada.seller, channel="email", recipient="grace@example.com", reason="by_hand"
    )
    order, cancelled = make_order(ada, {"LAMP": 1}), make_order(ada, {"LAMP": 1}, email="")
    cancel_order(cancelled, actor=ada.owner)
    send_due()
    assert mail_of(order).cause == Cause.BLOCKED_ADDRESS
    assert sms_of(order).cause == Cause.SMS_OF_DAY
    assert sms_of(cancelled).cause == Cause.CANCELLED
    stayed = Message.objects.filter(status__in=("suppressed", "superseded"))
    assert all(row.cause and row.reason for row in stayed)
    assert not Message.objects.filter(status="sent").exclude(cause="", reason="").exists()
