"""How statements of our own are written, and the few that the server prepares."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import RawCursor

CODE = re.compile(r"[a-z0-9_]+")


def with_codes(sql: str, **codes: str | Sequence[str]) -> str:
    """The statement with statuses and other codes of ours in it: `{name}` is its `'code'`.

    Several codes become a list, as IN wants it. They are literals and no parameters, so that the
    planner sees that a partial index fits.
    """
    return sql.format(**{name: quoted(code) for name, code in codes.items()})


def quoted(codes: str | Sequence[str]) -> str:
    """Codes as SQL. Raises ValueError for what is none: texts are parameters."""
    several = [codes] if isinstance(codes, str) else codes
    for code in several:
        if not CODE.fullmatch(code):
            raise ValueError(f"{code!r} is no code of ours.")
    return ", ".join(f"'{code!s}'" for code in several)


def run(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run one statement with `$1` places, prepared, and return its rows: where a round trip costs.

    Outside a transaction it is one of its own: one round trip, no BEGIN and COMMIT. psycopg's
    errors come through as they are, so that a caller can tell one broken rule from another.
    """
    connection.ensure_connection()
    with RawCursor(connection.connection) as cursor:
        cursor.execute(sql, values, prepare=True)
        return cursor.fetchall() if cursor.description else []
