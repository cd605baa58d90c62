"""The tables whose row-level security is on, and the one way to switch it on."""

from django.db import connection, transaction

POLICY = "tenant"
UNGUARDED = """
SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE p.polname = %s AND NOT c.relrowsecurity ORDER BY c.relname
"""


def unguarded() -> list[str]:
    """The tables that have a policy which is not switched on yet."""
    with connection.cursor() as cursor:
        cursor.execute(UNGUARDED, [POLICY])
        return [name for (name,) in cursor.fetchall()]


def guard(table: str) -> None:
    """Switch the policy of a table on: a lock for a moment, asked for as the owner of the table."""
    with transaction.atomic(), connection.cursor() as cursor:
        name = connection.ops.quote_name(table)
        cursor.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
