"""A backup: one file of pg_dump's custom format, readable by its owner only."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from fulfillment.backup.programs import BackupError, program, run


@dataclass(frozen=True)
class Backup:
    """A finished backup."""

    path: Path
    size: int
    seconds: float
    tables: int


def file_name() -> str:
    """A name that sorts by time."""
    return f"fulfillment-{datetime.now(UTC):%Y%m%d-%H%M%S}.dump"


def make_backup(url: str, path: Path) -> Backup:
    """Write a consistent backup of the database while work goes on; raises BackupError.

    The file gets its name when it is complete, and was read again.
    """
    if path.exists():
        raise BackupError(f"{path} is there already: name another file.")
    begun = time.monotonic()
    server = server_major(url)
    draft = path.with_name(f".{path.name}.unfinished")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        run([program("pg_dump", server), "--format=custom", "--file", draft], url)
        tables = run([program("pg_restore", server), "--list", draft], url).count(" TABLE DATA ")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return Backup(path, path.stat().st_size, time.monotonic() - begun, tables)


def server_major(url: str) -> int:
    """The major version of the server; raises BackupError where none answers."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return connection.info.server_version // 10_000
    except psycopg.Error as error:
        raise BackupError(f"No connection: {str(error).splitlines()[0]}") from None
