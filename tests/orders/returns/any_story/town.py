"""What all stories of returns have: the house, its orders, and that a refusal changes nothing."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from fulfillment.demo.people import Crew, hand_over_ready, pack, pick
from orders.errors import DomainError
from orders.lifecycle.labelling import label_packages
from orders.models import Discrepancy, Order, Package, Product, Refund, Return, Shipment
from orders.returns.terms import change_terms
from orders.shops.base import Cost
from tests.balance import findings
from tests.orders.returns.any_story.truths import journey_of, last_written, lies
from tests.orders.test_owed import in_shop
from tests.support.cast import make_order, make_product, put_stock
from tests.support.stages import House, open_house, picked
from tests.warehouse.any_day.acts import Acts
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import deliver_stop, plan_run, start_run
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.models import Run
from warehouse.stock.allocation import allocate_due

PLACES = ("A-01-1", "A-02-1", "B-01-1")
WISHES = {"repair": True, "credit": True, "label": "peer:both"}
AHEAD: tuple[dict[str, Any], ...] = ({}, {"days": 10})


def open_town() -> House:
    """The house of a seller that offers its customers all there is."""
    house = open_house()
    for sku, title, price in (("LAMP-BLUE", "Blue lamp", 2999), ("VASE", "Vase", 0)):
        product = make_product(house.ada, sku, title)
        Product.objects.filter(pk=product.pk).update(price=price, price_currency="EUR")
        put_stock(product, 20)
    for sku in ("LAMP", "SHADE"):
        put_stock(house.ada.products[sku], 40)
    given = {
        "refund_days": 14, "return_fee": 300, "return_fee_currency": "EUR",
        "exchange_days": 14, "exchange_skus": ["LAMP"], "return_choices": WISHES,
    }  # fmt: skip
    house.ada.seller = change_terms(house.ada.seller, given, actor=None)
    return house


class Town(Acts):
    """A house, a diary of what was done in it, and what each parcel was when it was delivered."""

    def __init__(self, luck: Random, house: House) -> None:
        self.luck, self.house, self.diary = luck, house, list[str]()
        self.carried_out, self.steps = Counter[str](), self.all_steps()
        self.delivered: dict[Any, str] = {}  # box: what was known of it when it was delivered
        self.known = last_written()

    def look_again(self) -> list[str]:
        """What is wrong now; what is there is what a refused act has to leave."""
        self.note_deliveries()
        changed = [pk for pk, was in self.delivered.items() if journey_of(pk) != was]
        self.known = last_written()
        return [*lies(), *findings(), *(f"parcel {pk} is another" for pk in changed)]

    @property
    def owner(self) -> Any:
        return self.house.ada.owner

    def orders(self) -> QuerySet[Order]:
        return Order.objects.filter(seller=self.house.ada.seller).select_related(
            "seller__warehouse"
        )

    def returns(self, *statuses: str) -> QuerySet[Return]:
        rows = Return.objects.filter(order__in=self.orders()).select_related("order")
        return rows.filter(status__in=statuses) if statuses else rows

    def refunds(self) -> QuerySet[Refund]:
        return Refund.objects.filter(order__in=self.orders())

    def discrepancies(self) -> QuerySet[Discrepancy]:
        return Discrepancy.objects.filter(order__in=self.orders())

    def parcels(self, *statuses: str) -> QuerySet[Package]:
        return Package.objects.filter(order__in=self.orders(), status__in=statuses)

    @contextmanager
    def act(self, name: str, *about: object, is_wrong: bool = False) -> Iterator[None]:
        """An act that may be refused, and has to be if `is_wrong`: then nothing has changed."""
        said = f"{name} {', '.join(map(str, about))}"
        self.diary.append(said)
        try:
            yield
        except DomainError as error:
            self.diary[-1] = f"{said}: refused, {error}"
            self.carried_out[f"{name}, refused"] += 1
            assert last_written() == self.known, "it was refused, and has changed something"
        else:
            self.carried_out[name] += 1
            assert not is_wrong, "it was to be refused"

    def sell(self, lines: dict[str, int], cost: Cost) -> Order:
        """An order of a shop, paid, of which is known what it cost."""
        order = make_order(self.house.ada, lines, currency="EUR", cost=cost)
        in_shop(order, lines)
        self.diary.append(f"sold {lines} as {order}, {cost}")
        return order

    def send(self, order: Order, boxes: list[dict[str, int]]) -> list[Package]:
        """Its boxes, handed over to our couriers."""
        shipment, pat = picked(self.house, order), self.house.pat
        for box in boxes:
            for sku, units in box.items():
                package = pack_unit(shipment, code=sku, quantity=units, actor=pat)
            close_package(package, actor=pat)
        label_packages(shipment, actor=pat)
        mark_ready(shipment, actor=pat)
        return hand_over(shipment.packages.order_by("number"), actor=pat)

    def work(self) -> None:
        """Whatever may be picked, packed and handed over is."""
        crew = Crew(self.house.warehouse, self.house.pat, self.house.pat)
        allocate_due()
        with suppress(DomainError):
            for _ in pick(crew):
                pass
        for shipment in Shipment.objects.filter(status="picked").order_by("pk"):
            with suppress(DomainError):
                pack(shipment, crew)
        with suppress(DomainError):
            hand_over_ready(crew)

    def drive(self, boxes: list[Package]) -> Run:
        """A run to the doors of these parcels, which has left."""
        now = timezone.localtime(timezone=ZoneInfo(self.house.warehouse.time_zone))
        run = plan_run(
            warehouse=self.house.warehouse, courier=self.house.cory, on=now.date(),
            stops=[StopPlan(boxes, now, now + timedelta(hours=1))], actor=self.house.pat,
        )  # fmt: skip
        return start_run(run, actor=self.house.cory)

    def deliver(self, stop: Any) -> None:
        deliver_stop(stop, received_by="Grace", actor=self.house.cory)
        self.note_deliveries()

    def note_deliveries(self) -> None:
        """Keep what is known of the parcels that are delivered, from the first moment on."""
        now = set(self.parcels("delivered").values_list("pk", flat=True))
        self.delivered = {pk: was for pk, was in self.delivered.items() if pk in now}
        for pk in now - self.delivered.keys():
            self.delivered[pk] = journey_of(pk)
