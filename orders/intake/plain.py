"""The short text of the intake's statement, for plain orders: what most of them are.

An order is plain where each SKU is that of a product as it stands, no product is a kit, nothing
stops the order, and nobody but this system is told of it. To find that out, the whole text takes
PostgreSQL a third of the time of an order. The short one asks only whether it is so, in the same
statement, and writes nothing where it is not; then the whole one writes.
"""

import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

AGAIN_SECONDS = 60.0  # after which a channel with an order that was not plain is tried again
MOST_CHANNELS = 10_000  # of which a process remembers that

LINES = """
WITH
-- The lines of the orders that came in, each with the product of its SKU, unless that is a kit.
line AS MATERIALIZED (
  SELECT r.*, p.id AS product_id, p.title AS product_title, false AS is_kit
  FROM json_to_recordset({line_rows}::json) AS r({line_types})
  -- By the index for each line: the planner takes it for many lines, and would read all products.
  LEFT JOIN LATERAL (
    SELECT id, title FROM {product} found
    WHERE seller_id = {seller_id} AND sku = r.sku AND r.sku <> ''
      AND NOT EXISTS (SELECT FROM {kit_part} k WHERE k.kit_id = found.id)
    LIMIT 1
  ) p ON true
)"""
ALL_FOUND = "NOT EXISTS (SELECT FROM line WHERE product_id IS NULL)"


def conditions(names: dict[str, Any]) -> dict[str, str]:
    """What the short text says for the names that the whole one fills in otherwise."""
    paths = settings.INTAKE_STATEMENTS.values()
    unheard = [import_string(path)(names["seller_id"]) for path in paths]
    return {
        "is_plain": " AND ".join([ALL_FOUND, *unheard]),
        "is_stopped": "false",
        "with_missing": "",
        "and_parts": "",
    }


class Tried:
    """Of which channels this process tries the short text: not where it just wrote nothing."""

    def __init__(self) -> None:
        self._refused: dict[UUID, float] = {}

    def is_due(self, channel_id: UUID) -> bool:
        """Whether the orders of a channel may be plain."""
        since = self._refused.get(channel_id)
        return since is None or time.monotonic() - since >= AGAIN_SECONDS

    def was_in_vain(self, channel_id: UUID) -> None:
        """An order of the channel was not plain; the next ones may be alike."""
        if len(self._refused) >= MOST_CHANNELS:
            self._refused.clear()
        self._refused[channel_id] = time.monotonic()


tried = Tried()
