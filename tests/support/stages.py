"""How far an order has come when a test begins: picked, packed, ready, handed over, delivered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from orders.access import Role
from orders.lifecycle.labelling import label_packages
from orders.models import (
    ManyReturns,
    Order,
    Package,
    Return,
    ReturnLabel,
    Shipment,
    User,
    Warehouse,
)
from tests.support.cast import (
    SellerSide,
    make_order,
    make_product,
    make_seller,
    make_user,
    make_warehouse,
    put_stock,
)
from tests.support.sweeping import Teller
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import deliver_stop, plan_run, start_run
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.picking import confirm_pick, take_next_pick_list
from warehouse.models import Run
from warehouse.stock.allocation import allocate_due

PLAIN = (str, int, bool, date, type(None))
_tellers: list[Teller] = []  # of the test that runs, if it has one
RUN_DAY = date(2026, 11, 24)
LAMP_CODE = "4006381333931"


@dataclass
class House:
    """A warehouse with Ada's lamps and shades and Bo's mugs, 20 of each, and its people."""

    warehouse: Warehouse
    ada: SellerSide
    bo: SellerSide
    pat: User
    cory: User


def open_house():
    """The people and the goods."""
    warehouse = make_warehouse()
    ada = make_seller("Ada's Lamps", "ada@example.com", warehouse)
    bo = make_seller("Bo's Mugs", "bo@example.com", warehouse, owner="Bo Berg")
    goods = [
        make_product(ada, "LAMP", "Brass lamp", barcode=LAMP_CODE),
        make_product(ada, "SHADE", "Linen shade"),
        make_product(bo, "MUG", "Blue mug"),
    ]
    for product in goods:
        put_stock(product, 20)
    pat = make_user("pat@example.com", "Pat Picker", Role.PICKER, warehouse=warehouse)
    cory = make_user("cory@example.com", "Cory Courier", Role.COURIER, warehouse=warehouse)
    return House(warehouse, ada, bo, pat, cory)


@contextmanager
def told_by(teller: Teller) -> Iterator[None]:
    """Within it a stage is told once for all tests of a file that reach it in the same way."""
    _tellers.append(teller)
    try:
        yield
    finally:
        _tellers.remove(teller)


def stage(reach: Callable[..., Any]) -> Callable[..., Any]:
    """The teller's, where whatever the stage depends on can be written down."""

    @wraps(reach)
    def told(house: House, lines: dict[str, int], **fields: Any) -> Any:
        def go() -> Any:
            return reach(house, lines, **fields)

        if not _tellers or not all(isinstance(value, PLAIN) for value in fields.values()):
            return go()
        return _tellers[-1].go_on(go, reach.__name__, repr(lines), repr(sorted(fields.items())))

    return told


@stage
def picked_shipment(house, lines, *, side=None, **fields) -> Shipment:
    """The picked shipment of a new order of {SKU: quantity}."""
    return picked(house, make_order(side or house.ada, lines, **fields))


def picked(house, order) -> Shipment:
    """The shipment of an accepted order, after Pat's walk."""
    allocate_due()
    walk = take_next_pick_list(warehouse=house.warehouse, actor=house.pat)
    for stop in walk.lines.select_related("stock__location", "stock__product"):
        confirm_pick(
            stop,
            location_code=stop.stock.location.code,
            product_code=stop.stock.product.sku,
            quantity=stop.quantity,
            actor=house.pat,
        )
    return order.shipments.exclude(status="cancelled").get()


@stage
def packed_shipment(house, lines, *, boxes=None, **fields) -> Shipment:
    """A packed shipment; `boxes` is a list of {SKU: quantity}, all in one box unless said."""
    shipment = picked_shipment(house, lines, **fields)
    for box in boxes or [lines]:
        for sku, quantity in box.items():
            package = pack_unit(shipment, code=sku, quantity=quantity, actor=house.pat)
        close_package(package, actor=house.pat)
    return Shipment.objects.get(pk=shipment.pk)


@stage
def ready_shipment(house, lines, **fields) -> Shipment:
    """A shipment whose boxes are labelled and wait at the dock."""
    shipment = packed_shipment(house, lines, **fields)
    label_packages(shipment, actor=house.pat)
    return mark_ready(shipment, actor=house.pat)


@stage
def sent_packages(house, lines, **fields) -> list[Package]:
    """The boxes of a shipment that was handed over to our own couriers."""
    shipment = ready_shipment(house, lines, **fields)
    return hand_over(shipment.packages.order_by("number"), actor=house.pat)


def hour(start, *, day=None):
    """(start, end) of an hour of the day of the run, in UTC; Berlin is one hour ahead."""
    day = day or day_of_run()
    opens = datetime(day.year, day.month, day.day, start, tzinfo=UTC)
    return opens, opens.replace(hour=start + 1)


def day_of_run():
    """RUN_DAY for a story that is told in its time, else tomorrow: no hour has passed yet."""
    today = timezone.localdate(timezone=ZoneInfo("Europe/Berlin"))
    return RUN_DAY if today <= RUN_DAY else today + timedelta(days=1)


def planned_run(house, *doors, on=None) -> Run:
    """Cory's run; a door is a list of packages; the first hour is 19:00 to 20:00 in Berlin.

    A story that is told now has the hour from now on for all doors.
    """
    if on is None and day_of_run() > RUN_DAY:
        return _run_from_now(house, doors)
    on = on or day_of_run()
    stops = [StopPlan(packages, *hour(18 + place, day=on)) for place, packages in enumerate(doors)]
    return plan_run(
        warehouse=house.warehouse, courier=house.cory, on=on, stops=stops, actor=house.pat
    )


def _run_from_now(house, doors) -> Run:
    if timezone.localtime(timezone=ZoneInfo(house.warehouse.time_zone)).hour >= 22:
        # A run is of one day: the warehouse stands where midnight is far.
        house.warehouse.time_zone = "America/New_York"
        house.warehouse.save(update_fields=["time_zone"])
    now = timezone.localtime(timezone=ZoneInfo(house.warehouse.time_zone))
    stops = [StopPlan(packages, now, now + timedelta(hours=1)) for packages in doors]
    return plan_run(
        warehouse=house.warehouse, courier=house.cory, on=now.date(), stops=stops, actor=house.pat
    )


def started_run(house, *doors, on=None) -> Run:
    """Cory has left with these doors, on the day of the run."""
    return start_on_its_day(planned_run(house, *doors, on=on), house.cory)


def start_on_its_day(run, courier) -> Run:
    """The run, started by its courier: now, or an hour before its first delivery window."""
    starts = run.stops.earliest("window_starts").window_starts
    is_today = timezone.localdate(timezone=ZoneInfo(run.warehouse.time_zone)) == run.on
    early = starts - timedelta(hours=1)
    with nullcontext() if is_today else time_machine.travel(early, tick=False):
        return start_run(run, actor=courier)


@stage
def delivered_order(house, lines, **fields) -> Order:
    """An order whose boxes Cory brought to the door."""
    packages = sent_packages(house, lines, **fields)
    run = started_run(house, packages)
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    return Order.objects.get(pk=packages[0].order_id)


def many_back(side):
    """{kind of matter: title} of a product of which clearly more comes back than usual."""
    lamp = side.products["LAMP"]
    counts = {"delivered": 40, "returned": 6, "usual_delivered": 80, "usual_returned": 6}
    ManyReturns.objects.create(seller=side.seller, product=lamp, **counts)
    return {"many_returns": lamp.title}


def overdue_exchange(side):
    """{kind of matter: number} of an order whose exchange was sent, and of which nothing came.

    Nor has the carrier made the label of its return.
    """
    sold, sent = (make_order(side, {"LAMP": 1}) for _ in range(2))
    back = Return.objects.create(
        seller=side.seller, order=sold, number="R-AHEAD", status="approved", exchange=sent,
        exchange_until=timezone.localdate() - timedelta(days=2),
    )  # fmt: skip
    ReturnLabel.objects.create(
        seller=side.seller, order_return=back, carrier="own", wants_label=False, wants_code=True,
        failed_at=timezone.now(), cause="refused", reason="it refused",
    )  # fmt: skip
    return dict.fromkeys(("label_failed", "exchange_overdue"), sold.number)
