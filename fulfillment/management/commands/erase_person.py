"""`manage.py erase_person`: a customer of a seller, from orders, messages and the rest."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fulfillment.management.commands.export_person import add_person, orders_named
from fulfillment.privacy.customers import erase_customer
from orders.errors import DomainError


class Command(BaseCommand):
    help = "Erase a customer of a seller; quantities, stock and history stay. It cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        add_person(parser)
        parser.add_argument("--yes", action="store_true", help="without it, only say what would be")

    def handle(self, *args: Any, **options: Any) -> None:
        seller, orders = orders_named(options)
        if not options["yes"]:
            self.stdout.write(f"{len(orders)} orders would be erased: run it again with --yes.")
            return
        try:
            erased = erase_customer(seller, orders, actor=None)
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Erased: {erased.orders} orders, {erased.messages} messages about them.")
        if erased.blocked:
            self.stdout.write(f"{erased.blocked} addresses stay blocked, so that nobody writes.")
        self.stdout.write("Backups still hold them until they are deleted.")
