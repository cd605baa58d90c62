"""The order page as data, loaded in a fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils import timezone

from fulfillment.dashboard.edit_forms import split_form
from fulfillment.dashboard.queries.messages import messages_of
from fulfillment.dashboard.queries.orders.customer import (
    CustomerSays,
    ShopWants,
    customer_says,
    shop_wants,
)
from fulfillment.dashboard.queries.orders.holding import Next
from fulfillment.dashboard.queries.orders.money import Money, money
from fulfillment.dashboard.queries.orders.next_act import Scene, next_act
from fulfillment.dashboard.queries.orders.parcels import carrier_name, promised_of, steps_of
from fulfillment.dashboard.queries.orders.returned import returns_of, staying_of
from fulfillment.dashboard.queries.orders.sources import explain
from fulfillment.dashboard.queries.orders.standing import Standing, standing
from fulfillment.dashboard.queries.orders.told import Told, told
from fulfillment.dashboard.queries.orders.work import OrderWork, order_work
from fulfillment.dashboard.queries.timeline import (
    UNITS_NAMED,
    Entry,
    Moment,
    folded,
    promised_for,
    timeline,
)
from fulfillment.dashboard.rule_forms import amount
from fulfillment.lists.allowed import why_not
from orders.access import Viewer
from orders.carriers import link_of
from orders.catalogue.pictures import version_of
from orders.decisions.merge import companions, others_to_address
from orders.decisions.split import contents, is_splittable
from orders.decisions.uncancel import last_cancellation, units_of, why_not_undone
from orders.lifecycle.fingerprint import fingerprint
from orders.lifecycle.kits import free_units, parts_by_kit
from orders.models import (
    Event,
    Hold,
    Order,
    OrderLine,
    Package,
    PackageLine,
    Product,
    Promise,
    Return,
    Shipment,
    ShipmentLine,
)  # fmt: skip
from orders.returns.given_back import is_refunded_undelivered
from orders.returns.policy import local_day
from orders.returns.repairs import repaired_units
from orders.states import SHIPMENT_ENDED, SHIPMENT_NOT_BEGUN, PackageStatus, ShippingRule
from orders.words.writing import written
from warehouse.serials.packed import OF_BOX_LINE

LINES_SHOWN = 100
UNKNOWN_SHOWN = 50


class Stage(NamedTuple):
    """The units of a line in one state; `start` and `share`: percent of all its units (a bar)."""

    code: str
    words: str
    units: int
    start: float = 0
    share: float = 0


class Cancellation(NamedTuple):
    """The last cancellation that is not undone, and why it cannot be; "" where it can."""

    event: Event
    units: list[tuple[int, str]]  # number and title
    more: int  # how many lines are not shown
    why_not: str


class LinePage(NamedTuple):
    """Which lines are shown: from `first` to `last` of `total`; before and after them, 0 is none.

    `unknown`: lines with an unknown SKU, wherever they are; `more_unknown`: how many are not shown.
    """

    first: int
    last: int
    total: int
    previous: int
    next: int
    unknown: list[OrderLine]
    more_unknown: int


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order with its rows, the work on it and its messages."""

    order: Order
    standing: Standing
    told: Told | None
    next: Next
    money: Money | None
    lines: list[tuple[OrderLine, list[Stage], str]]  # a page of them, each with its price
    page: LinePage
    seen: str  # its fingerprint
    free: dict[UUID, int]  # {line id: units that may be cancelled}
    cancellable: list[OrderLine]  # of those shown, the lines of which units may be cancelled
    why_not: dict[str, str]  # {action: why it is refused, "" where it is not}
    cancellation: Cancellation | None
    holds: list[Hold]
    returns: list[Return]
    shipments: list[Shipment]
    said: CustomerSays
    shop: ShopWants | None
    work: OrderWork
    promises: list[tuple[Promise, str]]  # open ones, with what they say
    timeline: list[Entry]
    history: list[Moment]  # the timeline, the steps of a minute folded
    same_receiver: list[Order]  # open orders that may go out in one box with it
    staying: set[UUID]  # the returns of which nothing comes back once they are approved
    may_come_back: bool  # units were delivered, and not returned


def order_page(order: Order, viewer: Viewer, first: int = 1) -> OrderPage:
    """Load the page of an order that the viewer may see, its lines from the number `first` on."""
    rows = order.lines.select_related("product").annotate(thumb=version_of("product"))
    lines = _kits_with_parts(list(rows))
    free = free_units(lines)
    page = _line_page(lines, first)
    promises = list(order.promises.order_by("made_at", "pk"))
    shipments = _shipments(order, promises)
    returns = returns_of(order)
    staying = staying_of(order, returns)
    messages = messages_of(order, viewer)
    entries = timeline(order, _names(lines, shipments, returns), promises, messages)
    boxes = _dressed(shipments, entries, promises)
    holds = list(order.holds.filter(released_at__isnull=True).order_by("opened_at"))
    said, shop = customer_says(order), shop_wants(order, holds)
    shown = lines[page.first - 1 : page.last]
    state, date = standing(order, boxes), told(promises, viewer.zone, boxes)
    repairs = [one for row in returns for one in row.repairs.all()]
    repaired, sent = repaired_units(repairs)
    due = _due(shipments)
    scene = Scene(
        order=order,
        standing=state,
        told=date,
        holds=holds,
        shop_wants=shop.words if shop else "",
        returns=returns,
        problems=said.problems,
        boxes=boxes,
        letters=list(order.dead_letters.all()),
        unsent=[row for row in messages if row.is_open],
        ship_by=written(due.astimezone(ZoneInfo(viewer.zone)), "D j M, H:i") if due else "",
        is_late=due is not None and due < timezone.now(),
        lacks_stock=any(line.backordered for line in lines if line.ships),
        differing=[one for row in returns for one in row.discrepancies.all()],
        refunds=[row.refund for row in returns if hasattr(row, "refund")],
        repairs=repairs,
        staying=staying,
        is_given_back=state.code == PackageStatus.RETURNED and is_refunded_undelivered(order),
        is_uncollected=any(_is_uncollected(order, box) for box in boxes),
    )
    return OrderPage(
        order=order,
        standing=state,
        told=date,
        next=next_act(scene),
        money=money(order, lines, repaired + sent),
        lines=[
            (line, stages(line, repaired[line.pk], sent[line.pk]), _price(line, order.currency))
            for line in shown
        ],
        page=page,
        seen=fingerprint(order, lines),
        cancellable=[line for line in shown if free[line.pk]],
        free=free,
        why_not=why_not(order, lines, holds, boxes),
        cancellation=_cancellation(order, lines),
        holds=holds,
        returns=returns,
        shipments=shipments,
        said=said,
        shop=shop,
        work=order_work(order, viewer),
        promises=[(row, promised_for(row)) for row in promises if row.is_open],
        timeline=entries,
        history=folded(entries),
        same_receiver=others_to_address(order),
        staying=staying,
        may_come_back=any(line.delivered > line.returned for line in lines if line.ships),
    )


def _dressed(shipments: list[Any], entries: list[Entry], promises: list[Promise]) -> list[Package]:
    """The parcels of the shipments, each with its carrier, its steps, and what is promised."""
    steps, promised = steps_of(entries), promised_of(promises)
    boxes: list[Any] = [box for shipment in shipments for box in shipment.packages.all()]
    for box in boxes:
        box.carrier_name = carrier_name(box.carrier)
        box.link = link_of(box.carrier, box.tracking_number)
        box.steps = steps.get(box.pk, [])
        box.promised = promised.get(box.pk) or promised.get(box.shipment_id, "")
    return boxes


def _is_uncollected(order: Order, box: Package) -> bool:
    if box.status != PackageStatus.AT_PICKUP_POINT or box.pickup_until is None:
        return False
    return box.pickup_until < local_day(order, timezone.now())


def _due(shipments: list[Any]) -> datetime | None:
    """When the first of the shipments that are still here is to leave; None where there is none."""
    due = (row.due_at for row in shipments if row.status not in SHIPMENT_ENDED)
    return min(due, default=None)


def _price(line: OrderLine, currency: str) -> str:
    """What the units of a line cost; "" for a part of a kit, and where no price is known."""
    total = line.unit_price * line.ordered
    return amount(total, currency) if total and not line.kit_line_id else ""


def _kits_with_parts(lines: list[OrderLine]) -> list[OrderLine]:
    """The lines, the parts of a kit behind it."""
    parts = parts_by_kit(lines)
    sold = [line for line in lines if not line.kit_line_id]
    return [each for line in sold for each in (line, *parts.get(line.pk, ()))]


def _cancellation(order: Order, lines: list[OrderLine]) -> Cancellation | None:
    """No statement where nothing was cancelled."""
    event = last_cancellation(order) if any(line.cancelled for line in lines) else None
    if event is None:
        return None
    units = units_of(event)
    named = [(units[line.pk], line.title) for line in lines if line.pk in units]
    return Cancellation(
        event, named[:UNITS_NAMED], len(named[UNITS_NAMED:]), why_not_undone(order, event)
    )


def _line_page(lines: list[OrderLine], first: int) -> LinePage:
    total = len(lines)
    first = first if first <= total else 1
    unknown = [line for line in lines if line.ships and not line.product_id]
    after = first + LINES_SHOWN
    return LinePage(
        first=first,
        last=min(after - 1, total),
        total=total,
        previous=max(first - LINES_SHOWN, 1) if first > 1 else 0,
        next=after if after <= total else 0,
        unknown=unknown[:UNKNOWN_SHOWN],
        more_unknown=len(unknown[UNKNOWN_SHOWN:]),
    )


def stages(line: OrderLine, repaired: int, sent: int) -> list[Stage]:
    """Split the units of a line by state, the last state first; each unit counts once.

    `repaired`: those that came back to be repaired, and are here; `sent`: back to their customer.
    """
    returned = line.returned - repaired - sent
    on_the_way = line.shipped - line.delivered - line.lost - line.came_back
    waiting = line.ordered - line.allocated - line.backordered - line.cancelled
    parts = [
        Stage("returned", "returned", returned),
        Stage("repaired", "in repair", repaired),
        Stage("delivered", "delivered", line.delivered - returned - repaired),
        Stage("came_back", "returned to sender", line.came_back),
        Stage("lost", "lost", line.lost),
        Stage("shipped", "on the way", on_the_way),
        Stage("packed", "packed", line.packed - line.shipped),
        Stage("picked", "picked", line.picked - line.packed),
        Stage("allocated", "reserved", line.allocated - line.picked),
        Stage("backordered", "backordered", line.backordered),
        Stage("cancelled", "cancelled", line.cancelled),
        Stage("waiting", "waiting", waiting),
    ]
    found, start = [], 0.0
    for part in parts:
        if part.units:
            share = round(100 * part.units / line.ordered, 2)
            found.append(part._replace(start=start, share=share))
            start += share
    return found


def catalogue(viewer: Viewer, most: int = 500) -> list[Product]:
    """Load products to which an unknown SKU can be linked."""
    return list(Product.objects.visible_to(viewer).filter(is_active=True).order_by("sku")[:most])


def _shipments(order: Order, promises: list[Promise]) -> list[Any]:
    """Load the shipments, each with what can be done with it.

    `due_at` is as the customer was told, else as planned.
    """
    promised = {
        row.shipment_id: row.latest
        for row in promises
        if row.kind == Promise.Kind.SHIPS and not (row.released_at or row.revised_at)
    }
    shipments: list[Any] = list(_shipment_rows(order))
    open_ones = [row for row in shipments if row.status in SHIPMENT_NOT_BEGUN]
    as_available = order.ships_as == ShippingRule.AS_AVAILABLE
    others = companions(shipments)
    for shipment in shipments:
        shipment.others = others.get(shipment.pk, [])
        shipment.due_at = promised.get(shipment.pk, shipment.ship_by)
        may_split = as_available and is_splittable(shipment)
        shipment.split_form = split_form(shipment) if may_split else None
        shipment.seen = contents(shipment)
        shipment.can_join = shipment in open_ones and any(
            row is not shipment and row.warehouse_id == shipment.warehouse_id for row in open_ones
        )
    explain(order, shipments)
    return shipments


def _shipment_rows(order: Order) -> Any:
    packed = PackageLine.objects.select_related("shipment_line__line")
    packed = packed.annotate(numbers=OF_BOX_LINE)
    packages = (
        Package.objects.select_related("inside")
        .order_by("created_at")
        .prefetch_related(Prefetch("lines", packed))
    )
    return (
        order.shipments.select_related("warehouse")
        .order_by("created_at", "number")
        .prefetch_related(
            Prefetch("lines", ShipmentLine.objects.select_related("line__product")),
            Prefetch("packages", packages),
        )
    )


def _names(
    lines: list[OrderLine], shipments: list[Shipment], returns: list[Return]
) -> dict[UUID, str]:
    """Name the rows of an order for its timeline: {id: title of a line, else number}."""
    names = {line.pk: line.title for line in lines}
    for shipment in shipments:
        names[shipment.pk] = shipment.number
        names |= {package.pk: package.number for package in shipment.packages.all()}
    return names | {row.pk: row.number for row in returns}
