"""`manage.py second_factor`: remove those that a person has lost, or encrypt all anew."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from fulfillment.accounts.adapters import renewed
from orders.accounts.account_mails import mail_change
from orders.accounts.members import end_sessions
from orders.models import User

ENCRYPTED = ("secret", "seed")  # of an app, of recovery codes


class Command(BaseCommand):
    help = "Remove a person's second factors, or encrypt all with the present SECRET_KEY."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        remove = what.add_parser("remove", help="a person has lost app, passkeys and codes")
        remove.add_argument("email")
        what.add_parser("renew", help="after a change of SECRET_KEY")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "renew":
            self.stdout.write(f"Encrypted anew: {_renew()}.")
            return
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {options['email']}.")
        self.stdout.write(f"Removed: {_remove(user)}. {user} is signed out everywhere.")


@transaction.atomic
def _remove(user: User) -> int:
    removed: int = Authenticator.objects.filter(user=user).delete()[0]
    end_sessions(user)
    mail_change(
        user,
        "second_factors_removed",
        at=timezone.now(),
        address="",
        browser="",
    )
    return removed


@transaction.atomic
def _renew() -> int:
    number = 0
    for row in Authenticator.objects.select_for_update():
        for name in ENCRYPTED:
            if name in row.data:
                row.data[name] = renewed(row.data[name])
                number += 1
        row.save(update_fields=["data"])
    return number
