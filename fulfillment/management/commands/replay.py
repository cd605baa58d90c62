"""`manage.py replay`: run real orders through the portal, from intake to messages."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Collection, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from fulfillment.demo.command import DemoCommand
from fulfillment.demo.crew_process import begin_process
from fulfillment.demo.data import ABROAD, ABROAD_GOALS
from fulfillment.demo.people import Crew, fulfil
from fulfillment.demo.progress import Progress
from fulfillment.demo.replay import Refused, orders_of
from notifications.delivery.sending import send_due
from notifications.models import Message
from notifications.models.settings import speak_at_once
from orders.access import Role
from orders.intake.acceptance import Accepted, accept_orders
from orders.models import Member, Product, SalesChannel, Seller, Shipment, User, Warehouse
from orders.services.editing import add_service
from orders.shops.base import IncomingOrder
from orders.states import ShipmentStatus
from warehouse.models import Location
from warehouse.stock.allocation import allocate_due
from warehouse.stock.receiving import receive_stock

CHUNK = 100
LOOK_SECONDS = 0.5
WAITING = (ShipmentStatus.RELEASED,)
WORKED_ON = (ShipmentStatus.PACKED, ShipmentStatus.READY, ShipmentStatus.HANDED_OVER)
BINS = 200
LATE = 10  # every tenth product comes when the rest has left, and frees the backorders


class Command(DemoCommand):
    help = "Replay a file of the UCI Online Retail data as today's orders of a demo seller."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="2010-12.csv.gz, or the like")
        parser.add_argument("--limit", type=int, default=2000, help="how many invoices")
        parser.add_argument("--crews", type=int, default=2, help="how many pickers with a packer")

    def handle(self, *args: Any, file: Path, limit: int, crews: int, **options: Any) -> None:
        try:
            found = list(orders_of(file, limit, timezone.now()))
        except (OSError, ValueError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from None
        refused = [row for row in found if isinstance(row, Refused)]
        orders = [row for row in found if not isinstance(row, Refused)]
        stage = Stage(crews)
        missing = stage.stock_up(orders, self.stderr)
        results = stage.take(orders, self.stderr)
        stage.work(self.stderr)
        stage.receive(missing, self.stderr)
        stage.work(self.stderr)
        stage.send(self.stderr)
        self._report(stage, found, refused, results)
        call_command("check_books", stdout=self.stdout)

    def _report(
        self,
        stage: "Stage",
        found: list[IncomingOrder | Refused],
        refused: list[Refused],
        results: list[Accepted],
    ) -> None:
        new = sum(result.is_new for result in results)
        self.stdout.write(f"orders in: {len(found)}")
        self.stdout.write(f"accepted: {new}, known already: {len(results) - new}")
        self.stdout.write(f"refused: {len(refused)}")
        for why, number in Counter(row.why for row in refused).most_common():
            self.stdout.write(f"  {number} {why}")
        for title, model, field in (
            ("orders", stage.seller.orders, "status"),
            ("shipments", Shipment.objects.filter(seller=stage.seller), "status"),
            ("messages", Message.objects.filter(seller=stage.seller), "status"),
        ):
            counts = model.order_by(field).values_list(field).annotate(Count("pk"))
            words = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts)
            self.stdout.write(f"{title}: {words}")


class Stage:
    """A seller, a warehouse and two workers of their own, so that a demo stays as it was."""

    def __init__(self, crews: int) -> None:
        self.warehouse, _ = Warehouse.objects.get_or_create(
            code="REPLAY", defaults={"name": "Replay", "city": "Leeds", "country": "GB",
                                     "time_zone": "Europe/London"}
        )  # fmt: skip
        self.seller, _ = Seller.objects.get_or_create(
            slug="replay",
            defaults={
                "name": "Online Retail",
                "email": "seller@replay.example",
                "warehouse": self.warehouse,
            },
        )
        if self.seller.services_version is None:
            add_service(self.seller, ABROAD, ABROAD_GOALS, actor=None)
        speak_at_once(self.seller, texts_a_day=1_000_000)
        self.channel, _ = SalesChannel.objects.get_or_create(
            seller=self.seller, name="Replay", defaults={"kind": SalesChannel.Kind.FILE}
        )
        self.crews = [
            (
                self.warehouse.pk,
                self._worker(f"picker-{number}@replay.example", Role.PICKER).pk,
                self._worker(f"packer-{number}@replay.example", Role.PACKER).pk,
            )
            for number in range(crews)
        ]
        Location.objects.bulk_create(
            (
                Location(warehouse=self.warehouse, code=f"R-{number:03}", walk_position=number)
                for number in range(BINS)
            ),
            ignore_conflicts=True,
        )
        self.bins = list(Location.objects.filter(warehouse=self.warehouse, kind=Location.Kind.BIN))

    def _worker(self, email: str, role: Role) -> User:
        user = User.objects.filter(email=email).first()
        user = user or User.objects.create_user(email, name=email)
        Member.objects.get_or_create(user=user, role=role, warehouse=self.warehouse)
        return user

    def stock_up(self, orders: list[IncomingOrder], out: OutputWrapper) -> dict[str, int]:
        """Make the products and receive most of what the orders want; returns {SKU: late units}."""
        wanted: Counter[str] = Counter()
        titles: dict[str, str] = {}
        for order in orders:
            for line in order.lines:
                if line.ships:
                    wanted[line.sku] += line.quantity
                    titles.setdefault(line.sku, line.title)
        Product.objects.bulk_create(
            (
                Product(seller=self.seller, sku=sku, title=title[:200])
                for sku, title in titles.items()
            ),
            ignore_conflicts=True,
        )
        late = set(sorted(wanted)[::LATE])
        self.receive({sku: units for sku, units in wanted.items() if sku not in late}, out)
        return {sku: wanted[sku] for sku in late}

    def receive(self, units: Mapping[str, int], out: OutputWrapper) -> None:
        """Receive these units of each SKU, each into its own bin."""
        bar = Progress("receiving", len(units), out)
        products = Product.objects.filter(seller=self.seller, sku__in=list(units))
        numbered = enumerate(products.iterator())
        while pallet := list(islice(numbered, CHUNK)):
            with transaction.atomic():
                for number, product in pallet:
                    place = self.bins[number % len(self.bins)]
                    units_of_it = units[product.sku]
                    receive_stock(location=place, product=product, quantity=units_of_it, actor=None)
            bar.step(len(pallet))
        bar.close()

    def take(self, orders: list[IncomingOrder], out: OutputWrapper) -> list[Accepted]:
        """Accept the orders in chunks, as an import would."""
        results: list[Accepted] = []
        bar, rest = Progress("accepting", len(orders), out), iter(orders)
        while chunk := list(islice(rest, CHUNK)):
            results += accept_orders(self.channel, chunk)
            bar.step(len(chunk))
        bar.close()
        return results

    def work(self, out: OutputWrapper) -> None:
        """Pick, pack and hand over until nothing is left, each crew in a process."""
        allocate_due()
        begun = self._count(WORKED_ON)
        bar = Progress("picking, packing, handing over", self._count(WAITING), out)
        processes = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(len(self.crews), processes, begin_process) as pool:
            shifts = [pool.submit(work_shift, *crew) for crew in self.crews]
            while not all(shift.done() for shift in shifts):
                time.sleep(LOOK_SECONDS)
                done = self._count(WORKED_ON) - begun
                bar.total = done + self._count(WAITING)  # a worker beside us may release more
                bar.step(done - bar.done)
            bar.step(sum(shift.result() for shift in shifts) - bar.done)
        bar.close()

    def _count(self, statuses: Collection[str]) -> int:
        return Shipment.objects.filter(warehouse=self.warehouse, status__in=statuses).count()

    def send(self, out: OutputWrapper) -> None:
        """Send due messages; a running worker may send some of them."""
        due = Message.objects.filter(seller=self.seller, status="planned").count()
        bar = Progress("sending", due, out)
        while sent := send_due(seconds=1):
            bar.step(sent)
        bar.close()


def work_shift(warehouse_id: UUID, picker_id: UUID, packer_id: UUID) -> int:
    """The work of a crew in its process; returns the number of shipments handed over."""
    people = User.objects.in_bulk([picker_id, packer_id])
    house = Warehouse.objects.get(pk=warehouse_id)
    return fulfil(Crew(house, people[picker_id], people[packer_id]))
