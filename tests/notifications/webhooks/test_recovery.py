"""A sender dies at a named point; its deliveries leave again, with the same id, and end."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Delivery, DeliveryAttempt, Endpoint
from notifications.webhooks.results import MOST_ATTEMPTS
from notifications.webhooks.retention import delete_old
from notifications.webhooks.sending import send_due
from orders.models import Event
from tests.notifications.delivery.test_crash_points import (  # noqa: F401  a fixture
    fuses,
    killed_by,
)
from tests.support import portal
from tests.support.cast import make_order
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db

SIGKILL = 9
# Where it dies -> how often the receiver hears of the event in all.
POINTS = {
    "webhooks-claimed": 1,
    "webhooks-before-post": 1,
    "webhooks-after-post": 2,
    "webhooks-before-settle": 2,
}


def end_leases():
    """As if the time of the leases had passed."""
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(claimed_until__isnull=False).update(
        claimed_until=past, next_attempt_at=past
    )


@pytest.mark.parametrize("point", POINTS)
def test_what_a_dead_sender_left_arrives(ada, endpoint, receiver, fuses, point):  # noqa: F811
    make_order(ada, {"LAMP": 1})
    (fuses / f"worker.{point}").write_text("1")
    assert killed_by(send_due) == SIGKILL
    end_leases()
    send_due()
    heard = Counter(hook.headers["webhook-id"] for hook in receiver.hooks)
    delivery = Delivery.objects.get()
    assert heard == {delivery.webhook_id: POINTS[point]}
    assert delivery.state == "delivered"


def test_a_delivery_that_kills_every_sender_is_given_up(ada, endpoint, receiver):
    make_order(ada, {"LAMP": 1})
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.update(attempts_made=MOST_ATTEMPTS, next_attempt_at=past)
    send_due()
    assert receiver.hooks == []
    delete_old()
    assert (Delivery.objects.get().state, Delivery.objects.get().problem) == (
        "failed",
        "Every attempt was interrupted.",
    )


def test_deliveries_are_kept_for_a_month_and_a_deleted_endpoint_as_long(ada, endpoint):
    make_order(ada, {"LAMP": 1})
    send_due()
    make_order(ada, {"LAMP": 1})
    old, young = Delivery.objects.order_by("id")
    Delivery.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    delete_old()
    assert list(Delivery.objects.all()) == [young]
    assert DeliveryAttempt.objects.count() == 0
    Endpoint.objects.update(deleted_at=timezone.now())
    delete_old()
    assert Endpoint.objects.count() == 1
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    delete_old()
    assert Endpoint.objects.count() == 0
    assert Event.objects.filter(kind="order.received").count() == 2


@pytest.mark.slow
def test_a_real_worker_is_woken_by_the_commit(ada, endpoint, receiver, smtp_peer, sms_peer):
    local = {"WEBHOOK_ALLOW_LOCAL": "1"}
    worker = portal.start_worker(portal.environment(smtp_peer, sms_peer) | local)
    try:
        order = make_order(ada, {"LAMP": 1})
        wait_until(lambda: receiver.hooks)
        event = Event.objects.get(order=order, kind="order.received")
        assert receiver.hooks[0].headers["webhook-id"] == f"msg_{event.pk.hex}"
        wait_until(lambda: Delivery.objects.get(event=event).delivered_at)
    finally:
        worker.stop()
