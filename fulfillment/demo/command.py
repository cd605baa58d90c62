"""The base of management commands that make up data: they refuse to run outside DEBUG."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class DemoCommand(BaseCommand):
    """A command that writes sellers, people and orders which nobody has asked for."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run the command, unless this is a real installation."""
        if not settings.DEBUG:
            raise CommandError(
                "This makes up people with known log-ins, and orders: it needs DEBUG to be 1."
            )
        return super().execute(*args, **options)
