"""Rows that the database refuses or that Python cannot read, as an error of data in one row is."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.sql import SQL, Identifier, Literal

from tests.support import servers
from tests.support.databases import superuser

SPOIL = SQL("""
CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'unreadable' USING ERRCODE = 'numeric_value_out_of_range';
END $$;
CREATE TRIGGER spoil BEFORE INSERT ON {table} FOR EACH ROW
    WHEN (new.{column}::text = {value}) EXECUTE FUNCTION spoil();
""")


@contextmanager
def spoiled(table: str, **where: object) -> Iterator[None]:
    """No row with this value in its column can be inserted: an error of data, as DataError."""
    ((column, value),) = where.items()
    parts = {
        "table": Identifier(table),
        "column": Identifier(column),
        "value": Literal(str(value)),
    }
    with superuser(servers.DATABASE) as admin:
        admin.execute(SPOIL.format(**parts))
        try:
            yield
        finally:
            admin.execute("DROP FUNCTION spoil CASCADE")


def make_unreadable(table: str, column: str, pk: object) -> None:
    """Write a moment that PostgreSQL keeps and Python cannot read."""
    statement = SQL("UPDATE {} SET {} = '20000-01-01' WHERE id = {}")
    with superuser(servers.DATABASE) as admin:
        admin.execute(statement.format(Identifier(table), Identifier(column), Literal(pk)))
