"""A fifth of the receivers is dead: the others hear each event once, and do not wait for them."""

import threading
from collections import Counter

import pytest
from django.db import connection

from fulfillment.demo.peers.hooks import DRIP, HANG, RESET, Reply
from notifications.models import Delivery, DeliveryAttempt
from notifications.webhooks import post as posting
from notifications.webhooks.sending import send_due
from orders.models import Event
from tests.notifications.webhooks.conftest import make_endpoint
from tests.support.cast import make_order
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RECEIVERS, ORDERS = 20, 5
BAD = {0: HANG, 1: DRIP, 2: RESET, 3: Reply(500)}
WITHIN_SECONDS = 5


@pytest.fixture
def town(ada, bo, receivers):
    """Twenty receivers, ten of Ada's and ten of Bo's; two of each are bad."""
    peers = receivers(RECEIVERS)
    for number, peer in enumerate(peers):
        make_endpoint((ada, bo)[number % 2], peer.url)
    for number, misbehaviour in BAD.items():
        peers[number].behave = lambda hook, way=misbehaviour: way
    return peers


def in_background():
    """A sender in a thread, as a worker's process would run it."""

    def run():
        try:
            send_due(seconds=3)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_healthy_receivers_hear_everything_before_the_first_time_out(ada, bo, town):
    bad, healthy = town[: len(BAD)], town[len(BAD) :]
    for number in range(ORDERS):
        for side in (ada, bo):
            make_order(side, {"THING": 1}, reference=f"r-{number}")
    expected = {
        side.seller.pk: {
            f"msg_{pk.hex}"
            for pk in Event.objects.filter(seller=side.seller, order__isnull=False).values_list(
                "pk", flat=True
            )
        }
        for side in (ada, bo)
    }
    sender = in_background()
    wait_until(lambda: all(len(peer.hooks) >= ORDERS for peer in healthy))
    # Clock-free: not one of the attempts that hang or drip has ended yet.
    assert not DeliveryAttempt.objects.filter(problem__startswith="No response").exists()
    heard = max(hook.at for peer in healthy for hook in peer.hooks)
    began = min(hook.at for peer in town for hook in peer.hooks)
    assert heard - began < WITHIN_SECONDS

    # While the bad ones still hang, what happens now is heard too.
    for side in (ada, bo):
        make_order(side, {"THING": 1})
    wait_until(lambda: all(len(peer.hooks) >= ORDERS + 1 for peer in healthy))
    assert not DeliveryAttempt.objects.filter(problem__startswith="No response").exists()
    sender.join(60)
    assert not sender.is_alive()

    for number, peer in enumerate(healthy, start=len(BAD)):
        seller = (ada, bo)[number % 2].seller
        ids = Counter(hook.headers["webhook-id"] for hook in peer.hooks)
        assert set(ids.values()) == {1}, "each event once"
        assert expected[seller.pk] <= set(ids)
        assert len(ids) == ORDERS + 1
    assert [len(peer.hooks) for peer in bad[:2]] == [2, 2], "two at once until they fail"
    timed_out = DeliveryAttempt.objects.filter(
        problem=f"No response within {posting.TIMEOUT_SECONDS:g} seconds."
    )
    assert timed_out.count() == 4
    assert timed_out.filter(latency_ms__gte=20_000).count() == 0
    assert Delivery.objects.filter(delivered_at__isnull=False).count() == 16 * (ORDERS + 1)
