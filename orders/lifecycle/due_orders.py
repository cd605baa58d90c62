"""Orders that a task finds due: claimed in batches, a bad one tried alone."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from orders.lifecycle.dead_letters import Work, in_turn, retry_dead_letters, run_batch

BATCH = 100  # orders in a transaction
LOOK = "SELECT order_id FROM ({due}) due WHERE {in_turn} LIMIT %(limit)s"
CLAIM = "SELECT id FROM orders_order WHERE id IN ({look}) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"


class DueOrders(NamedTuple):
    """A statement with the column order_id, and the values it needs now.

    Its parameter `orders` limits it to these orders, with None to none.
    """

    work: Work
    sql: str
    values: Callable[[], dict[str, Any]]

    def claim(self, values: dict[str, Any], limit: int, only: UUID | None) -> list[UUID]:
        """Lock up to `limit` orders that are due, or `only` this one (SKIP LOCKED)."""
        return self._ids(CLAIM.format(look=self._look()), values, limit, only)

    def work_off(self, batch: Callable[..., int], limit: int) -> int:
        """Run batches until nothing is due, then the dead letters; returns the sum of results.

        `batch(limit)` handles the next orders, `batch(limit, only)` this one alone.
        """

        def alone(order_id: UUID) -> int:
            return batch(limit, order_id)

        done = 0
        while number := run_batch(
            self.work, partial(batch, limit), due=partial(self._due, limit), alone=alone
        ):
            done += number
        return done + retry_dead_letters(self.work, alone)

    def _due(self, limit: int) -> list[UUID]:
        return self._ids(self._look(), self.values(), limit, None)

    def _look(self) -> str:
        return LOOK.format(due=self.sql, in_turn=in_turn(self.work, "order_id"))

    def _ids(self, sql: str, values: dict[str, Any], limit: int, only: UUID | None) -> list[UUID]:
        given = {"orders": [only] if only else None, "limit": limit, "only": only}
        with connection.cursor() as cursor:
            cursor.execute(sql, values | given)
            return [order_id for (order_id,) in cursor.fetchall()]
