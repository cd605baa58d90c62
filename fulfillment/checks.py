"""A system check that refuses a database with migrations unknown to this version."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader

OURS = {"orders", "warehouse", "notifications"}


@register(Tags.database)
def know_every_applied_migration(
    databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Error E001 for a database that another version of the portal has migrated."""
    return [error for name in databases or () if (error := _unknown_history(name))]


def _unknown_history(name: str) -> Error | None:
    try:
        loader = MigrationLoader(connections[name])
    except DatabaseError:
        return None  # no connection: the migrate command reports that better
    unknown = sorted(
        f"{app}.{migration}"
        for app, migration in set(loader.applied_migrations) - set(loader.disk_migrations)
        if app in OURS
    )
    if not unknown:
        return None
    return Error(
        f"The database has migrations that this version does not know: {', '.join(unknown)}.",
        hint="Another version of the portal made it: use that version, or an empty database.",
        id="fulfillment.E001",
    )
