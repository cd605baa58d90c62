"""The eight people: where each of them works, and what each of them seldom does."""

import json
import re
import uuid
from random import Random
from typing import Any

from django.test import Client
from django.urls import reverse

from orders.access import Role
from torture.at_floor.building import KEY, Building, hire, order
from torture.at_floor.people import BUSY, HOST, Person, Workplace

PICKER = Workplace(
    ("/warehouse/pick/", "/warehouse/pick/", "/warehouse/"),
    re.compile(r"^/warehouse/(pick|put-away)/"),
    {"undo": 0.2, "pause": 0.1, "short": 0.3, "missing": 0.1},
)
PACKER = Workplace(
    ("/warehouse/pack/", "/warehouse/pack/", "/warehouse/dispatch/"),
    re.compile(r"^/warehouse/pack/"),
    {"undo": 0.1, "empty": 0.1, "take-out": 0.1, "put-back": 0.05, "clear": 0.1},
)
RECEIVER = Workplace(
    ("/warehouse/inbound/", "/warehouse/put-away/", "/warehouse/receive/", "/warehouse/returns/"),
    re.compile(r"^(/warehouse/(inbound|put-away|returns|pick/.*put-back|aside)/|\?)"),
    {"undo": 0.2, "close": 0.3, "damaged": 0.2, "unannounced": 0.2, "empty": 0.1},
)
COUNTER = Workplace(
    ("/warehouse/counts/", "/warehouse/counts/", "/warehouse/move/", "/warehouse/adjust/"),
    re.compile(r"^/warehouse/(counts|move|adjust)/"),
    {"anew": 0.2, "adjust/save": 0.3},
)
LEAD = Workplace(
    (
        "/warehouse/walks/", "/warehouse/walks/", "/warehouse/corrections/", "/warehouse/totes/",
        "/warehouse/board/", "/warehouse/counts/",
    ),
    re.compile(r"^/warehouse/(walks|corrections|counts|totes|pick/.*put-back)/"),
    {"cancel": 0.4, "totes/": 0.1},
)  # fmt: skip
SELLER = Workplace(
    ("/dashboard/orders/",),
    re.compile(r"^/dashboard/(orders|shipments)/[0-9a-f-]{36}/"),
    dict.fromkeys(("/tag/", "views", "bulk", "messages"), 0.0) | {"cancel/": 0.3},
)
PEOPLE = {
    "pat": (PICKER, Role.PICKER),
    "quin": (PICKER, Role.PICKER),
    "pia": (PACKER, Role.PACKER),
    "paul": (PACKER, Role.PACKER),
    "rena": (RECEIVER, Role.PICKER),
    "cass": (COUNTER, Role.LEAD),
    "lea": (LEAD, Role.LEAD),
    "sam": (SELLER, Role.OWNER),
}
ORDERED = 0.15  # of the seller's steps: an order comes in


class Shop(Person):
    """The seller, whose shop also sends orders; an answer that was lost is asked for again."""

    def step(self) -> None:
        """A new order, or something at the dashboard."""
        if self.luck.random() > ORDERED:
            super().step()
            return
        sold = order(self.luck)
        body = json.dumps(
            {
                "reference": sold.reference,
                "number": sold.number,
                "customer": {"name": "Grace Hopper", "email": sold.email, "language": "en"},
                "address": {
                    "street": "Linden 1", "postcode": "10117", "city": "Berlin", "country": "DE",
                },
                "lines": [{"sku": line.sku, "quantity": line.quantity} for line in sold.lines],
            }
        )  # fmt: skip
        key = str(uuid.UUID(int=self.luck.getrandbits(128), version=4))
        for _ in range(self.luck.choice([1, 1, 2])):
            answer = self._order(body, key)
            self.diary.sent[f"API {answer.status_code}"] += 1
            if answer.status_code not in (200, 201, BUSY):
                self._find(f"an order was answered {answer.status_code}: {answer.content!r}")

    def _order(self, body: str, key: str) -> Any:
        headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": key}
        return Client(raise_request_exception=False, SERVER_NAME=HOST).post(
            reverse("api_orders"), body, content_type="application/json", headers=headers
        )


def hire_all(built: Building) -> None:
    """Make the users."""
    for name, (_, role) in PEOPLE.items():
        hire(built, name, role)


def person(built: Building, name: str, seed: int) -> Person:
    """One of them, with luck of their own."""
    workplace, _ = PEOPLE[name]
    kind = Shop if workplace is SELLER else Person
    luck = Random(f"{seed} {name}")  # noqa: S311 - to be repeated, not a secret
    return kind(built.people[name], workplace, luck, built.codes(luck))
