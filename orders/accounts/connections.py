"""Actions on a seller's connections: sales channels, webhook secrets, API keys."""

import secrets

from django.db import transaction
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import token_hash
from orders.models import ApiKey, Event, SalesChannel, Seller, User
from orders.shops import check_kind

PREFIX_LENGTH = 10  # enough to recognise a key, too little to guess it


@transaction.atomic(savepoint=False)
def make_api_key(channel: SalesChannel, *, name: str, actor: User | None) -> tuple[ApiKey, str]:
    """(key, text): the text is `fk_` and 256 random bits, and is not stored: show it once."""
    if channel.kind != SalesChannel.Kind.API or not channel.is_active:
        raise DomainError(f"{channel} is not an open API channel: a key needs one.")
    text = f"fk_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        seller_id=channel.seller_id,
        channel=channel,
        name=name,
        prefix=text[:PREFIX_LENGTH],
        key_hash=token_hash(text),
    )
    _record(key, "api_key.made", actor)
    return key, text


@transaction.atomic(savepoint=False)
def revoke_api_key(key: ApiKey, *, actor: User | None) -> ApiKey:
    """Revoke a key: the next request with it is refused."""
    key = ApiKey.objects.select_for_update(no_key=True).get(pk=key.pk)
    if key.revoked_at:
        raise DomainError(f"API key {key} is already revoked.")
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    _record(key, "api_key.revoked", actor)
    return key


@transaction.atomic(savepoint=False)
def open_channel(seller: Seller, *, kind: str, name: str, actor: User | None) -> SalesChannel:
    """Create a sales channel. Raises DomainError for an unknown kind or a name in use."""
    check_kind(kind)
    if SalesChannel.objects.filter(seller=seller, name=name).exists():
        raise DomainError(f"{seller} already has a channel named {name}: choose another name.")
    channel = SalesChannel.objects.create(seller=seller, kind=kind, name=name)
    _record(channel, "channel.opened", actor)
    return channel


@transaction.atomic(savepoint=False)
def save_secret(channel: SalesChannel, *, secret: str, actor: User | None) -> SalesChannel:
    """Replace the webhook secret of a shop; calls signed with the old one are refused."""
    channel = SalesChannel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    channel.secret = secret
    channel.save(update_fields=["secret"])
    _record(channel, "channel.secret_changed", actor)
    return channel


def _record(row: ApiKey | SalesChannel, kind: str, actor: User | None) -> None:
    record([Event(seller_id=row.seller_id, kind=kind, subject_id=row.pk, actor=actor)])
