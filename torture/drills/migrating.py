"""Migrate an empty database as far as the squashed migrations go: by them, or one by one."""

import sys

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from django.core.management.sql import emit_post_migrate_signal  # noqa: E402 - needs the set-up above
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402


def main(way: str) -> None:
    """Apply them, and make the rows that Django makes after each `migrate`."""
    executor = MigrationExecutor(connection)
    known = executor.loader.disk_migrations
    squashed = {key: made for key, made in known.items() if made.replaces}
    targets = list(squashed)
    if way == "one-by-one":
        executor.loader = MigrationLoader(connection, replace_migrations=False)
        targets = [made.replaces[-1] for made in squashed.values()]
    executor.migrate(targets)
    executor.check_replacements()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")


if __name__ == "__main__":
    main(sys.argv[1])
