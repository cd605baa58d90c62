"""Raw SQL: put codes into statements as literals, and run prepared statements."""

import re
import weakref
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, connection
from psycopg import ClientCursor, Connection, Error
from psycopg.adapt import PyFormat, Transformer

from orders.row_security import prefix

CODE = re.compile(r"[a-z0-9_]+")
PLACE = re.compile(rb"\$(\d+)")

# The names of the statements that a connection has prepared, by text and types of values.
Prepared = dict[tuple[str, tuple[type, ...]], bytes]
_prepared: "weakref.WeakKeyDictionary[Connection[Any], Prepared]" = weakref.WeakKeyDictionary()


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
    driver = connection.connection
    before = prefix()
    with connection.wrap_database_errors, ClientCursor(driver) as cursor:
        cursor.execute(before.encode() + _merged(driver, sql, values))
        if before:
            cursor.nextset()
        return cursor.fetchall() if cursor.description else []


def _merged(driver: Connection[Any], sql: str, values: Sequence[Any]) -> bytes:
    """The statement with its values as literals, so that its scope can go before it.

    EXECUTE of what was prepared: only that is parsed anew. We keep the names ourselves: psycopg
    forgets what it has prepared, and with it all else, after each rollback.
    """
    dumping = Transformer(driver)
    literals = [dumping.as_literal(value) for value in values]
    if driver.prepare_threshold is None:
        return PLACE.sub(lambda place: literals[int(place[1]) - 1], sql.encode())
    name = _prepare(driver, sql, values)
    return b"EXECUTE %s(%s)" % (name, b", ".join(literals)) if values else b"EXECUTE " + name


def _prepare(driver: Connection[Any], sql: str, values: Sequence[Any]) -> bytes:
    """The name of a prepared statement of this connection, prepared now if it is new."""
    names = _prepared.setdefault(driver, {})
    kinds = tuple(map(type, values))
    if (name := names.get((sql, kinds))) is None:
        name = b"portal_%d" % len(names)
        types = ", ".join(_type_name(driver, value) for value in values)
        with ClientCursor(driver) as cursor:
            cursor.execute(
                f"PREPARE {name.decode()}{f'({types})' if types else ''} AS {sql}".encode()
            )
        names[sql, kinds] = name
    return name


def _type_name(driver: Connection[Any], value: Any) -> str:
    """The type of a parameter; the server infers that of a text or of nothing."""
    if isinstance(value, int):
        return "bigint"
    dumping = Transformer(driver)
    dumping.dump_sequence([value], [PyFormat.AUTO])
    found = driver.adapters.types.get(dumping.types[0]) if dumping.types else None
    if found is None:
        return "unknown"
    return f"{found.regtype}[]" if dumping.types == (found.array_oid,) else found.regtype


def violated_constraint(error: DatabaseError) -> str:
    """The name of the constraint that a row violated, or nothing."""
    cause = error.__cause__
    return cause.diag.constraint_name or "" if isinstance(cause, Error) else ""
