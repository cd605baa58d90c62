"""What the portal's role may do in the database, and what only the owner of the tables may."""

import psycopg
import pytest
from django.db import ProgrammingError
from django.db import connection as portal

from fulfillment.embedded.postgres import grant_roles
from orders.migrations.fresh.history import APPEND_ONLY
from tests.support import servers
from tests.support.databases import superuser

pytestmark = pytest.mark.django_db


def ask(question: str) -> list[tuple]:
    with portal.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def test_the_portal_is_neither_superuser_nor_owner() -> None:
    assert ask("SELECT current_user") == [("fulfillment_app",)]
    assert ask(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles "
        "WHERE rolname = current_user"
    ) == [(False, False, False, False)]
    assert ask("SELECT tablename FROM pg_tables WHERE tableowner = current_user") == []


def test_the_portal_reads_and_writes_every_table_but_only_appends_to_history_and_ledger() -> None:
    missing = ask(
        "SELECT tablename, right_name FROM pg_tables, "
        "unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) right_name "
        "WHERE schemaname = 'public' "
        "AND NOT has_table_privilege(current_user, format('public.%I', tablename), right_name)"
    )
    assert set(missing) == {
        (table, right)
        for table in ("orders_event", "warehouse_stockmovement")
        for right in ("UPDATE", "DELETE")
    }


def test_a_migration_alone_takes_the_rights_from_the_portal() -> None:
    """Where roles.sql ran before the tables were made, and gave all rights to what was to come."""
    for table in ("orders_event", "warehouse_stockmovement"):
        revoke = APPEND_ONLY.format(table=table)
        grant = revoke.replace("REVOKE", "GRANT").replace(" FROM fulfillment", " TO fulfillment")
        with superuser(servers.DATABASE) as connection, connection.transaction(force_rollback=True):
            for sql, may in ((grant, True), (revoke, False)):
                connection.execute(sql)
                asked = "SELECT has_table_privilege('fulfillment_app', %s, 'UPDATE')"
                assert connection.execute(asked, [table]).fetchone() == (may,)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE note (text text)",
        "ALTER TABLE orders_order ADD COLUMN note text",
        "ALTER TABLE orders_order DISABLE ROW LEVEL SECURITY",
        "DROP TABLE orders_order",
        "TRUNCATE orders_order CASCADE",
        "UPDATE orders_event SET kind = 'order.cancelled'",
        "DELETE FROM orders_event",
        "UPDATE warehouse_stockmovement SET quantity = 0",
        "DELETE FROM warehouse_stockmovement",
        "SET SESSION AUTHORIZATION postgres",
        "SET ROLE fulfillment_owner",
    ],
)
def test_the_portal_may_not(statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
        ask(statement)


def test_nobody_else_may_connect() -> None:
    with superuser(servers.DATABASE) as connection:
        rights = connection.execute(
            "SELECT has_database_privilege(%s, current_database(), 'CONNECT')", ["pg_monitor"]
        )
        assert rights.fetchone() == (False,)


def test_running_the_script_again_changes_nothing() -> None:
    with superuser(servers.DATABASE) as connection:
        before = _rights(connection)
        grant_roles(connection)
        assert _rights(connection) == before


def _rights(connection: psycopg.Connection) -> list[tuple]:
    return connection.execute(
        "SELECT relname, relowner, relacl::text FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace ORDER BY relname"
    ).fetchall()
