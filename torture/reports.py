"""Delivery reports of the SMS peer: early, late, repeated, out of order."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import requests

from fulfillment.demo.peers import Fault, Sms
from fulfillment.demo.peers.sms import signed

THREADS = 32  # most of them only wait
TRIES, PAUSE_SECONDS = 60, 0.5
LATE = (0.2, 1.5)
MOST_COPIES = 5

Behaviour = Callable[[Sms], Fault | None]


class Reporter:
    """Reports of a part of the texts, by the seed; `made` counts them by their manner."""

    def __init__(self, site: str, seed: int) -> None:
        self.url = f"{site}/hooks/sms/http/"
        self.luck = random.Random(seed)  # noqa: S311 - to be repeated, not a secret
        self.made: Counter[str] = Counter()
        self.pool = ThreadPoolExecutor(THREADS)
        self.open = 0
        self.known: set[str] = set()
        self.lock = threading.Lock()

    def watching(self, behaviour: Behaviour) -> Behaviour:
        """Start to report the texts that the gateway keeps; returns its behaviour."""

        def behave(sms: Sms) -> Fault | None:
            fault = behaviour(sms)
            if fault is None or fault.kept:
                self._plan(sms)
            return fault

        return behave

    @property
    def is_done(self) -> bool:
        """Whether every report was accepted."""
        with self.lock:
            return not self.open

    def close(self) -> None:
        """Stop."""
        self.pool.shutdown(wait=False, cancel_futures=True)

    def _plan(self, sms: Sms) -> None:
        with self.lock:
            if sms.id in self.known:  # a retry with the same key: the same text
                return
            self.known.add(sms.id)
            manner = self.luck.choice(("early", "late", "reversed", "silent"))
            copies = self.luck.randint(1, MOST_COPIES)
            delay = 0.0 if manner == "early" else self.luck.uniform(*LATE)
            self.made[manner] += 1
            self.open += manner != "silent"
        if manner != "silent":
            self.pool.submit(self._tell, sms, manner, copies, delay)

    def _tell(self, sms: Sms, manner: str, copies: int, delay: float) -> None:
        try:
            time.sleep(delay)
            now = datetime.now(UTC)
            for _ in range(copies):
                self._post(sms, "delivered", now)
            if manner == "reversed":  # the older report is sent last
                self._post(sms, "failed", now - timedelta(seconds=30))
        finally:
            with self.lock:
                self.open -= 1

    def _post(self, sms: Sms, status: str, at: datetime) -> None:
        """Send a report, with retries until it is accepted."""
        fields = {"id": sms.id, "key": sms.key, "status": status, "at": at.isoformat()}
        for _ in range(TRIES):
            call = signed(self.url, fields)
            try:
                answer = requests.post(call.url, call.body, headers=call.headers, timeout=5)
            except requests.RequestException:
                time.sleep(PAUSE_SECONDS)
                continue
            if answer.ok:
                return
            time.sleep(PAUSE_SECONDS)
