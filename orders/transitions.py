"""The only writer of a status: lock, check the table, save, record, sum up the orders."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Sum, Value, When

from orders.errors import MoveRefused
from orders.events import record
from orders.models import Event, Hold, Order, OrderLine, Package
from orders.quantities import COUNTERS, Quantities, summarize
from orders.states import PackageStatus

AT_THE_DOOR = (PackageStatus.OUT_FOR_DELIVERY,)


@transaction.atomic(savepoint=False)
def move(
    things: Iterable[Any],
    to: str,
    *,
    actor: Any = None,
    changes: dict | None = None,
    data_of: dict[UUID, dict] | None = None,
    **data: Any,
) -> list[Any]:
    """Move rows of one kind along their table: one lock, one update, one insert of events.

    `changes` are further columns to set in the same update; `data` goes into each event, and
    `data_of[row id]` into the event of that row.
    Returns the moved rows, locked and fresh, in order of their ids. Raises MoveRefused.
    """
    things = list(things)
    if not things:
        return []
    order_ids = {order_id for thing in things if (order_id := getattr(thing, "order_id", None))}
    lock_orders(order_ids)
    model = type(things[0])
    same_rows = model._base_manager.filter(pk__in=[thing.pk for thing in things])
    rows: list[Any] = list(same_rows.select_for_update(no_key=True).order_by("pk"))
    if refused := [row for row in rows if to not in row.MOVES[row.status]]:
        raise MoveRefused(refused, to)
    same_rows.update(status=to, **(changes or {}))
    for row in rows:
        for field, value in {"status": to, **(changes or {})}.items():
            setattr(row, field, value)
    own = data_of or {}
    record([Event.of(row, to, actor=actor, **data, **own.get(row.pk, {})) for row in rows])
    summarize_orders(order_ids)
    return rows


def lock_orders(order_ids: Iterable[UUID]) -> list[Order]:
    """Lock these orders by id, before any other lock (order, shipment, package, supply, stock)."""
    wanted = sorted(set(order_ids))
    if not wanted:
        return []
    return list(Order.objects.filter(pk__in=wanted).select_for_update(no_key=True).order_by("pk"))


def summarize_orders(order_ids: Iterable[UUID]) -> None:
    """Recompute the stored summary of these orders from their quantities, in two statements."""
    wanted = list(order_ids)
    if not wanted:
        return
    by_status: dict[str, list[UUID]] = defaultdict(list)
    for order_id, present, status in computed_summaries(wanted):
        if present != status:
            by_status[status].append(order_id)
    if by_status:
        cases = [When(pk__in=ids, then=Value(status)) for status, ids in by_status.items()]
        changed = [order_id for ids in by_status.values() for order_id in ids]
        Order.objects.filter(pk__in=changed).update(status=Case(*cases))


def computed_summaries(order_ids: Iterable[UUID]) -> list[tuple[UUID, str, str]]:
    """(order id, stored summary, computed summary) of each order, in one statement."""
    counted = Q(lines__ships=True)
    sums = {name: Sum(f"lines__{name}", filter=counted, default=0) for name in COUNTERS}
    rows = Order.objects.filter(pk__in=list(order_ids)).annotate(
        held=Exists(Hold.objects.filter(order=OuterRef("pk"), released_at__isnull=True)),
        out=Exists(Package.objects.filter(order=OuterRef("pk"), status__in=AT_THE_DOOR)),
        **{f"sum_{name}": expression for name, expression in sums.items()},
    )
    return [
        (
            row["pk"],
            row["status"],
            summarize(
                Quantities(**{name: row[f"sum_{name}"] for name in COUNTERS}),
                held=row["held"],
                out=row["out"],
            ),
        )
        for row in rows.values("pk", "status", "held", "out", *(f"sum_{name}" for name in COUNTERS))
    ]


def add_quantities(counter: str, units: dict[UUID, int]) -> None:
    """Add units to one counter of order lines: {line id: units, below 0 to take back}.

    The caller's orders are locked here. A broken inequality raises IntegrityError naming the rule.
    """
    wanted = {line_id: number for line_id, number in units.items() if number}
    if not wanted:
        return
    lines = OrderLine.objects.filter(pk__in=wanted)
    lock_orders(lines.values_list("order_id", flat=True))
    cases = [When(pk=line_id, then=Value(number)) for line_id, number in wanted.items()]
    lines.update(**{counter: F(counter) + Case(*cases)})
