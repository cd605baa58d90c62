"""`manage.py numbers`: read the events for the numbers of sellers, or write all facts anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notifications.delivery.daily_counts import count_messages
from orders.models import Seller
from orders.numbers.reading import read_numbers, rebuild_numbers


class Command(BaseCommand):
    help = "Read what has happened since, for the numbers of sellers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rebuild", action="store_true", help="write the facts of all orders anew"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["rebuild"]:
            read_numbers()
            count_messages()
            return
        count_messages(is_all=True)
        for seller in Seller.objects.order_by("slug"):
            count = rebuild_numbers(seller)
            self.stdout.write(f"{seller.slug}: {count} orders")
