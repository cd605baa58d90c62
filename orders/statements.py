"""The few statements that the server prepares: the hot path, where a round trip is the cost."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import RawCursor


def run(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run one statement with `$1` places, prepared, and return its rows.

    Outside a transaction it is one of its own: one round trip, no BEGIN and COMMIT. psycopg's
    errors come through as they are, so that a caller can tell one broken rule from another.
    """
    connection.ensure_connection()
    with RawCursor(connection.connection) as cursor:
        cursor.execute(sql, values, prepare=True)
        return cursor.fetchall() if cursor.description else []
