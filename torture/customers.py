"""Seeded orders, and the client that sends them to the API."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

KEYS = {"loud": "fk_torture_loud_" + "k" * 32, "calm": "fk_torture_calm_" + "k" * 32}
PRODUCTS = 40
CLIENTS = 4
PATIENCE_SECONDS = 120
PAUSE_SECONDS = 0.3


class Shop:
    """Sends each order until it is answered by 2xx; `accepted` is the client's log."""

    def __init__(self, address: str, *, orders: int, seed: int, per_second: float) -> None:
        self.address, self.per_second = address, per_second
        self.bodies = list(bodies(orders, seed))
        self.accepted: dict[str, str] = {}
        self.given_up: list[str] = []
        self.retries = 0
        self.thread = threading.Thread(target=self._run, name="shop", daemon=True)

    def open(self) -> None:
        """Start to send, in threads."""
        self.thread.start()

    @property
    def is_done(self) -> bool:
        """Whether every order was answered or given up."""
        return not self.thread.is_alive()

    def _run(self) -> None:
        begun = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as clients:
            for number, (key, order) in enumerate(self.bodies):
                time.sleep(max(begun + number / self.per_second - time.monotonic(), 0))
                clients.submit(self._send, key, order)

    def _send(self, key: str, order: dict[str, Any]) -> None:
        reference = order["reference"]
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"once-{reference}"}
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                answer = requests.post(self.address, json=order, headers=headers, timeout=10)
                if answer.ok:
                    self.accepted[reference] = answer.json()["id"]
                    return
            except requests.RequestException:  # the server died: retry with the same key
                pass
            self.retries += 1
            time.sleep(PAUSE_SECONDS)
        self.given_up.append(reference)


def bodies(orders: int, seed: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """(API key, order) of each customer; some have only a phone, some only an e-mail address."""
    luck = random.Random(seed)  # noqa: S311 - to be repeated, not a secret
    for number in range(orders):
        contact = {"email": f"c{number}@customer.example", "phone": f"+49151{number:08}"}
        if luck.random() < 0.2:
            contact.pop(luck.choice(["email", "phone"]))
        skus = luck.sample(range(PRODUCTS), luck.choice([1, 1, 2, 3]))
        order = {
            "reference": f"T-{number}",
            "number": f"#{number}",
            "customer": {"name": "Grace Hopper", "language": "en", **contact},
            "address": {
                "street": "Unter den Linden 1",
                "postcode": "10117",
                "city": "Berlin",
                "country": "DE",
            },
            "currency": "EUR",
            "lines": [{"sku": f"SKU-{sku}", "quantity": 1, "unit_price": 1999} for sku in skus],
        }
        yield KEYS["calm" if luck.random() < 0.1 else "loud"], order
