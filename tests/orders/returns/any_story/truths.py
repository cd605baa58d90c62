"""What must hold after each step, in SQL of its own: no rule of the portal is asked."""

from typing import Any

from django.db import connection

# All that an act may write.
WRITTEN = (
    "orders_order", "orders_orderline", "orders_shipment", "orders_shipmentline", "orders_package",
    "orders_packageline", "orders_return", "orders_returnline", "orders_discrepancy",
    "orders_repair", "orders_refund", "orders_refundline", "orders_charge", "orders_promise",
    "orders_hold", "orders_event", "orders_orderchange", "orders_shoporder", "orders_returnlabel",
    "warehouse_stock", "warehouse_supply", "warehouse_stockmovement", "warehouse_reservation",
    "notifications_message",
)  # fmt: skip
# A parcel, what is in it, its shipment where all of that left, and what was reported of it.
JOURNEY = """
SELECT concat_ws(' ',
  (SELECT p::text FROM orders_package p WHERE p.id = %(box)s),
  (SELECT string_agg(l::text, ' ' ORDER BY l.id) FROM orders_packageline l
   WHERE l.package_id = %(box)s),
  (SELECT string_agg(s::text || l::text, ' ' ORDER BY l.id) FROM orders_shipmentline l
   JOIN orders_shipment s ON s.id = l.shipment_id JOIN orders_package p ON p.shipment_id = s.id
   WHERE p.id = %(box)s AND s.status = 'handed_over'),
  (SELECT string_agg(e::text, ' ' ORDER BY e.id) FROM orders_event e
   WHERE e.subject_id = %(box)s))
"""
OUTSTANDING = """
WITH part AS (
  SELECT p.*, r.status, r.reason, r.is_kept, r.number
  FROM orders_returnline p JOIN orders_return r ON r.id = p.order_return_id),
asked AS (
  SELECT line_id,
    sum(inspected) AS inspected,
    sum(CASE
      WHEN is_kept THEN approved
      WHEN status = 'requested' THEN requested
      WHEN status IN ('approved', 'received') THEN approved + unexpected - inspected
      ELSE 0 END) AS outstanding
  FROM part WHERE reason <> 'undeliverable' GROUP BY line_id)
"""
# Units that a customer may still ask to return, by line.
LEFT = f"""
{OUTSTANDING}
SELECT l.id, l.delivered - l.returned - coalesce(a.outstanding, 0)
FROM orders_orderline l LEFT JOIN asked a ON a.line_id = l.id WHERE l.order_id = %(order)s
"""  # noqa: S608
# No more comes back of a line than was delivered, and what came is counted once.
LINES = f"""
{OUTSTANDING}
SELECT 'line ' || l.sku || ' of ' || o.number || ': ' || l.delivered || ' delivered, '
  || l.returned || ' returned, ' || a.inspected || ' inspected, ' || a.outstanding || ' asked for'
FROM asked a JOIN orders_orderline l ON l.id = a.line_id JOIN orders_order o ON o.id = l.order_id
WHERE l.returned <> a.inspected OR a.outstanding < 0 OR l.returned + a.outstanding > l.delivered
  OR l.delivered + l.came_back + l.lost > l.shipped OR l.shipped > l.ordered
"""  # noqa: S608
# Within a return; each inspected unit has one fate and one grade.
PARTS = """
SELECT 'return ' || r.number || ' (' || r.status || '): ' || p::text
FROM orders_returnline p JOIN orders_return r ON r.id = p.order_return_id
WHERE p.approved + p.refused > p.requested
  OR p.received > p.approved + p.unexpected
  OR p.inspected > p.received
  OR p.restocked + p.refurbished + p.written_off + p.sent_back <> p.inspected
  OR p.grade_a + p.grade_b + p.grade_c <> p.inspected
  OR p.restocked > p.grade_a OR p.refurbished > p.grade_b + p.grade_a
  OR (r.status = 'requested' AND p.approved + p.refused + p.received > 0)
  OR (r.status IN ('refused', 'cancelled') AND p.received > 0)
  OR (r.status = 'closed' AND p.inspected <> p.received)
"""
# What the ledger took back of a line is what was inspected as good.
LEDGER = """
SELECT 'return line ' || p.id || ': ' || p.restocked + p.refurbished || ' good, the ledger has '
  || coalesce(m.units, 0)
FROM orders_returnline p
LEFT JOIN (SELECT subject_id, sum(quantity) AS units FROM warehouse_stockmovement
  WHERE reason = 'restocked' GROUP BY subject_id) m ON m.subject_id = p.id
WHERE coalesce(m.units, 0) <> p.restocked + p.refurbished
"""
# No more money goes back than was paid: prices, less the discount, with tax and shipping.
MONEY = """
SELECT 'order ' || o.number || ': ' || r.owed || ' refunded of ' || b.worth + c.tax + c.shipping
  - c.discount
FROM orders_order o JOIN orders_charge c ON c.order_id = o.id
JOIN (SELECT order_id, sum(ordered * unit_price) AS worth FROM orders_orderline
  GROUP BY order_id) b ON b.order_id = o.id
JOIN (SELECT order_id, sum(CASE status WHEN 'waived' THEN 0 WHEN 'paid' THEN coalesce(paid, amount)
  ELSE amount END) AS owed FROM orders_refund GROUP BY order_id) r ON r.order_id = o.id
WHERE r.owed > b.worth + c.tax + c.shipping - c.discount AND c.is_known
"""
# No unit is refunded twice, nor one that was not delivered.
REFUNDED = """
SELECT 'line ' || l.sku || ' of ' || o.number || ': ' || r.units || ' refunded, '
  || l.delivered || ' delivered'
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
JOIN (SELECT line_id, sum(units) AS units FROM orders_refundline GROUP BY line_id) r
  ON r.line_id = l.id
WHERE r.units > l.delivered
"""
TRUTHS = (LINES, PARTS, LEDGER, MONEY, REFUNDED)


def rows_of(statement: str, **given: Any) -> list[Any]:
    """The rows that this statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        return list(cursor.fetchall())


def lies() -> list[str]:
    """What does not hold."""
    return [row[0] for row in rows_of(" UNION ALL ".join(f"({one})" for one in TRUTHS))]


def left_of(order: Any) -> dict[Any, int]:
    """{order line: units that may still be asked for}."""
    return dict(rows_of(LEFT, order=order.pk))


def journey_of(box: Any) -> str:
    """What is known of a parcel, its contents, its shipment and its tracking, as one text."""
    return str(rows_of(JOURNEY, box=box)[0][0])


def last_written() -> Any:
    """How many rows there are, and by which transaction one was written last: none if refused."""
    each = " UNION ALL ".join(
        f"SELECT count(*) AS n, max(xmin::text::bigint) AS x FROM {name}"  # noqa: S608
        for name in WRITTEN
    )
    return rows_of(f"SELECT sum(n), max(x) FROM ({each}) t")  # noqa: S608
