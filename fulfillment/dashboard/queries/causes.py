"""Matters with the same cause: many orders that wait for one thing are one row, with one act."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fulfillment.dashboard.queries.unknown_lines import UnknownLines
from fulfillment.dashboard.queries.worklist import Matter
from orders.models import Hold

# Holds that end one by one: each order needs an address of its own, or a decision.
OF_ONE_ORDER = (Hold.Reason.NO_ADDRESS, Hold.Reason.PICKUP, Hold.Reason.SHOP)


def by_cause(matters: Sequence[Matter], lines: Mapping[UUID, UnknownLines]) -> list[list[Matter]]:
    """Group matters of one kind, in their order; a matter with a cause of its own is alone."""
    found: dict[Any, list[Matter]] = {}
    for matter in matters:
        unknown = lines.get(matter.order_id) if matter.order_id else None
        cause = _cause(matter, unknown) or (matter.subject_id,)
        found.setdefault(cause, []).append(matter)
    return list(found.values())


def _cause(matter: Matter, unknown: UnknownLines | None) -> tuple[Any, ...] | None:
    if matter.kind == "backordered":
        return (matter.cause,) if matter.cause else None
    if matter.kind != "held" or matter.why in OF_ONE_ORDER:
        return None
    if matter.why != Hold.Reason.UNKNOWN_SKU:
        return matter.why, matter.detail
    if unknown is None or unknown.more or not all(line.sku for line in unknown.shown):
        return None
    # A channel means one product by a SKU, another channel perhaps another one.
    return matter.why, *sorted({(str(line.channel), line.sku.casefold()) for line in unknown.shown})
