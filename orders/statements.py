"""Raw SQL: put codes into statements as literals, and run prepared statements."""

import re
import weakref
from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import ClientCursor, Connection, RawCursor
from psycopg.adapt import PyFormat, Transformer

from orders.row_security import prefix

CODE = re.compile(r"[a-z0-9_]+")
PLACE = re.compile(rb"\$(\d+)")

# The names of the statements that a connection has prepared, by their text and types.
Prepared = dict[tuple[str, tuple[int, ...]], str]
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

    In autocommit this is one round trip, without BEGIN and COMMIT. psycopg's errors are not
    wrapped, so that a caller can read which constraint was violated.
    """
    connection.ensure_connection()
    driver = connection.connection
    before = prefix()
    if not before:
        with RawCursor(driver) as cursor:
            cursor.execute(sql, values, prepare=True)
            return cursor.fetchall() if cursor.description else []
    with ClientCursor(driver) as cursor:
        cursor.execute(before.encode() + _merged(driver, sql, values))
        cursor.nextset()
        return cursor.fetchall() if cursor.description else []


def _merged(driver: Connection[Any], sql: str, values: Sequence[Any]) -> bytes:
    """The statement with its values as literals, so that its scope can go before it.

    EXECUTE of what was prepared: only that is parsed anew.
    """
    dumping = Transformer(driver)
    literals = [dumping.as_literal(value) for value in values]
    if driver.prepare_threshold is None:
        return PLACE.sub(lambda place: literals[int(place[1]) - 1], sql.encode())
    dumping.dump_sequence(values, [PyFormat.AUTO] * len(values))
    name = _prepare(driver, sql, dumping.types or ())
    given = b"(%s)" % b", ".join(literals) if values else b""
    return b"EXECUTE %s%s" % (name.encode(), given)


def _prepare(driver: Connection[Any], sql: str, types: tuple[int, ...]) -> str:
    """The name of a prepared statement of this connection, prepared now if it is new."""
    names = _prepared.setdefault(driver, {})
    if (name := names.get((sql, types))) is None:
        name = f"portal_{len(names)}"
        listed = f"({', '.join(_type_name(driver, oid) for oid in types)})" if types else ""
        with ClientCursor(driver) as cursor:
            cursor.execute(f"PREPARE {name}{listed} AS {sql}".encode())
        names[sql, types] = name
    return name


def _type_name(driver: Connection[Any], oid: int) -> str:
    """Types that nobody named are inferred."""
    found = driver.adapters.types.get(oid)
    if found is None:
        return "unknown"
    return f"{found.regtype}[]" if oid == found.array_oid else found.regtype
