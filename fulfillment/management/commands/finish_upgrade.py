"""`manage.py finish_upgrade`: what processes of the former version could not have borne."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from django.db.models import Q

from fulfillment.database.guards import guard, unguarded
from orders.accounts.sealing import BEGINNING, COLUMNS, SHOP_SECRETS
from orders.lifecycle.transitions import count_forgotten
from orders.models import SalesChannel

NOT_OWNER = (
    "Run it as the owner of the tables: DATABASE_URL=$MIGRATION_DATABASE_URL manage.py "
    "finish_upgrade"
)


class Command(BaseCommand):
    """Idempotent: what is done already is left."""

    help = "Finish an upgrade, after the last process of the former version has stopped."
    requires_system_checks = ()  # `migrate`, which comes before it, has run them

    def handle(self, *args: Any, **options: Any) -> None:
        readable = Q()
        for column in COLUMNS:  # also the former secret of one that was changed meanwhile
            readable |= ~Q(**{column: ""}) & ~Q(**{f"{column}__startswith": BEGINNING})
        encrypted, _ = SHOP_SECRETS.renew_all(SalesChannel.objects.filter(readable))
        tables = unguarded()
        try:
            for table in tables:
                guard(table)
        except ProgrammingError as error:
            raise CommandError(f"{NOT_OWNER} ({error})") from None
        counted = count_forgotten()
        self.stdout.write(
            f"Encrypted secrets of {encrypted} shops; switched on the row-level security of "
            f"{len(tables)} tables; counted what was sent again of {counted} orders."
        )
