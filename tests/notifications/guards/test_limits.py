"""What strangers and rivals may not use up: other sellers' webhooks, answers, history, services."""

import pytest
from django.test import Client

from notifications.channels.push import push_service_of
from notifications.consent.updates import (
    MOST_CHANGES,
    TOO_OFTEN,
    TURNED_OFF_ELSEWHERE,
    choose_updates,
)
from notifications.models import Preference
from notifications.webhooks.results import retry_after
from orders.errors import DomainError
from orders.models import Event
from orders.outside.ssrf_guard import UrlRefused
from tests.support.cast import make_order, make_product

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "nonsense",
    [
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2027 00:00:00 +99999999999999",
        "soon",
        "",
    ],
)
def test_a_date_that_no_calendar_has_is_no_date(nonsense):
    assert retry_after(nonsense) == 0.0


@pytest.mark.parametrize(
    "endpoint",
    ["https://push.example/1", "https://fcm.googleapis.com.evil.example/1", "https://8.8.8.8/1"],
)
def test_only_push_services_are_asked_to_pass_on(endpoint):
    with pytest.raises(UrlRefused, match="not a known push service"):
        push_service_of(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    ["https://fcm.googleapis.com/fcm/send/1", "https://updates.push.services.mozilla.com/1"],
)
def test_the_services_of_browsers_are_known(endpoint):
    assert push_service_of(endpoint).path.endswith("/1")


@pytest.fixture
def order(ada):
    make_product(ada, "LAMP", "Desk lamp")
    return make_order(ada, {"LAMP": 1})


def changes(order):
    return Event.objects.filter(order=order, kind="order.updates_chosen").count()


def test_one_click_pressed_often_is_one_event(order):
    url = f"/track/{order.token}/unsubscribe/email/"
    for _ in range(5):
        assert Client().post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert changes(order) == 1


def test_a_choice_is_not_changed_for_ever(order):
    for number in range(MOST_CHANGES):
        choose_updates(order, channel="email", off=[], is_off=number % 2 == 0)
    with pytest.raises(DomainError, match=TOO_OFTEN[:20]):
        choose_updates(order, channel="email", off=[], is_off=True)
    assert changes(order) == MOST_CHANGES


def test_nobody_is_opted_in_by_the_order_of_another(ada, order):
    choose_updates(order, channel="sms", off=[], is_off=True)
    strange = make_order(ada, {"LAMP": 1}, email="mallory@example.com")
    with pytest.raises(DomainError) as refused:
        choose_updates(strange, channel="sms", off=[], is_off=False)
    assert str(refused.value) == TURNED_OFF_ELSEWHERE
    assert Preference.objects.get(channel="sms").is_off
    choose_updates(order, channel="sms", off=[], is_off=False)
    assert not Preference.objects.get(channel="sms").is_off


def test_a_signature_of_half_a_letter_is_wrong_and_no_accident(settings):
    settings.SMS_PROVIDER, settings.VONAGE_SIGNATURE_SECRET = "vonage", "s" * 20
    body = b'{"sig": "\\ud800", "messageId": "\\udfff"}'
    for url in ("/hooks/sms/vonage/", "/hooks/sms/vonage/inbound/"):
        answer = Client().post(url, body, content_type="application/json")
        assert answer.status_code == 403
