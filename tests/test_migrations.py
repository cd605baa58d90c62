"""Migrations run while the portal works: none of ours locks a table for long or breaks others."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.locking import dangers, tables_locked
from tests.support import examples

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


def migrations():
    """All but the first ones; of those that are replaced, and so stay as they are, a few."""
    known = MigrationLoader(None, replace_migrations=False).disk_migrations
    replaced = [key for made in known.values() for key in made.replaces if key[1] != FIRST]
    new = [key for key in known if key[0] in APPS and key[1] != FIRST and key not in replaced]
    squashed = [key for key in new if known[key].replaces]
    return sorted({*new, *replaced[-examples(3, len(replaced)) :]} - {*squashed})


@pytest.fixture(scope="module")
def loader(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return MigrationLoader(connection, replace_migrations=False)


@pytest.mark.parametrize("key", migrations(), ids=".".join)
def test_a_migration_stops_nobody_at_work(key, loader):
    """It locks no table for long, and a transaction keeps one table for itself."""
    migration = loader.graph.nodes[key]
    statements = loader.collect_sql([(migration, False)])
    assert dangers(statements) == [] or HARMLESS.get(".".join(key))
    parts = [statements] if migration.atomic else [[text] for text in statements]
    for part in parts:
        assert len(tables_locked(part)) <= 1 or ".".join(key) in OF_SEVERAL_TABLES


@pytest.mark.parametrize("app", APPS)
def test_what_replaces_others_replaces_all_up_to_its_end(app, loader):
    numbered = sorted(name for of, name in loader.disk_migrations if of == app)
    (squashed,) = (name for name in numbered if loader.disk_migrations[app, name].replaces)
    last = squashed.rpartition("_")[2]
    replaced = [(app, name) for name in numbered if name != squashed and name[:4] <= last]
    assert loader.disk_migrations[app, squashed].replaces == replaced


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
