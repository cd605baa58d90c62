"""A seller's choices about messages: kept, refused with a reason, and only the owner's own."""

from datetime import time

import pytest

from notifications.models import MessageSettings
from notifications.models.settings import settings_of
from orders.models import Event, Seller

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/messages/"


def test_choices_are_kept(ada, client):
    client.force_login(ada.owner)
    chosen = {"seller": ada.seller.pk, "calm": "on", "quiet_from": "22:00", "quiet_until": "07:30"}
    chosen |= {"sms_daily_cap": "300", "sms_countries": "de, at;CH  de"}
    assert client.post(PAGE, chosen | {"digest_above": "5"}).status_code == 302
    row = MessageSettings.objects.get(seller=ada.seller)
    kept = (row.calm, row.quiet_from, row.quiet_until, row.digest_above)
    assert kept == (True, time(22), time(7, 30), 5)
    event = Event.objects.get(kind="message_settings.changed")
    assert (event.actor, event.data["quiet_until"]) == (ada.owner, "07:30:00")
    assert (row.sms_daily_cap, row.sms_countries) == (300, ["AT", "CH", "DE"])
    page = client.get(PAGE).content.decode()
    assert all(f'value="{text}"' in page for text in ("07:30", "300", "AT, CH, DE"))


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (
            {"quiet_from": "22:00", "digest_above": "5"},
            "Enter both a start and an end of quiet hours",
        ),
        ({"quiet_from": "late", "quiet_until": "7", "digest_above": "5"}, "Enter a valid time"),
        ({"digest_above": "-1"}, "greater than or equal to 0"),
        ({"digest_above": "5", "sms_daily_cap": "-1"}, "greater than or equal to 0"),
        ({"digest_above": "5", "sms_daily_cap": ""}, "This field is required"),
        ({"digest_above": "5", "sms_countries": "DE, Mars"}, "MARS: not a two-letter country code"),
    ],
)
def test_half_a_choice_changes_nothing(ada, client, given, why):
    client.force_login(ada.owner)
    answer = client.post(PAGE, {"seller": ada.seller.pk, "sms_daily_cap": "9"} | given)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert MessageSettings.objects.get(seller=ada.seller).digest_above == 20


def test_another_seller_s_choices_are_not_found(ada, bo, client):
    client.force_login(bo.owner)
    given = {"seller": ada.seller.pk, "calm": "on", "digest_above": "5", "sms_daily_cap": "9"}
    assert client.post(PAGE, given).status_code == 404
    assert client.post(PAGE, {"digest_above": "5"}).status_code == 404
    assert not MessageSettings.objects.get(seller=ada.seller).calm


def test_without_a_row_a_seller_is_calm_and_quiet(ada):
    MessageSettings.objects.all().delete()
    choice = settings_of(Seller.objects.get(pk=ada.seller.pk))
    assert (choice.calm, choice.quiet_from, choice.quiet_until) == (True, time(21), time(8))
