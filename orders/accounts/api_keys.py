"""Actions on API keys: make, rotate with overlap, revoke; also one that came in a URL."""

import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from orders.access import Scope
from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import token_hash
from orders.models import ApiKey, Event, SalesChannel, User
from orders.row_security import ALL_SELLERS, seeing
from orders.words import say

MOST_KEYS = 100  # of a seller, that work
PREFIX_LENGTH = 10  # enough to recognise a key, too little to guess it
LONGEST_OVERLAP = timedelta(days=30)
LONGEST_LIFE = timedelta(days=3660)
KEY_TEXT = re.compile(r"fk_[\w-]{20,}", re.ASCII)


@transaction.atomic(savepoint=False)
def make_api_key(
    channel: SalesChannel,
    *,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None = None,
    actor: User | None,
) -> tuple[ApiKey, str]:
    """(key, text): the text is `fk_` and 256 random bits, and is not stored: show it once."""
    if channel.kind != SalesChannel.Kind.API or not channel.is_active:
        raise DomainError(
            say("{channel} is not an open API channel: a key needs one.", channel=channel)
        )
    if not scopes or not set(scopes) <= set(Scope.values):
        raise DomainError(
            say("A key needs at least one scope of {names}.", names=", ".join(Scope.values))
        )
    if expires_at and not timedelta(0) < expires_at - timezone.now() <= LONGEST_LIFE:
        raise DomainError(say("A key expires on a later day, within ten years."))
    working = ApiKey.objects.filter(seller=channel.seller_id, revoked_at__isnull=True)
    if working.exclude(expires_at__lte=timezone.now()).count() >= MOST_KEYS:
        raise DomainError(
            say(
                "{seller} has {most_keys} keys that work: revoke some first.",
                seller=channel.seller,
                most_keys=MOST_KEYS,
            )
        )
    key, text = _new(channel, name=name, scopes=sorted(scopes), expires_at=expires_at)
    _record(key, "api_key.made", actor)
    return key, text


@transaction.atomic(savepoint=False)
def rotate_api_key(
    key: ApiKey, *, overlap: timedelta, actor: User | None
) -> tuple[ApiKey, ApiKey, str]:
    """(new key, former key, text of the new): the former one works for `overlap`, then expires.

    The new key has the same name, channel and scopes; one that expires lasts as long as the former.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise DomainError(
            say("Both keys can work for at most {days} days.", days=LONGEST_OVERLAP.days)
        )
    former, now = _locked(key), timezone.now()
    if (state := former.state(now)) != "active":
        raise DomainError(
            say(
                "API key {former} is {state}: only an active key can be rotated.",
                former=former,
                state=say(state),
            )
        )
    lasts = former.expires_at - former.created_at if former.expires_at else None
    new, text = _new(
        former.channel,
        name=former.name,
        scopes=former.scopes,
        expires_at=now + lasts if lasts else None,
    )
    former.replaced_by = new
    former.expires_at = min(filter(None, (former.expires_at, now + overlap)))
    former.save(update_fields=["replaced_by", "expires_at"])
    _record(former, "api_key.rotated", actor)
    return new, former, text


@transaction.atomic(savepoint=False)
def revoke_api_key(key: ApiKey, *, actor: User | None) -> ApiKey:
    """Revoke a key: the next request with it is refused."""
    key = _locked(key)
    if key.revoked_at:
        raise DomainError(say("API key {key} is already revoked.", key=key))
    return _revoke(key, actor)


@transaction.atomic(savepoint=False)
def revoke_keys_in(text: str) -> list[ApiKey]:
    """Revoke every key of ours that this text, a URL, shows: whoever reads a log has it."""
    if not (shown := KEY_TEXT.findall(text)):
        return []
    keys = ApiKey.objects.select_for_update(no_key=True).filter(
        key_hash__in=[token_hash(found) for found in shown], revoked_at__isnull=True
    )
    # Whose it is nobody has said yet: the key itself says so.
    with seeing(ALL_SELLERS):
        return [_revoke(key, None, ApiKey.RevokedBecause.IN_URL) for key in keys.order_by("pk")]


def _new(
    channel: SalesChannel, *, name: str, scopes: list[str], expires_at: datetime | None
) -> tuple[ApiKey, str]:
    text = f"fk_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        seller_id=channel.seller_id,
        channel=channel,
        name=name,
        prefix=text[:PREFIX_LENGTH],
        key_hash=token_hash(text),
        scopes=scopes,
        expires_at=expires_at,
    )
    return key, text


def _revoke(key: ApiKey, actor: User | None, because: str = "") -> ApiKey:
    key.revoked_at, key.revoked_because = timezone.now(), because
    key.save(update_fields=["revoked_at", "revoked_because"])
    _record(key, "api_key.revoked", actor)
    return key


def _locked(key: ApiKey) -> ApiKey:
    rows = ApiKey.objects.select_for_update(no_key=True, of=("self",)).select_related("channel")
    return rows.get(pk=key.pk)


def _record(key: ApiKey, kind: str, actor: User | None) -> None:
    record([Event(seller_id=key.seller_id, kind=kind, subject_id=key.pk, actor=actor)])
