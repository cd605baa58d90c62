"""Latency from the commit of an order to its provider, at 100 messages a second.

Orders go through the API of a real web server; its wake-up goes through Valkey to a real worker,
which sends to peers on loopback. The commit's moment is PostgreSQL's own, of the order's event.
"""

import asyncio
import itertools
import json
import re
import sys
import time
from collections.abc import Iterator
from typing import Any, TextIO

import psycopg

from benchmarks.intake import KEY
from benchmarks.load import post_requests, send_at_rate
from benchmarks.servers import Servers
from fulfillment.demo.peers import SmsPeer, SmtpPeer
from fulfillment.demo.peers.kept import Mail, Sms
from fulfillment.embedded import programs
from fulfillment.embedded.postgres import OWNER

ORDERS_PER_SECOND = 50  # each with a mail and a text, as most customers have both
MESSAGES_AN_ORDER = 2
SECONDS = 20
WARM_SECONDS = 3
PATIENCE_SECONDS = 60
COMMITTED = """
SELECT o.number, extract(epoch FROM pg_xact_commit_timestamp(e.transaction_id::text::xid))
FROM orders_event e JOIN orders_order o ON o.id = e.order_id
WHERE e.kind = 'order.received' AND o.number LIKE 'W-%'
"""


class Arrivals:
    """{(channel, order number): when its message was accepted, in seconds of the clock}."""

    def __init__(self) -> None:
        self.at: dict[tuple[str, str], float] = {}

    def mail(self, mail: Mail) -> None:
        """Note a mail by the number in its subject, and accept it."""
        self._note("email", re.search(rb"W-\d+", mail.raw))

    def text(self, sms: Sms) -> None:
        """Note a text, and accept it."""
        self._note("sms", re.search(rb"W-\d+", sms.text.encode()))

    def _note(self, channel: str, found: re.Match[bytes] | None) -> None:
        if found:
            self.at.setdefault((channel, found.group().decode()), time.time())


def measure(servers: Servers) -> list[float]:
    """Milliseconds from commit to provider of each message, sorted."""
    arrivals, mails, texts = Arrivals(), SmtpPeer().start(), SmsPeer().start()
    mails.behaviour, texts.behaviour = arrivals.mail, arrivals.text
    servers.env |= {
        "EMAIL_HOST": mails.host, "EMAIL_PORT": str(mails.port), "EMAIL_USE_TLS": "0",
        "SMS_URL": texts.url,
    }  # fmt: skip
    worker = programs.worker(servers.options, servers.place, servers.env)
    try:
        worker.start()
        with servers.web():
            _load(servers, 0, WARM_SECONDS)
            _wait(arrivals, WARM_SECONDS * ORDERS_PER_SECOND)
            _load(servers, WARM_SECONDS * ORDERS_PER_SECOND, SECONDS)
            _wait(arrivals, (WARM_SECONDS + SECONDS) * ORDERS_PER_SECOND)
    finally:
        worker.stop()
        mails.stop()
        texts.stop()
    return _milliseconds(servers, arrivals)


def _load(servers: Servers, first: int, seconds: int) -> None:
    number = seconds * ORDERS_PER_SECOND
    bodies = itertools.islice(_bodies(first), number)
    requests = post_requests(servers.options.port, "/api/v1/orders/", bodies, KEY)
    asyncio.run(send_at_rate(servers.options.port, requests, per_second=ORDERS_PER_SECOND))


def _bodies(first: int) -> Iterator[tuple[bytes, str]]:
    for number in itertools.count(first):
        contact = {"phone": f"+49151{number:08}", "email": f"g{number}@b.example"}
        order = {
            "reference": f"wake-{number}",
            "number": f"W-{number}",
            "customer": {"name": "Grace Hopper", "language": "en", **contact},
            "address": {
                "street": "Unter den Linden 1",
                "postcode": "10117",
                "city": "Berlin",
                "country": "DE",
            },
            "currency": "EUR",
            "lines": [{"sku": f"SKU-{number % 1000}", "quantity": 1, "unit_price": 1999}],
        }
        yield json.dumps(order).encode(), f"wake-{number}"


def _wait(arrivals: Arrivals, orders: int) -> None:
    number = orders * MESSAGES_AN_ORDER
    until = time.monotonic() + PATIENCE_SECONDS
    while len(arrivals.at) < number:
        if time.monotonic() > until:
            raise SystemExit(f"{len(arrivals.at)} of {number} messages came")
        time.sleep(0.05)


def _milliseconds(servers: Servers, arrivals: Arrivals) -> list[float]:
    with psycopg.connect(servers.postgres.url(OWNER)) as connection:
        committed: dict[str, Any] = dict(connection.execute(COMMITTED).fetchall())
    warm = {f"W-{number}" for number in range(WARM_SECONDS * ORDERS_PER_SECOND)}
    return sorted(
        1000 * (at - float(committed[order]))
        for (_, order), at in arrivals.at.items()
        if order not in warm
    )


def report(milliseconds: list[float], out: TextIO = sys.stdout) -> None:
    """Print the median, the 99th percentile and the maximum."""
    number = len(milliseconds)
    median, p99 = milliseconds[number // 2], milliseconds[int(number * 0.99)]
    rate = MESSAGES_AN_ORDER * ORDERS_PER_SECOND
    print(
        f"commit to provider, {number} messages at {rate} a second: "
        f"median {median:.0f} ms, p99 {p99:.0f} ms, slowest {milliseconds[-1]:.0f} ms",
        file=out,
    )
