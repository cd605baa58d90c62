"""Plans webhook deliveries in the statement that appends their events.

The database joins events to endpoints and builds the payloads: for a seller without endpoints that
is one index look-up.
"""

from orders.event_kinds import UNDONE
from orders.events.payloads import PAYLOAD

# {events} e of the orders {orders} o; {at} is the time of the events. An endpoint without chosen
# kinds gets all; a chosen kind includes its undo.
INSERT = """
INSERT INTO notifications_delivery
  (seller_id, endpoint_id, event_id, order_id, kind, webhook_id, payload, created_at,
   next_attempt_at, series, attempts_made, claimed_by, problem)
SELECT w.seller_id, w.id, e.id, o.id, e.kind, 'msg_' || replace(e.id::text, '-', ''), {payload},
  {at}, {at}, 1, 0, '', ''
FROM {events} JOIN {orders} ON o.id = e.order_id
JOIN notifications_endpoint w ON w.seller_id = e.seller_id
  AND {open}
  AND (w.kinds = '{{}}' OR regexp_replace(e.kind, '{undone}$', '') = ANY(w.kinds))
ORDER BY e.id
ON CONFLICT (endpoint_id, event_id) DO NOTHING
"""
OPEN = "w.disabled_at IS NULL AND w.deleted_at IS NULL"


def _statement(*, events: str, orders: str, at: str) -> str:
    payload = PAYLOAD.format(at=at)
    return INSERT.format(
        events=events, orders=orders, at=at, payload=payload, undone=UNDONE, open=OPEN
    )


def statement_for_events(events: str) -> str:
    """Return the INSERT for events being recorded; only those of orders are sent."""
    return _statement(events=f"{events} e", orders="orders_order o", at="e.at")


def statement_for_intake(events: str, orders: str) -> str:
    """Return the same INSERT for orders being accepted, as a part of the intake's statement."""
    return _statement(events=f"{events} e", orders=f"{orders} o", at="now()")


def without_endpoints(seller_id: str) -> str:
    """Return the condition that a seller has no endpoint, so that this INSERT writes nothing."""
    return (
        f"NOT EXISTS (SELECT FROM notifications_endpoint w WHERE w.seller_id = {seller_id} "
        f"AND {OPEN})"
    )
