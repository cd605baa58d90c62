"""Querysets and inserts that are compiled once a process, and run as prepared statements."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache, cached_property
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import AutoField, BooleanField, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault, RawSQL
from django.db.models.query import get_related_populators
from psycopg.sql import quote

from orders.statements import Statement, run

Row = TypeVar("Row", bound=Model)
# Values that are of one request; a moment is a day, too.
DIFFERING = (date, UUID)
MOST_KEPT = 100  # querysets of one PreparedAsMade; each is a statement of every connection, too


def parameter(number: int) -> RawSQL:
    """A value of a queryset for `compiled` that is left to each run: `$number`."""
    return RawSQL(f"${number:d}", ())  # noqa: S611 - a number


def is_among(column: str, number: int, kind: str = "uuid") -> RawSQL:
    """A condition for `filter`: the column is one of the ids, or texts, in the list `$number`."""
    return condition(f"{column} = ANY(${number:d}::{kind}[])")


def is_among_some(column: str, number: int, kind: str = "uuid") -> RawSQL:
    """Like `is_among`, of lists that mostly have two or a few: planned once for all lengths.

    PostgreSQL counts no list that a sub-select brings, so no list looks worth a plan of its own.
    """
    return condition(f"{column} = ANY((SELECT ${number:d}::{kind}[])::{kind}[])")


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


class PreparedQuery(Generic[Row]):
    """A queryset that is made and compiled once a process, and run as a prepared statement.

    `make` may depend on nothing but its `parameter`s, which each call gives. The rows are as those
    of the queryset, with what it selects and annotates; it prefetches nothing.
    `needs_reach` is False for tables that are no tenant's.
    """

    def __init__(self, make: Callable[[], QuerySet[Row]], *, needs_reach: bool = True) -> None:
        self.make, self.needs_reach = make, needs_reach

    def __call__(self, *values: Any) -> list[Row]:
        """The rows for these values of `$1`, `$2`, …"""
        rows = run(self.sql, values, needs_reach=self.needs_reach)
        return [self.row(row) for row in rows]

    def first(self, *values: Any) -> Row | None:
        """The first of these rows, or None."""
        return next(iter(self(*values)), None)

    @property
    def sql(self) -> str:
        """What it runs, for a statement of which it is a part."""
        return self._made.sql

    @cached_property
    def _made(self) -> "_Compiled":
        return _Compiled.of(self.make())

    def row(self, columns: tuple[Any, ...]) -> Row:
        """The row with these columns."""
        row: Row = self._made.row(columns)
        return row


@dataclass(frozen=True, slots=True)
class _One:
    """What makes a row of a model of its values."""

    model: Any
    names: list[str]
    is_plain: bool

    @classmethod
    def of(cls, model: Any, names: list[str]) -> Self:
        return cls(model, names, _is_plain(model))

    def new(self, columns: tuple[Any, ...]) -> Any:
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


@dataclass(frozen=True, slots=True)
class _Related:
    """What select_related adds to a row: one of Django's RelatedPopulator, with our rows."""

    one: _One
    places: slice
    key: int
    further: "list[_Related | Any]"
    set_it: Callable[[Any, Any], None]
    set_back: Callable[[Any, Any], None]

    @classmethod
    def of(cls, populator: Any) -> "_Related | Any":
        if populator.reorder_for_init:  # of a model that inherits from another's table
            return populator
        return cls(
            one=_One.of(populator.model_cls, populator.init_list),
            places=slice(populator.cols_start, populator.cols_end),
            key=populator.cols_start + populator.pk_idx,
            further=[cls.of(one) for one in populator.related_populators],
            set_it=populator.local_setter,
            set_back=populator.remote_setter,
        )

    def populate(self, columns: tuple[Any, ...], row: Any) -> None:
        if columns[self.key] is None:
            self.set_it(row, None)
            return
        found = self.one.new(columns[self.places])
        for one in self.further:
            one.populate(columns, found)
        self.set_it(row, found)
        self.set_back(found, row)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The SQL of a queryset, and what makes a row of its columns; nothing of the connection."""

    sql: str
    one: _One
    places: slice
    related: "list[_Related | Any]"
    annotations: Mapping[str, int]
    converters: list[tuple[int, tuple[list[Callable[..., Any]], Any]]]

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> Self:
        compiler: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        populators: Any = get_related_populators
        sql, values = compiler.as_sql()
        select, klass = compiler.select, compiler.klass_info
        places = slice(klass["select_fields"][0], klass["select_fields"][-1] + 1)
        names = [column.target.attname for column, *_ in select[places]]
        converters = compiler.get_converters([column for column, *_ in select])
        return cls(
            sql=str(sql % tuple(quote(value) for value in values)),
            one=_One.of(klass["model"], names),
            places=places,
            related=[_Related.of(one) for one in populators(klass, select, DEFAULT_DB_ALIAS)],
            annotations=compiler.annotation_col_map or {},
            converters=list(converters.items()),
        )

    def row(self, columns: tuple[Any, ...]) -> Any:
        """As Django's ModelIterable makes one."""
        if self.converters:
            columns = self.converted(columns)
        row = self.one.new(columns[self.places])
        for related in self.related:
            related.populate(columns, row)
        for name, place in self.annotations.items():
            setattr(row, name, columns[place])
        return row

    def converted(self, columns: tuple[Any, ...]) -> tuple[Any, ...]:
        given = list(columns)
        for place, (converters, expression) in self.converters:
            for convert in converters:
                given[place] = convert(given[place], expression, connection)
        return tuple(given)


class PreparedAsMade:
    """Columns of querysets that differ in nothing but some values: the first is compiled and kept.

    For one that many functions make together, of which none takes a `parameter`. What is given
    with a call is looked for among the values of the queryset, and left to each run.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, str] = {}

    def __call__(
        self, make: Callable[[], QuerySet[Any, Any]], *values: Any, name: Hashable = ""
    ) -> list[tuple[Any, ...]]:
        """The rows of the queryset with these values; of each `name` one queryset is kept.

        Names may come from people, as those of saved views do: beyond MOST_KEPT none is kept.
        Raises ValueError for a queryset with a moment, a day or an id that is not among them, or
        without one of them.
        """
        if len(set(values)) < len(values):  # equal by chance: which is which nobody could tell
            return list(make())
        if name not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                return list(make())
            self._kept[name] = _left_open(make(), values)
        return run(self._kept[name], values)


class PreparedRows(Generic[Row]):
    """SQL with named parameters that returns rows of a model, as a prepared statement.

    Where it says `name.*`, it returns the columns of the model.
    """

    def __init__(self, model: type[Row], sql: str, *, name: str) -> None:
        self.model, self.sql, self.name = model, sql, name

    def __call__(self, values: Mapping[str, Any]) -> list[Row]:
        """The rows for these values of its parameters."""
        return [self._made.row(columns) for columns in self._statement(values)]

    @cached_property
    def _statement(self) -> Statement:
        fields = self.model._meta.concrete_fields
        columns = ", ".join(f'{self.name}."{field.column}"' for field in fields)
        return Statement(self.sql.replace(f"{self.name}.*", columns))

    @cached_property
    def _made(self) -> "_Compiled":
        return _Compiled.of(self.model._default_manager.all())


class PreparedColumns:
    """The same of `values_list`: its rows are tuples, as the driver gives them."""

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self.make = make

    def __call__(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values of `$1`, `$2`, …"""
        return run(self._sql, values)

    @cached_property
    def _sql(self) -> str:
        return compiled(self.make())


def _left_open(rows: QuerySet[Any, Any], values: Sequence[Any]) -> str:
    """The SQL of a queryset in which each of these values is `$number`, in their order."""
    sql, given = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    numbers = {value: f"${number}" for number, value in enumerate(values, start=1)}
    missing = set(numbers).difference(value for value in given if isinstance(value, DIFFERING))
    frozen = {value for value in given if isinstance(value, DIFFERING)}.difference(numbers)
    if missing or frozen:
        raise ValueError(f"Not in the queryset: {missing}. In it, and not given: {frozen}.")
    written = [numbers[value] if isinstance(value, DIFFERING) else quote(value) for value in given]
    return str(sql % tuple(written))


def insert(rows: Sequence[Model]) -> None:
    """Insert new rows of one model, as bulk_create does, by a statement made once a process."""
    if not rows:
        return
    sql, given, made = _insertion(type(rows[0]))
    columns = [[_stored(one, _given(one, row)) for row in rows] for one in given]
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


def _given(field: Any, row: Model) -> Any:
    """The value of a new row; where it has none its row gets, and keeps, that of the database."""
    value = field.pre_save(row, add=True)
    if isinstance(value, DatabaseDefault):
        value = field.db_default
        setattr(row, field.attname, value)
    return value


def _stored(field: Any, value: Any) -> Any:
    """A value of a field as the driver takes it; of a choice its text, as others in its column."""
    stored = field.get_db_prep_save(value, connection)
    return stored.value if isinstance(stored, Enum) else stored


def _is_plain(model: Any) -> bool:
    """Whether a row of this model is its values and nothing else. Signals there are none."""
    plain: Any = Model
    own = (model.__init__, model.from_db.__func__)
    return own == (plain.__init__, plain.from_db.__func__)
