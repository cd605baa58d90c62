"""The databases of a test run: a migrated template, and a copy of it for each worker of the run."""

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from fulfillment.embedded import freshness
from fulfillment.embedded.binaries import postgres_program
from fulfillment.embedded.postgres import (
    DATABASE,
    OWNER,
    ROLES_SQL,
    SUPERUSER,
    Postgres,
    grant_roles,
)

BASE_DIR = Path(__file__).resolve().parents[2]
TEMPLATE = "test_template"
# $0 is the folder of the run, $1 the kept dump, $2 the template's address, $3 python or psql.
MIGRATE = '"$3" manage.py migrate --noinput --verbosity=0'
KEEP = '"${3%psql}pg_dump" --dbname="$2" > "$1.$$" && mv "$1.$$" "$1"'
RESTORE = '"$3" --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --file="$1" "$2" || { rm "$1"; exit 1; }'
DONE = 'touch "$0/migrated"'


def server_url(role: str, database: str) -> str:
    """The address of one role in one database of the run's server."""
    parts = urlsplit(os.environ["TEST_DATABASE_URL"])
    secret = f":{parts.password}" if parts.password else ""
    host = parts.netloc.rpartition("@")[2]
    user = (parts.username or SUPERUSER) if role == SUPERUSER else role
    return parts._replace(netloc=f"{user}{secret}@{host}", path=f"/{database}").geturl()


def superuser(database: str = "postgres") -> psycopg.Connection:
    """A connection that may do everything, each statement its own transaction."""
    return psycopg.connect(server_url(SUPERUSER, database), autocommit=True, connect_timeout=5)


def make_database(name: str) -> None:
    """A worker's own copy of the template, as soon as that is there."""
    with _template(fcntl.LOCK_SH):
        _create(name, TEMPLATE)


@contextmanager
def _template(lock_kind: int) -> Iterator[None]:
    """The template is there, and nobody else does with it what the lock forbids."""
    folder = Path(os.environ["TEST_FOLDER"])
    with (folder / "migrating").open() as lock:
        fcntl.flock(lock, lock_kind)
        if not (folder / "migrated").exists():
            pytest.exit(f"The migrations failed:\n{(folder / 'log').read_text()}", returncode=3)
        yield


def dump_tables(path: Path) -> list[str]:
    """The option by which a program of `torture` need not run the migrations itself.

    No option where the server of the tests is of a version that the programs here cannot read.
    """
    pg_dump = postgres_program(None).path.with_name("pg_dump")
    command = [pg_dump, f"--file={path}", f"--dbname={server_url(SUPERUSER, TEMPLATE)}"]
    with _template(fcntl.LOCK_EX):  # a database that somebody reads cannot be copied
        is_read = not subprocess.run(command, check=False).returncode
    return ["--tables", str(path)] if is_read else []


def copy_database(name: str, postgres: Postgres) -> None:
    """Copy a database of the run, with its rows, into another server that a test may damage."""
    postgres.make_database()
    tools = postgres.program.path
    dump = subprocess.Popen(
        [tools.with_name("pg_dump"), "--no-publications", server_url(SUPERUSER, name)],
        stdout=subprocess.PIPE,
    )
    subprocess.run(
        [tools.with_name("psql"), "--quiet", "--no-psqlrc", postgres.url(SUPERUSER)],
        stdin=dump.stdout,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # roles.sql has made the extensions already
        check=True,
    )
    assert dump.wait() == 0
    with postgres.connect(DATABASE) as connection:
        grant_roles(connection)


class Template:
    """Made in the background while the tests are collected; `postgres` is None if it is not ours.

    What the migrations made is kept in var/ and restored until one of them changes: that saves
    most of the start of a run.
    """

    def __init__(self, folder: Path, postgres: Postgres | None) -> None:
        self.folder = folder
        self.postgres = postgres
        self.child: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start the child; who waits for the template waits for the lock that it holds."""
        _create(TEMPLATE, "template0")
        script, arguments = self._script()
        with (self.folder / "migrating").open("w") as lock, (self.folder / "log").open("w") as log:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.child = subprocess.Popen(
                ["/bin/sh", "-c", script, str(self.folder), *arguments],
                cwd=BASE_DIR,
                env=os.environ | {"DATABASE_URL": server_url(OWNER, TEMPLATE)},
                pass_fds=[lock.fileno()],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        """End the child if it still works."""
        if self.child is not None and self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGTERM)
            self.child.wait()

    def _script(self) -> tuple[str, list[str]]:
        address = server_url(SUPERUSER, TEMPLATE)
        if self.postgres is None:
            return f"{MIGRATE} && {DONE}", ["", address, sys.executable]
        psql = str(self.postgres.program.path.with_name("psql"))
        kept = self._kept_dump()
        if kept.exists():
            return f"{RESTORE} && {DONE}", [str(kept), address, psql]
        migrate = MIGRATE.replace("$3", sys.executable)
        return f"{migrate} && {KEEP} && {DONE}", [str(kept), address, psql]

    def _kept_dump(self) -> Path:
        assert self.postgres is not None
        roles = hashlib.sha256(ROLES_SQL.read_bytes()).hexdigest()[:8]
        name = f"{self.postgres.program.version}-{roles}-{freshness.migrations_digest()}.sql"
        folder = BASE_DIR / "var" / "test-templates"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name


def _create(name: str, template: str) -> None:
    known, source = sql.Identifier(name), sql.Identifier(template)
    with superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(known))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(known, source))
    with superuser(name) as connection:
        # Rights on a database are not copied with it.
        grant_roles(connection)
