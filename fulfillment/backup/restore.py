"""A restore into an empty database: nobody looks on, and afterwards sending waits."""

import re
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from fulfillment.backup.dump import server_major
from fulfillment.backup.programs import BackupError, program, run

# What roles.sql makes, as a superuser, in every database of the portal.
MADE_BEFORE = re.compile(r"^\d+; \d+ \d+ (COMMENT - )?(EXTENSION|SCHEMA) ", re.MULTILINE)
MADE_AT = re.compile(r"^; Archive created at (\S+ \S+)", re.MULTILINE)
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
DATABASE = "SELECT current_database()"


@dataclass(frozen=True)
class Restored:
    """What was restored."""

    made_at: datetime
    tables: int
    seconds: float


def restore_backup(url: str, path: Path) -> Restored:
    """Restore a backup in one transaction, as the owner of the tables; raises BackupError.

    Rights and policies come with it; the roles and extensions must be there (deploy/roles.sql).
    """
    begun = time.monotonic()
    pg_restore = program("pg_restore", server_major(url))
    if not path.is_file():
        raise BackupError(f"There is no file {path}.")
    contents = run([pg_restore, "--list", path], url)
    if " TABLE DATA public orders_event " not in contents:
        raise BackupError(f"{path} is no backup of this portal.")
    _refuse_used_database(url)
    with tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        lines = contents.splitlines(keepends=True)
        chosen.writelines(line for line in lines if not MADE_BEFORE.match(line))
        chosen.flush()
        command: list[str | Path] = [
            pg_restore,
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
        ]
        name = _ask(url, DATABASE)
        run([*command, f"--use-list={chosen.name}", f"--dbname={name}", path], url)
    _ask(url, "ANALYZE")
    return Restored(_made_at(contents), contents.count(" TABLE DATA "), time.monotonic() - begun)


def _refuse_used_database(url: str) -> None:
    if number := _ask(url, OTHERS):
        raise BackupError(
            f"{number} others use this database: stop web, worker and beat, then try again."
        )
    if number := _ask(url, TABLES):
        raise BackupError(
            f"This database has {number} tables: a backup is restored into an empty one. Make one "
            "(createdb, then deploy/roles.sql) and name it in DATABASE_URL."
        )


def _made_at(contents: str) -> datetime:
    found = MADE_AT.search(contents)
    # pg_restore prints the moment in the zone of this process.
    text = found[1] if found else ""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").astimezone(UTC)
    except ValueError:
        raise BackupError("The backup does not say when it was made.") from None


def _ask(url: str, sql: str) -> object:
    """The first value of a statement, or None."""
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        cursor = connection.execute(sql)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None
