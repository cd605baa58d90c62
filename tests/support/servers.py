"""Loaded before Django: one PostgreSQL and one Valkey for the whole run, shared by its workers.

TEST_DATABASE_URL (an address of a superuser) and TEST_REDIS_URL name servers to use instead.
"""

import atexit
import os
import shutil
import signal
import socket
import tempfile
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from fulfillment.embedded.errors import StartError
from fulfillment.embedded.places import Place
from fulfillment.embedded.postgres import APP, SUPERUSER, Postgres
from fulfillment.embedded.valkey import Valkey
from tests.support.databases import Template, server_url

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
DATABASE = f"test_{WORKER}"
# Data that lives for one run may be lost in a power cut.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "jit": "off"}

NAMED = "TEST_DATABASE_IS_NAMED"  # set where the server is not our own


class Servers:
    """What the controlling process starts and stops."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fulfillment-test-"))
        self.folder.chmod(0o711)
        self.place = Place.prepare(self.folder / "servers")
        self.servers: list[Postgres | Valkey] = []
        os.environ["TEST_FOLDER"] = str(self.folder)
        postgres = None
        os.environ.setdefault(NAMED, "1" if "TEST_DATABASE_URL" in os.environ else "")
        if "TEST_DATABASE_URL" not in os.environ:
            postgres = Postgres(self.place, settings=CARELESS)
            self.servers.append(postgres)
            os.environ["TEST_DATABASE_URL"] = postgres.url(SUPERUSER, "postgres")
        if "TEST_REDIS_URL" not in os.environ:
            valkey = Valkey(self.place)
            self.servers.append(valkey)
            os.environ["TEST_REDIS_URL"] = valkey.url()
        self.template = Template(self.folder, postgres)

    def start(self) -> None:
        """Start what nobody named a server for, and begin with the template."""
        for server in self.servers:
            server.start(time.sleep)
        self.template.begin()

    def stop(self) -> None:
        """Stop in reverse order and leave nothing; a second call does nothing."""
        self.template.stop()
        while self.servers:
            self.servers.pop().stop()
        for folder in (self.folder, self.place.home, self.place.sockets):
            shutil.rmtree(folder, ignore_errors=True)


def _broker_url() -> str:
    """A database of Valkey for each worker of the run."""
    number = 0 if WORKER == "main" else int(WORKER.removeprefix("gw")) + 1
    url = os.environ["TEST_REDIS_URL"]
    if url.startswith("redis+socket"):
        return f"{url.partition('?')[0]}?virtual_host={number}"
    return urlsplit(url)._replace(path=f"/{number}").geturl()


def _free_port() -> int:
    """A port for this worker's site, below those that the system gives to clients."""
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise StartError("No free port between 20000 and 32000.")


def _set_environment() -> None:
    """What settings.py reads; nothing that a developer has set for himself reaches a test."""
    port = _free_port()
    os.environ.update(
        DEBUG="1",
        SECRET_KEY="only-for-tests-" + "0" * 40,
        SITE_URL=f"http://127.0.0.1:{port}",
        ALLOWED_HOSTS="127.0.0.1,localhost",
        CSRF_TRUSTED_ORIGINS="",
        VAR_DIR=f"{os.environ['TEST_FOLDER']}/{WORKER}",
        DATABASE_URL=server_url(APP, DATABASE),
        REDIS_URL=_broker_url(),
        # Port 9 answers nobody: a message leaves only through the peers of the fixtures.
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT="9",
        EMAIL_USE_TLS="0",
        SMS_URL="http://127.0.0.1:9/messages",
        SMS_PROVIDER="http",
        SMS_TOKEN="",
        SMS_NUMBERS="",
        UNDO_HOLD_SECONDS="0",
        STOCK_WAIT_SECONDS="0",
        # All tests ask from one address, hundreds of times a minute.
        RATE_STRANGER="0",
        RATE_SIGN_IN="0",
        RATE_SIGN_IN_NETWORK="0",
        # Sessions of tests are made without a password.
        REAUTHENTICATE_SECONDS="0",
        # The browser's own loop runs in the thread of the test, which is not async all the same.
        DJANGO_ALLOW_ASYNC_UNSAFE="1",
    )


def _raise_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


servers = Servers() if WORKER == "main" else None
_set_environment()
# WhiteNoise warns in every test when it finds no folder.
(Path(os.environ["VAR_DIR"]) / "static").mkdir(parents=True)
if servers is not None:
    atexit.register(servers.stop)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before Django and the workers; a stop from outside cleans up like Ctrl-C."""
    known = early_config.known_args_namespace
    if servers is None or known.help or known.version or known.collectonly:
        return
    signal.signal(signal.SIGTERM, _raise_interrupt)
    try:
        servers.start()
    except (StartError, psycopg.Error) as error:
        raise pytest.UsageError(str(error)) from None


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """After the workers have ended."""
    if servers is not None:
        servers.stop()
