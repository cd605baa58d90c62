"""Change how many units of a product an order has, and add lines, until all of it is packed."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.aliases import meant_by
from orders.lifecycle.cancel import cancel_units
from orders.lifecycle.changes import keep_changes
from orders.lifecycle.fingerprint import refuse_outdated
from orders.lifecycle.holds import follow_goods
from orders.lifecycle.kits import (
    fan_out,
    refuse_parts,
    unpack_kits,
    why_not_wanted,
    with_parts,
)
from orders.lifecycle.transitions import add_quantities, count_former, lock_order, summarize_orders
from orders.models import Charge, Event, Hold, Order, OrderLine, Product, User
from orders.shops.base import IncomingLine
from orders.statements import KITS, wait_for_lock
from orders.values.counts import MOST_LINES, MOST_UNITS
from orders.values.texts import SHORT, TITLE, one_line
from orders.words import predicate, say, state
from orders.words.writing import grouped


@transaction.atomic(savepoint=False)
def change_units(
    order: Order,
    wanted: Mapping[UUID, int],
    *,
    added: Sequence[IncomingLine] = (),
    actor: User | None,
    reason: str = "",
    seen: str = "",
) -> Order:
    """Set how many units are wanted of lines, {line id: units}, and add lines.

    More units are ordered, fewer are cancelled: all of it or nothing. Raises DomainError where one
    of these is refused, or nothing is different.
    """
    order = lock_order(order.pk)
    refuse_outdated(order, seen)
    lines = list(OrderLine.objects.filter(order=order, pk__in=wanted))
    steps = {line.pk: wanted[line.pk] - line.ordered + line.cancelled for line in lines}
    refuse_parts(lines, [line_id for line_id, number in steps.items() if number])
    more = {line_id: number for line_id, number in steps.items() if number > 0}
    fewer = {line_id: -number for line_id, number in steps.items() if number < 0}
    if len(lines) < len(wanted) or not (more or fewer or added):
        raise DomainError(say("No units of order {order} were changed.", order=order))
    # First what is added: an order of which nothing is left takes nothing any more.
    if more:
        add_units(order, more, actor=actor, reason=reason)
    if added:
        add_lines(order, added, actor=actor, reason=reason)
    if fewer:
        cancel_units(order, fewer, actor=actor, reason=reason)
    return Order.objects.get(pk=order.pk)


@transaction.atomic(savepoint=False)
def add_units(
    order: Order,
    units: Mapping[UUID, int],
    *,
    actor: User | None,
    reason: str = "",
    seen: str = "",
) -> Order:
    """Order more units of lines, {line id: units}; the allocator shares stock out for them.

    Raises DomainError once all of the order is packed: they need an order of their own.
    """
    order = _open_order(order, seen)
    wanted = {line_id: number for line_id, number in units.items() if number}
    lines = list(with_parts(order, wanted))
    if not wanted or wanted.keys() - {line.pk for line in lines}:
        raise DomainError(
            say("Choose the products of order {order} of which more are wanted.", order=order)
        )
    refuse_parts(lines, wanted)
    wait_for_lock(KITS, is_shared=True)
    if refusal := why_not_wanted(lines):
        raise DomainError(refusal)
    more = fan_out(lines, wanted)
    for line in lines:
        _check_units(line.title, line.ordered, more[line.pk])
    add_quantities("ordered", more)
    count_former(order.pk)
    return _added(order, wanted, actor=actor, reason=reason)


@transaction.atomic(savepoint=False)
def add_lines(
    order: Order,
    lines: Sequence[IncomingLine],
    *,
    actor: User | None,
    reason: str = "",
    seen: str = "",
) -> Order:
    """Add lines to an order, behind those it has; an unknown SKU holds it, as of a new order.

    Raises DomainError once all of the order is packed: they need an order of their own.
    """
    order = _open_order(order, seen)
    there = OrderLine.objects.filter(order=order)
    last = there.aggregate(last=Max("position"))["last"] or 0
    if not lines:
        raise DomainError(say("Choose what to add to order {order}.", order=order))
    if there.filter(kit_line__isnull=True).count() + len(lines) > MOST_LINES:
        raise DomainError(
            say("An order has at most {most_lines} lines.", most_lines=grouped(MOST_LINES))
        )
    products = meant_by(order.channel, [line.sku for line in lines])
    rows = [
        _line(order, position, line, products.get(one_line(line.sku)))
        for position, line in enumerate(lines, start=last + 1)
    ]
    OrderLine.objects.bulk_create(rows)
    unpack_kits(rows)
    _hold_unknown(order, rows, actor=actor)
    return _added(order, {row.pk: row.ordered for row in rows}, actor=actor, reason=reason)


def why_not_added(order: Order) -> str:
    """Why nothing can be added to the order any more; "" where it can."""
    units = OrderLine.objects.filter(order=order, ships=True)
    if units.filter(ordered__gt=F("cancelled") + F("packed")).exists():
        return ""
    return nothing_added(order)


def nothing_added(order: Order) -> str:
    """Say that all of the order is packed or over, and what to do instead."""
    present = predicate(state(order))
    return say(
        "Order {order} is {present}: nothing can be added. Make a new order for it.",
        order=order,
        present=present,
    )


def _open_order(order: Order, seen: str) -> Order:
    """The order, locked. Raises DomainError where nothing can be added to it."""
    order = lock_order(order.pk)
    refuse_outdated(order, seen)
    if refusal := why_not_added(order):
        raise DomainError(refusal)
    return order


def _check_units(title: str, present: int, number: int) -> None:
    if number < 1:
        raise DomainError(
            say("{title}: add 1 unit or more, not {number}.", title=title, number=number)
        )
    if present + number > MOST_UNITS:
        raise DomainError(
            say(
                "{title}: a line has at most {most_units} units.",
                title=title,
                most_units=grouped(MOST_UNITS),
            )
        )


def _line(order: Order, position: int, line: IncomingLine, product: Product | None) -> OrderLine:
    sku = one_line(line.sku)[:SHORT]
    title = one_line(line.title) or (product.title if product else sku)
    _check_units(title, 0, line.quantity)
    return OrderLine(
        seller_id=order.seller_id,
        order=order,
        position=position,
        product=product,
        sku=sku,
        title=title[:TITLE],
        ships=line.ships,
        unit_price=line.unit_price,
        shop_line=line.shop_line,
        ordered=line.quantity,
    )


def _hold_unknown(order: Order, rows: Sequence[OrderLine], *, actor: User | None) -> None:
    """Hold the order where a new line is no product of the seller, unless it is held for one."""
    unknown = sorted({row.sku or row.title for row in rows if row.ships and not row.product_id})
    reason = Hold.Reason.UNKNOWN_SKU
    held = Hold.objects.filter(order=order, reason=reason, released_at__isnull=True)
    if not unknown or held.exists():
        return
    most = Hold._meta.get_field("detail").max_length
    hold = Hold.objects.create(
        seller_id=order.seller_id, order=order, reason=reason, detail=", ".join(unknown)[:most]
    )
    record([Event.of(hold, "opened", actor=actor, reason=reason)])


def _added(order: Order, units: Mapping[UUID, int], *, actor: User | None, reason: str) -> Order:
    follow_goods(order.pk, actor=actor)
    # Nobody knows what share of a discount, or of a tax on top, these units have.
    Charge.objects.filter(order=order).update(is_known=False)
    texts = {str(line_id): number for line_id, number in units.items()}
    event = Event.of(order, "lines_added", actor=actor, units=texts)
    record([event])
    keep_changes(order, event, {}, reason=reason)
    summarize_orders([order.pk])
    return Order.objects.get(pk=order.pk)
