"""`manage.py erase_person`: a customer of a seller, from orders, messages and the rest."""

from time import monotonic, sleep
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fulfillment.management.commands.export_person import add_person, orders_named
from fulfillment.privacy.customers import erase_customer
from notifications.delivery.claims import LEASE_SECONDS
from notifications.delivery.erasing import MessagesLeaving
from orders.errors import DomainError

# A claimed message is settled or returned by then.
WAIT_SECONDS, LOOK_SECONDS = LEASE_SECONDS + 30, 0.2


class Command(BaseCommand):
    help = "Erase a customer of a seller; quantities, stock and history stay. It cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        add_person(parser)
        parser.add_argument("--yes", action="store_true", help="without it, only say what would be")

    def handle(self, *args: Any, **options: Any) -> None:
        ends = monotonic() + WAIT_SECONDS
        while True:
            try:
                self._erase(options)
            except MessagesLeaving as error:
                if monotonic() >= ends:
                    raise CommandError(str(error)) from None
                sleep(LOOK_SECONDS)
            except DomainError as error:
                raise CommandError(str(error)) from None
            else:
                return

    def _erase(self, options: dict[str, Any]) -> None:
        seller, orders = orders_named(options)
        if not options["yes"]:
            self.stdout.write(f"{len(orders)} orders would be erased: run it again with --yes.")
            return
        erased = erase_customer(seller, orders, actor=None)
        self.stdout.write(f"Erased: {erased.orders} orders, {erased.messages} messages about them.")
        if erased.blocked:
            self.stdout.write(f"{erased.blocked} addresses stay blocked, so that nobody writes.")
        self.stdout.write("Backups still hold them until they are deleted.")
