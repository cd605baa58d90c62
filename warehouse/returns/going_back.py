"""A customer's own units go back: put into a tote, as picked for an order that takes no stock.

Until then no stock has them. From then on they are in the books, reserved for that order and pinned
in its tote, all in one transaction: so nobody else gets them, and it gets no others.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from orders.access import Viewer
from orders.errors import DomainError, WrongScan
from orders.events.recording import record
from orders.exchanges.going_back import order_to_go_back
from orders.lifecycle.transitions import add_quantities, lock_orders, move
from orders.models import (
    Event,
    OrderLine,
    Product,
    Repair,
    Return,
    Shipment,
    ShipmentLine,
    User,
    Warehouse,
)
from orders.returns.terms import REPAIR
from orders.states import REPAIR_TO_SEND, RepairStatus, ReturnStatus, ShipmentStatus
from orders.words import predicate, say, state
from warehouse.floor.totes import free_tote, scanned_tote
from warehouse.models import Location, PickLine, PickList, Stock, StockMovement
from warehouse.returns.places import lot_sent
from warehouse.states import PickListStatus
from warehouse.stock.postings import Posting, post
from warehouse.stock.reservations import restore_reservations
from warehouse.stock.shipment_plans import Planned, plan_shipments

IN_HOUSE = (RepairStatus.WAITING, *REPAIR_TO_SEND)
PICKED = (ShipmentStatus.RELEASED, ShipmentStatus.PICKING, ShipmentStatus.PICKED)


def going_back(warehouse: Warehouse, viewer: Viewer) -> QuerySet[Repair]:
    """What is to be repaired in this building, and what waits to be put into a tote."""
    rows = Repair.objects.visible_to(viewer).filter(status__in=IN_HOUSE)
    rows = rows.filter(order_return__warehouse=warehouse, seller__houses__warehouse=warehouse)
    rows = rows.select_related("order_return", "seller", "return_line__line__product")
    return rows.order_by("found_at", "pk")


def may_go_back(order_return: Return) -> bool:
    """Whether units of a return may be set aside to be repaired.

    The customer has asked for it; or they came back undelivered, and are the customer's.
    """
    if order_return.is_undeliverable:
        return Repair.objects.filter(sent_as=order_return.order_id).exists()
    return order_return.wish == REPAIR


@transaction.atomic(savepoint=False)
def send_back(
    repair: Repair,
    *,
    scanned: Product | None,
    warehouse: Warehouse,
    tote: str = "",
    actor: User,
) -> PickList:
    """Put the units of a repair into a tote, to be packed next; the walk that stands for it.

    `tote`: its code, where totes are scanned. Raises DomainError for what is not ready to be sent,
    WrongScan for another article, or a tote that is in use.
    """
    lock_orders([repair.order_id])
    rows = Repair.objects.select_related(
        "order__seller", "order_return", "return_line__line__product"
    )
    current = rows.select_for_update(no_key=True, of=("self",)).get(pk=repair.pk)
    if current.status not in REPAIR_TO_SEND:
        present = predicate(state(current))
        raise DomainError(
            say(
                "{current} of return {order_return} is {present}: leave it.",
                current=current,
                order_return=current.order_return,
                present=present,
            )
        )
    if current.order_return.status != ReturnStatus.CLOSED:
        raise DomainError(
            say(
                "Return {order_return} is not decided in full: its customer is told first.",
                order_return=current.order_return,
            )
        )
    product = current.return_line.line.product
    if product is None or scanned != product:
        raise WrongScan(scanned.sku if scanned else say("nothing"), str(product and product.sku))
    line = order_to_go_back(current)
    shipment, part = _planned(line, current.quantity, warehouse)
    into = scanned_tote(warehouse, tote) if warehouse.scans_totes else free_tote(warehouse)
    walk = PickList.objects.create(
        seller_id=current.seller_id,
        warehouse=warehouse,
        shipment=shipment,
        tote=into,
        picker=actor,
        status=PickListStatus.DONE,
    )
    stock = _into_the_books(current, line, into, actor)
    _count_as_picked(walk, part, stock, actor)
    move([current], RepairStatus.SENT, actor=actor, changes={"sent_as": line.order})
    return walk


def _planned(line: OrderLine, units: int, warehouse: Warehouse) -> tuple[Shipment, ShipmentLine]:
    """A shipment with these units alone: reserved before any allocator can see the order."""
    add_quantities("allocated", {line.pk: units})
    planned = plan_shipments([Planned(line.order, warehouse.pk, line.pk, units)])
    shipment = planned[line.order_id, warehouse.pk]
    given = {str(line.pk): units}
    record([Event.of(line.order, "allocated", units=given, shipment=str(shipment.pk))])
    return shipment, ShipmentLine.objects.get(shipment=shipment, line=line)


def _into_the_books(repair: Repair, line: OrderLine, tote: Location, actor: User) -> Stock:
    """The units in the tote: on hand, pinned and reserved at once, so nothing can be promised."""
    units, product_id = repair.quantity, _product(line)
    arrived = Posting(
        repair.seller_id,
        product_id,
        tote.pk,
        lot_sent(repair.return_line.line),
        quantity=units,
        pinned=units,
        subject_id=repair.return_line_id,
    )
    [stock] = post([arrived], reason=StockMovement.Reason.REPAIRED, actor=actor)
    restore_reservations({(line.pk, product_id): units}, warehouse_id=tote.warehouse_id)
    return stock


def _product(line: OrderLine) -> UUID:
    if line.product_id is None:
        raise DomainError(say("{product} is not in the seller's catalogue.", product=line.title))
    return line.product_id


def _count_as_picked(walk: PickList, part: ShipmentLine, stock: Stock, actor: User) -> None:
    units = part.quantity
    PickLine.objects.create(
        seller_id=walk.seller_id,
        pick_list=walk,
        shipment_line=part,
        stock=stock,
        position=1,
        quantity=units,
        picked=units,
    )
    ShipmentLine.objects.filter(pk=part.pk).update(picked=units)
    add_quantities("picked", {part.line_id: units})
    for status in PICKED:
        [walk.shipment] = move([walk.shipment], status, actor=actor)
