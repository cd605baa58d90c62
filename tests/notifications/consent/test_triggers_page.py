"""What a shop sends at all: a box for everything optional, nothing essential is ever off."""

import pytest
from django.test import Client

from notifications.consent.shop_switches import optional_triggers
from notifications.models import MessageSettings
from orders.access import Role
from orders.models import Event
from tests.support.cast import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(ada):
    """Ada's browser."""
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def page(side):
    return f"/dashboard/messages/triggers/{side.seller.pk}/"


def off(side):
    return MessageSettings.objects.get(seller=side.seller).switched_off


def test_every_optional_message_has_a_box(ada, client):
    words = client.get(page(ada)).content.decode()
    assert (words.count('name="sent"'), words.count(" checked>")) == (104, 104)
    assert words.count(">Always<") == words.count("Always sent by e-mail: ") == 31
    assert len(optional_triggers()) == 104


def test_what_is_not_ticked_is_switched_off(ada, client):
    sent = optional_triggers() - {"packed:email", "confirmed:sms"}
    assert client.post(page(ada), {"sent": sorted(sent)}).status_code == 302
    assert off(ada) == ["confirmed:sms", "packed:email"]
    event = Event.objects.get(kind="message_settings.changed")
    assert event.data == {"switched_off": ["confirmed:sms", "packed:email"]}
    assert client.get(page(ada)).content.decode().count(" checked>") == 102


def test_what_is_essential_cannot_be_left_out(ada, client):
    client.post(page(ada), {"sent": ["nonsense", "confirmed:email", "packed:pigeon"]})
    assert off(ada) == sorted(optional_triggers())
    assert "confirmed:email" not in off(ada)


def test_only_the_owner_decides_about_the_own_messages(ada, bo):
    for user, status in (
        (make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller), 403),
        (bo.owner, 404),
    ):
        browser = Client()
        browser.force_login(user)
        for what in ("", "dry-run/"):
            assert browser.post(page(ada) + what).status_code == status
    assert off(ada) == []
