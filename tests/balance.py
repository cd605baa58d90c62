"""The checks of `check_books` as one prepared statement, cheap enough for after each test.

The command plans two dozen statements anew each time, which took more than many a test. Its own
tests are in tests/test_books.py; who finds something here asks it, so that the texts are the same.
"""

import psycopg
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fulfillment.management.commands import check_books
from fulfillment.management.commands.check_books import CHECKS
from orders.books import summaries


class Books:
    """The books of one database; `balance` says whether `findings` would find nothing."""

    def __init__(self, database: psycopg.Connection) -> None:
        self.database = database
        # What the tables hold says nothing of the next test, so no plan is worth compiling.
        database.execute("SET jit = off")
        with CaptureQueriesContext(connection) as asked:
            for check in CHECKS:
                if check is not summaries:  # the only one that reckons in Python
                    check()
        statements = [query["sql"] for query in asked.captured_queries]
        assert len(statements) == len(CHECKS) - 1
        self.statement = " UNION ALL ".join(f"({statement})" for statement in statements)

    def balance(self) -> bool:
        """Whether no check finds anything."""
        found = self.database.execute(self.statement, prepare=True).fetchone()
        return found is None and summaries() == []


_books: list[Books] = []


def open_books(database: psycopg.Connection) -> Books:
    """From here on `findings` looks into this database."""
    _books[:] = [Books(database)]
    return _books[0]


def findings() -> list[str]:
    """What `check_books` finds in what is committed."""
    return [] if _books[0].balance() else check_books.findings()
