"""Actions on a seller's sales channels: open, rename, pause, delete; the secret of a shop."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from orders.accounts.sealing import SHOP_SECRETS, is_closed
from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, SalesChannel, Seller, SkuAlias, User
from orders.shops import check_kind
from orders.statements import violated_constraint
from orders.values.texts import one_line
from orders.words import say
from orders.words.writing import isolated

log = logging.getLogger(__name__)

OVERLAP = timedelta(days=1)
MOST_CHANNELS = 100  # of a seller
LONGEST_OVERLAP = timedelta(days=30)


@transaction.atomic(savepoint=False)
def open_channel(seller: Seller, *, kind: str, name: str, actor: User | None) -> SalesChannel:
    """Create a sales channel. Raises DomainError for an unknown kind, no name or one in use."""
    check_kind(kind)
    seller, name = _locked(seller.pk), _named(name)
    if SalesChannel.objects.filter(seller=seller).count() >= MOST_CHANNELS:
        told = "{seller} has {most} channels, which is the most."
        raise DomainError(say(told, seller=seller, most=MOST_CHANNELS))
    _refuse_taken(seller, name)
    channel = SalesChannel.objects.create(seller=seller, kind=kind, name=name)
    _record(channel, "channel.opened", actor)
    return channel


@transaction.atomic(savepoint=False)
def rename_channel(channel: SalesChannel, *, name: str, actor: User | None) -> SalesChannel:
    """Give it another name, also on the orders that it has.

    Raises DomainError for no name or one in use.
    """
    seller, name = _locked(channel.seller_id), _named(name)
    channel = SalesChannel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    if name != channel.name:
        _refuse_taken(seller, name)
        channel.name = name
        channel.save(update_fields=["name"])
        _record(channel, "channel.renamed", actor)
    return channel


@transaction.atomic(savepoint=False)
def switch_channel(channel: SalesChannel, *, is_active: bool, actor: User | None) -> SalesChannel:
    """Pause it or go on: while it is paused no order comes in; those that are here go on."""
    channel = SalesChannel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    if is_active != channel.is_active:
        channel.is_active = is_active
        channel.save(update_fields=["is_active"])
        _record(channel, "channel.resumed" if is_active else "channel.paused", actor)
    return channel


@transaction.atomic(savepoint=False)
def delete_channel(channel: SalesChannel, *, actor: User | None) -> None:
    """Delete it. Raises DomainError where something came in by it, or a key or a shop is its.

    Or where somebody has said what it means by a SKU. Whoever is about to write something of it
    waits, and finds it gone: `while_it_exists`.
    """
    current = SalesChannel.objects.select_for_update().filter(pk=channel.pk).first()
    if current is None:
        raise DomainError(say("{channel} is deleted already.", channel=channel))
    channel = current
    if channel.is_active:
        told = "{channel} has been used: pause it instead."
    else:
        told = "{channel} has been used: it stays, paused."
    used = DomainError(say(told, channel=channel))
    if SkuAlias.objects.filter(channel=channel).exists():
        raise used
    _record(channel, "channel.deleted", actor)
    try:
        channel.delete()
    except ProtectedError as error:
        raise used from error


@transaction.atomic(savepoint=False)
def save_secret(
    channel: SalesChannel, *, secret: str, overlap: timedelta = OVERLAP, actor: User | None
) -> SalesChannel:
    """Replace the webhook secret of a shop; the former one is accepted too for `overlap`."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        told = "Both secrets can work for at most {days} days."
        raise DomainError(say(told, days=LONGEST_OVERLAP.days))
    channel = SalesChannel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    both = bool(channel.secret and overlap)
    channel.previous_secret = channel.secret if both else ""
    channel.previous_until = timezone.now() + overlap if both else None
    channel.secret = SHOP_SECRETS.close(secret)
    channel.save(update_fields=["secret", "previous_secret", "previous_until"])
    _record(channel, "channel.secret_changed", actor)
    return channel


@transaction.atomic(savepoint=False)
def drop_former_secret(channel: SalesChannel, *, actor: User | None) -> SalesChannel:
    """Accept the former secret of a shop no longer."""
    channel = SalesChannel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    if not channel.previous_secret:
        raise DomainError(say("{channel} has no former secret.", channel=channel))
    channel.previous_secret, channel.previous_until = "", None
    channel.save(update_fields=["previous_secret", "previous_until"])
    _record(channel, "channel.secret_changed", actor)
    return channel


@transaction.atomic(savepoint=False)
def wait_for_payment(channel: SalesChannel, *, sends_once: str, actor: User | None) -> SalesChannel:
    """Say how far an order of this shop has to be paid before it is sent."""
    channel = SalesChannel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    channel.sends_once = sends_once
    channel.save(update_fields=["sends_once"])
    _record(channel, "channel.payment_rule_changed", actor)
    return channel


@transaction.atomic(savepoint=False)
def save_mapping(
    channel: SalesChannel, *, mapping: dict[str, str], actor: User | None
) -> SalesChannel:
    """Say where the values of an order stand in this shop's JSON, as `mapping.checked` returns."""
    channel = SalesChannel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    channel.mapping = mapping
    channel.save(update_fields=["mapping"])
    _record(channel, "channel.mapping_changed", actor)
    return channel


def refuse_paused(channel_id: UUID) -> None:
    """Raise DomainError where it is paused; it is not paused before this transaction ends."""
    channel = SalesChannel.objects.select_for_update(no_key=True).get(pk=channel_id)
    if not channel.is_active:
        told = "{channel} is paused: resume it under Settings, then import."
        raise DomainError(say(told, channel=isolated(str(channel))))


@contextmanager
def while_it_exists() -> Iterator[None]:
    """Raise DomainError where a row cannot be written because its channel was deleted meanwhile."""
    try:
        yield
    except IntegrityError as error:
        if not violated_constraint(error).endswith("_fk_orders_saleschannel_id"):
            raise
        raise DomainError(say("This sales channel was deleted.")) from error


def valid_secrets(channel: SalesChannel) -> list[str]:
    """The secrets that a shop may sign with now: the present one, and the former until its end."""
    kept = [channel.secret]
    if channel.previous_until and channel.previous_until > timezone.now():
        kept.append(channel.previous_secret)
    return [secret for text in kept if (secret := _opened(channel, text))]


def _opened(channel: SalesChannel, kept: str) -> str:
    if not is_closed(kept):
        return kept  # by a process of a former version, until `manage.py finish_upgrade`
    try:
        return SHOP_SECRETS.open(kept)
    except InvalidToken:
        log.error("the secret of sales channel %s cannot be decrypted: enter it again", channel.pk)
        return ""


def _locked(pk: UUID) -> Seller:
    """The seller: one after the other gives names to its channels."""
    return Seller.objects.select_for_update(no_key=True).get(pk=pk)


def _named(text: str) -> str:
    if not (name := one_line(text)):
        raise DomainError(say("Name the sales channel."))
    return name


def _refuse_taken(seller: Seller, name: str) -> None:
    if SalesChannel.objects.filter(seller=seller, name=name).exists():
        told = "{seller} already has a channel named {name}: choose another name."
        raise DomainError(say(told, seller=seller, name=name))


def _record(row: SalesChannel, kind: str, actor: User | None) -> None:
    record([Event(seller_id=row.seller_id, kind=kind, subject_id=row.pk, actor=actor)])
