"""Empties the database after a test: real commits need a real clean-up, and a fast one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection
from django.utils import timezone
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
# Rows of a stage that was reached longer ago are made anew: to a test they have just happened.
RECENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Kept:
    """The rows of a database, as COPY writes them, and the last numbers of its sequences."""

    rows: list[tuple[sql.Identifier, bytes]]
    numbers: list[tuple[str, int]]

    def is_like(self, other: "Kept") -> bool:
        """Whether these are the same rows, in whatever order they lie."""
        mine, others = (
            [(table, sorted(rows.split(b"\n"))) for table, rows in kept.rows]
            for kept in (self, other)
        )
        return mine == others and self.numbers == other.numbers


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

    def sweep(self, used: list[sql.Identifier] | None = None) -> None:
        """Delete every row of the tables that have some, or of those that are known to."""
        if used := self.used() if used is None else used:
            deletes = [sql.SQL("DELETE FROM {}").format(table) for table in used]
            self.connection.execute(sql.SQL("; ").join(deletes))
        self.connection.execute(SEQUENCES)

    def keep(self) -> Kept:
        """Every row there is, for `bring_back`."""
        rows = []
        with self.connection.cursor() as cursor:
            for table in self.used():
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

    def used(self) -> list[sql.Identifier]:
        """The tables that have rows."""
        return [self.tables[row[0]] for row in self.connection.execute(self.find_used)]


@dataclass(frozen=True)
class Chapter:
    """What a story or a stage has made, the rows there were then, and when that was."""

    key: tuple[Any, ...]
    made: Any
    kept: Kept
    at: datetime


class Teller:
    """The fixture `once` of one test; `known` are the chapters of its file."""

    def __init__(self, sweeper: Sweeper, known: dict[tuple[Any, ...], Chapter]) -> None:
        self.sweeper, self.known = sweeper, known
        self.here: Chapter | None = None

    def __call__(self, story: Callable[[], Any]) -> Any:
        """What the story makes; the rows are those of the first test that told it."""
        if (key := (story,)) in self.known:
            self.sweeper.bring_back(self.known[key].kept)
        else:
            self._note(key, story())
        self.here = self.known[key]
        return deepcopy(self.here.made)

    @property
    def latest(self) -> datetime:
        """When the last chapter of the file was over, on the clock of its test."""
        return max(chapter.at for chapter in self.known.values())

    def go_on(self, stage: Callable[[], Any], *name: Any) -> Any:
        """As a story, for what comes straight after one: else the stage is reached on foot."""
        here, self.here = self.here, None
        if here is None or connection.in_atomic_block:
            return stage()
        if not self.sweeper.keep().is_like(here.kept):  # the test has written in between
            return stage()
        key, now = (*here.key, *name), timezone.now()
        if key in self.known and timedelta(0) <= now - self.known[key].at < RECENT:
            self.sweeper.sweep()
            self.sweeper.bring_back(self.known[key].kept)
        else:
            self._note(key, stage())
        self.here = self.known[key]
        return deepcopy(self.here.made)

    def _note(self, key: tuple[Any, ...], made: Any) -> None:
        self.known[key] = Chapter(key, deepcopy(made), self.sweeper.keep(), timezone.now())


@contextmanager
def sweeper_of(connection: psycopg.Connection) -> Iterator[Sweeper]:
    """A sweeper for one database, for as long as the run goes on."""
    with connection:
        yield Sweeper(connection)
