"""`manage.py tracking_keys`: how many tracking links each key of TRACKING_KEY has made."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from orders.lifecycle.tracking_links import LOST, links_by_key, renew_lost_links


class Command(BaseCommand):
    help = "Count the tracking links by key; a key without links may be taken off TRACKING_KEY."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--renew",
            action="store_true",
            help="New links for orders whose key is not listed; their old links stop working.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["renew"]:
            self.stdout.write(f"{renew_lost_links()} links were renewed.")
        found = links_by_key()
        for place in range(len(settings.TRACKING_KEYS)):
            name = "the present key" if place == 0 else f"former key {place}"
            self.stdout.write(f"{name}: {found[place]} orders")
        if found[LOST]:
            self.stdout.write(
                f"no listed key: {found[LOST]} orders. Their links work, but messages would print "
                "wrong ones: list the key again, or run this with --renew."
            )
