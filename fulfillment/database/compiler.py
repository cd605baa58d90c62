"""Django's compilers of querysets, with a short way for columns: they take most of its time.

A row with those that it is joined to has a hundred columns and more. The SQL is the same.
"""

from functools import cache
from typing import Any, cast

from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)
from django.db.models import Field, ForeignKey
from django.db.models.expressions import Col

__all__ = [
    "SQLAggregateCompiler",
    "SQLCompiler",
    "SQLDeleteCompiler",
    "SQLInsertCompiler",
    "SQLUpdateCompiler",
]

AS_THEY_ARE = (Field.get_db_converters, ForeignKey.get_db_converters)


class SQLCompiler(compiler.SQLCompiler):
    """Writes columns without asking each how it is written, read and compared."""

    def compile(self, node: Any) -> Any:
        if type(node) is not Col:
            return super().compile(node)
        name: Any = node.target.column
        column = self.quote_name_unless_alias(name)
        return f"{self.quote_name_unless_alias(node.alias)}.{column}" if node.alias else column, []

    def quote_name_unless_alias(self, name: str) -> str:
        return str(self.quote_cache.get(name) or super().quote_name_unless_alias(name))

    def get_converters(self, expressions: Any) -> Any:
        # Nothing is converted where there is None.
        asked: Any = [None if _is_plain(expression) else expression for expression in expressions]
        return super().get_converters(asked)

    def _order_by_pairs(self) -> Any:
        """Django compares what is ordered by with all that is selected, also where it is a name.

        A name is that of a column, or the alias of an annotation.
        """
        own, theirs = cast(Any, self), cast(Any, super())
        select = own.select
        if self.query.combinator or not select or not self._is_ordered_by_names():
            yield from theirs._order_by_pairs()
            return
        is_named = any(alias for _, _, alias in select)
        # None takes no time to compare, and keeps the place.
        own.select = [row if row[2] else (None, *row[1:]) for row in select] if is_named else []
        try:
            pairs = list(theirs._order_by_pairs())
        finally:
            own.select = select
        yield from pairs

    def _is_ordered_by_names(self) -> bool:
        return all(isinstance(name, str) for name in self.query.order_by)


def _is_plain(expression: Any) -> bool:
    """Whether the value of a column is taken as the driver gives it."""
    if type(expression) is not Col:
        return False
    kinds: Any = type(expression.output_field), type(expression.target)
    return _is_as_given(kinds[0]) and _is_as_given(kinds[1])


@cache
def _is_as_given(field: type[Any]) -> bool:
    return field.get_db_converters in AS_THEY_ARE and not hasattr(field, "from_db_value")
