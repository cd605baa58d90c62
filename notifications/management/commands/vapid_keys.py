"""`manage.py vapid_keys`: makes a new VAPID key pair for web push."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.channels.vapid import new_private_key


class Command(BaseCommand):
    """Prints the two settings; saves nothing."""

    help = "Print a new VAPID key. Browsers that subscribed with the old one are not told any more."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"VAPID_PRIVATE_KEY={new_private_key()}")
        self.stdout.write("VAPID_SUBJECT=mailto:you@example.com")
