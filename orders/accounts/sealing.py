"""Encryption of secrets in the database (Fernet), with keys derived from SECRET_KEY by purpose."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

COLUMNS = ("secret", "previous_secret")
BEGINNING = "gAAAA"  # how a Fernet token begins


def is_closed(kept: str) -> bool:
    """Whether this is encrypted, and not a secret as earlier versions kept it."""
    return kept.startswith(BEGINNING)


@dataclass(frozen=True, slots=True)
class Seal:
    """The encryption of one kind of secret: no other use of SECRET_KEY has its keys."""

    purpose: bytes

    def close(self, secret: str) -> str:
        """Encrypt a secret for the database, with the present key."""
        return self._box().encrypt(secret.encode()).decode()

    def open(self, kept: str) -> str:
        """Decrypt a secret, also with keys of SECRET_KEY_FALLBACKS. Raises InvalidToken."""
        return self._box().decrypt(kept.encode()).decode()

    def renew_all(self, rows: "QuerySet[Any]") -> tuple[int, list[str]]:
        """(how many rows, names of the unreadable): encrypt their secrets with the present key."""
        renewed, unreadable = 0, []
        for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
            with transaction.atomic():
                row = rows.select_for_update(no_key=True).get(pk=pk)
                try:
                    kept = {name: self._renewed(getattr(row, name)) for name in COLUMNS}
                except InvalidToken:
                    unreadable.append(f"{row._meta.verbose_name} {row} ({pk})")
                    continue
                for name, text in kept.items():
                    setattr(row, name, text)
                row.save(update_fields=COLUMNS)
                renewed += 1
        return renewed, unreadable

    def _renewed(self, kept: str) -> str:
        return self.close(self.open(kept) if is_closed(kept) else kept) if kept else ""

    def _box(self) -> MultiFernet:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return MultiFernet([Fernet(self._derived(key)) for key in keys])

    def _derived(self, key: str) -> bytes:
        return base64.urlsafe_b64encode(hashlib.sha256(self.purpose + key.encode()).digest())


SHOP_SECRETS = Seal(b"shop secrets:")
WEBHOOK_SECRETS = Seal(b"webhook secrets:")
