"""`manage.py up` for real: it starts, refuses, restarts, stops, and leaves nothing behind."""

import os
import signal
import stat
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from fulfillment.embedded.postgres import APP, OWNER
from tests.support.databases import make_database, server_url
from tests.support.upstart import READY, Up, free_port, make_folder
from tests.support.waiting import wait_until

NOTE = "CREATE TABLE IF NOT EXISTS note (text text)"


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    """One copy that runs while the tests of this file look at it."""
    running = Up(make_folder() / "var", free_port(), "--no-demo")
    try:
        yield running.wait_for(READY)
    finally:
        running.erase()


@pytest.fixture
def another(up: Up) -> Iterator[list[Up]]:
    """Further copies, put into this list: they end with the test; what is in `up.var` stays."""
    copies: list[Up] = []
    yield copies
    for copy in copies:
        if copy.var == up.var:
            copy.stop()
        else:
            copy.erase()


def test_the_site_answers_and_is_ready(up: Up) -> None:
    assert up.get("/healthz") == 200
    assert up.get("/readyz") == 200


def test_it_says_where_everything_is(up: Up) -> None:
    for path in ("/", "/dashboard/", "/warehouse/", "/dev/outbox/"):
        assert f"http://127.0.0.1:{up.port}{path}\n" in up.output


def test_only_the_owner_of_the_folder_reaches_the_servers(up: Up) -> None:
    sockets = _database_url(up, "DATABASE_URL")[1]
    assert stat.S_IMODE(os.stat(sockets).st_mode) == 0o700
    assert stat.S_IMODE((up.var / "env").stat().st_mode) == 0o600
    assert stat.S_IMODE((up.var / "secret_key").stat().st_mode) == 0o600


def test_the_portal_may_not_change_its_tables(up: Up) -> None:
    url = _database_url(up, "DATABASE_URL")[0]
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(NOTE)


def test_a_second_copy_on_the_folder_is_refused(up: Up) -> None:
    second = Up(up.var, free_port())
    assert second.end() == 1
    assert second.output == (
        f"Another copy already runs on {up.var} (process {up.process.pid}): "
        "stop it, or set VAR_DIR to another folder.\n"
    )
    assert up.get("/healthz") == 200


def test_a_port_in_use_is_named(up: Up, another: list[Up]) -> None:
    another.append(Up(make_folder() / "var", up.port))
    assert another[0].end() == 1
    assert another[0].output == (
        f"Port {up.port} on 127.0.0.1 cannot be used (Address already in use): stop the program "
        f"that has it, or choose another: --port {up.port + 1}.\n"
    )


def test_a_killed_web_server_is_started_again(up: Up) -> None:
    os.kill(up.pids()["web"], signal.SIGKILL)
    up.wait_for(f"web ended (signal 9): restart in 1 s. See {up.var}/log/web.log.\n")
    wait_until(lambda: up.get("/healthz") == 200, 60)


def test_a_lost_server_stops_what_needs_it_until_it_is_back(up: Up) -> None:
    before = up.pids()
    os.kill(before["valkey"], signal.SIGKILL)
    up.wait_for(f"valkey ended (signal 9): restart in 1 s. See {up.var}/log/valkey.log.\n")
    assert up.get("/readyz") == 200
    wait_until(lambda: up.pids()["valkey"] != before["valkey"])

    os.kill(before["postgres"], signal.SIGKILL)
    up.wait_for(f"postgres ended (signal 9): restart in 1 s. See {up.var}/log/postgres.log.\n")
    assert (up.get("/healthz"), up.get("/accounts/login/")) == (200, 200)
    wait_until(lambda: up.get("/readyz") == 200, 60)
    same = {"web", "worker", "beat"}
    assert {name for name, pid in up.pids().items() if pid == before[name]} == same


def test_a_stop_leaves_no_process_and_a_start_finds_the_data(up: Up, another: list[Up]) -> None:
    with psycopg.connect(_database_url(up, "MIGRATION_DATABASE_URL")[0]) as connection:
        connection.execute(NOTE)
        connection.execute("INSERT INTO note VALUES ('kept')")
    assert up.end(signal.SIGTERM) == 0
    assert up.leftovers(seconds=0) == []
    assert up.output.endswith("Stopped; the data is kept.\n")

    another.append(Up(up.var, free_port()))
    another[-1].wait_for(READY)
    # The rights of the portal reach tables that the owner makes later.
    with psycopg.connect(_database_url(another[0], "DATABASE_URL")[0]) as connection:
        assert connection.execute("SELECT text FROM note").fetchall() == [("kept",)]
    assert another[0].end(signal.SIGINT) == 0
    assert another[0].leftovers() == []


def test_a_killed_copy_takes_its_servers_with_it(up: Up, another: list[Up]) -> None:
    up.stop()  # its tables save the copy here the migrations
    another.append(Up(up.var, free_port(), "--no-demo"))
    another[-1].wait_for(READY)
    another[0].end(signal.SIGKILL)
    assert another[0].leftovers(seconds=60) == []


def test_servers_that_the_environment_names_are_used(another: list[Up]) -> None:
    make_database("test_up")
    named = {
        "DATABASE_URL": server_url(APP, "test_up"),
        "MIGRATION_DATABASE_URL": server_url(OWNER, "test_up"),
        "REDIS_URL": os.environ["REDIS_URL"],
    }
    another.append(Up(make_folder() / "var", free_port(), "--no-demo", **named))
    another[-1].wait_for(READY)
    assert set(another[0].pids()) == {"web", "worker", "beat"}
    assert another[0].get("/readyz") == 200


@pytest.mark.parametrize("moment", ["PostgreSQL", "Mails", "migrate"])
def test_an_interrupted_start_leaves_no_process(up: Up, another: list[Up], moment: str) -> None:
    var = make_folder() / "var"
    if moment == "migrate":  # a start that must migrate, and finds that done: it takes a second
        up.stop()
        var = up.var
        (var / "migrated").unlink(missing_ok=True)
    another.append(Up(var, free_port(), "--no-demo").wait_for(moment))
    assert another[0].end(signal.SIGINT) == 0
    assert another[0].leftovers(seconds=0) == []


def _database_url(up: Up, name: str) -> tuple[str, str]:
    """An address from var/env, and its folder of sockets."""
    line = next(x for x in (up.var / "env").read_text().splitlines() if f" {name}=" in x)
    url = line.partition("=")[2].strip("'")
    return url, parse_qs(urlsplit(url).query)["host"][0]
