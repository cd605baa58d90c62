"""Raw SQL: put codes into statements as literals, run prepared ones, and read their errors."""

import re
import select
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property, partial
from typing import Any, Generic, Self, TypeVar
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
from django.db.models import AutoField, BooleanField, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault, RawSQL
from django.db.models.query import get_related_populators
from psycopg import ClientCursor, Connection, Error, RawCursor
from psycopg.sql import quote

from orders.row_security import LOCAL, is_within_reach, reaching

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
Row = TypeVar("Row", bound=Model)
MOST_KEPT = 50  # rows that a cursor may hold until it is asked again
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


def parameter(number: int) -> RawSQL:
    """A value of a queryset for `compiled` that is left to each run: `$number`."""
    return RawSQL(f"${number:d}", ())  # noqa: S611 - a number


def is_among(column: str, number: int, kind: str = "uuid") -> RawSQL:
    """A condition for `filter`: the column is one of the ids, or texts, in the list `$number`."""
    return condition(f"{column} = ANY(${number:d}::{kind}[])")


def condition(sql: str) -> RawSQL:
    """A condition for `filter` that no look-up says, with its `$number`s."""
    return RawSQL(sql, (), output_field=BooleanField())  # noqa: S611 - of ours


def compiled(rows: QuerySet[Any]) -> str:
    """The SQL of a queryset for `run`: all its values are literals but each `parameter`.

    Whoever keeps it saves what making and compiling the queryset costs with every request, which
    may be more than the page around it.
    """
    sql, values = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return str(sql % tuple(quote(value) for value in values))


class Kept(Generic[Row]):
    """A queryset that is made and compiled once a process, and run as a prepared statement.

    `make` may depend on nothing but its `parameter`s, which each call gives. The rows are as those
    of the queryset, with what it selects and annotates; it prefetches nothing.
    `needs_reach` is False for tables that are no tenant's.
    """

    def __init__(self, make: Callable[[], QuerySet[Row]], *, needs_reach: bool = True) -> None:
        self.make, self.needs_reach = make, needs_reach

    def __call__(self, *values: Any) -> list[Row]:
        """The rows for these values of `$1`, `$2`, …"""
        rows = run(self._made.sql, values, needs_reach=self.needs_reach)
        return [self._row(self._made, row) for row in rows]

    def first(self, *values: Any) -> Row | None:
        """The first of these rows, or None."""
        return next(iter(self(*values)), None)

    @cached_property
    def _made(self) -> "_Compiled":
        return _Compiled.of(self.make())

    def _row(self, made: "_Compiled", columns: tuple[Any, ...]) -> Row:
        """As Django's ModelIterable makes one."""
        if made.converters:
            columns = made.converted(columns)
        row: Row = made.new_row(columns[made.places])
        for populator in made.related:
            populator.populate(columns, row)
        for name, place in made.annotations.items():
            setattr(row, name, columns[place])
        return row


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The SQL of a queryset, and what makes a row of its columns; nothing of the connection."""

    sql: str
    model: Any
    names: list[str]
    places: slice
    related: list[Any]
    annotations: Mapping[str, int]
    converters: list[tuple[int, tuple[list[Callable[..., Any]], Any]]]
    is_plain: bool

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> Self:
        compiler: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        populators: Any = get_related_populators
        sql, values = compiler.as_sql()
        select, klass = compiler.select, compiler.klass_info
        places = slice(klass["select_fields"][0], klass["select_fields"][-1] + 1)
        converters = compiler.get_converters([column for column, *_ in select])
        return cls(
            sql=str(sql % tuple(quote(value) for value in values)),
            model=klass["model"],
            names=[column.target.attname for column, *_ in select[places]],
            places=places,
            related=populators(klass, select, DEFAULT_DB_ALIAS),
            annotations=compiler.annotation_col_map or {},
            converters=list(converters.items()),
            is_plain=_is_plain(klass["model"]),
        )

    def new_row(self, columns: tuple[Any, ...]) -> Any:
        """As `from_db` makes one. Of a model that has nothing to say in it, its values are put
        into place at once: Django sets each by itself, which takes four times as long.
        """
        if not self.is_plain:
            return self.model.from_db(DEFAULT_DB_ALIAS, self.names, columns)
        row = self.model.__new__(self.model)
        state = ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        row.__dict__.update(zip(self.names, columns, strict=True), _state=state)
        return row

    def converted(self, columns: tuple[Any, ...]) -> tuple[Any, ...]:
        given = list(columns)
        for place, (converters, expression) in self.converters:
            for convert in converters:
                given[place] = convert(given[place], expression, connection)
        return tuple(given)


class KeptColumns:
    """Like `Kept`, of a queryset that ends with `values_list`: tuples, as the driver gives them."""

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self.make = make

    def __call__(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values of `$1`, `$2`, …"""
        return run(self._sql, values)

    @cached_property
    def _sql(self) -> str:
        return compiled(self.make())


def insert(rows: Sequence[Model]) -> None:
    """Insert new rows of one model, as bulk_create does, by a statement made once a process."""
    if not rows:
        return
    sql, given, made = _insertion(type(rows[0]))
    columns = [[_stored(one, one.pre_save(row, add=True)) for row in rows] for one in given]
    returned = run(sql, columns) or [()] * len(rows)
    for row, values in zip(rows, returned, strict=True):
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
        for field, value in zip(made, values, strict=True):
            setattr(row, field.attname, value)


def update(model: type[Model], ids: Sequence[UUID], values: Mapping[str, Any]) -> None:
    """Set fields of the rows with these ids to values, by a statement made once a process."""
    given = [
        _stored(model._meta.get_field(name), value.pk if isinstance(value, Model) else value)
        for name, value in values.items()
    ]
    run(_updating(model, tuple(values)), [list(ids), *given])


@cache
def _insertion(model: type[Model]) -> tuple[str, list[Any], list[Any]]:
    """The SQL of an insert, the fields that it is given, and those that the database makes."""
    fields: list[Any] = list(model._meta.concrete_fields)
    # Not by `db_returning`: a field with a `db_default` has that too, and is given its value.
    returned = [one for one in fields if one.generated or isinstance(one, AutoField)]
    given = [one for one in fields if one not in returned]
    # Without its length: to cast to a varchar(40) would cut a text, not refuse it.
    types = [field.db_type(connection).partition("(")[0] for field in given]
    arrays = ", ".join(f"${place}::{name}[]" for place, name in enumerate(types, start=1))
    made = f" RETURNING {_names(returned)}" if returned else ""
    into = f"INSERT INTO {model._meta.db_table} ({_names(given)})"
    return f"{into} SELECT * FROM unnest({arrays}){made}", given, returned  # noqa: S608 - of ours


@cache
def _updating(model: type[Model], names: tuple[str, ...]) -> str:
    columns = [_names([model._meta.get_field(name)]) for name in names]
    pairs = ", ".join(f"{column} = ${place}" for place, column in enumerate(columns, start=2))
    return f"UPDATE {model._meta.db_table} SET {pairs} WHERE id = ANY($1::uuid[])"  # noqa: S608 - of ours


def _names(fields: Sequence[Any]) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)


def _stored(field: Any, value: Any) -> Any:
    """A value of a field as the driver takes it; of a choice its text, as others in its column."""
    plain = field.db_default if isinstance(value, DatabaseDefault) else value
    stored = field.get_db_prep_save(plain, connection)
    return stored.value if isinstance(stored, Enum) else stored


def _is_plain(model: Any) -> bool:
    """Whether a row of this model is its values and nothing else. Signals there are none."""
    plain: Any = Model
    own = (model.__init__, model.from_db.__func__)
    return own == (plain.__init__, plain.from_db.__func__)


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


def run(sql: str, values: Sequence[Any], *, needs_reach: bool = True) -> list[tuple[Any, ...]]:
    """Run one prepared statement with `$1` parameters, and return its rows.

    `needs_reach` is False for a function that looks behind row-level security by itself.

    In autocommit this is one round trip. A connection that was kept is checked before, once a
    request (CONN_HEALTH_CHECKS): a restart of the server breaks them all. One that has just
    answered is asked only if there is something to read on it, such as its end. Errors are
    Django's, which marks the connection as suspect.

    A migration may widen a column while this process works: then its statements are prepared anew,
    by a new connection. In a transaction that is an outage, from the next request or task on none.
    """
    wrapper = connections[DEFAULT_DB_ALIAS]
    try:
        return _run(wrapper, sql, values, needs_reach=needs_reach)
    except NotSupportedError as error:
        if not _is_outdated(error):
            raise
        if wrapper.in_atomic_block:
            wrapper.close_at = time.monotonic()
            raise OperationalError(str(error)) from None
    wrapper.close()
    return _run(wrapper, sql, values, needs_reach=needs_reach)


def _run(
    wrapper: Any, sql: str, values: Sequence[Any], *, needs_reach: bool
) -> list[tuple[Any, ...]]:
    # What is lost with a transaction that has failed must not look as if it was done.
    wrapper.validate_no_broken_transaction()
    if not _last.is_whole(wrapper.connection):
        wrapper.close_if_health_check_failed()
    wrapper.ensure_connection()
    driver = wrapper.connection
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
