"""`manage.py erase_user`: a user of the portal; what they did stays."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fulfillment.management.commands.export_user import user_named
from fulfillment.privacy.users import erase_user
from orders.errors import DomainError


class Command(BaseCommand):
    help = "Erase somebody who signs in; what they did stays. It cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--yes", action="store_true", help="without it, only say who it is")

    def handle(self, *args: Any, **options: Any) -> None:
        user = user_named(options["email"])
        if not options["yes"]:
            self.stdout.write(f"{user.name} would be erased: run it again with --yes.")
            return
        try:
            erase_user(user, actor=None)
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write("Erased. Backups still hold this user until they are deleted.")
