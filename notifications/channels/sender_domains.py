"""Actions on a seller's own sender address: enter, verify by DNS, remove."""

from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from notifications.models import SendingDomain
from notifications.models.channels import new_token
from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, Seller, User
from orders.words import say_later

NO_ADDRESS = say_later("Enter one e-mail address, such as orders@your-shop.example.")
OURS = say_later("This is our domain: enter an address of your own.")
TAKEN = say_later("Another seller already sends from this address.")


@transaction.atomic
def enter_sender(seller: Seller, *, actor: User, address: str) -> SendingDomain:
    """Save a sender address; it is used once its domain is verified. Raises DomainError.

    Another address in a verified domain stays verified; another domain has to be verified again.
    """
    address = _checked(address)
    row, is_new = SendingDomain.objects.select_for_update().get_or_create(
        seller=seller, defaults={"address": address}
    )
    if not is_new and row.address != address:
        if row.domain != address.rpartition("@")[2]:
            row.token, row.entered_at, row.verified_at = new_token(), timezone.now(), None
        row.address = address
        _save(row, "address", "token", "entered_at", "verified_at")
    record([Event(seller=seller, kind="sending_domain.entered", actor=actor)])
    return row


@transaction.atomic
def verify_sender(row: SendingDomain, *, actor: User) -> SendingDomain:
    """Mark a domain as verified: an operator saw its TXT record. Raises DomainError."""
    row = SendingDomain.objects.select_for_update().get(pk=row.pk)
    if row.verified_at:
        raise DomainError(f"{row.address} is already verified.")
    row.verified_at = timezone.now()
    _save(row, "verified_at")
    record([Event(seller_id=row.seller_id, kind="sending_domain.verified", actor=actor)])
    return row


@transaction.atomic
def remove_sender(seller: Seller, *, actor: User) -> None:
    """Remove a seller's sender address; mails are sent from the default address again."""
    deleted, _ = SendingDomain.objects.filter(seller=seller).delete()
    if deleted:
        record([Event(seller=seller, kind="sending_domain.removed", actor=actor)])


def _checked(text: str) -> str:
    """Normalise and check that the text is exactly one address. Raises DomainError."""
    text = text.strip()
    try:
        validate_email(text)
    except ValidationError as error:
        raise DomainError(str(NO_ADDRESS)) from error
    name, _, domain = text.rpartition("@")
    domain = domain.lower()
    if not (text.isascii() and text.isprintable()) or '"' in name or domain.startswith("["):
        raise DomainError(str(NO_ADDRESS))
    if domain == parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower():
        raise DomainError(str(OURS))
    return f"{name}@{domain}"


def _save(row: SendingDomain, *fields: str) -> None:
    try:
        with transaction.atomic():
            row.save(update_fields=fields)
    except IntegrityError as error:
        raise DomainError(str(TAKEN)) from error
