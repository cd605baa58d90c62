"""`manage.py export_user`: all that is kept about a user of the portal, as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from fulfillment.privacy.users import export_user
from orders.models import User


class Command(BaseCommand):
    help = "Print all that is kept about somebody who signs in, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        found = export_user(user_named(options["email"]), actor=None)
        text = json.dumps(found, indent=2, cls=DjangoJSONEncoder, ensure_ascii=False)
        self.stdout.write(text)


def user_named(email: str) -> User:
    """The user with this address; raises CommandError."""
    if user := User.objects.filter(email=email.lower()).first():
        return user
    raise CommandError("There is no user with this e-mail address.")
