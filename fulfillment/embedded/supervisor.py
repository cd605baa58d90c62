"""The supervisor of `manage.py up`: starts everything in order, stops it in reverse."""

import importlib
import os
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg

from fulfillment.embedded import freshness, programs
from fulfillment.embedded.environment import Options, base_environment, shell_lines
from fulfillment.embedded.errors import StartError, Stopped
from fulfillment.embedded.places import Place, check_disk, only_copy, readable, write_private
from fulfillment.embedded.postgres import APP, OWNER, Postgres
from fulfillment.embedded.processes import Child, Records
from fulfillment.embedded.stop_signals import Signals
from fulfillment.embedded.valkey import Valkey
from fulfillment.embedded.watch import Watch

STEP_SECONDS = 900
WEB_READY_SECONDS = 120


def run(options: Options) -> int:
    """Run until a stop signal (0) or an unrecoverable failure (1); returns the exit code."""
    try:
        if options.check:
            return _check(options)
        with Signals() as signals:
            place = Place.prepare(options.var)
            with only_copy(place.var):
                return Supervisor(options, place, signals).run()
    except (StartError, OSError) as error:
        say(readable(error), error=True)
        return 1


def say(text: str, *, error: bool = False) -> None:
    """Print to the terminal, which may be closed."""
    try:
        print(text, file=sys.stderr if error else sys.stdout, flush=True)
    except OSError:
        return


@dataclass
class Supervisor:
    """One run: the children in start order, and their environment."""

    options: Options
    place: Place
    signals: Signals
    children: list[Child] = field(default_factory=list)
    peers: list[Any] = field(default_factory=list)

    def run(self) -> int:
        """Start, watch, and always stop."""
        self.records = Records(self.place.var / "children.json")
        self.env = base_environment(self.options)
        self.owner_url = ""
        try:
            self._clear_the_way()
            self._start()
            self._announce()
            Watch(self.children, self.signals, self.records, say).run()
        except Stopped:
            return 0
        except (StartError, OSError, psycopg.Error) as error:
            say(readable(error), error=True)
            return 1
        finally:
            self._stop()
        return 0

    def _clear_the_way(self) -> None:
        check_disk(self.place.var)
        if left := self.records.end_leftovers():
            say(f"Ended what an earlier copy left running: {', '.join(left)}.")
        programs.check_port(self.options)
        if self.place.home != self.place.var:
            account = self.place.account.name
            say(f"Data of the servers: {self.place.home} ({account} cannot enter {self.place.var})")

    def _start(self) -> None:
        self._start_database()
        self._start_broker()
        if self.options.debug:
            self.env.setdefault("SECRET_KEY", self.place.secret_key())
            self._start_peers()
        told = self.env | {"MIGRATION_DATABASE_URL": self.owner_url}
        write_private(self.place.var / "env", shell_lines(told))
        self._migrate()
        self._collect_static()
        self._fill_demo()
        self._start_ours()

    def _start_database(self) -> None:
        if self.env.get("DATABASE_URL"):
            self.owner_url = self.env.get("MIGRATION_DATABASE_URL") or self.env["DATABASE_URL"]
            say("PostgreSQL: the server of DATABASE_URL")
            return
        begun = time.monotonic()
        postgres = Postgres(self.place)
        self.children.append(postgres.child)
        postgres.start(self.signals.pause)
        self.records.write(self.children)
        postgres.make_database()
        self.env["DATABASE_URL"] = postgres.url(APP)
        self.owner_url = postgres.url(OWNER)
        say(f"PostgreSQL {postgres.program.version} … ready in {time.monotonic() - begun:.1f} s")

    def _start_broker(self) -> None:
        if self.env.get("REDIS_URL"):
            say("Valkey: the server of REDIS_URL")
            return
        begun = time.monotonic()
        valkey = Valkey(self.place)
        self.children.append(valkey.child)
        valkey.start(self.signals.pause)
        self.records.write(self.children)
        self.env["REDIS_URL"] = valkey.url()
        say(f"Valkey {valkey.program.version} … ready in {time.monotonic() - begun:.1f} s")

    def _start_peers(self) -> None:
        """Start the catcher of mails and texts, unless servers are configured."""
        outbox = self.place.var / "outbox"
        outbox.mkdir(exist_ok=True, mode=0o700)
        # Not at the top: a production install has no mail catcher.
        peers = importlib.import_module("fulfillment.demo.peers")
        if "EMAIL_HOST" not in self.env:
            smtp = peers.SmtpPeer(outbox).start()
            self.peers.append(smtp)
            self.env |= {"EMAIL_HOST": smtp.host, "EMAIL_PORT": str(smtp.port)}
        if "SMS_URL" not in self.env:
            sms = peers.SmsPeer(outbox).start()
            self.peers.append(sms)
            self.env["SMS_URL"] = sms.url
            self.env.setdefault("SMS_PER_NUMBER", "60")  # what is caught costs nothing
        if self.peers:
            say(f"Mails and texts … caught in {outbox}")

    def _migrate(self) -> None:
        if foreign := freshness.foreign_migrations(self.owner_url):
            raise StartError(
                f"The database is from another version of the portal ({foreign[0]}): move "
                f"{self.place.var} away to start with an empty one, or use that version."
            )
        stamp, digest = self.place.var / "migrated", freshness.migrations_digest()
        if freshness.fits(stamp, digest) and freshness.has_our_migrations(self.owner_url):
            return
        self._step("migrate", self.env | {"DATABASE_URL": self.owner_url}, "--noinput")
        # Of the former version nothing runs here any more.
        self._step("finish_upgrade", self.env | {"DATABASE_URL": self.owner_url})
        stamp.write_text(digest)

    def _collect_static(self) -> None:
        """collectstatic for a site without DEBUG; slow, so only when a file has changed."""
        stamp, digest = self.place.var / "collected", freshness.static_digest()
        if self.options.debug or freshness.fits(stamp, digest):
            return
        self._step("collectstatic", self.env, "--noinput")
        stamp.write_text(digest)

    def _fill_demo(self) -> None:
        """Fill the demo on the first start only: a later one would restore what was deleted."""
        marker = self.place.var / "started"
        if self.options.demo and self.options.debug and not marker.exists():
            self._step("demo", self.env)
        marker.touch()

    def _start_ours(self) -> None:
        """Start web first, as a person waits for it; it is also stopped first."""
        begun = time.monotonic()
        worker = programs.worker(self.options, self.place, self.env)
        beat = programs.beat(self.place, self.env)
        web = programs.web(self.options, self.place, self.env)
        self.children += [worker, beat, web]
        self._begin(web)
        site = self.env.get("SITE_URL", self.options.site)
        up = partial(programs.answers, self.options, site)
        web.wait_until(up, self.signals.pause, WEB_READY_SECONDS)
        self._begin(worker)
        self._begin(beat)
        say(f"Web … ready in {time.monotonic() - begun:.1f} s; worker and beat are starting")

    def _step(self, name: str, env: dict[str, str], *arguments: str) -> None:
        begun = time.monotonic()
        child = programs.step(name, self.place, env, *arguments)
        self.children.append(child)
        self._begin(child)
        child.wait_until(lambda: child.exit_code() == 0, self.signals.pause, STEP_SECONDS)
        self.children.remove(child)
        say(f"{name} … done in {time.monotonic() - begun:.1f} s")

    def _begin(self, child: Child) -> None:
        self.signals.pause(0)
        child.start()
        self.records.write(self.children)

    def _announce(self) -> None:
        site = self.env.get("SITE_URL", self.options.site)
        pages = {"Site": "/", "Dashboard": "/dashboard/", "Warehouse": "/warehouse/"}
        if self.options.debug:
            pages["Outbox"] = "/dev/outbox/"
        say("")
        for name, path in pages.items():
            say(f"{name + ':':<11}{site}{path}")
        demo = self.place.var / "demo.txt"
        if demo.exists():
            say(f"\n{demo.read_text().rstrip()}")
        say(f"\nLogs: {self.place.var / 'log'}   Other commands: . {self.place.var / 'env'}")
        say("Ctrl-C stops everything.")

    def _stop(self) -> None:
        if not self.children:
            return
        stops = self.signals.stops
        say("\nStopping …")
        for child in reversed(self.children):
            # A second Ctrl-C means: do not wait.
            if not child.stop(hurry=lambda: self.signals.stops > max(stops, 1)):
                say(f"{child.name} did not stop in time and was killed (log: {child.log})")
        for peer in reversed(self.peers):
            peer.stop()
        self.records.write([])
        say("Stopped; the data is kept.")


def _check(options: Options) -> int:
    """Check whether a start would work."""
    place = Place.prepare(options.var)
    with only_copy(place.var):
        check_disk(place.var)
        programs.check_port(options)
    if not os.environ.get("DATABASE_URL"):
        say(f"PostgreSQL: {Postgres(place).program.path}")
    if not os.environ.get("REDIS_URL"):
        say(f"Valkey: {Valkey(place).program.path}")
    say(f"Ready to start on {options.site}, data in {place.home}.")
    return 0
