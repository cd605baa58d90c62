"""Text messages wait for the morning of the place of delivery, in every zone and every night."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications.delivery.sending import send_due
from notifications.guards.quiet_hours import quiet_until
from notifications.models import MessageSettings
from tests.notifications.saying import mail_of, sms_of, state
from tests.support.cast import make_order

NIGHT = {"quiet_from": time(21), "quiet_until": time(8)}
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (utc(2026, 11, 23, 19, 59), None),  # 20:59 in Berlin
        (utc(2026, 11, 23, 20, 0), utc(2026, 11, 24, 7)),
        (utc(2026, 11, 24, 6, 59), utc(2026, 11, 24, 7)),
        (utc(2026, 11, 24, 7, 0), None),
        (utc(2026, 3, 28, 21, 0), utc(2026, 3, 29, 6)),  # the night that loses an hour
        (utc(2026, 10, 24, 21, 0), utc(2026, 10, 25, 7)),  # the night that gains one
    ],
)
def test_the_night_ends_by_the_clock_on_the_wall(now, ends):
    assert quiet_until(now, zone="Europe/Berlin", **NIGHT) == ends


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (utc(2026, 10, 25, 0, 40), utc(2026, 10, 25, 1, 30)),  # 02:40, the first time
        (utc(2026, 10, 25, 1, 20), utc(2026, 10, 25, 1, 30)),  # 02:20, the second time
        (utc(2026, 10, 25, 1, 31), None),
        (utc(2026, 3, 29, 0, 59), utc(2026, 3, 29, 1, 30)),  # 02:30 never comes: 03:30
    ],
)
def test_an_end_within_the_change_is_read_the_longer_way(now, ends):
    hours = {"quiet_from": time(0), "quiet_until": time(2, 30)}
    assert quiet_until(now, zone="Europe/Berlin", **hours) == ends


@pytest.mark.parametrize("zone", ZONES)
def test_no_message_leaves_between_the_hours_over_a_year(zone):
    moment, wrong = utc(2026, 1, 1), []
    while moment < utc(2027, 1, 1):
        local = moment.astimezone(ZoneInfo(zone))
        is_night = local.hour >= 21 or local.hour < 8
        ends = quiet_until(moment, zone=zone, **NIGHT)
        if (ends is not None) != is_night or (ends and ends.astimezone(ZoneInfo(zone)).hour != 8):
            wrong.append(moment)
        moment += timedelta(minutes=30)
    assert wrong == []


def test_hours_of_the_day_and_no_hours():
    noon = {"quiet_from": time(12), "quiet_until": time(14)}
    assert quiet_until(utc(2026, 6, 1, 13), zone="UTC", **noon) == utc(2026, 6, 1, 14)
    assert quiet_until(utc(2026, 6, 1, 11), zone="UTC", **noon) is None
    assert quiet_until(utc(2026, 6, 1, 3), zone="UTC", quiet_from=None, quiet_until=None) is None


@pytest.mark.django_db
def test_a_text_waits_and_the_mail_leaves(ada, smtp_peer, sms_peer):
    local = datetime.now(ZoneInfo("Europe/Berlin"))
    MessageSettings.objects.filter(seller=ada.seller).update(
        quiet_from=(local - timedelta(hours=1)).time(),
        quiet_until=(local + timedelta(hours=1)).time(),
    )
    order = make_order(ada, {"LAMP": 1})
    send_due()
    status, reason = state(sms_of(order))
    assert (status, reason[:18]) == ("held", "Quiet hours until ")
    assert state(mail_of(order))[0] == "sent"
    assert sms_peer.messages == []
    MessageSettings.objects.filter(seller=ada.seller).update(quiet_from=None, quiet_until=None)
    order.messages.filter(channel="sms").update(next_attempt_at=order.created_at)
    send_due()
    assert state(sms_of(order))[0] == "sent"
