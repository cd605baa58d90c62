"""PostgreSQL killed, hanging and back: 503 meanwhile, and no thread stays broken after it."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

import pytest
import requests
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from psycopg import errors

from fulfillment.embedded import programs
from fulfillment.embedded.environment import Options
from fulfillment.embedded.places import Place
from fulfillment.embedded.postgres import APP, Postgres
from fulfillment.embedded.processes import kill_group
from fulfillment.serving.probes import Look
from orders.statements import is_outage, run, violated_constraint
from tests.orders.intake.test_intake import ORDER
from tests.support import portal, servers
from tests.support.cast import make_order
from tests.support.databases import copy_database, superuser
from tests.support.upstart import free_port
from tests.support.waiting import wait_until

AT_ONCE = 12  # more than the site has threads
# What each public address answers when all is well; nobody signed the call of the shop.
WELL = {"orders": 201, "events": 200, "track": 200, "hook": 401}
AWAY = "The service is not available just now. Try again in a moment."

# The last one of an app: those before are replaced by one that makes a fresh database.
FORGET_NEWEST = """
DELETE FROM django_migrations WHERE app = 'warehouse'
    AND name = (SELECT max(name) FROM django_migrations WHERE app = 'warehouse')
"""


class Site:
    """A web process on a PostgreSQL of its own, a copy of the test's database."""

    def __init__(self, folder, env):
        self.place = Place.prepare(folder)
        self.postgres = Postgres(self.place, settings=servers.CARELESS)
        self.postgres.start(time.sleep)
        copy_database(servers.DATABASE, self.postgres)
        options = Options(port=free_port(), web_workers=1)
        env = env | {"DATABASE_URL": self.postgres.url(APP), "VAR_DIR": str(folder), "DEBUG": "1"}
        self.url = options.site
        self.web = programs.web(options, self.place, env)
        self.web.start()
        self.web.wait_until(
            lambda: programs.answers(options, env["SITE_URL"]), time.sleep, portal.READY_SECONDS
        )

    def stop(self):
        self.web.stop()
        self.postgres.stop()

    def kill_postgres(self):
        kill_group(self.postgres.child.process.pid)
        self.postgres.child.stop()


@pytest.fixture
def token(ada):
    """Of an order's tracking page."""
    return make_order(ada, {"LAMP": 1}).token


@pytest.fixture
def site(token, smtp_peer, sms_peer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    folder.chmod(0o755)
    site = Site(folder, portal.environment(smtp_peer, sms_peer))
    yield site
    site.stop()


@pytest.fixture
def ask_all(site, ada, token):
    """Ask several of everything public at once, so that each thread gets some: [(name, answer)]."""
    numbers = count()

    def ask(name):
        number = next(numbers)
        key = {"Authorization": f"Bearer {ada.api_key}", "Idempotency-Key": f"k{number}"}
        order = ORDER | {"reference": f"A-{number}"}
        method, path, given = {
            "orders": ("POST", "/api/v1/orders/", {"headers": key, "json": order}),
            "events": ("GET", "/api/v1/events/", {"headers": key}),
            "track": ("GET", f"/track/{token}/", {}),
            "hook": ("POST", f"/hooks/shops/{ada.channel.pk}/", {"json": {}}),
        }[name]
        return name, requests.request(method, f"{site.url}{path}", timeout=40, **given)

    def ask_several(times=AT_ONCE // 2):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(ask, list(WELL) * times))

    return ask_several


@contextmanager
def hanging(path):
    """A server that accepts and never answers."""
    with socket.socket(socket.AF_UNIX) as server:
        path.unlink(missing_ok=True)
        server.bind(str(path))
        path.chmod(0o777)
        server.listen(100)
        yield
    path.unlink()


def probe(site, path):
    return requests.get(f"{site.url}{path}", timeout=20).status_code


@pytest.mark.slow
@pytest.mark.django_db
def test_every_thread_works_again_when_the_database_is_back(site, ask_all):
    assert {(name, answer.status_code) for name, answer in ask_all()} == set(WELL.items())

    site.kill_postgres()
    for name, answer in ask_all():
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), name
        if name == "track":
            assert AWAY in answer.text
            assert answer.headers["Content-Type"].startswith("text/html")
        else:
            assert answer.json()["errors"] == [{"field": "", "problem": AWAY}]
    assert (probe(site, "/readyz"), probe(site, "/healthz")) == (503, 200)

    with hanging(site.place.sockets / ".s.PGSQL.5432"), ThreadPoolExecutor(10) as pool:
        slow = pool.submit(ask_all, 1)
        assert set(pool.map(lambda _: probe(site, "/readyz"), range(9))) == {503}
        assert probe(site, "/healthz") == 200
        assert {answer.status_code for _, answer in slow.result()} == {503}

    site.postgres.start(time.sleep)
    # Not one thread had to fail before it noticed that its connection was dead.
    assert {(name, answer.status_code) for name, answer in ask_all()} == set(WELL.items())
    wait_until(lambda: probe(site, "/readyz") == 200)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_restart_that_nobody_saw_breaks_no_request(site, ask_all):
    ask_all()
    site.kill_postgres()
    site.postgres.start(time.sleep)
    assert {(name, answer.status_code) for name, answer in ask_all()} == set(WELL.items())


def failed(kind, cause):
    """An error of Django with its cause of psycopg."""
    error = kind("what went wrong")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (failed(OperationalError, errors.OperationalError("no server")), True),
        (failed(InterfaceError, errors.InterfaceError("the connection is closed")), True),
        (InterfaceError("connection already closed"), True),
        (failed(OperationalError, errors.AdminShutdown()), True),
        (failed(OperationalError, errors.CannotConnectNow()), True),
        (failed(OperationalError, errors.TooManyConnections()), True),
        (failed(OperationalError, errors.DiskFull()), True),
        (failed(OperationalError, errors.ConnectionFailure()), True),
        (failed(OperationalError, errors.LockNotAvailable()), True),
        (failed(OperationalError, errors.DeadlockDetected()), True),
        (failed(OperationalError, errors.QueryCanceled()), True),
        (failed(OperationalError, errors.IndeterminateCollation()), False),
        (failed(IntegrityError, errors.UniqueViolation()), False),
        (failed(DataError, errors.NumericValueOutOfRange()), False),
        (ValueError("nothing to do with it"), False),
    ],
)
def test_only_a_server_that_is_away_is_an_outage(error, is_away):
    assert is_outage(error) is is_away


@pytest.mark.django_db
def test_a_raw_statement_tells_which_constraint_was_violated(ada):
    with pytest.raises(IntegrityError) as raised:
        run("UPDATE orders_seller SET slug = NULL WHERE id = $1", [ada.seller.pk])
    assert violated_constraint(raised.value) == ""
    assert violated_constraint(IntegrityError("of nobody")) == ""
    with pytest.raises(IntegrityError) as raised:
        run("INSERT INTO orders_seller SELECT * FROM orders_seller WHERE id = $1", [ada.seller.pk])
    assert violated_constraint(raised.value) == "orders_seller_pkey"


@pytest.mark.django_db
def test_ten_probes_of_a_second_look_once():
    look = Look()
    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(lambda _: look.is_ready(), range(10))) == {True}
    assert look.looks == 1
    look.began_at -= 2
    assert (look.is_ready(), look.looks) == (True, 2)


@pytest.mark.django_db
@pytest.mark.breaks_books
def test_a_database_that_lacks_a_migration_is_not_ready():
    with superuser(servers.DATABASE) as connection:
        connection.execute("CREATE TABLE kept AS TABLE django_migrations")
        connection.execute(FORGET_NEWEST)
        try:
            assert not Look().is_ready()
        finally:
            connection.execute("DELETE FROM django_migrations")
            connection.execute("INSERT INTO django_migrations SELECT * FROM kept")
            connection.execute("DROP TABLE kept")
    assert Look().is_ready()
