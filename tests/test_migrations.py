"""Migrations run while the portal works: none of ours locks a table for long or breaks others."""

from itertools import chain

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.locking import dangers, tables_locked

pytestmark = pytest.mark.django_db

APPS = ("orders", "warehouse", "notifications")
FIRST = "0001_initial"
# Migration -> why its locks do no harm; a new one should not need a line here.
UNRELEASED = "older than the first release: no installation has rows that it would read"
HARMLESS = {
    "notifications.0004_bound_what_comes_from_outside": UNRELEASED,
    "orders.0003_bound_what_comes_from_outside": UNRELEASED,
    "warehouse.0002_bound_what_comes_from_outside": UNRELEASED,
    "warehouse.0024_corrections_know_the_books": UNRELEASED,
    "warehouse.0025_stock_found_empty": UNRELEASED,
}

# Older than the rule that a transaction keeps one table for itself; a new one gets no line here.
OF_SEVERAL_TABLES = {
    "notifications.0004_bound_what_comes_from_outside",
    "orders.0003_bound_what_comes_from_outside",
    "orders.0035_barcodes_of_cases",
    "warehouse.0002_bound_what_comes_from_outside",
    "warehouse.0005_outcome_of_a_stop",
    "warehouse.0017_places_found_empty",
    "warehouse.0025_stock_found_empty",
    "warehouse.0036_walks_pause_and_put_back",
}


def statements_of_all():
    """{migration of ours: its SQL}: one walk, since each is drawn from the models before it."""
    loader = MigrationLoader(connection, replace_migrations=False)
    state, found = ProjectState(), {}
    for key in order_of(loader.graph):
        migration = loader.graph.nodes[key]
        with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
            state = migration.apply(state, editor, collect_sql=True)
        if key[0] in APPS and key[1] != FIRST:
            found[".".join(key)] = migration, editor.collected_sql
    return found


def order_of(graph):
    """Every migration after those that it depends on."""
    needed = chain.from_iterable(graph.forwards_plan(leaf) for leaf in sorted(graph.leaf_nodes()))
    return dict.fromkeys(needed)


def test_no_migration_locks_a_table_for_long_or_two_in_a_transaction():
    statements = statements_of_all()
    long = {key: dangers(found) for key, (_, found) in statements.items() if key not in HARMLESS}
    assert {key: found for key, found in long.items() if found} == {}
    several = {
        key: tables
        for key, (migration, found) in statements.items()
        for part in ([found] if migration.atomic else [[text] for text in found])
        if len(tables := tables_locked(part)) > 1 and key not in OF_SEVERAL_TABLES
    }
    assert several == {}


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ('CREATE INDEX "a" ON "orders_order" ("email")', "an index blocks writers"),
        ('CREATE INDEX CONCURRENTLY "a" ON "orders_order" ("email")', ""),
        ('ALTER TABLE "t" ADD CONSTRAINT "c" CHECK ("a" > 0)', "it reads the table under a lock"),
        ('ALTER TABLE "t" ADD CONSTRAINT "c" CHECK ("a" > 0) NOT VALID', ""),
        ('ALTER TABLE "t" VALIDATE CONSTRAINT "c"', ""),
        ('ALTER TABLE "t" ADD CONSTRAINT "c" UNIQUE ("a")', "it builds an index under a lock"),
        ('ALTER TABLE "t" ADD CONSTRAINT "c" UNIQUE USING INDEX "i"', ""),
        ('ALTER TABLE "t" ADD COLUMN "a" integer DEFAULT 0 NOT NULL', ""),
        ('ALTER TABLE "t" ADD COLUMN "a" uuid DEFAULT gen_random_uuid()', "a default that is"),
        ('ALTER TABLE "t" ADD COLUMN "a" timestamptz DEFAULT now() NOT NULL', ""),
        ('ALTER TABLE "t" ALTER COLUMN "a" SET NOT NULL', "it reads the table"),
        ('ALTER TABLE "t" ALTER COLUMN "a" SET DEFAULT f()', ""),
        ('ALTER TABLE "t" ALTER COLUMN "a" TYPE bigint USING "a"::bigint', "it rewrites the table"),
        ('ALTER TABLE "t" ALTER COLUMN "a" TYPE varchar(300)', ""),
        ('ALTER TABLE "t" DROP COLUMN "a" CASCADE', "processes of the former version"),
        ('ALTER TABLE "t" RENAME COLUMN "a" TO "b"', "processes of the former version"),
        ("-- Why.\nUPDATE orders_order SET note = ''", "it holds every row until the end"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ DELETE FROM t $$", ""),
        ("ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (true)", ""),
    ],
)
def test_what_locks_is_known(statement, why):
    found = dangers([statement])
    assert len(found) == bool(why)
    assert not why or why in found[0]


def test_a_table_made_in_the_migration_is_empty():
    made = ['CREATE TABLE "t" ("id" bigint)', 'CREATE INDEX "i" ON "t" ("id")']
    assert dangers(made) == []
    assert len(dangers(made[1:])) == 1


@pytest.mark.parametrize(
    ("statements", "tables"),
    [
        (['ALTER TABLE "a" ADD COLUMN "x" int', 'ALTER TABLE "b" ADD COLUMN "x" int'], ["a", "b"]),
        (["-- Why.\nDROP POLICY p ON a; CREATE POLICY p ON a USING (true)"], ["a"]),
        (["ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON b USING (x)"], ["a", "b"]),
        (['CREATE TABLE "a" ("x" int)', 'ALTER TABLE "a" ADD "y" int', "ALTER TABLE b"], ["b"]),
        (['CREATE INDEX CONCURRENTLY "i" ON "a" ("x")', 'ALTER TABLE "b" ADD "x" int'], ["b"]),
        (["CREATE TRIGGER t AFTER UPDATE OF x ON a EXECUTE FUNCTION f()"], ["a"]),
    ],
)
def test_which_tables_a_transaction_locks_is_known(statements, tables):
    assert tables_locked(statements) == tables
