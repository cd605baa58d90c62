"""The scans of `script/bench floor`, made in this process through the whole stack.

As a program it answers on standard output what the kind of scan on standard input costs, and first
how many statements each kind sends. One lead takes one order after the other through the floor.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.test import Client

from benchmarks.floor import MEASURED
from benchmarks.opening.pages import cost, intake  # it sets Django up
from orders.access import Role
from orders.models import Barcode, Member, Package, SalesChannel, Shipment, User, Warehouse
from orders.states import ShipmentStatus
from warehouse.models import PickList
from warehouse.states import PickListStatus
from warehouse.stock.allocation import allocate_due

OK = 200
PICK, PACK, DISPATCH = "/warehouse/pick/", "/warehouse/pack/", "/warehouse/dispatch/"


@dataclass
class Statements:
    """Counts what is sent, transaction control left out."""

    number: int = 0

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        self.number += not sql.startswith(("SAVEPOINT", "RELEASE"))
        return execute(sql, *rest)


@dataclass
class Lead:
    """A person with a scanner, who does all that is to be done on the floor."""

    client: Client = field(default_factory=lambda: Client(SERVER_NAME="127.0.0.1"))
    client_id: str = field(default_factory=lambda: str(uuid4()))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    counted: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.user = User.objects.get(email="lead@seed.example")
        self.client.force_login(self.user)

    def scans(self) -> Iterator[tuple[str, float]]:
        """(kind, cost) of each scan, order after order, without an end."""
        while True:
            if not Shipment.objects.filter(status=ShipmentStatus.RELEASED).exists():
                add_work()
            yield self.send("next list", PICK)
            walk = PickList.objects.get(picker=self.user, status=PickListStatus.OPEN)
            yield from self.picks(walk)
            yield from self.packs(walk)

    def picks(self, walk: PickList) -> Iterator[tuple[str, float]]:
        """Each stop: its location, then its product."""
        url = f"{PICK}{walk.pk}/"
        lines = list(walk.lines.select_related("stock__location", "stock__product"))
        for line in lines:
            place, product = line.stock.location.code, line.stock.product.barcodes.get().code
            yield self.send("place", url, line=line.pk, code=place)
            units = {"quantity": line.quantity, "planned": line.quantity}
            kind = "last product" if line == lines[-1] else "product"
            yield self.send(kind, url, line=line.pk, location=place, code=product, **units)

    def packs(self, walk: PickList) -> Iterator[tuple[str, float]]:
        """Into one box; then its parcel onto the list of what is handed over."""
        yield self.send("tote", PACK, code=walk.tote.code)
        url, shipment = f"{PACK}{walk.shipment_id}/", walk.shipment
        kinds = iter(("first unit",))
        for line in shipment.lines.select_related("line__product"):
            for _ in range(line.quantity):
                code = Barcode.objects.get(product=line.line.product_id).code
                yield self.send(next(kinds, "unit"), url, code=code)
        for step in ("close", "labels", "ready"):
            yield self.send(step, f"{url}{step}/", weight_grams="")
        for package in Package.objects.filter(shipment=shipment, status="labelled"):
            yield self.send("parcel", DISPATCH, code=package.tracking_number)

    def send(self, kind: str, url: str, **fields: Any) -> tuple[str, float]:
        """Send a form and open the page that it leads to: (kind, cost)."""
        sent = {"client_id": self.client_id, "sequence": next(self.numbers), **fields}
        answers, statements = [], Statements()

        def step() -> None:
            prefer = {"prefer": "return=representation"}
            answers.append(self.client.post(url, sent, follow=True, secure=True, headers=prefer))

        with connection.execute_wrapper(statements):
            took = cost(step)
        if (status := answers[0].status_code) != OK:
            raise SystemExit(f"{kind}: {url} {fields} answered {status}")
        self.counted[kind] = statements.number
        return kind, took


def add_work() -> None:
    """Some more orders that wait to be picked."""
    channel = SalesChannel.objects.select_related("seller__warehouse").order_by("pk")[0]
    skus = channel.seller.products.order_by("pk").values_list("sku", flat=True)
    intake(channel, list(skus[20:60]))
    while allocate_due():
        continue


def add_pickers(number: int) -> list[str]:
    """The sessions of so many new pickers."""
    warehouse, sessions = Warehouse.objects.get(), []
    for place in range(number):
        user = User.objects.create_user(f"picker-{place}@bench.example", None, name="Pat")
        Member.objects.create(user=user, role=Role.PICKER, warehouse=warehouse)
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)
        sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    return sessions


def main() -> None:
    """Measure what standard input names, one kind of scan a line; or add so many pickers."""
    if sys.argv[1:]:
        print(json.dumps(add_pickers(int(sys.argv[1]))))
        return
    lead = Lead()
    scans = lead.scans()
    while not lead.counted.keys() >= set(MEASURED):
        next(scans)
    print(json.dumps(lead.counted), flush=True)
    for line in sys.stdin:
        wanted = line.strip()
        print(json.dumps(next(took for kind, took in scans if kind == wanted)), flush=True)


if __name__ == "__main__":
    main()
