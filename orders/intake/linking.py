"""Link lines that waited for a product once there is one: added, imported, or named by an alias."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from orders.lifecycle.aliases import meant_by
from orders.lifecycle.dead_letters import Work
from orders.lifecycle.due_orders import BATCH, DueOrders
from orders.lifecycle.holds import link_rows
from orders.lifecycle.kits import unpackable
from orders.models import Hold, OrderLine, Product
from orders.statements import with_codes
from orders.values.counts import MOST_UNITS

# As `meant_by` has it: the product's own SKU, an alias, or the only one in other letters.
DUE = with_codes(
    """
SELECT DISTINCT line.order_id
FROM orders_hold hold
JOIN orders_order held ON held.id = hold.order_id
JOIN orders_orderline line ON line.order_id = hold.order_id
CROSS JOIN LATERAL (
    SELECT count(*) AS in_letters, (array_agg(product.id))[1] AS id,
        (array_agg(product.id) FILTER (WHERE product.sku = line.sku))[1] AS exact_id
    FROM orders_product product
    WHERE product.seller_id = line.seller_id AND lower(product.sku) = lower(line.sku)
) mine
LEFT JOIN orders_skualias alias
    ON alias.channel_id = held.channel_id AND alias.sku = lower(line.sku)
CROSS JOIN LATERAL (
    SELECT coalesce(mine.exact_id, alias.product_id,
        CASE WHEN mine.in_letters = 1 THEN mine.id END) AS product_id
) meant
WHERE hold.released_at IS NULL AND hold.reason = {unknown_sku}
    AND line.product_id IS NULL AND line.ships AND line.ordered > line.cancelled
    AND (%(orders)s::uuid[] IS NULL OR line.order_id = ANY(%(orders)s))
    AND meant.product_id IS NOT NULL
    -- A kit with more parts than a line may have: a person decides.
    AND NOT EXISTS (
        SELECT FROM orders_kitpart part
        WHERE part.kit_id = meant.product_id AND part.units::bigint * line.ordered > {most_units}
    )
""",
    unknown_sku=Hold.Reason.UNKNOWN_SKU,
    most_units=f"{MOST_UNITS}",
)


def _nothing_more() -> dict[str, Any]:
    return {}


WAITING = DueOrders(Work("linking", "Linking products"), DUE, _nothing_more)


def link_what_is_known(limit: int = BATCH) -> int:
    """Link waiting lines, `limit` orders per transaction; returns how many were linked."""
    return WAITING.work_off(_link_batch, limit)


@transaction.atomic(savepoint=False)
def _link_batch(limit: int, only: UUID | None = None) -> int:
    ids = WAITING.claim(_nothing_more(), limit, only)
    unknown = OrderLine.objects.filter(
        order__in=ids, product__isnull=True, ships=True, ordered__gt=F("cancelled")
    )
    rows = unknown.select_related("order__channel").order_by("order", "pk")
    by_channel: dict[UUID, list[OrderLine]] = {}
    for row in rows:
        by_channel.setdefault(row.order.channel_id, []).append(row)
    meant: list[tuple[OrderLine, Product]] = []
    for lines in by_channel.values():
        known = meant_by(lines[0].order.channel, [line.sku for line in lines])
        # `meant_by` has the SKUs on one line, as lines have them.
        meant += [(line, known[line.sku]) for line in lines if line.sku in known]
    meant = unpackable(meant)
    link_rows(meant, actor=None)
    return len(meant)
