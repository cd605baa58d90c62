"""`manage.py seed`: many orders by COPY, whose books balance and whose pages open."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from psycopg import sql

from benchmarks.floor import EMPTY, MEASURED, PLACES
from benchmarks.scale import KEY
from fulfillment.embedded.postgres import APP, OWNER
from orders.models import Order
from tests.support import servers
from tests.support.cast import make_order
from tests.support.databases import make_database, server_url, superuser

pytestmark = pytest.mark.slow
NUMBER = 300


@pytest.fixture(scope="module")
def seeded():
    """A database of its own with so many orders: the address for the portal's role."""
    name = f"{servers.DATABASE}_seeded"
    make_database(name)
    try:
        done = seed(server_url(OWNER, name), "--orders", str(NUMBER), "--key", KEY, "--check")
        assert done.returncode == 0, done.stderr[-3000:]
        yield name
    finally:
        with superuser() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def environment(address):
    return os.environ | {"DATABASE_URL": address, "DEBUG": "1", "MIGRATION_DATABASE_URL": ""}


def seed(address, *options):
    return subprocess.run(
        [sys.executable, "manage.py", "seed", "--sellers", "2", *options],
        cwd=settings.BASE_DIR, env=environment(address), capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_the_orders_are_of_every_kind_and_of_a_year(seeded):
    with superuser(seeded) as connection:
        statuses = dict(
            connection.execute("SELECT status, count(*) FROM orders_order GROUP BY 1").fetchall()
        )
        names, languages, days = connection.execute(
            "SELECT count(DISTINCT customer_name), count(DISTINCT language), "
            "count(DISTINCT placed_at::date) FROM orders_order"
        ).fetchone()
        late = connection.execute("SELECT count(*) FROM orders_event WHERE at > now()").fetchone()
        following = connection.execute(
            "SELECT nextval('notifications_message_id_seq') > max(id) FROM notifications_message"
        ).fetchone()
        invalid = connection.execute(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
        ).fetchall()
    assert sum(statuses.values()) == NUMBER
    assert statuses["delivered"] > NUMBER / 2
    assert statuses.keys() >= {
        "cancelled", "returned", "undelivered", "on_hold", "backordered", "in_progress", "packed",
        "shipped", "out_for_delivery",
    }  # fmt: skip
    assert names > NUMBER / 2 and languages >= 3 and days > 50
    assert (late, following, invalid) == ((0,), (True,), [])


@pytest.mark.parametrize(
    ("index", "function", "given"),
    [
        ("order_by_name_of_week", "portal_orders_named", ["zoë"]),
        ("line_by_plain_title", "portal_orders_titled", ["lamp", "brass"]),
        ("order_by_end_of_phone", "portal_orders_phoned", "2345678"),
        ("order_by_postcode", "portal_orders_posted", "10117"),
    ],
)
def test_each_way_of_the_search_has_its_index(seeded, index, function, given):
    with superuser(seeded) as connection, connection.transaction():
        # So few orders are read faster without any index; what can use one, uses it here.
        connection.execute("ANALYZE; SET LOCAL portal.sees = 'all'")
        for way in ("seqscan", "indexscan", "indexonlyscan"):
            connection.execute(f"SET LOCAL enable_{way} = off")
        scans = sql.SQL("SELECT pg_stat_get_xact_numscans({}::regclass)").format(index)
        assert connection.execute(scans).fetchone() == (0,)
        found = sql.SQL("SELECT {}({}, 51)").format(sql.Identifier(function), given)
        connection.execute(found)
        assert connection.execute(scans).fetchone() >= (1,)  # of names each week is one


def measured(name, module, *arguments):
    """What a program of a benchmark measures there: the costs of all that it names."""
    program = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=settings.BASE_DIR, env=environment(server_url(APP, name)), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    first = program.stdout.readline()
    names = json.loads(first) if first else ()
    answers, errors = program.communicate("\n".join(names))
    assert program.returncode == 0, errors[-3000:]
    assert len([json.loads(line) for line in answers.splitlines()]) == len(names)
    return names


def test_the_pages_of_the_benchmark_open(seeded):
    assert len(measured(seeded, "benchmarks.opening.pages", KEY)) > 30


def test_the_parts_of_a_page_are_told_apart(seeded):
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.opening.parts", KEY, "1", "orders"],
        cwd=settings.BASE_DIR, env=environment(server_url(APP, seeded)), text=True,
        capture_output=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    parts = {line[:30].strip(): line[30:].split() for line in said[1:]}
    assert parts["ping"][1:] == ["1.0", "0%", "0%", "0%", "100%"]
    _, times, *shares = parts["orders"]
    assert float(times) > 1
    assert all(0 < int(share.rstrip("%")) < 100 for share in shares)


def test_the_scans_of_the_benchmark_are_made(seeded):
    with superuser(seeded) as connection:
        connection.execute(PLACES, [50])
        connection.execute(EMPTY)
    sent = measured(seeded, "benchmarks.floor_scans")
    assert set(MEASURED) < sent.keys()
    assert all(statements > 5 for statements in sent.values())


@pytest.mark.django_db
def test_it_refuses_who_does_not_own_the_tables_and_where_orders_are(ada, lamp, settings):
    settings.DEBUG = True  # what the command needs, and Django's test runner takes away
    with pytest.raises(CommandError, match="as the owner of the tables"):
        call_command("seed", orders=5)
    make_order(ada, {"LAMP": 1})
    with pytest.raises(CommandError, match="There are orders already"):
        call_command("seed", orders=5)
    assert Order.objects.count() == 1
