"""What goes on when a part is gone: the broker off, a worker killed in the middle of its work."""

import os
import signal
import socket
import time

import pytest
import requests

from fulfillment.demo.peers.kept import Fault
from fulfillment.embedded import programs
from fulfillment.embedded.environment import Options
from fulfillment.embedded.places import Place
from fulfillment.embedded.valkey import Valkey
from notifications.models import Message
from orders.models import Order
from tests.orders.intake.test_intake import ORDER
from tests.support import cast, portal
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SWEEP_SECONDS = 2
RECOVERY_SECONDS = 30


@pytest.fixture
def town(ada, smtp_peer, sms_peer, tmp_path_factory):
    """A site, a worker and a beat on a broker of their own that a test may stop."""
    cast.put_stock(cast.make_product(ada, "LAMP", "Desk lamp"), 9)
    folder = tmp_path_factory.mktemp("town")
    folder.chmod(0o755)
    town = Town(Place.prepare(folder), portal.environment(smtp_peer, sms_peer), ada)
    yield town
    town.stop()


class Town:
    """The processes of a small installation, and a way to send it orders."""

    def __init__(self, place, env, side):
        self.place, self.side, self.number = place, side, 0
        self.broker = Valkey(place)
        self.broker.start(time.sleep)
        self.env = env | {
            "REDIS_URL": self.broker.url(),
            "SWEEP_SECONDS": str(SWEEP_SECONDS),
            "VAR_DIR": str(place.var),
        }
        self.options = Options(port=_free_port(), web_workers=1, worker_concurrency=1)
        self.children = [programs.web(self.options, place, self.env)]
        self.children[0].start()
        self.children[0].wait_until(
            lambda: programs.answers(self.options, self.env["SITE_URL"]), time.sleep, 60.0
        )
        self.worker = self.start(programs.worker(self.options, place, self.env))
        self.start(programs.beat(place, self.env))

    def start(self, child):
        child.start()
        self.children.append(child)
        return child

    def stop(self):
        for child in reversed(self.children):
            child.stop()
        self.broker.stop()

    def order(self):
        self.number += 1
        begun = time.monotonic()
        answer = requests.post(
            f"http://127.0.0.1:{self.options.port}/api/v1/orders/",
            json=ORDER | {"reference": f"A-{self.number}", "number": f"#{self.number}"},
            headers={
                "Authorization": f"Bearer {self.side.api_key}",
                "Idempotency-Key": f"once-{self.number}",
            },
            timeout=20,
        )
        return answer.status_code, time.monotonic() - begun


def test_without_a_broker_orders_are_taken_and_messages_leave_when_it_is_back(town, smtp_peer):
    assert town.order()[0] == 201
    wait_until(lambda: len(smtp_peer.messages) == 1)

    town.broker.stop()
    answers = [town.order() for _ in range(5)]

    assert [status for status, _ in answers] == [201] * 5
    assert Order.objects.count() == 6
    assert len(smtp_peer.messages) == 1

    town.broker = Valkey(town.place)
    town.broker.start(time.sleep)
    wait_until(lambda: len(confirmed(smtp_peer)) == 6, 60)
    wait_until(lambda: set(Message.objects.values_list("status", flat=True)) == {"sent"})
    assert confirmed(smtp_peer) == ["grace@example.com"] * 6


def confirmed(peer):
    """Who got a confirmation."""
    return [mail.message["To"] for mail in peer.messages if " is confirmed" in mail.subject]


def test_what_a_killed_worker_left_is_sent_by_the_next(town, smtp_peer):
    assert town.order()[0] == 201
    wait_until(lambda: len(smtp_peer.messages) == 1)
    smtp_peer.behaviour = lambda mail: Fault(hang=60)
    town.order()
    wait_until(lambda: smtp_peer.attempts == 2)
    town.order()

    os.killpg(town.worker.process.pid, signal.SIGKILL)
    smtp_peer.behaviour = None
    town.start(programs.worker(town.options, town.place, town.env))

    wait_until(lambda: len(smtp_peer.messages) == 2, RECOVERY_SECONDS + 15)
    wait_until(lambda: Message.objects.filter(status="unknown").exists(), RECOVERY_SECONDS)
    by_order = (
        Message.objects.filter(channel="email").order_by("id").values_list("status", flat=True)
    )
    # The hung mail may have been taken: it is shown, never sent again by itself. A peer has a
    # message before its worker has settled it.
    wait_until(lambda: list(by_order.all()) == ["sent", "unknown", "sent"])
    texts = Message.objects.filter(channel="sms").values_list("status", flat=True)
    wait_until(lambda: set(texts.all()) == {"sent"})


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
