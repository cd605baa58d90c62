"""Keep the texts of changes of an order, and the reason a person gave, beside the event."""

from collections.abc import Mapping

from orders.models import Event, Order, OrderChange
from orders.values.texts import one_line

REASON = "reason"
LONGEST_REASON = 250


def keep_changes(
    order: Order, event: Event, texts: Mapping[str, tuple[str, str]], *, reason: str = ""
) -> None:
    """Keep the texts of a recorded event, {field: (before, after)}, and its reason."""
    rows = dict(texts)
    if said := one_line(reason)[:LONGEST_REASON]:
        rows[REASON] = "", said
    OrderChange.objects.bulk_create(
        OrderChange(
            seller_id=order.seller_id,
            order=order,
            event=event,
            field=field,
            before=before,
            after=after,
        )
        for field, (before, after) in rows.items()
    )
