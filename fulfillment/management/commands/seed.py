"""`manage.py seed --orders N`: so many orders of a year, for measurements and demonstrations."""

import secrets
import time
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from fulfillment.demo.command import DemoCommand
from fulfillment.management.commands.check_books import findings
from orders.models import Order

try:
    import time_machine

    from fulfillment.demo.seeding.base import Base, make_base
    from fulfillment.demo.seeding.reading import Told, read_forms
    from fulfillment.demo.seeding.stamping import Counters, Stamper
    from fulfillment.demo.seeding.stories import Teller
    from fulfillment.demo.seeding.writing import (
        balance,
        copy_orders,
        serials,
        set_sequences,
        without_indexes,
        without_triggers,
    )
except ModuleNotFoundError as error:
    raise CommandError(f"{error}: it is one of requirements-dev.txt.") from None

NOT_OWNER = "Run it as the owner of the tables: DATABASE_URL=$MIGRATION_DATABASE_URL manage.py seed"
BEFORE = timedelta(days=400)  # so long ago the sellers came, and their goods
FEW = 2_000  # up to so many orders fewer stories are told
OWNER = """
SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'orders_order'::regclass
"""


class Command(DemoCommand):
    """All in one transaction: a seed that is killed leaves nothing."""

    help = "Make many orders by COPY: a year of them, most delivered, the last ones in work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--orders", type=int, required=True, help="how many")
        parser.add_argument("--seed", type=int, default=1, help="another one makes other orders")
        parser.add_argument("--in-work", type=int, help="of these; else those of two days")
        parser.add_argument("--sellers", type=int, default=8, help="among how many sellers")
        parser.add_argument(
            "--beside", action="store_true", help="also in a database that has orders already"
        )
        parser.add_argument("--check", action="store_true", help="and check the books at the end")
        parser.add_argument("--key", default="", help="the API key of the first seller")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["orders"] < 1 or not 1 <= options["sellers"] <= 99:
            raise CommandError("At least one order, and one to 99 sellers.")
        if Order.objects.exists() and not options["beside"]:
            raise CommandError("There are orders already: --beside makes others beside them.")
        began, now = time.monotonic(), timezone.now()
        self._check_owner()
        password = secrets.token_urlsafe(9)
        key = options["key"] or f"fk_{secrets.token_urlsafe(32)}"
        with transaction.atomic():
            rows = self._seed(options, password, key, now)
        self._say("analysing")
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM (ANALYZE)")
        if options["check"] and (broken := findings()):
            raise CommandError("\n".join(broken))
        took = time.monotonic() - began
        self._say(f"{options['orders']} orders, {rows} rows in {took:.0f} s")
        self.stdout.write(
            f"Sign in as owner-1@seed.example or lead@seed.example, password {password}\n"
            f"API key of the first seller: {key}"
        )

    def _check_owner(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(OWNER)
            if not cursor.fetchone()[0]:
                raise CommandError(NOT_OWNER)

    def _say(self, text: str) -> None:
        self.stderr.write(f"seed: {text}")
        self.stderr.flush()

    def _seed(self, options: dict[str, Any], password: str, key: str, now: datetime) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
            cursor.execute("SELECT orders_event_position()")
            position = cursor.fetchone()[0]
        # Ids are in order of time, and those of the stories come later.
        with time_machine.travel(now - BEFORE, tick=False):
            base = make_base(options["sellers"], password, key)
        counters = Counters(serials=serials())
        told = self._told(base, now, position, small=options["orders"] < FEW)
        orders = Stamper(base, told, counters, seed=options["seed"])
        made = orders.stamp(options["orders"], options["in_work"])
        with without_indexes(self._say), without_triggers():
            counted = copy_orders(made, self._say)
        balance(base, now - BEFORE)
        set_sequences(counters.serials)
        return counted.total()

    def _told(self, base: Base, now: datetime, position: int, *, small: bool) -> Told:
        """Tell the stories, read their rows, and roll all of it back."""
        self._say("playing some weeks of a warehouse")
        point = transaction.savepoint()
        stories = Teller(base, now).tell(small=small)
        told = read_forms(base, stories, at=now, position=position)
        transaction.savepoint_rollback(point)
        self._say(f"{len(told.forms)} stories told")
        return told
