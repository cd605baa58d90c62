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
    """Prints each finding on a line and ends with 1 if there is any; changes nothing."""

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
    """What every check finds. Each is one statement, so that work may go on meanwhile."""
    found = []
    for check in CHECKS:
        with transaction.atomic(), connection.cursor() as cursor:
            # A large house takes longer than a page may.
            cursor.execute("SET LOCAL statement_timeout = '30min'")
            found += check()
    return found
