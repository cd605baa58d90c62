"""The stages in the life of an order, each for all orders at once; run by life.py."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from django.test import Client  # noqa: E402 - models need the set-up above

from benchmarks.intake import KEY, order  # noqa: E402
from benchmarks.null_provider import CHANNELS  # noqa: E402
from notifications.delivery.sending import send_due  # noqa: E402
from notifications.models import Message  # noqa: E402
from orders.access import Role  # noqa: E402
from orders.models import Member, Package, Product, Shipment, User, Warehouse  # noqa: E402
from orders.prepared import PreparedQuery  # noqa: E402
from warehouse.floor.packing import LAST_WALK, lines_to_pack  # noqa: E402
from warehouse.floor.walks import stops_of  # noqa: E402
from warehouse.models import Location, PickList  # noqa: E402
from warehouse.stock.allocation import allocate_due  # noqa: E402
from warehouse.stock.receiving import receive_stock  # noqa: E402

# What the scanner asks beside its scans costs little, as all that the portal asks.
OPEN_WALK = PreparedQuery(lambda: PickList.objects.filter(status="open"))
ORDERS, WARM_UP = 60, 12
OK, CREATED = 200, 201
TICK = 1000 / os.sysconf("SC_CLK_TCK")  # ms
# Of the words after the name in /proc/<pid>/stat: the parent, and the processor time of a process,
# then that of its children which have ended.
PARENT, OWN, ENDED = 1, slice(11, 13), slice(13, 15)
NEW_NUMBER = count(1)


def main(postmaster: int) -> int:
    """Print each stage with its ms an order, and last their sum."""
    crew = Crew()
    crew.all_stages(WARM_UP, lambda: 0.0)
    stages = crew.all_stages(ORDERS, lambda: _postgres(postmaster))
    whole = 0.0
    for name, python, postgres in stages:
        whole += python + postgres
        print(f"{name}: {python + postgres:.1f} ms an order (Python {python:.1f}, ", end="")
        print(f"PostgreSQL {postgres:.1f})", flush=True)
    print(f"{Message.objects.filter(status='sent').count()} messages were sent")
    print(f"one order: {whole:.0f} ms")
    return 0


class Crew:
    """A shop's key, and one lead with a scanner who does everything."""

    def __init__(self) -> None:
        self.warehouse = Warehouse.objects.get()
        lead = User.objects.create_user("lead@example.com", None, name="Lea")
        Member.objects.create(user=lead, role=Role.LEAD, warehouse=self.warehouse)
        # One each, as a web server has one: a client loads all middleware, and its list of files.
        self.shop, self.client = Client(), Client()
        self.client_id, self.numbers = uuid4(), count(1)
        self.client.force_login(lead, backend="orders.accounts.sign_in.ViewerBackend")
        for number, product in enumerate(Product.objects.order_by("sku"), start=1):
            place = Location.objects.create(
                warehouse=self.warehouse, code=f"A-{number:02}-1", walk_position=number
            )
            receive_stock(location=place, product=product, quantity=1000, actor=lead)

    def all_stages(
        self, orders: int, postgres: Callable[[], float]
    ) -> list[tuple[str, float, float]]:
        """Take `orders` through every stage: [(name, ms of Python, ms of PostgreSQL) an order].

        Its messages are sent after each, as workers do: late, what is over would be left out.
        """
        spent: dict[str, tuple[float, float]] = {}
        stages = (self.intake, self.allocate, self.pick, self.pack, self.label, self.hand_over)
        for stage in (part for done in stages for part in (done, self.messages)):
            begun, begun_there = time.process_time(), postgres()
            stage(orders)
            python, there = 1000 * (time.process_time() - begun), postgres() - begun_there
            before = spent.pop(stage.__name__, (0.0, 0.0))  # the messages stand last
            spent[stage.__name__] = (before[0] + python, before[1] + there)
        return [
            (name.replace("_", " "), python / orders, there / orders)
            for name, (python, there) in spent.items()
        ]

    def intake(self, orders: int) -> None:
        for number in (next(NEW_NUMBER) for _ in range(orders)):
            skus = [f"SKU-{(number * 7 + step * 13) % 50}" for step in range(2)]
            lines = [{"sku": sku, "quantity": 1, "unit_price": 990} for sku in skus]
            answer = self.shop.post(
                "/api/v1/orders/",
                json.dumps(order(f"life-{number}", number) | {"lines": lines}),
                content_type="application/json",
                headers={
                    "authorization": f"Bearer {KEY}",
                    "idempotency-key": f"life-{number}",
                    "host": "localhost",
                },
            )
            if answer.status_code != CREATED:
                raise SystemExit(f"an order was answered {answer.status_code}: {answer.content!r}")

    def allocate(self, orders: int) -> None:
        while allocate_due():
            continue

    def pick(self, orders: int) -> None:
        for _ in range(orders):
            self.send("/warehouse/pick/")
            [walk] = OPEN_WALK()
            url = f"/warehouse/pick/{walk.pk}/"
            for line in stops_of(walk):
                place = line.stock.location.code
                self.send(url, line=line.pk, code=place)
                self.send(url, line=line.pk, location=place, code=line.stock.product.sku)

    def pack(self, orders: int) -> None:
        for shipment in _shipments("picked"):
            [walk] = LAST_WALK(shipment.pk)
            self.send("/warehouse/pack/", code=walk.tote.code)
            for sku in [row.line.product.sku for row in lines_to_pack(shipment)]:
                self.send(f"/warehouse/pack/{shipment.pk}/", code=sku)
            self.send(f"/warehouse/pack/{shipment.pk}/close/")

    def label(self, orders: int) -> None:
        for shipment in _shipments("packed"):
            self.send(f"/warehouse/pack/{shipment.pk}/labels/")
            self.send(f"/warehouse/pack/{shipment.pk}/ready/")

    def hand_over(self, orders: int) -> None:
        codes = Package.objects.filter(status="labelled").values_list("tracking_number", flat=True)
        for code in list(codes):
            self.send("/warehouse/dispatch/", code=code)
        self.send("/warehouse/dispatch/hand-over/", counted=orders)

    def messages(self, orders: int) -> None:
        while send_due(channels=CHANNELS):
            continue

    def send(self, url: str, **fields: Any) -> None:
        """Send a form, and open the page that it leads to."""
        sent = {"client_id": self.client_id, "sequence": next(self.numbers), **fields}
        # As static/scan-queue.js sends it.
        answer = self.client.post(
            url,
            urlencode(sent),
            content_type="application/x-www-form-urlencoded",
            follow=True,
            headers={"host": "localhost", "prefer": "return=representation"},
        )
        if answer.status_code != OK:
            raise SystemExit(f"{url} {fields} answered {answer.status_code}")


def _shipments(status: str) -> list[Shipment]:
    return list(Shipment.objects.filter(status=status).order_by("pk"))


def _postgres(postmaster: int) -> float:
    """The processor time of a server and all that it has started, in ms."""
    ticks = 0
    for pid, words in _processes():
        if pid == postmaster:
            ticks += sum(map(int, (*words[OWN], *words[ENDED])))
        elif int(words[PARENT]) == postmaster:
            ticks += sum(map(int, words[OWN]))
    return ticks * TICK


def _processes() -> Iterator[tuple[int, list[str]]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            yield int(path.parent.name), path.read_text().rpartition(")")[2].split()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
