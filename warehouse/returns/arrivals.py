"""What arrives and is not what was approved: recorded, set aside, ended as the seller decides."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from orders.errors import DomainError, WrongScan
from orders.events.recording import record
from orders.lifecycle.transitions import lock_orders, move
from orders.models import (
    Discrepancy,
    Event,
    Order,
    OrderLine,
    Product,
    Return,
    ReturnLine,
    Seller,
    User,
    Warehouse,
)
from orders.returns.closing import close_when_done
from orders.returns.discrepancies import (
    arrived_after_all,
    not_empty,
    report_found,
    units_after_all,
)
from orders.returns.handling import open_unannounced
from orders.states import DiscrepancyStatus, ReturnStatus
from orders.words import predicate, say, state
from warehouse.models import Location, ReturnedSerial, StockMovement
from warehouse.returns.places import lot_found, place_for, said_of
from warehouse.stock.postings import Posting, post_into

Kind, Decision = Discrepancy.Kind, Discrepancy.Decision


def record_missing(
    order_return: Return, received: Mapping[UUID, int], *, actor: User | None
) -> None:
    """Record units that were approved and are not in the parcel; the order is locked."""
    rows = [
        _lacking(part, part.approved - received.get(part.pk, 0), Kind.MISSING)
        for part in order_return.lines.select_related("order_return", "line")
        if part.approved > received.get(part.pk, 0)
    ]
    report_found(rows, order_return, actor=actor)


@transaction.atomic(savepoint=False)
def receive_empty(order_return: Return, *, warehouse: Warehouse, actor: User) -> Return:
    """Receive a parcel with nothing in it: the seller decides whether it is refunded."""
    lock_orders([order_return.order_id])
    if order_return.reason == Return.Reason.UNANNOUNCED:
        return _nothing_came(order_return, actor)
    arrived = move(
        [order_return],
        ReturnStatus.RECEIVED,
        actor=actor,
        changes={"warehouse": warehouse},
        empty=True,
    )[0]
    arrived.lines.update(is_coming=False)
    parts = arrived.lines.filter(approved__gt=0).select_related("order_return", "line")
    rows = [_lacking(part, part.approved, Kind.EMPTY) for part in parts]
    report_found(rows, arrived, actor=actor)
    return arrived


@transaction.atomic(savepoint=False)
def record_unexpected(
    order_return: Return, *, code: str, product: Product | None, quantity: int, actor: User
) -> str:
    """Record units in a received parcel that the return does not name; what to tell the worker.

    Units that were counted as missing are there after all: they are inspected like the others,
    unless the seller has decided about them already. Then he decides what happens with them.
    """
    lock_orders([order_return.order_id])
    current = Return.objects.select_related("order").get(pk=order_return.pk)
    if current.status != ReturnStatus.RECEIVED:
        present = predicate(state(current))
        raise DomainError(
            say(
                "Return {current} is {present}: nothing is added to it.",
                current=current,
                present=present,
            )
        )
    part = _part_of(current, product)
    here, late = units_after_all(part, quantity) if part else (0, 0)
    not_empty(current)
    if part and here:
        ReturnLine.objects.filter(pk=part.pk).update(received=F("received") + here)
        arrived_after_all(current, part.line_id, here, actor=actor)
    if here == quantity:
        return say("{name}: {here} more to inspect.", name=_name(product, code), here=here)
    kinds = {Kind.LATE: late, _kind(current, part, product): quantity - here - late}
    rows = [
        Discrepancy(
            seller_id=current.seller_id,
            order=current.order,
            order_return=current,
            line=part.line if part else _line_of(current.order, product),
            product=product,
            code=code,
            kind=kind,
            quantity=units,
        )
        for kind, units in kinds.items()
        if units
    ]
    report_found(rows, current, actor=actor)
    return _said_aside(current, quantity - here, rows[0].title)


@transaction.atomic(savepoint=False)
def set_aside_swapped(line: ReturnLine, *, code: str, quantity: int, actor: User) -> str:
    """Set units aside that came in place of those that were sent; what to tell the worker.

    They are not received any more: the seller decides, and may take them into the return after all.
    `code` says which they are, by serial number or lot.
    """
    return _set_aside(line, Kind.SWAPPED, quantity, actor, code=code)


@transaction.atomic(savepoint=False)
def set_aside_worn(line: ReturnLine, *, quantity: int, actor: User) -> str:
    """Set units aside that came in a state in which the seller may not want them; what to tell.

    As those that came in place of others: what is sent back or discarded is not refunded.
    """
    return _set_aside(line, Kind.WORN, quantity, actor)


def _set_aside(
    line: ReturnLine, kind: Discrepancy.Kind, quantity: int, actor: User, *, code: str = ""
) -> str:
    lock_orders([line.order_id])
    current = ReturnLine.objects.select_related("order_return__order", "line").get(pk=line.pk)
    back, title = current.order_return, current.line.title
    if back.status != ReturnStatus.RECEIVED:
        raise DomainError(
            say(
                "Return {order_return} is {present}: it cannot be inspected.",
                order_return=back,
                present=predicate(state(back)),
            )
        )
    if not 1 <= quantity <= current.received - current.inspected:
        left = current.received - current.inspected
        raise DomainError(say("{title}: only {left} left to inspect.", title=title, left=left))
    current.received -= quantity
    current.save(update_fields=["received"])
    read = ReturnedSerial.objects.filter(return_line=current, number=code, sent=None)
    if read.delete()[0]:
        facts = {"serial": code, "was_sent": False}
        record([Event.of(current, "serial_forgotten", actor=actor, **facts)])
    row = _lacking(current, quantity, kind)
    row.code = code
    report_found([row], back, actor=actor)
    return _said_aside(back, quantity, title)


@transaction.atomic(savepoint=False)
def receive_unannounced(order: Order, *, warehouse: Warehouse, actor: User) -> Return:
    """Open a return for the parcel of an order that nobody announced, or find the open one."""
    lock_orders([order.pk])
    here = order.returns.filter(reason=Return.Reason.UNANNOUNCED, status=ReturnStatus.RECEIVED)
    if opened := here.first():
        return opened
    if coming := order.returns.filter(status=ReturnStatus.APPROVED).first():
        raise DomainError(
            say("Order {order} has an approved return: open {coming}.", order=order, coming=coming)
        )
    if asked := order.returns.filter(status=ReturnStatus.REQUESTED).first():
        raise DomainError(
            say("Return {asked} is not approved yet: set it aside until it is.", asked=asked)
        )
    # The customer is told of the return at once: nobody is told by a number that was read wrongly.
    if not order.lines.filter(Q(shipped__gt=0) | Q(delivered__gt=0)).exists():
        raise DomainError(
            say("Nothing of order {order} has left the house: check the number.", order=order)
        )
    return open_unannounced(order, warehouse=warehouse, actor=actor)


@transaction.atomic(savepoint=False)
def record_stray(
    seller: Seller, *, code: str, product: Product | None, quantity: int, actor: User
) -> Discrepancy:
    """Record goods of a parcel that belongs to no order we know."""
    row = Discrepancy(
        seller=seller, product=product, code=code, kind=Kind.UNANNOUNCED, quantity=quantity
    )
    report_found([row], None, actor=actor)
    return row


@transaction.atomic(savepoint=False)
def carry_out(
    row: Discrepancy,
    *,
    actor: User,
    scanned: Product | None = None,
    code: str = "",
    lot: str = "",
    location: Location | None = None,
) -> str:
    """Do what the seller has decided; goods that are kept are scanned again, then their place.

    `code`: that scan, which may name the lot; `lot`: the one that the worker chose. Returns what to
    tell the worker.
    """
    lock_orders([row.order_id] if row.order_id else [])
    rows = Discrepancy.objects.select_related("product", "line", "seller__warehouse")
    current = rows.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    if current.status != DiscrepancyStatus.DECIDED or current.decision == Decision.CREDIT:
        raise DomainError(say("{current}: there is nothing to do with it.", current=current))
    move([current], DiscrepancyStatus.DONE, actor=actor)
    if current.decision != Decision.KEEP:
        return f"{say(current.get_decision_display())}: {current}"
    product = current.product
    if product is None or scanned != product:
        raise WrongScan(scanned.sku if scanned else say("nothing"), str(product and product.sku))
    place = place_for(location, current.seller)
    lot = lot_found(product, current.line, (code, current.code), chosen=lot)
    posting = Posting(
        current.seller_id,
        product.pk,
        place.pk,
        lot,
        quantity=current.quantity,
        subject_id=current.pk,
    )
    post_into(place, [posting], reason=StockMovement.Reason.RESTOCKED, actor=actor)
    told = (
        "{quantity} × {title}, lot {lot}, into {location}"
        if lot
        else "{quantity} × {title} into {location}"
    )
    into = said_of(place, product)
    return say(told, quantity=current.quantity, title=product.title, lot=lot, location=into)


def _nothing_came(order_return: Return, actor: User) -> Return:
    """An unannounced parcel with nothing in it: there is nothing to decide about."""
    if order_return.discrepancies.exists():
        raise DomainError(
            say(
                "Something of {order_return} is recorded: it is not empty.",
                order_return=order_return,
            )
        )
    return close_when_done(order_return, actor=actor)


def _lacking(part: ReturnLine, quantity: int, kind: Discrepancy.Kind) -> Discrepancy:
    return Discrepancy(
        seller_id=part.seller_id,
        order_id=part.order_return.order_id,
        order_return_id=part.order_return_id,
        line=part.line,
        product_id=part.line.product_id,
        kind=kind,
        quantity=quantity,
    )


def _part_of(order_return: Return, product: Product | None) -> ReturnLine | None:
    """The line of the return with this product; first one that still lacks units."""
    if product is None:
        return None
    rows = order_return.lines.filter(line__product=product)
    parts = list(rows.select_related("line", "order_return"))
    lacking = (part for part in parts if any(units_after_all(part, 1)))
    return next(lacking, parts[0] if parts else None)


def _line_of(order: Order, product: Product | None) -> OrderLine | None:
    """The line of the order with this product that was delivered."""
    if product is None:
        return None
    return order.lines.filter(product=product, delivered__gt=0).order_by("position").first()


def _kind(order_return: Return, part: ReturnLine | None, product: Product | None) -> str:
    if product is None:
        return Kind.UNKNOWN
    if order_return.reason == Return.Reason.UNANNOUNCED:
        return Kind.UNANNOUNCED
    return Kind.EXTRA if part else Kind.WRONG


def _said_aside(order_return: Return, units: int, title: str) -> str:
    return say(
        "Set aside with {order_return} on it: {units} × {title}. The seller decides.",
        order_return=order_return,
        units=units,
        title=title,
    )


def _name(product: Product | None, code: str) -> str:
    return product.title if product else code
