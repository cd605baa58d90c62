"""Empties the database after a test: real commits need a real clean-up, and a fast one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

# Made by migrate, not by a test.
KEPT = ("django_migrations", "django_content_type", "auth_permission")
TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL(%s)
"""
# Numbers start anew, so that a test sees the same ones alone and among others.
SEQUENCES = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
NUMBERS = """
    SELECT format('%I.%I', schemaname, sequencename), last_value
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
SET_NUMBER = "SELECT setval(%s::regclass, %s)"


@dataclass(frozen=True)
class Kept:
    """The rows of a database, as COPY writes them, and the last numbers of its sequences."""

    rows: list[tuple[sql.Identifier, bytes]]
    numbers: list[tuple[str, int]]


class Sweeper:
    """Deletes as superuser: row-level security and triggers bind the portal, not the broom."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        # No trigger fires, so no order between the tables needs to be kept either.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET lock_timeout = '10s'")
        names = [row[0] for row in connection.execute(TABLES, [list(KEPT)])]
        self.tables = [sql.Identifier(name) for name in names]
        probes = [
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(number, table)
            for number, table in enumerate(self.tables)
        ]
        self.find_used = sql.SQL(" UNION ALL ").join(probes)

    def sweep(self) -> None:
        """Delete every row of the tables that have some."""
        if used := self._used():
            deletes = [sql.SQL("DELETE FROM {}").format(table) for table in used]
            self.connection.execute(sql.SQL("; ").join(deletes))
        self.connection.execute(SEQUENCES)

    def keep(self) -> Kept:
        """Every row there is, for `bring_back`."""
        rows = []
        with self.connection.cursor() as cursor:
            for table in self._used():
                with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(table)) as copy:
                    rows.append((table, b"".join(copy)))
        return Kept(rows, self.connection.execute(NUMBERS).fetchall())

    def bring_back(self, kept: Kept) -> None:
        """Make these rows and numbers those of an empty database."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            for table, rows in kept.rows:
                with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
                    copy.write(rows)
            cursor.executemany(SET_NUMBER, kept.numbers)

    def _used(self) -> list[sql.Identifier]:
        return [self.tables[row[0]] for row in self.connection.execute(self.find_used)]


@contextmanager
def sweeper_of(connection: psycopg.Connection) -> Iterator[Sweeper]:
    """A sweeper for one database, for as long as the run goes on."""
    with connection:
        yield Sweeper(connection)
