"""From the commit of an order to the provider's door, at 100 messages a second; run by messages.py.

Orders go through the API of a real web server; its wake-up goes through Valkey to a real worker,
which sends to peers on loopback. The commit's moment is PostgreSQL's own, of the order's event.
"""

import asyncio
import itertools
import json
import re
import sys
import time

import psycopg

from benchmarks.intake import KEY
from benchmarks.load import post_requests, send_at_rate
from benchmarks.stage import Stage
from fulfillment.embedded import programs
from fulfillment.peers import SmsPeer, SmtpPeer
from fulfillment.peers.kept import Mail, Sms

PER_SECOND = 100
SECONDS = 20
WARM_SECONDS = 3
PATIENCE_SECONDS = 60
COMMITTED = """
SELECT o.number, extract(epoch FROM pg_xact_commit_timestamp(e.transaction_id::text::xid))
FROM orders_event e JOIN orders_order o ON o.id = e.order_id
WHERE e.kind = 'order.received' AND o.number LIKE 'W-%'
"""


class Arrivals:
    """{order number: when its message was taken over, in seconds of the clock}."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}

    def mail(self, mail: Mail) -> None:
        """Note a mail by the number in its subject, and accept it."""
        self._note(re.search(rb"W-\d+", mail.raw))

    def text(self, sms: Sms) -> None:
        """Note a text, and accept it."""
        self._note(re.search(rb"W-\d+", sms.text.encode()))

    def _note(self, found: re.Match[bytes] | None) -> None:
        if found:
            self.at.setdefault(found.group().decode(), time.time())


def measure(servers: Stage) -> list[float]:
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
            _wait(arrivals, WARM_SECONDS * PER_SECOND)
            _load(servers, WARM_SECONDS * PER_SECOND, SECONDS)
            _wait(arrivals, (WARM_SECONDS + SECONDS) * PER_SECOND)
    finally:
        worker.stop()
        mails.stop()
        texts.stop()
    return _milliseconds(servers, arrivals)


def _load(servers: Stage, first: int, seconds: int) -> None:
    number = seconds * PER_SECOND
    bodies = itertools.islice(_bodies(first), number)
    requests = post_requests(servers.options.port, "/api/v1/orders/", bodies, KEY)
    asyncio.run(send_at_rate(servers.options.port, requests, per_second=PER_SECOND))


def _bodies(first: int):
    """One message each: to every other customer a mail, to the rest a text."""
    for number in itertools.count(first):
        contact = (
            {"phone": f"+4930{number:08}"} if number % 2 else {"email": f"g{number}@b.example"}
        )
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


def _wait(arrivals: Arrivals, number: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while len(arrivals.at) < number:
        if time.monotonic() > until:
            raise SystemExit(f"{len(arrivals.at)} of {number} messages came")
        time.sleep(0.05)


def _milliseconds(servers: Stage, arrivals: Arrivals) -> list[float]:
    with psycopg.connect(servers.env["DATABASE_URL"]) as connection:
        committed = dict(connection.execute(COMMITTED).fetchall())
    measured = itertools.islice(_measured_numbers(), SECONDS * PER_SECOND)
    return sorted(1000 * (arrivals.at[name] - float(committed[name])) for name in measured)


def _measured_numbers():
    return (f"W-{number}" for number in itertools.count(WARM_SECONDS * PER_SECOND))


def report(milliseconds: list[float], out=sys.stdout) -> None:
    """The median, 99 of 100, and the slowest."""
    number = len(milliseconds)
    median, p99 = milliseconds[number // 2], milliseconds[int(number * 0.99)]
    print(
        f"commit to provider, {number} messages at {PER_SECOND} a second: "
        f"median {median:.0f} ms, p99 {p99:.0f} ms, slowest {milliseconds[-1]:.0f} ms",
        file=out,
    )
