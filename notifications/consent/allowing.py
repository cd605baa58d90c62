"""A seller decides by hand whom its messages no longer go to, or again."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from notifications.models import Message, Suppression
from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, Seller, User


@transaction.atomic
def suppress_by_hand(seller: Seller, *, actor: User, channel: str, recipient: str) -> Suppression:
    """Write to this address no more. Raises DomainError."""
    recipient = _address(channel, recipient)
    row, is_new = Suppression.objects.get_or_create(
        seller=seller,
        channel=channel,
        recipient=recipient,
        defaults={"reason": Suppression.Reason.BY_HAND},
    )
    if not is_new:
        raise DomainError(f"{recipient} is already blocked.")
    _note(row, "entered", actor)
    return row


@transaction.atomic
def allow_again(row: Suppression, *, actor: User) -> None:
    """Let messages go to this address again; those that were held back stay unsent."""
    _note(row, "removed", actor)
    row.delete()


def _note(row: Suppression, what: str, actor: User) -> None:
    """History holds no address."""
    data = {"channel": row.channel, "reason": row.reason}
    event = Event(seller_id=row.seller_id, kind=f"suppression.{what}", actor=actor, data=data)
    record([event])


def _address(channel: str, text: str) -> str:
    """As messages hold it: an e-mail address in lower case, a number in E.164."""
    text = text.strip()
    if channel == Message.Channel.EMAIL:
        try:
            validate_email(text)
        except ValidationError as error:
            raise DomainError("Enter an e-mail address.") from error
        return text.lower()
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException as error:
        raise DomainError("Enter a phone number with country code, such as +49 170 1234567.") from (
            error
        )
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
