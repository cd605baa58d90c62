"""Consistency checks of orders, for `check_books`: each recomputes and reports violations."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from orders.books.statements import KIT_RULES, PROMISE_COUNTS, REFUND_RULES
from orders.lifecycle.transitions import UNITS, computed_summaries
from orders.models import Order, Promise, Return
from orders.statements import with_codes
from orders.states import (
    PACKAGE_IN_HOUSE,
    SHIPMENT_NOT_BEGUN,
    OrderStatus,
    PackageStatus,
    ReturnStatus,
    ShipmentStatus,
)

Check = Callable[[], list[str]]

MOST_FINDINGS = 1000  # per check: more would only fill the screen
BATCH = 2000
# Orders of which nothing more will be delivered, unless a parcel was lost or came back.
NOTHING_TO_COME = (
    OrderStatus.CANCELLED,
    OrderStatus.DELIVERED,
    OrderStatus.RETURNED,
    OrderStatus.PARTLY_RETURNED,
    OrderStatus.NOTHING_TO_SHIP,
)

# Compares the counters of order lines with the sums of `part`, which reads them elsewhere.
COMPARED = """
{part}
SELECT format('Order %s, line %s: %s %s, its {place} say %s',
    orders_order.number, line.position, counted.units, counted.name, counted.parts)
FROM orders_orderline line
JOIN orders_order ON orders_order.id = line.order_id
LEFT JOIN part ON part.line_id = line.id
CROSS JOIN LATERAL (VALUES {counters}) AS counted (name, units, parts)
WHERE counted.units <> counted.parts
"""


def compared(part: str, *, place: str, counters: Sequence[str]) -> str:
    """The statement that finds the order lines whose counters differ from those of `part`."""
    rows = (
        f"('{name.replace('_', ' ')}', line.{name}, coalesce(part.{name}, 0))" for name in counters
    )
    return COMPARED.format(part=part, place=place, counters=", ".join(rows))


LINE_RULES = """
SELECT format('Order %s, line %s: %s', orders_order.number, line.position, rule.broken)
FROM orders_orderline line
JOIN orders_order ON orders_order.id = line.order_id
CROSS JOIN LATERAL (VALUES
    ('a unit is in two places', allocated + backordered + cancelled > ordered),
    ('more is picked than allocated', picked > allocated),
    ('more is packed than picked', packed > picked),
    ('more is shipped than packed', shipped > packed),
    ('more journeys end than began', delivered + lost + came_back > shipped),
    ('more is returned than delivered', returned > delivered),
    ('more is replaced than never came', replaced > lost + came_back)
) AS rule (broken, is_broken)
WHERE rule.is_broken
"""
SHIPMENT_RULES = with_codes(
    """
WITH
-- The units of each shipment. is_out_of_order: a line of it counts more than its step before.
unit AS (
    SELECT shipment_id, sum(quantity) AS quantity, sum(picked) AS picked, sum(packed) AS packed,
        bool_or(packed > picked OR picked > quantity) AS is_out_of_order
    FROM orders_shipmentline GROUP BY shipment_id
)
SELECT format('Shipment %s, %s: %s', shipment.number, shipment.status, rule.broken)
FROM orders_shipment shipment
JOIN unit ON unit.shipment_id = shipment.id
CROSS JOIN LATERAL (VALUES
    ('its lines count more packed than picked, or picked than planned', is_out_of_order),
    ('units of it are picked', picked > 0 AND status IN ({unpicked})),
    ('units of it are not picked', picked < quantity AND status = {picked}),
    ('units of it are not packed',
        packed < quantity AND status IN ({packed})),
    ('a box of it is still here', status = {handed_over} AND EXISTS (
        SELECT FROM orders_package package WHERE package.shipment_id = shipment.id
            AND package.status IN ({in_house})))
) AS rule (broken, is_broken)
WHERE rule.is_broken
""",
    unpicked=(*SHIPMENT_NOT_BEGUN, ShipmentStatus.CANCELLED),
    picked=ShipmentStatus.PICKED,
    packed=(ShipmentStatus.PACKED, ShipmentStatus.READY, ShipmentStatus.HANDED_OVER),
    handed_over=ShipmentStatus.HANDED_OVER,
    in_house=PACKAGE_IN_HOUSE,
)
LINES_AND_SHIPMENTS = compared(
    with_codes(
        """
WITH
-- The units of each line in shipments that were not cancelled.
part AS (
    SELECT line_id, sum(quantity) AS allocated, sum(picked) AS picked, sum(packed) AS packed
    FROM orders_shipmentline JOIN orders_shipment shipment ON shipment.id = shipment_id
    WHERE shipment.status <> {cancelled}
    GROUP BY line_id
)""",
        cancelled=ShipmentStatus.CANCELLED,
    ),
    place="shipments",
    counters=("allocated", "picked", "packed"),
)
LINES_AND_REPLACEMENTS = compared(
    UNITS.format(mine="true"), place="replacements", counters=("replaced",)
)
LINES_AND_PACKAGES = compared(
    with_codes(
        """
WITH
-- The units of each line in boxes: that have left, delivered, lost, or back undelivered.
part AS (
    SELECT shipment_line.line_id,
        sum(inside.quantity) FILTER (
            WHERE package.status NOT IN ({not_left})) AS shipped,
        sum(inside.quantity) FILTER (WHERE package.delivered_at IS NOT NULL) AS delivered,
        sum(inside.quantity) FILTER (WHERE package.status = {lost}) AS lost,
        sum(inside.quantity) FILTER (
            WHERE package.status = {returned} AND package.delivered_at IS NULL) AS came_back
    FROM orders_packageline inside
    JOIN orders_package package ON package.id = inside.package_id
    JOIN orders_shipmentline shipment_line ON shipment_line.id = inside.shipment_line_id
    GROUP BY shipment_line.line_id
)""",
        not_left=(*PACKAGE_IN_HOUSE, PackageStatus.CANCELLED),
        returned=PackageStatus.RETURNED,
        lost=PackageStatus.LOST,
    ),
    place="packages",
    counters=("shipped", "delivered", "lost", "came_back"),
)
SHIPMENTS_AND_PACKAGES = with_codes(
    """
WITH
-- The units of each line of a shipment in its closed boxes, and in all of them.
part AS (
    SELECT inside.shipment_line_id,
        sum(inside.quantity) FILTER (WHERE package.status <> {open}) AS packed,
        sum(inside.quantity) AS taken
    FROM orders_packageline inside JOIN orders_package package ON package.id = inside.package_id
    WHERE package.status <> {cancelled}
    GROUP BY inside.shipment_line_id
)
SELECT format('Shipment %s, line %s: %s picked, %s packed, its boxes hold %s, closed ones %s',
    shipment.number, line.position, shipment_line.picked, shipment_line.packed,
    coalesce(part.taken, 0), coalesce(part.packed, 0))
FROM orders_shipmentline shipment_line
JOIN orders_shipment shipment ON shipment.id = shipment_line.shipment_id
JOIN orders_orderline line ON line.id = shipment_line.line_id
LEFT JOIN part ON part.shipment_line_id = shipment_line.id
WHERE shipment_line.packed <> coalesce(part.packed, 0)
    OR shipment_line.picked < coalesce(part.taken, 0)
""",
    open=PackageStatus.PACKING,
    cancelled=PackageStatus.CANCELLED,
)
RETURN_RULES = """
SELECT format('Return %s, %s: %s', owner.number, line.title, rule.broken)
FROM orders_returnline part
JOIN orders_return owner ON owner.id = part.order_return_id
JOIN orders_orderline line ON line.id = part.line_id
CROSS JOIN LATERAL (VALUES
    ('more is decided than requested', approved + refused > requested),
    ('more is received than approved', received > approved + unexpected),
    ('more is inspected than received', inspected > received),
    ('an inspected unit has no fate or two',
        restocked + refurbished + written_off + sent_back <> inspected)
) AS rule (broken, is_broken)
WHERE rule.is_broken
"""
LINES_AND_RETURNS = with_codes(
    """
WITH
-- The units of each line that customers sent back, and those that may still come.
part AS (
    SELECT line_id, sum(inspected) AS inspected,
        sum(CASE owner.status WHEN {requested} THEN requested
            WHEN {approved} THEN approved
            WHEN {received} THEN approved + unexpected - inspected
            ELSE 0 END) AS expected
    FROM orders_returnline JOIN orders_return owner ON owner.id = order_return_id
    WHERE owner.reason <> {undeliverable}
    GROUP BY line_id
)
SELECT format('Order %s, line %s: %s delivered, %s returned, returns say %s and expect %s more',
    orders_order.number, line.position, line.delivered, line.returned,
    coalesce(part.inspected, 0), coalesce(part.expected, 0))
FROM orders_orderline line
JOIN orders_order ON orders_order.id = line.order_id
LEFT JOIN part ON part.line_id = line.id
WHERE line.returned <> coalesce(part.inspected, 0)
    OR line.returned + coalesce(part.expected, 0) > line.delivered
""",
    requested=ReturnStatus.REQUESTED,
    approved=ReturnStatus.APPROVED,
    received=ReturnStatus.RECEIVED,
    undeliverable=Return.Reason.UNDELIVERABLE,
)
UNDELIVERABLE_UNITS = with_codes(
    """
WITH
-- The units of each line that came back undeliverable.
part AS (
    SELECT line_id, sum(received) AS received
    FROM orders_returnline JOIN orders_return owner ON owner.id = order_return_id
    WHERE owner.reason = {undeliverable}
    GROUP BY line_id
)
SELECT format('Order %s, line %s: %s came back, its returns received %s',
    orders_order.number, line.position, line.came_back, coalesce(part.received, 0))
FROM orders_orderline line
JOIN orders_order ON orders_order.id = line.order_id
LEFT JOIN part ON part.line_id = line.id
WHERE line.came_back <> coalesce(part.received, 0)
""",
    undeliverable=Return.Reason.UNDELIVERABLE,
)

LABEL_RULES = with_codes(
    """
SELECT format('Box %s: its label is wanted, and it is %s', package.number, package.status)
FROM orders_labelrequest request
JOIN orders_package package ON package.id = request.package_id
WHERE request.unwanted_at IS NULL AND request.refused_at IS NULL
    AND package.status IN ({unlabelled})
""",
    unlabelled=(PackageStatus.PACKING, PackageStatus.CANCELLED),
)
PROMISE_RULES = with_codes(
    """
SELECT format('Order %s, promise %s of %s: %s', orders_order.number, promise.kind,
    promise.local_on, rule.broken)
FROM orders_promise promise
JOIN orders_order ON orders_order.id = promise.order_id
LEFT JOIN orders_promise old ON old.id = promise.replaces_id
CROSS JOIN LATERAL (VALUES
    ('it is settled twice', num_nonnulls(promise.kept_at, promise.revised_at, promise.broken_at,
        promise.released_at) > 1),
    ('it is open, and nothing is to come', promise.settled_at IS NULL
        AND promise.kind <> {refunded} AND status IN ({done})
        AND NOT EXISTS (SELECT FROM orders_orderline line
            WHERE line.order_id = orders_order.id AND lost + came_back > 0)),
    ('it is kept, and nothing was done in time', promise.kept_at IS NOT NULL
        AND (promise.done_at IS NULL OR promise.done_at > promise.latest)),
    ('it replaces one of another order or kind', old.order_id <> promise.order_id
        OR old.kind <> promise.kind)
) AS rule (broken, is_broken)
WHERE rule.is_broken
""",
    done=NOTHING_TO_COME,
    refunded=Promise.Kind.REFUNDED,
)


def findings(sql: str, values: dict[str, Any] | None = None) -> list[str]:
    """The texts that a statement selects, the first thousand of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {MOST_FINDINGS}", values)
        return [text for (text,) in cursor.fetchall()]


def counters_of_lines() -> list[str]:
    """No unit of an order line is in two places, none skips a step."""
    return findings(LINE_RULES)


def counters_of_shipments() -> list[str]:
    """The status of a shipment is what its lines say."""
    return findings(SHIPMENT_RULES)


def lines_equal_shipments() -> list[str]:
    """Allocated, picked and packed units of an order line are those of its shipments."""
    return findings(LINES_AND_SHIPMENTS)


def lines_equal_packages() -> list[str]:
    """What left, arrived and came back of an order line is what its packages say."""
    return findings(LINES_AND_PACKAGES)


def lines_equal_replacements() -> list[str]:
    """What is sent again of an order line, and never came, is what its replacements say."""
    return findings(LINES_AND_REPLACEMENTS)


def shipments_equal_packages() -> list[str]:
    """Packed units of a shipment lie in its closed boxes, and no box has more than was picked."""
    return findings(SHIPMENTS_AND_PACKAGES)


def counters_of_returns() -> list[str]:
    """Each unit that comes back is decided over, received and inspected once."""
    return findings(RETURN_RULES)


def lines_equal_returns() -> list[str]:
    """Returned units of an order line are the inspected ones; no more come than were delivered."""
    return findings(LINES_AND_RETURNS)


def lines_equal_undeliverables() -> list[str]:
    """Each unit that came back undelivered was received for inspection."""
    return findings(UNDELIVERABLE_UNITS)


def parts_equal_kits() -> list[str]:
    """The units of a kit's parts are wanted and cancelled with it."""
    return findings(KIT_RULES)


def labels_are_wanted() -> list[str]:
    """Of a box that is open or cancelled no label is kept: the carrier would bill it."""
    return findings(LABEL_RULES)


def promises_are_settled() -> list[str]:
    """A promise is settled once, by facts, and none is open where nothing is to come."""
    return findings(PROMISE_RULES)


def promises_are_counted() -> list[str]:
    """The counts of each day are what the promises that were settled on it add up to."""
    return findings(PROMISE_COUNTS)


def refunds_are_paid_for() -> list[str]:
    """No more is owed for returns than was paid, less what was given back; sums are exact."""
    return findings(REFUND_RULES)


def summaries() -> list[str]:
    """The stored summary of an order is the function of its quantities, holds and packages."""
    broken: list[str] = []
    ids = list(Order.objects.order_by("pk").values_list("pk", flat=True)[:BATCH])
    while ids and len(broken) < MOST_FINDINGS:
        wrong = [row for row in computed_summaries(ids) if row[1] != row[2]]
        numbers = Order.objects.in_bulk([order_id for order_id, _, _ in wrong])
        broken += [
            f"Order {numbers[order_id]} is {stored}, its lines say {status}"
            for order_id, stored, status in wrong
        ]
        later = Order.objects.filter(pk__gt=ids[-1]).order_by("pk")
        ids = list(later.values_list("pk", flat=True)[:BATCH])
    return broken


CHECKS: tuple[Check, ...] = (
    counters_of_lines,
    counters_of_shipments,
    lines_equal_shipments,
    lines_equal_packages,
    lines_equal_replacements,
    shipments_equal_packages,
    counters_of_returns,
    lines_equal_returns,
    lines_equal_undeliverables,
    parts_equal_kits,
    labels_are_wanted,
    promises_are_settled,
    promises_are_counted,
    refunds_are_paid_for,
    summaries,
)
