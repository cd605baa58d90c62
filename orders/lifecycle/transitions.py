"""The state machine, the only writer of a status: lock, check the table, save, record."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from orders.errors import MoveRefused
from orders.events.recording import record
from orders.lifecycle.quantities import COUNTERS, Quantities, summarize
from orders.models import Event, Order, Package, Problem, Return, User
from orders.prepared import PreparedQuery, is_among, update
from orders.statements import Statement, held_locks, quoted, with_codes
from orders.states import PackageStatus, RepairStatus

Moved = TypeVar("Moved", bound=Model)  # a row with a status and a table of moves

WITH_COURIER = (PackageStatus.OUT_FOR_DELIVERY,)
LOCK = Statement(
    "SELECT id FROM orders_order WHERE id = ANY(%(orders)s::uuid[]) ORDER BY id FOR NO KEY UPDATE"
)
REPLACED = Statement("""
SELECT DISTINCT former.order_id
FROM orders_orderline AS line JOIN orders_orderline AS former ON former.id = line.replaces_id
WHERE line.order_id = %(order)s
""")
SET_SUMMARIES = Statement("""
UPDATE orders_order SET status = given.status
FROM unnest(%(ids)s::uuid[], %(statuses)s::text[]) AS given (id, status)
WHERE orders_order.id = given.id
""")
# Of parcels whose units may be sent again: a unit that came and was faulty is delivered already.
FAILED = (PackageStatus.LOST, PackageStatus.RETURNED)
BATCH = 100
UNITS = with_codes(
    """
WITH
-- Units of each line that replacements are for, by the parcel in which they should have come.
again AS (
    SELECT problem.package_id, line.replaces_id AS line_id,
        sum(line.ordered - line.cancelled) AS units
    FROM orders_problem AS problem
    JOIN orders_orderline AS line ON line.order_id = problem.replacement_id
    JOIN orders_package AS package ON package.id = problem.package_id
    WHERE line.replaces_id IS NOT NULL AND problem.answer = {replacement}
        AND (package.status = {lost}
            OR package.status = {returned} AND package.delivered_at IS NULL)
        AND {{mine}}
    GROUP BY problem.package_id, line.replaces_id
),
-- No more of a parcel than were in it.
inside AS (
    SELECT again.line_id, least(again.units, (
        SELECT sum(packed.quantity)
        FROM orders_packageline AS packed
        JOIN orders_shipmentline AS shipped ON shipped.id = packed.shipment_line_id
        WHERE packed.package_id = again.package_id AND shipped.line_id = again.line_id)) AS units
    FROM again
),
-- Of each line, how many units are sent again of those that never came.
part AS (SELECT line_id, sum(units) AS replaced FROM inside GROUP BY line_id)""",
    replacement=Problem.Answer.REPLACEMENT,
    lost=PackageStatus.LOST,
    returned=PackageStatus.RETURNED,
)
# `found`: parcels that are about to be no longer lost.
COUNT = Statement(
    UNITS.format(
        mine="problem.order_id = ANY(%(orders)s::uuid[])"
        " AND problem.package_id <> ALL(%(found)s::uuid[])"
    )
    + """
UPDATE orders_orderline AS line SET replaced = coalesce(part.replaced, 0)
FROM orders_orderline AS same LEFT JOIN part ON part.line_id = same.id
WHERE line.id = same.id AND same.order_id = ANY(%(orders)s::uuid[])
    AND same.replaced <> coalesce(part.replaced, 0)
RETURNING line.order_id
"""
)
EACH_SUM = ", ".join(f"coalesce(sum(line.{name}), 0)" for name in COUNTERS)
# is_held: a hold of the order is open; is_out: a box of it is with the courier; repaired: units
# that came back to be repaired, and stay those of their customer, unless they are refunded.
SUMS = """
SELECT id, status,
    EXISTS (SELECT FROM orders_hold AS hold
        WHERE hold.order_id = o.id AND released_at IS NULL) AS is_held,
    EXISTS (SELECT FROM orders_package AS p
        WHERE p.order_id = o.id AND p.status = ANY(%(out)s)) AS is_out,
    (SELECT coalesce(sum(repair.quantity), 0)
        FROM orders_repair AS repair JOIN orders_return AS back ON back.id = repair.order_return_id
        WHERE repair.order_id = o.id AND repair.status <> {refunded}
            AND back.reason <> {unopened}) AS repaired,
    sums.*
FROM orders_order AS o, LATERAL (
    SELECT {sums}
    FROM orders_orderline AS line WHERE line.order_id = o.id AND line.ships
) AS sums
WHERE o.id = ANY(%(orders)s::uuid[])
"""
SUMMARIES = Statement(
    SUMS.format(
        sums=EACH_SUM,
        refunded=quoted(RepairStatus.REFUNDED),
        unopened=quoted(Return.Reason.UNDELIVERABLE),
    )
)
ADD = """
WITH
-- The units to add to each line.
given AS (SELECT * FROM unnest(%(lines)s::uuid[], %(units)s::int[]) AS given (id, units)),
-- The orders of these lines come first, as in every statement that locks.
locked AS (
    SELECT id FROM orders_order
    WHERE id IN (SELECT order_id FROM orders_orderline JOIN given USING (id))
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE orders_orderline AS line SET {counter} = line.{counter} + given.units
FROM given, locked WHERE line.id = given.id AND line.order_id = locked.id
"""
ADDITIONS = {counter: Statement(ADD.format(counter=counter)) for counter in COUNTERS}


# savepoint=False, as in all actions: an action inside another joins its transaction, and a refusal
# rolls both back.
@transaction.atomic(savepoint=False)
def move(
    things: Iterable[Moved],
    to: str,
    *,
    actor: User | None = None,
    changes: dict[str, Any] | None = None,
    data_of: dict[UUID, dict[str, Any]] | None = None,
    are_locked: bool = False,
    **data: Any,
) -> list[Moved]:
    """Move rows of one kind along their table: one lock, one update, one insert of events.

    `changes` are further columns to set in the same update; `data` goes into each event, and
    `data_of[row id]` into the event of that row. `are_locked`: this transaction has read the rows
    under their locks, with those of their orders, and has changed nothing of them since.
    Returns the moved rows, locked and fresh, in order of their ids. Raises MoveRefused.
    """
    rows: list[Any] = list(things) if are_locked else _lock(things)
    if refused := [row for row in rows if to not in row.MOVES[row.status]]:
        raise MoveRefused(refused, to)
    own = data_of or {}
    events = [Event.of(row, to, actor=actor, **data, **own.get(row.pk, {})) for row in rows]
    return _set(rows, to, changes or {}, events)


@transaction.atomic(savepoint=False)
def move_back(
    things: Iterable[Moved],
    to: str,
    *,
    actor: User | None = None,
    changes: dict[str, Any] | None = None,
    told: Mapping[str, Any] | None = None,
) -> list[Moved]:
    """Undo a move: like `move`, along UNDO_MOVES; records `<kind>.<old status>_undone`.

    `told` is put into each event.
    """
    rows = _lock(things)
    if refused := [row for row in rows if to not in row.UNDO_MOVES.get(row.status, ())]:
        raise MoveRefused(refused, to)
    data = dict(told or {})
    events = [Event.of(row, f"{row.status}_undone", actor=actor, **data) for row in rows]
    return _set(rows, to, changes or {}, events)


def _lock(things: Iterable[Any]) -> list[Any]:
    """The rows, row-locked after their orders and read fresh, in order of their ids."""
    given = list(things)
    if not given:
        return []
    # The order before its rows: every action keeps this lock order, so two never deadlock.
    lock_orders(_orders_of(given))
    return locked_rows(type(given[0]), [thing.pk for thing in given])


def locked_rows(model: Any, ids: list[UUID]) -> list[Any]:
    """The rows with these ids, row-locked and read fresh, in order of their ids."""
    return _locked(model)(ids)


@cache
def _locked(model: Any) -> PreparedQuery[Any]:
    rows = model._base_manager.filter(is_among(f"{model._meta.db_table}.id", 1)).order_by("pk")
    return PreparedQuery(lambda: rows.select_for_update(no_key=True))


def _set(rows: list[Any], to: str, changes: dict[str, Any], events: list[Event]) -> list[Any]:
    if not rows:
        return []
    # One UPDATE for all rows; the loop gives the rows in memory the same values.
    update(type(rows[0]), [row.pk for row in rows], {"status": to, **changes})
    for row in rows:
        for field, value in {"status": to, **changes}.items():
            setattr(row, field, value)
    record(events)
    summarize_orders(_orders_of(rows))
    return rows


def _orders_of(rows: Iterable[Any]) -> set[UUID]:
    return {order_id for row in rows if (order_id := getattr(row, "order_id", None))}


def lock_orders(order_ids: Iterable[UUID]) -> None:
    """Take the row locks of these orders, sorted by id, before any other lock.

    The lock order is order, shipment, package, supply, stock. NO KEY: rows that reference an order
    may be inserted meanwhile. What this transaction has locked already is not asked for again: each
    action locks what it needs, and most are a part of another one.
    """
    held = held_locks()
    if wanted := set(order_ids) - held:
        LOCK({"orders": list(wanted)})
        held_locks().update(wanted)


def lock_order(order_id: UUID) -> Order:
    """The order, row-locked and read fresh; before it, those of which it sends units again.

    What is cancelled or added in it is counted there, too.
    """
    if former := REPLACED({"order": order_id}):
        lock_orders([order_id, *(former_id for (former_id,) in former)])
    return Order.objects.select_for_update(no_key=True).get(pk=order_id)


def summarize_orders(order_ids: Iterable[UUID]) -> None:
    """Recompute the stored summary of these orders from their quantities, in two statements."""
    wanted = list(order_ids)
    if not wanted:
        return
    # Write changed summaries only: most moves change none.
    changed = {
        order_id: status
        for order_id, present, status in computed_summaries(wanted)
        if present != status
    }
    if changed:
        SET_SUMMARIES({"ids": list(changed), "statuses": [str(one) for one in changed.values()]})


def computed_summaries(order_ids: Iterable[UUID]) -> list[tuple[UUID, str, str]]:
    """(order id, stored summary, computed summary) of each order, in one statement."""
    rows = SUMMARIES({"out": list(WITH_COURIER), "orders": list(order_ids)})
    return [
        (order_id, status, summarize(Quantities(*sums), held=held, out=out, repaired=repaired))
        for order_id, status, held, out, repaired, *sums in rows
    ]


def add_quantities(counter: str, units: dict[UUID, int]) -> None:
    """Add units to one counter of order lines: {line id: units, below 0 to take back}.

    Locks their orders. A broken check constraint raises IntegrityError, which names it.
    """
    if counter not in COUNTERS:
        raise ValueError(f"{counter!r} is no counter of an order line.")
    if wanted := {line_id: number for line_id, number in units.items() if number}:
        ADDITIONS[counter]({"lines": list(wanted), "units": list(wanted.values())})


def count_replaced(orders: Iterable[UUID], *, found: Iterable[Package] = ()) -> None:
    """Count anew what is sent again of these orders, which are locked, and sum them up.

    `found`: parcels that count as lost no longer, before their units do.
    """
    ids = list(orders)
    without = [package.pk for package in found]
    if changed := COUNT({"orders": ids, "found": without}) if ids else []:
        summarize_orders({order_id for (order_id,) in changed})


def count_forgotten() -> int:
    """Count what former versions did not, which had no status for it; of how many orders."""
    rows = Problem.objects.filter(answer=Problem.Answer.REPLACEMENT, package__status__in=FAILED)
    orders = sorted(set(rows.values_list("order", flat=True)))
    for first in range(0, len(orders), BATCH):
        batch = orders[first : first + BATCH]
        with transaction.atomic():
            lock_orders(batch)
            count_replaced(batch)
    return len(orders)


def count_former(order_id: UUID) -> None:
    """The same of the orders of which this one sends units again: `lock_order` has locked them."""
    count_replaced(former_id for (former_id,) in REPLACED({"order": order_id}))
