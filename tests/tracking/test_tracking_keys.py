"""A rotation of TRACKING_KEY: former links still work, and what is printed later matches."""

from io import StringIO

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.test import Client

from notifications.delivery.sending import send_due
from orders.models import Order
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db


def status(token):
    return Client().get(f"/track/{token}/").status_code


def now(order):
    return Order.objects.get(pk=order.pk)


def said(**options):
    out = StringIO()
    call_command("tracking_keys", stdout=out, **options)
    return out.getvalue().splitlines()


@pytest.fixture
def rotated(ada, settings):
    """An order, and another after the key was changed; the former key stands behind the new one."""
    before = make_order(ada, {"LAMP": 1})
    settings.TRACKING_KEYS = ["new" * 20, *project.TRACKING_KEYS]
    return before, make_order(ada, {"LAMP": 1})


def test_links_of_before_and_after_work_and_are_printed(rotated, smtp_peer, sms_peer):
    before = rotated[0]
    assert [status(order.token) for order in rotated] == [200, 200]
    assert now(before).token == before.token
    send_due()
    mails = [mail.message.get_body(("plain",)).get_content() for mail in smtp_peer.messages]
    assert {order.token in "".join(mails) for order in rotated} == {True}
    assert said() == ["the present key: 1 orders", "former key 1: 1 orders"]


def test_a_key_taken_off_too_early_is_seen_and_its_links_are_renewed(rotated, settings):
    before, after = rotated
    assert before.token != after.token  # read while both keys are listed
    settings.TRACKING_KEYS = settings.TRACKING_KEYS[:1]
    assert status(before.token) == 200
    assert status(now(before).token) == 404
    assert said()[:1] == ["the present key: 1 orders"]
    assert said()[1].startswith("no listed key: 1 orders.")
    assert said(renew=True) == ["1 links were renewed.", "the present key: 2 orders"]
    assert status(now(before).token) == 200
    assert status(before.token) == 404
    assert status(after.token) == 200
