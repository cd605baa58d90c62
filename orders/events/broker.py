"""The Valkey of REDIS_URL, asked within a budget, and behind a circuit breaker while it is away."""

import logging
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

BUDGET_SECONDS = 0.2  # for an answer
AWAY_SECONDS = 2.0

Answer = TypeVar("Answer")


class BrokerAway(Exception):
    """Valkey did not answer in time, or failed a moment ago and is not asked again yet."""


class Broker:
    """A client that never keeps a request: no retries, short time-outs, and a circuit breaker."""

    def __init__(self, url: str) -> None:
        pool = ConnectionPool.from_url(
            client_url(url),
            socket_timeout=BUDGET_SECONDS,
            socket_connect_timeout=BUDGET_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self.client = Redis(connection_pool=pool)
        self.lock = threading.Lock()
        self.away_until = float("-inf")

    def ask(self, question: Callable[[Redis], Answer]) -> Answer:
        """The answer of Valkey. Raises BrokerAway."""
        with self.lock:
            if time.monotonic() < self.away_until:
                raise BrokerAway
        try:
            return question(self.client)
        except (RedisError, OSError) as error:
            with self.lock:
                self.away_until = time.monotonic() + AWAY_SECONDS
            log.warning("Valkey is away for now: %s", error)
            raise BrokerAway from error


@cache
def broker_of(url: str) -> Broker:
    """The client of this URL; a process has few."""
    return Broker(url)


def broker() -> Broker:
    """The client of the setting."""
    return broker_of(settings.REDIS_URL)


def client_url(url: str) -> str:
    """A broker URL of Celery as redis-py writes it: redis+socket:///path?virtual_host=1."""
    parts = urlsplit(url)
    if parts.scheme != "redis+socket":
        return url
    database = parse_qs(parts.query).get("virtual_host", ["0"])[0]
    return f"unix://{parts.path}?db={database}"
