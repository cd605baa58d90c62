"""The pages of webhooks in a real browser: on a phone and a desk, by day and by night."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fulfillment.demo.peers.hooks import Reply
from notifications.models import Delivery, Endpoint
from notifications.webhooks.sending import send_due
from tests.browser.looking import DESK, flaws
from tests.browser.people import Person
from tests.notifications.webhooks.conftest import make_endpoint
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

URL = "/dashboard/settings/webhooks/"


@pytest.fixture
def paths(ada, receivers):
    """The pages of an endpoint that works, of one that fails, and of a delivery."""
    works, fails = receivers(2)
    fails.behave = lambda hook: Reply(500, {}, b"<h1>Server error</h1>" * 20)
    good = make_endpoint(ada, works.url, "order.received", "shipment.handed_over")
    bad = make_endpoint(ada, f"{fails.url}/{'long' * 30}")
    cast.make_order(ada, {"LAMP": 1}, number="#1001")
    send_due()
    since = timezone.now() - timedelta(hours=5)
    Endpoint.objects.filter(pk=bad.pk).update(failing_since=since)
    delivery = Delivery.objects.filter(endpoint=bad).first()
    return [
        "/dashboard/",
        URL,
        f"{URL}add/",
        f"{URL}{good.pk}/",
        f"{URL}{good.pk}/?state=failed",
        f"{URL}{good.pk}/change/",
        f"{URL}{bad.pk}/",
        f"/dashboard/settings/deliveries/{delivery.pk}/",
    ]


def test_the_pages_hinder_nobody(ada, paths, live_site, browser):
    width, height = DESK
    person = Person(browser, live_site, ada.owner, width=width, height=height, at_once=True)
    said = []
    person.page.on("console", lambda message: said.append(message.text))
    for path in paths:
        person.go(path)
        assert flaws(person.page) == [], path
    assert said == []
    person.close()
