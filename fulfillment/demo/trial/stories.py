"""The stories of demo data: an order each, as far as it is to come, told by the real actions.

Those that are picked come first, for the crew takes whatever waits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from fulfillment.demo import data
from fulfillment.demo.people import hand_over_ready
from fulfillment.demo.seeding import floor_steps as floor
from fulfillment.demo.trial.stage import GOODS, PRICES, SCARCE, Stage
from orders.exchanges.requesting import request_exchange
from orders.intake.acceptance import accept_orders
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import hold_order
from orders.models import (
    Hold,
    Order,
    OrderLine,
    Package,
    Problem,
    Return,
    Shipment,
    ShopOrder,
    User,
)
from orders.problems.reporting import report_problem, reportable
from orders.returns.handling import request_return
from orders.shops.base import Cost, IncomingLine, IncomingOrder
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import (
    deliver_stop,
    fail_stop,
    plan_run,
    start_run,
    take_to_pickup_point,
)
from warehouse.floor.picking import confirm_pick, take_next_pick_list
from warehouse.models import Stop
from warehouse.returns.inspection import finish_return
from warehouse.stock.allocation import allocate_now

SHIPPING = 490
FIRST_NUMBER = 1001
DAYS_AGO = 3  # the first order was placed so long ago; the last one just now
WINDOW = timedelta(hours=2)
COPPER = "LAMP-COPPER"  # in no list of products
TITLES = {sku: title for sku, title, *_ in GOODS} | {COPPER: "Desk lamp, copper"}
COPPER_PRICE = 4990


@dataclass(frozen=True, slots=True)
class Story:
    """What becomes of an order, and what was bought; `no_street`: as some shops send it."""

    tell: Callable[[Stage, Order], None]
    goods: tuple[str, ...] = ("LAMP-BRASS",)
    no_street: bool = False


def begin(stage: Stage, place: int, story: Story, total: int) -> None:
    """Take an order, reserve its goods, and let happen what its story says."""
    name, street, postcode, city = data.CUSTOMERS[place % len(data.CUSTOMERS)]
    incoming = IncomingOrder(
        reference=f"demo-{place}",
        number=f"#{FIRST_NUMBER + place}",
        placed_at=timezone.now() - timedelta(days=DAYS_AGO) * ((total - 1 - place) / total),
        lines=[
            IncomingLine(sku, TITLES[sku], 1, PRICES.get(sku, COPPER_PRICE)) for sku in story.goods
        ],
        customer_name=name,
        email=f"{data.mailbox(name)}@customer.example",
        street="" if story.no_street else street,
        postcode=postcode,
        city=city,
        country="DE",
        language=stage.seller.language,
        currency="EUR",
        cost=Cost(shipping=SHIPPING),
    )
    [accepted] = accept_orders(stage.channel, [incoming])
    allocate_now(accepted.order_id)
    story.tell(stage, Order.objects.get(pk=accepted.order_id))


# How far it comes


def wait(stage: Stage, order: Order) -> None:
    """Nobody has begun it."""


def cancel(stage: Stage, order: Order) -> None:
    cancel_order(order, actor=None)


def hold(stage: Stage, order: Order) -> None:
    hold_order(order, reason=Hold.Reason.SELLER, detail="Customer calls back", actor=None)


def wait_for_payment(stage: Stage, order: Order) -> None:
    unpaid = ShopOrder.Payment.UNPAID.label
    hold_order(order, reason=Hold.Reason.PAYMENT, detail=unpaid, actor=None)


def begin_walk(stage: Stage, order: Order) -> None:
    """The picker is on the way: the first place is done."""
    walk = take_next_pick_list(warehouse=stage.base.warehouse, actor=stage.base.picker)
    line = walk.lines.select_related("stock__location", "stock__product").first() if walk else None
    if line is not None:
        confirm_pick(
            line,
            location_code=line.stock.location.code,
            product_code=line.stock.product.sku,
            quantity=line.open_quantity,
            actor=stage.base.picker,
        )


def pick(stage: Stage, order: Order) -> None:
    floor.pick_all(stage.base)


def pack(stage: Stage, order: Order) -> None:
    pick(stage, order)
    floor.pack_all(stage.base, Shipment.objects.filter(order=order))


def hand_over(stage: Stage, order: Order) -> None:
    pack(stage, order)
    hand_over_ready(floor.crew_of(stage.base), Shipment.objects.filter(order=order))


def drive(stage: Stage, order: Order, courier: User | None = None) -> Stop:
    """It is at a stop of a run that has started."""
    hand_over(stage, order)
    now = timezone.now()
    boxes = list(Package.objects.filter(order=order))
    run = plan_run(
        warehouse=stage.base.warehouse,
        courier=courier or stage.arriving,
        on=timezone.localdate(now, stage.zone),
        stops=[StopPlan(boxes, now, now + WINDOW)],
        actor=stage.base.lead,
    )
    started = start_run(run, actor=run.courier)
    return started.stops.get()


def stay_on_the_road(stage: Stage, order: Order) -> None:
    drive(stage, order, stage.under_way)


def find_nobody(stage: Stage, order: Order) -> None:
    stop = drive(stage, order)
    fail_stop(stop, reason=Package.Failure.NOT_HOME, actor=stage.arriving)


def take_to_point(stage: Stage, order: Order) -> None:
    until = timezone.localdate(timezone=stage.zone) + timedelta(days=6)
    place = "Kiosk, Ringweg 4"
    take_to_pickup_point(drive(stage, order), place=place, until=until, actor=stage.arriving)


def deliver(stage: Stage, order: Order) -> None:
    deliver_stop(drive(stage, order), received_by=order.customer_name, actor=stage.arriving)


# What follows a delivery


def ask_return(stage: Stage, order: Order) -> None:
    """The seller has to decide about it."""
    _asked(stage, order)


def _asked(stage: Stage, order: Order) -> Return:
    deliver(stage, order)
    return request_return(
        Order.objects.get(pk=order.pk),
        units={_line_of(order).pk: 1},
        reason=Return.Reason.CHANGED_MIND,
    )


def bring_back(stage: Stage, order: Order) -> None:
    """It has come back, was inspected and is closed: money is owed for it."""
    asked = _asked(stage, order)
    floor.decide_and_inspect(stage.base, asked)
    finish_return(Return.objects.get(pk=asked.pk), actor=stage.base.lead)


def exchange(stage: Stage, order: Order) -> None:
    """The customer wants the same again, which is kept until the first one comes."""
    deliver(stage, order)
    line = _line_of(order)
    if line.product_id is not None:
        request_exchange(
            Order.objects.select_related("seller__warehouse").get(pk=order.pk),
            units={line.pk: 1},
            wanted={line.pk: line.product_id},
            reason=Return.Reason.DAMAGED,
        )


def complain(stage: Stage, order: Order) -> None:
    deliver(stage, order)
    unit = reportable(Order.objects.get(pk=order.pk))[0]
    words = "The shade has a crack."
    report_problem(order, key=unit.key, kind=Problem.Kind.DAMAGED, quantity=1, words=words)


def _line_of(order: Order) -> OrderLine:
    return OrderLine.objects.filter(order=order).order_by("position")[0]


STORIES = (
    Story(deliver),
    Story(deliver, ("SHADE-LINEN", "BULB-E27")),
    Story(deliver, ("CORD-RED", "HOOK-CEIL")),
    Story(bring_back, ("LAMP-OAK",)),
    Story(ask_return, ("BULB-E14", "LAMP-OAK")),
    Story(exchange, ("LAMP-BRASS",)),
    Story(complain, ("SHADE-LINEN",)),
    Story(find_nobody, ("LAMP-OAK", "BULB-E27")),
    Story(take_to_point, ("CORD-RED",)),
    Story(stay_on_the_road, ("LAMP-BRASS", "BULB-E27")),
    Story(hand_over, ("HOOK-CEIL",)),
    Story(hand_over, ("SHADE-LINEN", "CORD-RED")),
    Story(pack, ("LAMP-OAK",)),
    Story(pack, ("BULB-E14",)),
    Story(pick, ("LAMP-BRASS", "HOOK-CEIL")),
    Story(begin_walk, ("LAMP-BRASS", "SHADE-LINEN")),
    Story(cancel, ("CORD-RED",)),
    Story(hold, ("LAMP-BRASS",)),
    Story(wait_for_payment, ("BULB-E27",)),
    Story(wait, (COPPER,)),
    Story(wait, ("LAMP-OAK",), no_street=True),
    Story(wait, (SCARCE,)),
    Story(wait, (SCARCE,)),
    Story(wait, ("LAMP-BRASS",)),
    Story(wait, ("BULB-E27", "CORD-RED")),
)
