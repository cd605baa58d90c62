"""An installation to damage: servers, restarted processes, peers."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from fulfillment.demo.peers import SmsPeer, SmtpPeer
from fulfillment.demo.peers.sms import SECRET
from fulfillment.embedded import programs
from fulfillment.embedded.environment import BASE_DIR, Options
from fulfillment.embedded.places import Place
from fulfillment.embedded.postgres import APP, DATABASE, OWNER, SUPERUSER, Postgres
from fulfillment.embedded.processes import Child
from fulfillment.embedded.valkey import Valkey

READY_SECONDS = 300.0  # a busy machine migrates for minutes
CREWS = 3  # torture/seed.py makes their workers; that one needs Django
EARLY_SECONDS, EARLY_DEATHS = 20.0, 3
SWEEP_SECONDS = 2
PROVIDER_SECONDS = 2  # how long a sender waits for an answer


class Broken(Exception):
    """A process of ours that ends at its start, again and again: there is nothing to torture."""


class Installation:
    """The processes of a small installation; `tend` restarts dead ones."""

    def __init__(self, place: Place, settings: Mapping[str, str] | None = None) -> None:
        self.place, self.settings = place, dict(settings or {})
        self.postgres = Postgres(place, {"shared_buffers": "128MB"})
        self.valkey = Valkey(place)
        self.mails, self.texts = SmtpPeer().start(), SmsPeer().start()
        self.fuses = place.var / "fuses"
        self.fuses.mkdir(exist_ok=True)
        self.options = Options(port=free_port(), var=place.var, web_workers=2)
        self.children: dict[str, Child] = {}
        self.away: set[str] = set()
        self.restarts = 0
        self.started_at: dict[str, float] = {}
        self.early_deaths: Counter[str] = Counter()

    def open(self, tables: Path | None = None) -> None:
        """Start the servers and make the tables: migrate, or restore a dump of migrated ones."""
        self.start_servers()
        if tables is None:
            self.run("manage.py", "migrate", "--verbosity", "0", owner=True)
        else:
            restore_tables(self.postgres, tables)

    def start_servers(self) -> None:
        """Start the servers, with an empty database."""
        self.postgres.start(time.sleep)
        self.valkey.start(time.sleep)
        self.postgres.make_database()
        self.env = self._environment()

    def start_processes(self, *, crews: int = CREWS) -> None:
        """Start web, worker, beat and the simulated workers."""
        options, place, env = self.options, self.place, self.env
        self.children = {
            "web": programs.web(options, place, env),
            "worker": programs.worker(options, place, env),
            "beat": programs.beat(place, env),
        }
        for number in range(crews):
            # Its last word is the process of its fuses.
            self.children[f"floor {number}"] = self.module("floor", "torture.crew", str(number))
        for name, child in self.children.items():
            self._begin(name, child)
        web = self.children["web"]
        web.wait_until(
            lambda: programs.answers(options, env["SITE_URL"]), time.sleep, READY_SECONDS
        )

    def module(self, name: str, *arguments: str) -> Child:
        """A process that runs a Python module with arguments."""
        env = {**self.env, "PROCESS_NAME": f"fulfillment {name}"}
        command = [sys.executable, "-m", *arguments]
        return Child(name, command, self.place.log(name), env=env, folder=BASE_DIR)

    def run(self, *arguments: str, owner: bool = False) -> None:
        """Run a module of this package to its end."""
        address = {"DATABASE_URL": self.postgres.url(OWNER)} if owner else {}
        child = Child(
            "script", [sys.executable, *arguments], self.place.log("script"),
            env={**self.env, **address}, folder=BASE_DIR,
        )  # fmt: skip
        child.start()
        child.wait_until(lambda: child.exit_code() == 0, time.sleep, READY_SECONDS)

    def tend(self) -> None:
        """Restart dead processes, as a supervisor does. Raises Broken where that is no use."""
        for name, child in self.children.items():
            if name not in self.away and (code := child.exit_code()) is not None:
                self._mind(name, child, code)
                self._begin(name, child)
                self.restarts += 1

    def _begin(self, name: str, child: Child) -> None:
        self.started_at[name] = time.monotonic()
        child.start()

    def _mind(self, name: str, child: Child, code: int) -> None:
        """Count ends that no signal of ours made, soon after the start."""
        is_early = time.monotonic() - self.started_at.get(name, 0.0) < EARLY_SECONDS
        self.early_deaths[name] = self.early_deaths[name] + 1 if code > 0 and is_early else 0
        if self.early_deaths[name] >= EARLY_DEATHS:
            raise Broken(f"{name} ends at its start (exit code {code}): {child.last_words()}")

    @staticmethod
    def pause(seconds: float) -> None:
        """Wait for a server that starts."""
        time.sleep(seconds)

    def tell_valkey(self, command: bytes) -> None:
        """Send a command to the broker."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(self.valkey.socket))
            line.sendall(command)
            line.recv(64)

    def stop_processes(self) -> None:
        """Stop ours, not the servers."""
        for child in reversed(self.children.values()):
            child.stop(hurry=lambda: True)

    def close(self) -> None:
        """Stop everything, in any state."""
        self.stop_processes()
        for server in (self.valkey, self.postgres):
            server.stop()
        self.mails.stop()
        self.texts.stop()

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        ours = {
            "DEBUG": "1",
            # One seller sends what many would.
            "RATE_API_KEY": "0",
            "RATE_HOOK": "0",
            "SECRET_KEY": "torture-" + "k" * 50,
            "SITE_URL": self.options.site,
            "VAR_DIR": str(self.place.var),
            "DATABASE_URL": self.postgres.url(APP),
            "REDIS_URL": self.valkey.url(),
            "DJANGO_SETTINGS_MODULE": "fulfillment.settings",
            "LOG_LEVEL": "WARNING",
            "EMAIL_HOST": self.mails.host,
            "EMAIL_PORT": str(self.mails.port),
            "EMAIL_TIMEOUT": str(PROVIDER_SECONDS),
            "SMS_URL": self.texts.url,
            "SMS_PER_NUMBER": "60",  # days of an order pass in a minute
            "SMS_TIMEOUT": str(PROVIDER_SECONDS),
            "SMS_HOOK_SECRET": SECRET,
            "SWEEP_SECONDS": str(SWEEP_SECONDS),
            "UNDO_HOLD_SECONDS": "0",
            # A killed sender keeps its slot for 15 s, and here one is killed every few seconds.
            "SENDERS_PER_CHANNEL": "4",
            "CRASH_POINTS": str(self.fuses),
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        }
        return kept | ours | self.settings


@contextmanager
def installation(
    folder: Path | None = None,
    settings: Mapping[str, str] | None = None,
    *,
    tables: Path | None = None,
) -> Iterator[Installation]:
    """An installation in a folder, a temporary one if none is named, with settings of its own."""
    folder = folder or Path(tempfile.mkdtemp(prefix="fulfillment-torture-"))
    folder.chmod(0o755)
    place = Place.prepare(folder)
    built = Installation(place, settings)
    try:
        built.open(tables)
        yield built
    finally:
        built.close()
        for left in (folder, place.home, place.sockets):
            shutil.rmtree(left, ignore_errors=True)


def add_tables(parser: ArgumentParser) -> None:
    """The option that saves a run the migrations."""
    words = "restore this dump of migrated tables, instead of running the migrations"
    parser.add_argument("--tables", type=Path, help=words)


def restore_tables(postgres: Postgres, dump: Path, database: str = DATABASE) -> None:
    """Run a dump of pg_dump in a new database."""
    psql = str(postgres.program.path.with_name("psql"))
    command = [psql, "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={dump}"]
    subprocess.run(
        [*command, postgres.url(SUPERUSER, database)], check=True, stdout=subprocess.DEVNULL
    )


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
