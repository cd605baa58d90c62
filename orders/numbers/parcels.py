"""SQL of what numbers count of parcels and shipments: cycle time, on-time ship, first attempt.

Each statement selects of the orders `%(orders)s`: order, subject, moment, counts_from, outcome,
value, carrier and warehouse of each fact.
"""

from orders.event_kinds import UNDONE
from orders.models import NumberFact, Wish
from orders.statements import with_codes
from orders.states import PackageStatus, ShipmentStatus

_O = NumberFact.Outcome

# From the moment an order was accepted until each of its parcels was handed over.
CYCLES = with_codes(
    """
SELECT package.order_id, package.id, package.handed_over_at, package.handed_over_at,
    {left}, greatest(extract(epoch FROM package.handed_over_at - o.created_at), 0)::integer,
    package.carrier, shipment.warehouse_id
FROM orders_package package
JOIN orders_order o ON o.id = package.order_id
JOIN orders_shipment shipment ON shipment.id = package.shipment_id
WHERE package.order_id = ANY(%(orders)s) AND package.handed_over_at IS NOT NULL
    AND package.status <> {cancelled}
""",
    left=_O.LEFT,
    cancelled=PackageStatus.CANCELLED,
)

# What had to leave by a moment, and when the last of its parcels did.
SHIPMENTS = with_codes(
    """
SELECT shipment.order_id, shipment.id, shipment.ship_by, shipment.ship_by,
    CASE WHEN shipment.status <> {handed_over} OR box.left_at IS NULL THEN {not_left}
        WHEN box.left_at <= shipment.ship_by THEN {on_time} ELSE {tardy} END,
    NULL::integer, coalesce(box.carrier, ''), shipment.warehouse_id
FROM orders_shipment shipment
LEFT JOIN LATERAL (
    SELECT max(handed_over_at) AS left_at, max(carrier) AS carrier
    FROM orders_package WHERE shipment_id = shipment.id AND status <> {box_cancelled}
) box ON true
WHERE shipment.order_id = ANY(%(orders)s) AND shipment.status <> {cancelled}
""",
    handed_over=ShipmentStatus.HANDED_OVER,
    cancelled=ShipmentStatus.CANCELLED,
    box_cancelled=PackageStatus.CANCELLED,
    not_left=_O.NOT_LEFT,
    on_time=_O.ON_TIME,
    tardy=_O.TARDY,
)

# Whether the customer had chosen a pickup point when the parcel came there.
CHOSE_POINT = with_codes(
    """EXISTS (
        SELECT FROM orders_wish wish
        WHERE wish.order_id = {{order}} AND wish.kind = {pickup} AND wish.made_at <= {{at}}
            AND (wish.ended_at IS NULL OR wish.ended_at > {{at}}))""",
    pickup=Wish.Kind.PICKUP,
)

# What a parcel's first attempt came to: the first of these events that was not undone.
FIRST_ATTEMPTS = with_codes(
    f"""
WITH
-- Attempts and their undos, each with what followed it of the same kind.
happened AS (
    SELECT id, order_id, subject_id, kind, at, lead(kind) OVER (
        PARTITION BY subject_id, replace(kind, '{UNDONE}', '') ORDER BY id) AS follows
    FROM orders_event
    WHERE order_id = ANY(%(orders)s) AND kind IN ('package.delivered', 'package.attempt_failed',
        'package.at_pickup_point', 'package.delivered{UNDONE}', 'package.attempt_failed{UNDONE}',
        'package.at_pickup_point{UNDONE}')
),
-- The first one of each parcel that stands.
came AS (
    SELECT DISTINCT ON (subject_id) order_id, subject_id, kind, at FROM happened
    WHERE right(kind, length('{UNDONE}')) <> '{UNDONE}'
        AND follows IS DISTINCT FROM kind || '{UNDONE}'
    ORDER BY subject_id, id
)
SELECT came.order_id, came.subject_id, moment.at, moment.at,
    CASE WHEN came.kind = 'package.delivered' OR came.kind = 'package.at_pickup_point'
        AND {CHOSE_POINT.format(order="came.order_id", at="came.at")}
        THEN {{at_once}} ELSE {{not_at_once}} END,
    NULL::integer, package.carrier, shipment.warehouse_id
FROM came
JOIN orders_package package ON package.id = came.subject_id
JOIN orders_shipment shipment ON shipment.id = package.shipment_id
-- A delivery is of the moment that was reported, not of that at which the report came.
CROSS JOIN LATERAL (SELECT CASE WHEN came.kind = 'package.delivered'
    THEN coalesce(package.delivered_at, came.at) ELSE came.at END AS at) moment
""",  # noqa: S608
    at_once=_O.AT_ONCE,
    not_at_once=_O.NOT_AT_ONCE,
)
