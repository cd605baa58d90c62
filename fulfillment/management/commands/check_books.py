"""`manage.py check_books`: every broken invariant of quantities, stock and messages."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from notifications import books as messages
from orders import books as orders
from warehouse import books as warehouse

CHECKS = (*orders.CHECKS, *warehouse.CHECKS, *messages.CHECKS)


class Command(BaseCommand):
    """Print each violation on a line; exit code 1 if there is any. Read-only."""

    help = "Check orders, stock, reservations and messages against each other."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        broken = findings()
        for text in broken:
            self.stdout.write(text)
        self.stdout.write(f"check_books: {len(broken)} findings in {len(CHECKS)} checks")
        if broken:
            sys.exit(1)


def findings() -> list[str]:
    """Run all checks; each is one statement, and so consistent while work goes on."""
    found = []
    for check in CHECKS:
        with transaction.atomic(), connection.cursor() as cursor:
            # Longer than the statement time-out of pages.
            cursor.execute("SET LOCAL statement_timeout = '30min'")
            found += check()
    return found
