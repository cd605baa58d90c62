"""What the portal's role may do in the database, and what only the owner of the tables may."""

import psycopg
import pytest
from django.db import ProgrammingError, connection

from tests import servers

pytestmark = pytest.mark.django_db


def ask(question: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def test_the_portal_is_neither_superuser_nor_owner() -> None:
    assert ask("SELECT current_user") == [("fulfillment_app",)]
    assert ask(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles "
        "WHERE rolname = current_user"
    ) == [(False, False, False, False)]
    assert ask("SELECT tablename FROM pg_tables WHERE tableowner = current_user") == []


def test_the_portal_reads_and_writes_every_table() -> None:
    missing = ask(
        "SELECT tablename, right_name FROM pg_tables, "
        "unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) right_name "
        "WHERE schemaname = 'public' "
        "AND NOT has_table_privilege(current_user, format('public.%I', tablename), right_name)"
    )
    assert missing == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE note (text text)",
        "ALTER TABLE orders_order ADD COLUMN note text",
        "ALTER TABLE orders_order DISABLE ROW LEVEL SECURITY",
        "DROP TABLE orders_order",
        "TRUNCATE orders_order CASCADE",
        "SET SESSION AUTHORIZATION postgres",
        "SET ROLE fulfillment_owner",
    ],
)
def test_the_portal_may_not(statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
        ask(statement)


def test_nobody_else_may_connect() -> None:
    with servers.superuser(servers.DATABASE) as superuser:
        rights = superuser.execute(
            "SELECT has_database_privilege(%s, current_database(), 'CONNECT')", ["pg_monitor"]
        )
        assert rights.fetchone() == (False,)


def test_running_the_script_again_changes_nothing() -> None:
    with servers.superuser(servers.DATABASE) as superuser:
        before = _rights(superuser)
        servers.grant_roles(superuser)
        assert _rights(superuser) == before


def _rights(superuser: psycopg.Connection) -> list[tuple]:
    return superuser.execute(
        "SELECT relname, relowner, relacl::text FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace ORDER BY relname"
    ).fetchall()
