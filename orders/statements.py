"""Raw SQL: put codes into statements as literals, and run prepared statements."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, connection
from psycopg import Error, RawCursor

CODE = re.compile(r"[a-z0-9_]+")


def with_codes(sql: str, **codes: str | Sequence[str]) -> str:
    """Format codes, such as statuses, into SQL as literals: `{name}` becomes `'code'`.

    Several codes become a list for IN. Literals, not parameters, let the planner see that a
    partial index applies.
    """
    return sql.format(**{name: quoted(code) for name, code in codes.items()})


def quoted(codes: str | Sequence[str]) -> str:
    """Codes as SQL literals. ValueError for anything else: texts must be parameters."""
    several = [codes] if isinstance(codes, str) else codes
    for code in several:
        if not CODE.fullmatch(code):
            raise ValueError(f"{code!r} is no code of ours.")
    return ", ".join(f"'{code!s}'" for code in several)


def run(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run one prepared statement with `$1` parameters, and return its rows.

    In autocommit this is one round trip, without BEGIN and COMMIT. Like any cursor of Django it
    first checks, once a request, a connection that was kept (CONN_HEALTH_CHECKS): a restart of the
    server breaks them all. Its errors are Django's, which marks the connection as suspect.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors, RawCursor(connection.connection) as cursor:
        cursor.execute(sql, values, prepare=True)
        return cursor.fetchall() if cursor.description else []


def violated_constraint(error: DatabaseError) -> str:
    """The name of the constraint that a row violated, or nothing."""
    cause = error.__cause__
    return cause.diag.constraint_name or "" if isinstance(cause, Error) else ""
