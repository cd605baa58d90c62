"""Counts what really goes to PostgreSQL, transaction control included, from libpq's own trace."""

import re
import tempfile
from contextlib import contextmanager

from django.db import connection

ONLY_REACH = re.compile(r"SELECT set_config\('portal\.sees', [^;]*;\W*$")


@contextmanager
def count_statements():
    """A list that holds one line per statement this thread's connection ran, once the block ends.

    A statement is a simple query, with the reach that it carries, or the binding of values to a
    prepared one. Not counted: what prepares it, once per connection, and what gives the connection
    to the next seller.
    """
    connection.ensure_connection()
    wire = connection.connection.pgconn
    statements = []
    with tempfile.TemporaryFile("w+") as log:
        wire.trace(log.fileno())
        wire.set_trace_flags(1)  # no times
        try:
            yield statements
        finally:
            wire.untrace()
            log.seek(0)
            statements += [line.strip() for line in log if _runs_something(line)]


def _runs_something(line):
    parts = line.split("\t")
    return (
        parts[0] == "F"
        and parts[2].strip().startswith(("Query", "Bind"))
        and not ONLY_REACH.search(line)
    )
