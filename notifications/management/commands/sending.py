"""`manage.py sending`: show, pause or resume all sending of messages and webhooks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count

from notifications.delivery.pausing import is_paused, known_pause, pause, resume
from notifications.delivery.unclaimed import suppress_waiting, waiting_since_before
from notifications.models import ChannelCircuit, Delivery, Message
from notifications.states import WAITING


class Command(BaseCommand):
    help = "Show whether messages are sent, pause all of them, or resume."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("do", nargs="?", choices=["state", "pause", "resume"], default="state")
        parser.add_argument(
            "--without-waiting",
            action="store_true",
            help="With resume: what has waited since before the pause is never sent; for a copy.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["do"] == "pause":
            pause("Paused by an operator.")
        elif options["do"] == "resume":
            found = known_pause() if is_paused() else None
            if found and options["without_waiting"]:
                count = suppress_waiting(
                    found.since, "Not sent: it may have been before the backup was restored."
                )
                self.stdout.write(f"{count} waiting messages were suppressed.")
            resume()
        self._state()

    def _state(self) -> None:
        found = known_pause() if is_paused() else None
        self.stdout.write(
            f"Paused since {found.since:%Y-%m-%d %H:%M} UTC. {found.because}"
            if found
            else "Messages are being sent."
        )
        counts = Message.objects.filter(status__in=WAITING).values_list("channel", "status")
        for channel, status, number in counts.annotate(Count("pk")).order_by("channel", "status"):
            self.stdout.write(f"{channel}: {number} {status}")
        webhooks = Delivery.objects.filter(delivered_at__isnull=True, given_up_at__isnull=True)
        if number := webhooks.filter(endpoint__deleted_at__isnull=True).count():
            self.stdout.write(f"webhooks: {number} waiting")
        if found and (number := waiting_since_before(found.since).count()):
            self.stdout.write(
                f"{number} messages have waited since before the pause: in a restored copy they "
                "may have been sent after the backup."
            )
        for circuit in ChannelCircuit.objects.filter(failures__gt=0).order_by("channel"):
            self.stdout.write(
                f"{circuit.channel}: its provider failed {circuit.failures} times in a row"
            )
        if found:
            self.stdout.write(
                "Resume with `manage.py sending resume`, or send only what was planned after the "
                "pause with `manage.py sending resume --without-waiting`."
            )
