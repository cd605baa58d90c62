"""Manual changes of a seller's suppression list: block or unblock an address."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from notifications.channels import CHANNELS
from notifications.channels.base import Reach
from notifications.models import Suppression
from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, Seller, User
from orders.words import say
from orders.words.writing import isolated


@transaction.atomic
def block_address(seller: Seller, *, actor: User, channel: str, recipient: str) -> Suppression:
    """Add an address to the suppression list. Raises DomainError."""
    recipient = _address(channel, recipient)
    row, is_new = Suppression.objects.get_or_create(
        seller=seller,
        channel=channel,
        recipient=recipient,
        defaults={"reason": Suppression.Reason.BY_HAND},
    )
    if not is_new:
        raise DomainError(say("{address} is already blocked.", address=isolated(recipient)))
    _record(row, "entered", actor)
    return row


@transaction.atomic
def unblock_address(row: Suppression, *, actor: User) -> None:
    """Remove an address from the suppression list; messages suppressed before stay unsent."""
    _record(row, "removed", actor)
    row.delete()


def _record(row: Suppression, what: str, actor: User) -> None:
    """Record the change. The event has no address, so that a person can be erased."""
    data = {"channel": row.channel, "reason": row.reason}
    event = Event(seller_id=row.seller_id, kind=f"suppression.{what}", actor=actor, data=data)
    record([event])


def _address(channel: str, text: str) -> str:
    """Normalise an address as messages store it: e-mail in lower case, a number in E.164."""
    text = text.strip()
    if CHANNELS[channel].reach == Reach.EMAIL:
        try:
            validate_email(text)
        except ValidationError as error:
            raise DomainError(say("Enter an e-mail address.")) from error
        return text.lower()
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException as error:
        raise DomainError(
            say("Enter a phone number with country code, such as +49 170 1234567.")
        ) from (error)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
