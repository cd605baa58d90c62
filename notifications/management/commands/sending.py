"""`manage.py sending`: show, pause or resume all sending of messages and webhooks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count

from notifications.delivery.pausing import is_paused, pause, resume
from notifications.delivery.unclaimed import suppress_waiting
from notifications.models import ChannelCircuit, Delivery, Installation, Message
from notifications.states import WAITING


class Command(BaseCommand):
    help = "Show whether messages are sent, pause all of them, or resume."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("do", nargs="?", choices=["state", "pause", "resume"], default="state")
        parser.add_argument(
            "--without-waiting",
            action="store_true",
            help="With resume: what waits now is never sent, as after a backup was restored.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["do"] == "pause":
            pause("Paused by an operator.")
        elif options["do"] == "resume":
            if options["without_waiting"]:
                count = suppress_waiting(
                    "Not sent: it may have been before the backup was restored."
                )
                self.stdout.write(f"{count} waiting messages were suppressed.")
            resume()
        self._state()

    def _state(self) -> None:
        row = Installation.objects.first() if is_paused() else None
        self.stdout.write(
            f"Paused since {row.paused_at:%Y-%m-%d %H:%M} UTC. {row.paused_because}"
            if row
            else "Messages are being sent."
        )
        counts = Message.objects.filter(status__in=WAITING).values_list("channel", "status")
        for channel, status, number in counts.annotate(Count("pk")).order_by("channel", "status"):
            self.stdout.write(f"{channel}: {number} {status}")
        webhooks = Delivery.objects.filter(delivered_at__isnull=True, given_up_at__isnull=True)
        if number := webhooks.filter(endpoint__deleted_at__isnull=True).count():
            self.stdout.write(f"webhooks: {number} waiting")
        for circuit in ChannelCircuit.objects.filter(failures__gt=0).order_by("channel"):
            self.stdout.write(
                f"{circuit.channel}: its provider failed {circuit.failures} times in a row"
            )
        if row:
            self.stdout.write(
                "Resume with `manage.py sending resume`, or send only new messages "
                "with `manage.py sending resume --without-waiting`."
            )
