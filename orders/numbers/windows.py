"""SQL of what came inside the first window that its customer was told.

The first one counts, whatever it was replaced by, also where it was withdrawn and a new one was
told when stock came; but a day that the customer chose begins anew.
What has not left counts too, as what was not delivered.
"""

from orders.models import NumberFact, Promise
from orders.numbers.parcels import CHOSE_POINT
from orders.statements import with_codes
from orders.states import PackageStatus

_O = NumberFact.Outcome

FIRST_TOLD = with_codes(
    """
WITH RECURSIVE
-- The promises of arrival that were told, each with the one before it: that which it replaced, or
-- the newest that was withdrawn, as missing stock does, before this one was made.
told AS (
    SELECT p.id, p.order_id, p.shipment_id, p.made_at, p.reason, p.earliest, p.latest,
        coalesce(p.replaces_id, (
            SELECT w.id FROM orders_promise w
            WHERE w.order_id = p.order_id AND w.kind = {arrives} AND w.shipment_id IS NULL
                AND w.made_at < p.made_at
                AND w.released_at > w.made_at AND w.released_at <= p.made_at
            ORDER BY w.made_at DESC, w.id DESC LIMIT 1)) AS former_id
    FROM orders_promise p
    WHERE p.order_id = ANY(%(orders)s) AND p.kind = {arrives}
        AND p.released_at IS DISTINCT FROM p.made_at
),
-- Each of them, and step by step those that it stands in for.
step AS (
    SELECT id AS last_id, order_id, shipment_id, made_at AS last_made_at, former_id, reason,
        earliest, latest, 0 AS depth
    FROM told
    UNION ALL
    SELECT step.last_id, step.order_id, step.shipment_id, step.last_made_at, former.former_id,
        former.reason, former.earliest, former.latest, step.depth + 1
    FROM step JOIN told former ON former.id = step.former_id
    WHERE step.reason <> {wished}
),
-- The first window behind the newest promise of each shipment, and of each order.
first AS (
    SELECT DISTINCT ON (order_id, shipment_id) last_id, order_id, shipment_id, earliest, latest
    FROM step ORDER BY order_id, shipment_id, last_made_at DESC, last_id DESC, depth DESC
)""",
    arrives=Promise.Kind.ARRIVES,
    wished=Promise.Reason.WISHED,
)

# Parcels that have left: when each came to the customer, or where the customer wanted it.
UNITS = with_codes(
    f"""
-- A parcel at a pickup point that its customer chose is there, and not when it is collected.
parcel AS (
    SELECT package.id, package.order_id, package.shipment_id, package.carrier,
        least(package.delivered_at, CASE WHEN package.pickup_point <> '' THEN (
            SELECT max(e.at) FROM orders_event e
            WHERE e.order_id = package.order_id AND e.subject_id = package.id
                AND e.kind = 'package.at_pickup_point'
                AND {CHOSE_POINT.format(order="e.order_id", at="e.at")}) END) AS came_at
    FROM orders_package package
    WHERE package.order_id = ANY(%(orders)s) AND package.status <> {{cancelled}}
        AND package.handed_over_at IS NOT NULL
),
-- Orders of which units are still to be sent.
unsent AS (
    SELECT order_id FROM orders_orderline WHERE order_id = ANY(%(orders)s) AND ships
    GROUP BY order_id HAVING sum(ordered - cancelled) > sum(shipped)
)""",  # noqa: S608
    cancelled=PackageStatus.CANCELLED,
)

WINDOWS = with_codes(
    f"""
{FIRST_TOLD}, {UNITS},
-- Each parcel beside its first window, and of an order what should have left and has not.
unit AS (
    SELECT parcel.order_id, parcel.id, first.earliest, first.latest, parcel.came_at,
        parcel.carrier, parcel.shipment_id
    FROM parcel JOIN first USING (order_id, shipment_id)
    UNION ALL
    SELECT first.order_id, first.order_id, first.earliest, first.latest, NULL, '', NULL
    FROM first JOIN unsent USING (order_id) JOIN orders_promise last ON last.id = first.last_id
    -- What waits for stock beside what has left was promised nothing yet.
    WHERE first.shipment_id IS NULL AND (last.revised_at IS NULL OR NOT EXISTS (
        SELECT FROM orders_promise later
        WHERE later.replaces_id = last.id AND later.shipment_id IS NOT NULL))
)
SELECT unit.order_id, unit.id, unit.latest, unit.latest,
    CASE WHEN unit.came_at IS NULL THEN {{not_there}}
        WHEN unit.came_at < least(unit.earliest, unit.latest) THEN {{too_early}}
        WHEN unit.came_at > unit.latest THEN {{too_late}} ELSE {{inside}} END,
    NULL::integer, unit.carrier, coalesce(shipment.warehouse_id, seller.warehouse_id)
FROM unit
JOIN orders_order o ON o.id = unit.order_id
JOIN orders_seller seller ON seller.id = o.seller_id
LEFT JOIN orders_shipment shipment ON shipment.id = unit.shipment_id
""",  # noqa: S608
    not_there=_O.NOT_THERE,
    too_early=_O.TOO_EARLY,
    too_late=_O.TOO_LATE,
    inside=_O.INSIDE,
)
