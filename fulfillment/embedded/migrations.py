"""Whether the database needs `migrate`: asked without loading Django, which takes seconds."""

import hashlib
from pathlib import Path

import psycopg

from fulfillment.embedded.environment import BASE_DIR

APPS = ("orders", "warehouse", "notifications")


def digest() -> str:
    """Names all migrations: ours by their text, those of libraries by the lock."""
    seen = hashlib.sha256()
    for source in [*_files(), BASE_DIR / "requirements.txt"]:
        seen.update(f"{source.relative_to(BASE_DIR)} ".encode() + source.read_bytes())
    return seen.hexdigest()[:16]


def is_current(url: str, stamp: Path) -> bool:
    """True when the stamp of the last migrate still fits and the database agrees.

    The stamp alone would not notice a database that was restored or rolled back.
    """
    if not stamp.exists() or stamp.read_text() != digest():
        return False
    wanted = {(path.parent.parent.name, path.stem) for path in _files()}
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return wanted <= set(connection.execute("SELECT app, name FROM django_migrations"))
    except psycopg.Error:
        return False


def _files() -> list[Path]:
    return sorted(path for app in APPS for path in BASE_DIR.glob(f"{app}/migrations/[0-9]*.py"))
