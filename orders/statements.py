"""Raw SQL: put codes into statements as literals, run prepared ones, and read their errors."""

import re
import select
import threading
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    connection,
    connections,
)
from psycopg import ClientCursor, Connection, Error, RawCursor
from psycopg.pq import TransactionStatus

from orders.row_security import (
    LOCAL,
    NO_SELLER,
    SET,
    UNKNOWN,
    is_within_reach,
    keeps_setting,
    narrow_to,
    note_setting,
    reach_of_ids,
    reaching,
)

CODE = re.compile(r"[a-z0-9_]+")
# The classes of errors of the server itself, not of a row or a statement: connection exception,
# insufficient resources (disk, memory, connections), operator intervention (shutdown, restart).
SERVER_ERRORS = ("08", "53", "57P")
# Errors of a statement that met too many others, and is right when it comes again: serialization
# failure and deadlock, lock not available, canceled by statement_timeout.
CROWDED = ("40", "55P03", "57014")
DatabaseAway = (OperationalError, InterfaceError)
# The advisory lock of which products are kits: shared by who reserves stock or adds units, taken
# alone, and before any lock of a product, by who makes a kit of one.
KITS = "which products are kits"
NAMED = re.compile(r"%\((\w+)\)s|%%")
AMONG = re.compile(r"= ANY\((\$(\d+)::\w+\[\])\)")  # a column is compared with a list
NOBODY = "{}"  # an array without ids
MOST_KEPT = 50  # rows that a cursor may hold until it is asked again
# By connection: the orders whose row locks its transaction holds.
_held: "weakref.WeakKeyDictionary[Connection[Any], set[UUID]]" = weakref.WeakKeyDictionary()
TRUSTED_SECONDS = 1.0  # a connection that answered so lately is asked only if it has input
# The function of PostgreSQL that refuses a prepared statement whose columns have other types since.
OUTDATED = "RevalidateCachedQuery"


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


class Statement:
    """SQL with named parameters, run as a prepared statement: planned once a connection."""

    def __init__(self, sql: str) -> None:
        self.names = list(dict.fromkeys(filter(None, NAMED.findall(sql))))
        self.sql = NAMED.sub(self._numbered, sql)

    def __call__(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows that it returns for these values."""
        return run(self.sql, [values[name] for name in self.names])

    def _numbered(self, found: re.Match[str]) -> str:
        return f"${self.names.index(found[1]) + 1}" if found[1] else "%"


def wait_for_lock(name: str, *, is_shared: bool = False) -> None:
    """Take an advisory lock until the end of the transaction: alone, or with others that share."""
    way = "_shared" if is_shared else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{way}(hashtext(%s))", [name])


def held_locks() -> set[UUID]:
    """The ids of rows that the open transaction of this thread holds locked, to be added to.

    Empty outside of a transaction, and after a savepoint in it, which may have taken locks back.
    """
    driver = connections[DEFAULT_DB_ALIAS].connection
    if driver is None or driver.pgconn.transaction_status != TransactionStatus.INTRANS:
        return set()
    return _held.setdefault(driver, set())


def forget_locks(driver: Connection[Any] | None) -> None:
    """Nothing is known to be locked: the transaction, or a savepoint in it, ends."""
    if driver is not None:
        _held.pop(driver, None)


def run(
    sql: str, values: Sequence[Any], *, needs_reach: bool = True, sets_reach: bool = False
) -> list[tuple[Any, ...]]:
    """Run one prepared statement with `$1` parameters, and return its rows.

    `needs_reach` is False for a function that looks behind row-level security by itself.
    `sets_reach`: the statement changes what its session sees, which whoever calls then notes.

    In autocommit this is one round trip. A connection that was kept is checked before, once a
    request (CONN_HEALTH_CHECKS): a restart of the server breaks them all. One that has just
    answered is asked only if there is something to read on it, such as its end. Errors are
    Django's, which marks the connection as suspect.

    A migration may widen a column while this process works: then its statements are prepared anew,
    by a new connection. In a transaction that is an outage, from the next request or task on none.
    """
    wrapper, sql = connections[DEFAULT_DB_ALIAS], _as_of_one(sql, values)
    how = {"needs_reach": needs_reach, "sets_reach": sets_reach}
    try:
        return _run(wrapper, sql, values, **how)
    except NotSupportedError as error:
        if not _is_outdated(error):
            raise
        if wrapper.in_atomic_block:
            wrapper.close_at = time.monotonic()
            raise OperationalError(str(error)) from None
    wrapper.close()
    return _run(wrapper, sql, values, **how)


def narrow_to_found(call: str, values: Sequence[Any]) -> bool:
    """From here on, this request sees the rows of those whose ids a function finds, if any.

    `call`: of the function, with `$1` parameters; it answers with an array as a text. A session
    that carries its setting is given it by the same statement, others with the next one.
    """
    wrapper = connections[DEFAULT_DB_ALIAS]
    wrapper.ensure_connection()
    is_kept = keeps_setting(wrapper.connection)
    sql = f"{SET.format(call)}, false)" if is_kept else f"SELECT {call}"
    ((ids,),) = run(sql, values, needs_reach=False, sets_reach=is_kept)
    if ids == NOBODY:
        narrow_to(NO_SELLER)
        return False
    reach = reach_of_ids(ids)
    narrow_to(reach)
    if is_kept:
        note_setting(wrapper.connection, reach)
    return True


def _as_of_one(sql: str, values: Sequence[Any]) -> str:
    """The statement in which a list of one value is compared as that value.

    PostgreSQL takes a list that it does not know for one of ten, so a plan for all lists looks
    dearer than one for this list of one: it would plan anew with each call, which takes longer than
    the look-up. That of one value it keeps.
    """
    ones = tuple(place for place in _lists(sql) if len(values[place - 1]) == 1)
    return _with_ones(sql, ones) if ones else sql


@cache
def _lists(sql: str) -> tuple[int, ...]:
    """The numbers of the parameters that are lists with which a column is compared."""
    return tuple(sorted({int(number) for _, number in AMONG.findall(sql)}))


@cache
def _with_ones(sql: str, ones: tuple[int, ...]) -> str:
    """The statement for lists of one value at these numbers: `= ANY($1)` becomes `= ($1)[1]`."""
    return AMONG.sub(lambda it: f"= ({it[1]})[1]" if int(it[2]) in ones else it[0], sql)


def _run(
    wrapper: Any, sql: str, values: Sequence[Any], *, needs_reach: bool, sets_reach: bool
) -> list[tuple[Any, ...]]:
    # What is lost with a transaction that has failed must not look as if it was done.
    wrapper.validate_no_broken_transaction()
    if not _last.is_whole(wrapper.connection):
        wrapper.close_if_health_check_failed()
    wrapper.ensure_connection()
    driver = wrapper.connection
    if sets_reach:
        note_setting(driver, UNKNOWN)
    sends_reach = needs_reach and not is_within_reach(driver)
    reach = _in_reach(driver) if sends_reach else nullcontext()
    with wrapper.wrap_database_errors, reach:
        cursor = _cursors.of(driver, sql)
        _execute(wrapper, cursor, sql, values)
        _last.answered(driver)
        rows = cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []
    if len(rows) <= MOST_KEPT:
        _cursors.keep(sql, cursor)
    return rows


def _execute(wrapper: Any, cursor: RawCursor[Any], sql: str, values: Sequence[Any]) -> None:
    """Execute through what Django has been told to put around each statement (execute_wrapper)."""

    def execute(sql: str, values: Sequence[Any], *_: Any) -> Any:
        return cursor.execute(sql, values, prepare=True)

    for around in reversed(wrapper.execute_wrappers):
        execute = partial(around, execute)
    execute(sql, values, False, {"connection": wrapper, "cursor": cursor})


@contextmanager
def _in_reach(driver: Connection[Any]) -> Iterator[None]:
    """Row-level security shows the statement in the block what the thread may see."""
    with reaching(driver) as before:
        # Only a transaction keeps a reach that the session cannot carry.
        is_local = before.endswith(LOCAL) and driver.autocommit
        with driver.transaction() if is_local else nullcontext():
            if before:
                with ClientCursor(driver) as cursor:
                    cursor.execute(before.encode())
            yield


class _LastAnswer(threading.local):
    """When the connection of this thread last answered a statement, and which one it was."""

    at = float("-inf")
    connection: object = None

    def answered(self, its_connection: object) -> None:
        self.at, self.connection = time.monotonic(), its_connection

    def is_whole(self, its_connection: Connection[Any] | None) -> bool:
        if its_connection is None or its_connection is not self.connection:
            return False
        return time.monotonic() - self.at < TRUSTED_SECONDS and not _has_input(its_connection)


class _Cursors(threading.local):
    """The cursors of this thread's connection, one a statement: how its values are written and its
    columns read takes a new cursor half of its time to find out. One that has failed is not kept.
    """

    connection: object = None

    def of(self, its_connection: Connection[Any], sql: str) -> RawCursor[Any]:
        if its_connection is not self.connection:
            self.connection, self.by_statement = its_connection, dict[str, RawCursor[Any]]()
        return self.by_statement.pop(sql, None) or RawCursor(its_connection)

    def keep(self, sql: str, cursor: RawCursor[Any]) -> None:
        if cursor.connection is self.connection:
            self.by_statement[sql] = cursor


def _has_input(its_connection: Connection[Any]) -> bool:
    """Whether an idle connection has something to read: a last word of the server, or its end."""
    if its_connection.closed:
        return True
    poll = select.poll()
    poll.register(its_connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


_last, _cursors = _LastAnswer(), _Cursors()


def is_outage(error: BaseException) -> bool:
    """Whether this is an error of the server or of a lost connection, not of a row or statement."""
    if not isinstance(error, DatabaseAway):
        return False
    state = error.__cause__.sqlstate if isinstance(error.__cause__, Error) else None
    # An error that the server did not send has no state: no connection, or a lost one.
    return state is None or state.startswith((*SERVER_ERRORS, *CROWDED))


def is_crowded(error: BaseException) -> bool:
    """Whether it met too many others, as for a lock: right when it comes again."""
    cause = error.__cause__
    state = cause.sqlstate if isinstance(cause, Error) else None
    return state is not None and state.startswith(CROWDED)


def _is_outdated(error: NotSupportedError) -> bool:
    """Whether a prepared statement was refused because its columns have other types since."""
    cause = error.__cause__
    return isinstance(cause, Error) and cause.diag.source_function == OUTDATED


def violated_constraint(error: DatabaseError) -> str:
    """The name of the constraint that a row violated, or nothing."""
    cause = error.__cause__
    return cause.diag.constraint_name or "" if isinstance(cause, Error) else ""
