"""`manage.py erase_person`: a customer of a seller, from orders, messages and the rest."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from fulfillment.management.commands.export_person import add_person, orders_named
from notifications.delivery.erasing import erase_messages
from notifications.models import Suppression
from orders.errors import DomainError
from orders.lifecycle.erasing import erase_orders


class Command(BaseCommand):
    help = "Erase a customer of a seller; quantities, stock and history stay. It cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        add_person(parser)
        parser.add_argument("--yes", action="store_true", help="without it, only say what would be")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        seller, orders = orders_named(options)
        if not options["yes"]:
            self.stdout.write(f"{len(orders)} orders would be erased: run it again with --yes.")
            return
        addresses = {text for order in orders for text in (order.email, order.phone) if text}
        ids = [order.pk for order in orders]
        try:
            erase_orders(orders, actor=None)
            messages = erase_messages(seller, ids, addresses)
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Erased: {len(orders)} orders, {messages} messages about them.")
        kept = Suppression.objects.filter(
            seller=seller, recipient__in=[address.lower() for address in addresses]
        ).count()
        if kept:
            self.stdout.write(f"{kept} addresses stay blocked, so that nobody writes to them.")
        self.stdout.write("Backups still hold them until they are deleted.")
