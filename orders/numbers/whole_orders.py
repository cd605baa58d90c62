"""SQL of what numbers count of whole orders: perfect ones, lines filled at once, returns."""

from orders.models import NumberFact, Return
from orders.statements import with_codes
from orders.states import PackageStatus, ReturnStatus

_N, _O = NumberFact.Number, NumberFact.Outcome
# The carrier of an order; none where its parcels have several.
CARRIER = with_codes(
    """coalesce((
        SELECT CASE WHEN min(carrier) = max(carrier) THEN min(carrier) END FROM orders_package
        WHERE order_id = {{order}} AND status <> {cancelled}), '')""",
    cancelled=PackageStatus.CANCELLED,
)

# Each order of which all had to be there: it reads the facts of the windows, written before.
PERFECT = with_codes(
    f"""
WITH
-- When the last of an order had to be there, and whether each of it came inside its window.
due AS (
    SELECT order_id, max(counts_from) AS at, bool_and(outcome = {{inside}}) AS is_timely
    FROM orders_numberfact WHERE order_id = ANY(%(orders)s) AND number = {{window}}
    GROUP BY order_id
),
-- Whether there are units to deliver, and whether all that were ordered were delivered.
goods AS (
    SELECT order_id, sum(ordered - cancelled) > 0 AS is_any, sum(delivered) = sum(ordered) AS is_all
    FROM orders_orderline WHERE order_id = ANY(%(orders)s) AND ships GROUP BY order_id
)
SELECT due.order_id, due.order_id, due.at, due.at,
    CASE WHEN NOT is_timely THEN {{untimely}} WHEN NOT is_all THEN {{incomplete}}
        WHEN EXISTS (SELECT FROM orders_problem p WHERE p.order_id = due.order_id)
            OR EXISTS (SELECT FROM orders_package p
                WHERE p.order_id = due.order_id AND p.status IN ({{lost}}, {{damaged}}))
            OR EXISTS (SELECT FROM orders_return r WHERE r.order_id = due.order_id
                AND r.reason IN ({{faults}}) AND r.status NOT IN ({{refused}}, {{called_off}}))
        THEN {{faulty}} ELSE {{perfect}} END,
    NULL::integer, {CARRIER.format(order="due.order_id")}, seller.warehouse_id
FROM due JOIN goods USING (order_id)
JOIN orders_order o ON o.id = due.order_id JOIN orders_seller seller ON seller.id = o.seller_id
WHERE is_any
""",  # noqa: S608
    inside=_O.INSIDE,
    window=_N.WINDOW,
    untimely=_O.UNTIMELY,
    incomplete=_O.INCOMPLETE,
    faulty=_O.FAULTY,
    perfect=_O.PERFECT,
    lost=PackageStatus.LOST,
    damaged=PackageStatus.DAMAGED,
    faults=(Return.Reason.DAMAGED, Return.Reason.WRONG, Return.Reason.NOT_AS_SHOWN),
    refused=ReturnStatus.REFUSED,
    called_off=ReturnStatus.CANCELLED,
)

# Each line of which the allocator has decided: whether a unit of it ever had to wait for stock.
FILLS = with_codes(
    f"""
WITH
-- The lines that each decision names.
decision AS (
    SELECT e.order_id, units.line_id, e.kind, e.at
    FROM orders_event e, jsonb_object_keys(e.data -> 'units') AS units (line_id)
    WHERE e.order_id = ANY(%(orders)s) AND e.kind IN ('order.allocated', 'order.backordered')
)
SELECT line.order_id, line.id, min(decision.at), min(decision.at),
    CASE WHEN bool_or(decision.kind = 'order.backordered') THEN {{short}} ELSE {{filled}} END,
    NULL::integer, {CARRIER.format(order="line.order_id")}, seller.warehouse_id
FROM decision
JOIN orders_orderline line ON line.id::text = decision.line_id
    AND line.order_id = decision.order_id
JOIN orders_seller seller ON seller.id = line.seller_id
GROUP BY line.id, seller.id
""",  # noqa: S608
    short=_O.SHORT,
    filled=_O.FILLED,
)

# Each return, with its reason and how many units it is of.
RETURNS = with_codes(
    f"""
SELECT r.order_id, r.id, r.created_at, r.created_at, r.reason,
    (SELECT coalesce(sum(requested), 0)::integer FROM orders_returnline
        WHERE order_return_id = r.id),
    {CARRIER.format(order="r.order_id")}, seller.warehouse_id
FROM orders_return r JOIN orders_seller seller ON seller.id = r.seller_id
WHERE r.order_id = ANY(%(orders)s) AND r.status <> {{called_off}}
""",  # noqa: S608
    called_off=ReturnStatus.CANCELLED,
)
