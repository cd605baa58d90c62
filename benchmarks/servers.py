"""The servers of a benchmark: temporary PostgreSQL, Valkey and web server."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import psycopg

from fulfillment.embedded import programs
from fulfillment.embedded.environment import BASE_DIR, Options
from fulfillment.embedded.places import Place
from fulfillment.embedded.postgres import APP, OWNER, Postgres
from fulfillment.embedded.processes import Child
from fulfillment.embedded.valkey import Valkey

READY_SECONDS = 60.0
# Sensible PostgreSQL settings for a machine of this size; the same for both sides.
POSTGRES = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "track_commit_timestamp": "on",
}


@dataclass
class Servers:
    """Addresses and commands of the servers."""

    postgres: Postgres
    env: dict[str, str]
    options: Options
    place: Place
    started_web: Child = field(init=False)

    def manage(self, *arguments: str, owner: bool = False) -> None:
        """Run a management command."""
        env = self.env | ({"DATABASE_URL": self.postgres.url(OWNER)} if owner else {})
        subprocess.run([sys.executable, BASE_DIR / "manage.py", *arguments], env=env, check=True)

    def python(self, module: str, *arguments: str) -> None:
        """Run a Python module."""
        command = [sys.executable, "-m", module, *arguments]
        subprocess.run(command, env=self.env, cwd=BASE_DIR, check=True)

    def seed(self, products: int, key: str) -> None:
        """Seed a shop, and analyse its products, as PostgreSQL does by itself within a minute.

        Before that it reads all products of a seller for each line of an order.
        """
        self.python("benchmarks.seed", str(products), key)
        with psycopg.connect(self.postgres.url(OWNER), autocommit=True) as connection:
            connection.execute("ANALYZE orders_product, warehouse_supply")

    @contextmanager
    def web(self) -> Iterator[None]:
        """The web server with production settings, as `manage.py up` starts it."""
        child = programs.web(self.options, self.place, self.env)
        child.start()
        self.started_web = child
        try:
            child.wait_until(
                lambda: programs.answers(self.options, self.env["SITE_URL"]), _pause, READY_SECONDS
            )
            yield
        finally:
            child.stop()


@contextmanager
def start_servers(out: TextIO = sys.stderr, **settings: str) -> Iterator[Servers]:
    """Start the servers on an empty database; fsync is on, as in production."""
    folder = Path(tempfile.mkdtemp(prefix="fulfillment-bench-"))
    folder.chmod(0o755)
    started: list[Child] = []
    try:
        place = Place.prepare(folder)
        postgres, valkey = Postgres(place, POSTGRES), Valkey(place)
        for server in (postgres, valkey):
            print(f"starting {server.name} …", file=out, flush=True)
            started.append(server.child)
            server.start(_pause)
        postgres.make_database()
        yield _set_up(place, postgres, valkey, settings)
    finally:
        for child in reversed(started):
            child.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _set_up(place: Place, postgres: Postgres, valkey: Valkey, settings: dict[str, str]) -> Servers:
    options = Options(port=_free_port(), var=place.var, debug=False)
    env = os.environ | {
        "DEBUG": "0",
        # One seller sends what many would.
        "RATE_API_KEY": "0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "TRACKING_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SITE_URL": options.site,
        "SMS_URL": "http://127.0.0.1:9/",
        "VAR_DIR": str(place.var),
        "DATABASE_URL": postgres.url(APP),
        "MIGRATION_DATABASE_URL": postgres.url(OWNER),
        "REDIS_URL": valkey.url(),
        "DJANGO_SETTINGS_MODULE": "fulfillment.settings",
        "LOG_LEVEL": "WARNING",
        **settings,
    }
    ready = Servers(postgres, env, options, place)
    ready.manage("migrate", "--verbosity", "0", owner=True)
    ready.manage("collectstatic", "--noinput", "--verbosity", "0")
    return ready


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _pause(seconds: float) -> None:
    time.sleep(seconds)
