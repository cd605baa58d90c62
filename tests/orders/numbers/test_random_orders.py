"""Facts of many random orders are those of a second computation, whatever befalls the reader.

NUMBERS_ORDERS=10000 takes so many orders instead.
"""

import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from django.conf import settings
from psycopg import sql

from fulfillment.embedded.postgres import APP, OWNER
from tests.orders.numbers.oracle import Oracle, kept_facts
from tests.support import servers
from tests.support.databases import make_database, server_url, superuser
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

ORDERS = int(os.environ.get("NUMBERS_ORDERS", "150"))
LAST = """
SELECT id FROM orders_order WHERE seller_id = (SELECT max(seller_id::text)::uuid FROM orders_order)
ORDER BY id OFFSET 20 LIMIT 1 FOR UPDATE
"""
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"


def command(name, role, *options):
    address = {"DATABASE_URL": server_url(role, name), "DEBUG": "1", "MIGRATION_DATABASE_URL": ""}
    return subprocess.Popen(
        [sys.executable, "manage.py", *options], cwd=settings.BASE_DIR, env=os.environ | address
    )


@pytest.fixture(scope="module")
def seeded():
    """A database of its own with so many orders of a year."""
    name = f"{servers.DATABASE}_numbers"
    make_database(name)
    try:
        seed = command(name, OWNER, "seed", "--sellers", "2", "--orders", str(ORDERS))
        assert seed.wait() == 0
        yield name
    finally:
        with superuser() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def test_a_killed_reader_goes_on_to_what_the_tables_say(seeded):
    with superuser(seeded) as connection:
        with connection.transaction():
            connection.execute(LAST)  # the facts of this order wait for it
            reader = command(seeded, APP, "numbers")
            wait_until(lambda: superuser_waits(seeded), seconds=240)
            reader.send_signal(signal.SIGKILL)
            reader.wait()
        half = kept_facts(connection)
        assert command(seeded, APP, "numbers").wait() == 0

        kept, wanted = kept_facts(connection), Oracle(connection).told()
        counts = Counter(number for number, _ in kept)
        assert set(counts) == {
            "cycle", "ship", "window", "attempt", "perfect", "fill", "returns"
        }  # fmt: skip
        assert len(half) < len(kept)
        assert {key: fact for key, fact in kept.items() if wanted.get(key) != fact} == {}
        assert kept.keys() == wanted.keys()


def test_a_rebuild_says_the_same(seeded):
    with superuser(seeded) as connection:
        kept = kept_facts(connection)
        connection.execute("UPDATE orders_numberfact SET outcome = 'x' WHERE number = 'ship'")
        connection.execute("DELETE FROM orders_numberfact WHERE number = 'window'")
        assert command(seeded, APP, "numbers", "--rebuild").wait() == 0
        assert kept_facts(connection) == kept


def superuser_waits(name):
    with superuser() as connection:
        return connection.execute(WAITS, [name]).fetchone() != (0,)
