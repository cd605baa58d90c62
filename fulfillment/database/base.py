"""Django's PostgreSQL backend with a cursor that puts the reach of the thread before a statement.

Several statements in one simple query are one transaction, so the setting is local to it, also in
autocommit and behind a pooler that shares connections. In a transaction it is sent once, and again
after whatever may have taken it back.
"""

import re
from datetime import UTC, datetime
from typing import Any, Self

from django.db.backends.postgresql import base, operations
from psycopg import ClientCursor
from psycopg.types.datetime import TimestamptzLoader

from orders.row_security import forget_transaction, reaching
from orders.statements import forget_locks

# The statements that read or write rows; no other may have one before it (CREATE INDEX
# CONCURRENTLY refuses a transaction, ROLLBACK TO is there for one that has failed).
ON_ROWS = re.compile(
    r"(?:\s|\(|--[^\n]*\n)*(?:SELECT|INSERT|UPDATE|DELETE|WITH|EXPLAIN)\b", re.IGNORECASE
)
# Of the other statements, those that leave the setting of the transaction as it is.
ON_SAVEPOINTS = ("SAVEPOINT ", "RELEASE SAVEPOINT ")
# Statements that a connection keeps prepared. An order needs more than the 100 of psycopg, which
# forgets the oldest: each would be planned anew.
MOST_PREPARED = 500


class MomentLoader(TimestamptzLoader):
    """Reads a moment in C: that of psycopg, in Python, takes ten times as long."""

    timezone = UTC  # Django compares it with that of the connection

    def load(self, data: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(str(data, "ascii"))
        except ValueError:  # as before the year 1, which PostgreSQL can keep
            return super().load(data)
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


class ReachCursor(ClientCursor[Any]):
    """A cursor that binds on the client and shows the result of the statement, not of its reach."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        if not isinstance(query, str) or not ON_ROWS.match(query):
            if not isinstance(query, str) or not query.startswith(ON_SAVEPOINTS[:1]):
                forget_locks(self.connection)
            if not isinstance(query, str) or not query.startswith(ON_SAVEPOINTS):
                forget_transaction(self.connection)
            super().execute(query, params, **options)
            return self
        with reaching(self.connection) as before:
            super().execute(before + query, params, **options)
        if before:
            self.nextset()
        return self


class DatabaseOperations(operations.DatabaseOperations):
    """Django's, with our compilers of querysets."""

    compiler_module = "fulfillment.database.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose cursors carry the reach."""

    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        given = super().get_connection_params()
        if self.timezone == UTC:
            given["context"].register_loader("timestamptz", MomentLoader)
        return given | {"cursor_factory": ReachCursor}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        made.prepared_max = MOST_PREPARED
        return made

    def commit(self) -> None:
        forget_transaction(self.connection)
        forget_locks(self.connection)
        super().commit()

    def rollback(self) -> None:
        forget_transaction(self.connection)
        forget_locks(self.connection)
        super().rollback()
