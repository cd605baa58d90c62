"""The embedded PostgreSQL: initdb, start, roles and database, stop."""

import os
import shutil
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from fulfillment.embedded.accounts import own_name
from fulfillment.embedded.binaries import Program, postgres_program
from fulfillment.embedded.errors import StartError
from fulfillment.embedded.places import Place
from fulfillment.embedded.processes import Child, Pause, end_stranger

SUPERUSER, OWNER, APP = "postgres", "fulfillment_owner", "fulfillment_app"
DATABASE = "fulfillment"
ROLES_SQL = Path(__file__).resolve().parents[2] / "deploy" / "roles.sql"
# Crash recovery (WAL replay) may take long.
START_SECONDS = 300
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %a ",
    "logging_collector": "off",
    # Statements and refused rows hold names and addresses: none goes into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass
class Postgres:
    """A private cluster, reachable only through a Unix socket in a private folder."""

    place: Place
    settings: dict[str, str] = field(default_factory=dict)
    name: str = field(default="postgres", init=False)
    program: Program = field(init=False)
    child: Child = field(init=False)

    def __post_init__(self) -> None:
        self.data = self.place.home / "postgres"
        version = self.data / "PG_VERSION"
        major = int(version.read_text()) if version.exists() else None
        program = postgres_program(major)
        self.program = program.for_account(self.place.account, self.place.home)
        settings = SETTINGS | {"unix_socket_directories": str(self.place.sockets)} | self.settings
        options = [part for pair in settings.items() for part in ("-c", "=".join(pair))]
        # SIGINT is the fast shutdown: sessions end, committed data is kept.
        self.child = self._child(
            "postgres", ["-D", str(self.data), *options], stop_signal=signal.SIGINT, patience=30.0
        )

    def start(self, pause: Pause) -> None:
        """Create the cluster if there is none, start it, and wait until it is ready."""
        if not self.data.exists():
            self._make_cluster(pause)
        self.place.data("postgres")
        self._end_stray_server()
        self._write_rules()
        self.child.start()
        self.child.wait_until(self._answers, pause, START_SECONDS)

    def stop(self) -> bool:
        """Fast stop."""
        return self.child.stop()

    def url(self, role: str, database: str = DATABASE) -> str:
        """The libpq URL for one role."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.place.sockets), safe='/')}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A superuser connection in autocommit."""
        return psycopg.connect(self.url(SUPERUSER, database), autocommit=True, connect_timeout=5)

    def make_database(self, name: str = DATABASE) -> None:
        """Create the database if it is missing, and run roles.sql."""
        with self.connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with self.connect(name) as connection:
            grant_roles(connection)

    def _make_cluster(self, pause: Pause) -> None:
        draft = self.place.home / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        self.place.data("postgres.new")
        builtin = self.program.major >= 17
        locale = ["--locale=C.UTF-8", *(["--locale-provider=builtin"] if builtin else [])]
        command = ["-D", str(draft), "-U", SUPERUSER, "-E", "UTF8", *locale, "-A", "peer", "-k"]
        initdb = self._child("initdb", command)
        initdb.start()
        try:
            initdb.wait_until(lambda: initdb.exit_code() == 0, pause, START_SECONDS)
        finally:
            initdb.stop()
        draft.replace(self.data)

    def _child(
        self,
        program: str,
        arguments: Sequence[str],
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = 10.0,
    ) -> Child:
        return Child(
            program,
            [self.program.path.with_name(program), *arguments],
            self.place.log(program),
            # Settings of libpq and the person's language would reach the server.
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            account=self.place.account,
            folder=self.place.home,
            stop_signal=stop_signal,
            patience=patience,
        )

    def _write_rules(self) -> None:
        """Write pg_hba.conf and pg_ident.conf: the socket's owner and we may be our three roles."""
        people = sorted({self.place.account.name, own_name()})
        pairs = [(person, role) for person in people for role in (SUPERUSER, OWNER, APP)]
        rules = "local all all peer map=own\nlocal replication all peer map=own\n"
        self._write("pg_hba.conf", rules)
        self._write("pg_ident.conf", "".join(f'own "{who}" "{role}"\n' for who, role in pairs))

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text)
        self.place.account.give(path)

    def _end_stray_server(self) -> None:
        """Stop a server on our data folder that a killed supervisor left behind."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().split("\n", 1)[0])
        # The server's working directory is its data folder: else the pid is of another process.
        place = Path(f"/proc/{pid}/cwd")
        if place.exists() and place.resolve() == self.data.resolve():
            end_stranger(pid, signal.SIGINT)

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True


def grant_roles(connection: psycopg.Connection) -> None:
    """Run roles.sql in the database of the connection, as a superuser."""
    try:
        connection.execute(ROLES_SQL.read_bytes())
    except (psycopg.errors.UndefinedFile, psycopg.errors.FeatureNotSupported) as error:
        raise StartError(
            f"{str(error).splitlines()[0]}: install the package postgresql-contrib."
        ) from None
