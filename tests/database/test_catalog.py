"""Whether two databases are the same is asked in a way that sees every difference."""

import pytest

from tests.support.databases import superuser
from tests.support.servers import DATABASE
from torture.drills.catalog import catalog, differences, rows

pytestmark = pytest.mark.django_db

CHANGES = {
    "ALTER TABLE orders_order ADD COLUMN more text": "columns",
    "ALTER TABLE orders_order ALTER COLUMN number DROP NOT NULL": "columns",
    "ALTER TABLE orders_order ALTER COLUMN number SET DEFAULT '1'": "columns",
    'ALTER TABLE orders_order ALTER COLUMN number TYPE varchar(60) COLLATE "POSIX"': "columns",
    "ALTER TABLE orders_event ADD CONSTRAINT c CHECK (id IS NOT NULL) NOT VALID": "constraints",
    "CREATE INDEX i ON orders_order (number)": "indexes",
    "ALTER TABLE orders_promise DISABLE TRIGGER count_made": "triggers",
    "CREATE OR REPLACE FUNCTION portal_sees_all() RETURNS boolean LANGUAGE sql STABLE "
    "PARALLEL SAFE AS 'SELECT true'": "functions",
    "ALTER FUNCTION portal_seller_of(bytea) SECURITY INVOKER": "functions",
    "REVOKE ALL ON FUNCTION portal_seller_of(bytea) FROM fulfillment_app": "functions",
    "ALTER POLICY tenant ON orders_order USING (true)": "policies",
    "ALTER TABLE orders_order DISABLE ROW LEVEL SECURITY": "relations",
    "ALTER TABLE orders_order FORCE ROW LEVEL SECURITY": "relations",
    "GRANT DELETE ON orders_event TO fulfillment_app": "relations",
    "ALTER SEQUENCE notifications_message_id_seq CYCLE": "sequences",
    "COMMENT ON TABLE orders_order IS 'Orders'": "comments",
    "CREATE TYPE t AS ENUM ('a')": "others",
    "DELETE FROM auth_permission": "permissions",
    "DELETE FROM django_migrations WHERE app = 'orders'": "migrations",
}


def test_every_kind_of_difference_is_seen():
    with superuser(DATABASE) as connection:
        before = catalog(connection)
        assert not [part for part, found in before.items() if not found and part != "comments"]
        for change, part in CHANGES.items():
            with connection.transaction(force_rollback=True):
                connection.execute(change)
                found = differences(before, catalog(connection))
            assert {line.split()[0] for line in found} >= {part}, change
        assert differences(before, catalog(connection)) == []


def test_a_row_is_seen():
    with superuser(DATABASE) as connection, connection.transaction(force_rollback=True):
        assert rows(connection) == set()
        connection.execute("INSERT INTO orders_eventepoch (position_offset) VALUES (7)")
        assert len(rows(connection)) == 1
