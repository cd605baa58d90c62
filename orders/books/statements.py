"""Statements of `check_books` about kits, counted promises and refunds: each finds violations."""

from orders.statements import with_codes
from orders.states import RefundStatus

# The units of a part are those of its kit; of one that has begun to leave the other parts may have
# been cancelled.
KIT_RULES = """
SELECT format('Order %s, line %s: %s', orders_order.number, part.position, rule.broken)
FROM orders_orderline part
JOIN orders_orderline kit ON kit.id = part.kit_line_id
JOIN orders_order ON orders_order.id = part.order_id
CROSS JOIN LATERAL (VALUES
    ('its kit is in another order, or none', kit.order_id <> part.order_id OR NOT kit.is_kit),
    ('a kit ships, or is a part', kit.ships OR kit.kit_line_id IS NOT NULL),
    ('its units are not those of its kit', part.ordered <> kit.ordered * part.units_per_kit),
    ('its kit is cancelled, and it is not', part.cancelled < kit.cancelled * part.units_per_kit),
    ('it is cancelled without its kit', part.cancelled > kit.cancelled * part.units_per_kit
        AND NOT EXISTS (SELECT FROM orders_orderline other
            WHERE other.kit_line_id = kit.id AND other.picked > 0))
) AS rule (broken, is_broken)
WHERE rule.is_broken
"""


# The counts beside what the promises themselves say.
PROMISE_COUNTS = """
SELECT format('Promises (%s) that were %s on %s, of seller %s: counted %s too many', kind, outcome,
    settled_on, seller_id, sum(number))
FROM (
    SELECT seller_id, settled_on, kind, outcome, carrier, courier_id, is_of_shipment, number
    FROM orders_promisecount
    UNION ALL
    SELECT seller_id, (settled_at AT TIME ZONE 'UTC')::date, kind, orders_promise_outcome(promise),
        carrier, courier_id, shipment_id IS NOT NULL, -1
    FROM orders_promise promise WHERE settled_at IS NOT NULL
) counted
WHERE outcome IS NOT NULL
GROUP BY seller_id, settled_on, kind, outcome, carrier, courier_id, is_of_shipment
HAVING sum(number) <> 0
"""

# What is owed for the returns of an order beside what it cost, and each refund beside its lines.
REFUND_RULES = with_codes(
    """
SELECT format('Order %s: %s', orders_order.number, rule.broken)
FROM orders_charge charge
JOIN orders_order ON orders_order.id = charge.order_id
-- The refunds of the order, or what was paid of each; and those of which the lines are another sum.
CROSS JOIN LATERAL (
    SELECT coalesce(sum(greatest(refund.amount, refund.paid))
            FILTER (WHERE refund.status <> {waived}), 0) AS owed,
        coalesce(bool_or(refund.goods <> part.goods OR refund.tax <> part.tax
            OR refund.discount < part.discount), false) AS differs
    FROM orders_refund refund
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(goods), 0) AS goods, coalesce(sum(discount), 0) AS discount,
            coalesce(sum(tax), 0) AS tax
        FROM orders_refundline WHERE refund_id = refund.id
    ) part
    WHERE refund.order_id = charge.order_id
) back
CROSS JOIN LATERAL (VALUES
    ('more is owed for returns than was paid', back.owed > 0
        AND back.owed + charge.elsewhere > charge.paid),
    ('what is owed for returns is counted wrongly', back.owed <> charge.owed),
    ('a refund is not the sum of its lines', back.differs),
    ('more units are refunded than were ordered', EXISTS (
        SELECT FROM orders_orderline line
        WHERE line.order_id = charge.order_id AND line.ordered <
            (SELECT sum(units) FROM orders_refundline WHERE line_id = line.id)))
) AS rule (broken, is_broken)
WHERE rule.is_broken
""",
    waived=RefundStatus.WAIVED,
)
