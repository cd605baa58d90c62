"""Decide which steps of a start can be skipped, without loading Django (seconds)."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import psycopg

from fulfillment.embedded.environment import BASE_DIR

APPS = ("orders", "warehouse", "notifications")
# A library's own migrations and static files change only with the lock that brings them.
LOCK = BASE_DIR / "requirements.txt"


def migrations_digest() -> str:
    """A fingerprint that changes with every migration."""
    files = (path for app in APPS for path in (BASE_DIR / app / "migrations").rglob("*.py"))
    return _digest([*sorted(files), LOCK])


def static_digest() -> str:
    """A fingerprint that changes with every static file."""
    files = (path for path in (BASE_DIR / "static").rglob("*") if path.is_file())
    return _digest([*sorted(files), LOCK])


def fits(stamp: Path, digest: str) -> bool:
    """Whether this stamp file holds the same fingerprint."""
    return stamp.exists() and stamp.read_text() == digest


def has_our_migrations(url: str) -> bool:
    """Whether all our migrations are applied: a database may be restored after the stamp."""
    wanted = {(path.parent.parent.name, path.stem) for path in _migrations()}
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return wanted <= set(connection.execute("SELECT app, name FROM django_migrations"))
    except psycopg.Error:
        return False


def foreign_migrations(url: str) -> list[str]:
    """Applied migrations that this version does not have, as app.name."""
    ours = {(path.parent.parent.name, path.stem) for path in _migrations()}
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            applied = set(
                connection.execute(
                    "SELECT app, name FROM django_migrations WHERE app = ANY(%s)", [list(APPS)]
                )
            )
    except psycopg.Error:  # no such table yet, or a server that will say so itself
        return []
    return sorted(f"{app}.{name}" for app, name in applied - ours)


def _migrations() -> list[Path]:
    return sorted(path for app in APPS for path in BASE_DIR.glob(f"{app}/migrations/[0-9]*.py"))


def _digest(paths: Iterable[Path]) -> str:
    seen = hashlib.sha256()
    for path in paths:
        seen.update(f"{path.relative_to(BASE_DIR)} ".encode() + path.read_bytes())
    return seen.hexdigest()[:16]
