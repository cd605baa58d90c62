"""Valkey away or hanging: nobody waits for it longer than the budget, and it is asked again."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
from celery import current_app
from redis import Redis

from orders.events import broker as brokers
from orders.events import wakeups
from orders.events.broker import Broker, BrokerAway, client_url
from tests.support.waiting import wait_until

PATIENT = 3.0  # seconds that a loaded machine may add; without the budget it takes ten


@contextmanager
def hanging(path):
    """A broker that accepts and never answers; the value lists the lines it got."""
    lines = []
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen(100)
        threading.Thread(target=lambda: accept(server, lines), daemon=True).start()
        yield lines
        server.shutdown(socket.SHUT_RDWR)


def accept(server, lines):
    while True:
        try:
            lines.append(server.accept()[0])
        except OSError:
            return


@pytest.fixture
def place(tmp_path, settings):
    """The socket of a broker that is not there yet; it is the one of the settings."""
    path = tmp_path / "broker.sock"
    settings.REDIS_URL = f"redis+socket://{path}?virtual_host=0"
    brokers.broker_of.cache_clear()
    return path


def test_a_hanging_broker_is_asked_once_and_then_left_alone(place, settings):
    with hanging(place) as lines:
        began = time.monotonic()
        for _ in range(20):
            with pytest.raises(BrokerAway):
                wakeups._queued({"a.task"})
        assert time.monotonic() - began < PATIENT
        assert len(lines) == 1


def test_no_wake_up_is_published_while_one_waits(settings):
    """Unless it may be about to expire, or a worker has taken it."""
    task = f"tests.{time.time_ns()}"
    key = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] + task
    client = brokers.broker().client
    waker = wakeups._Waker()

    def rings(times, wanted):
        for _ in range(times):
            waker.ring({task})
            wait_until(lambda: not waker.due)
            time.sleep(2 * wakeups.QUIET_SECONDS)
        wait_until(lambda: client.llen(key) == wanted)

    try:
        rings(3, 1)
        client.rpop(key)
        rings(3, 1)
        waker.published_at[task] -= wakeups.EXPIRES_SECONDS / 2
        rings(2, 2)
    finally:
        client.delete(key)


def test_without_a_broker_it_is_asked_again_after_a_while(place):
    asked = Broker("unix:///nowhere/broker.sock")
    for _ in range(2):
        with pytest.raises(BrokerAway):
            asked.ask(Redis.ping)
    assert asked.away_until > time.monotonic()
    asked.client = brokers.broker_of(current_app.conf.broker_url).client
    with pytest.raises(BrokerAway):
        asked.ask(Redis.ping)
    asked.away_until = time.monotonic()
    assert asked.ask(Redis.ping) is True


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("redis+socket:///run/v.sock?virtual_host=3", "unix:///run/v.sock?db=3"),
        ("redis+socket:///run/v.sock", "unix:///run/v.sock?db=0"),
        ("redis://broker:6379/2", "redis://broker:6379/2"),
        ("rediss://u:p@broker/0", "rediss://u:p@broker/0"),
    ],
)
def test_the_url_of_celery_as_redis_writes_it(url, wanted):
    assert client_url(url) == wanted
