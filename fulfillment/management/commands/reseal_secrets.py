"""`manage.py reseal_secrets`: encrypt the secrets in the database with the present SECRET_KEY."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications.models import Endpoint
from orders.accounts.sealing import SHOP_SECRETS, WEBHOOK_SECRETS
from orders.models import SalesChannel


class Command(BaseCommand):
    help = "Encrypt the secrets of shops and webhooks with the present SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        shops, lost_shops = SHOP_SECRETS.renew_all(SalesChannel.objects.exclude(secret=""))
        hooks, lost_hooks = WEBHOOK_SECRETS.renew_all(Endpoint.objects.exclude(secret=""))
        self.stdout.write(f"Encrypted with the present key: {shops} shops, {hooks} webhooks.")
        if lost := [*lost_shops, *lost_hooks]:
            raise CommandError(
                f"No key of SECRET_KEY and SECRET_KEY_FALLBACKS opens: {', '.join(lost)}. "
                "Add the former key, or enter these secrets again."
            )
        self.stdout.write("Former keys may be taken off SECRET_KEY_FALLBACKS two weeks from now.")
