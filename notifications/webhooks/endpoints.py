"""Actions on webhook endpoints: add, change, pause, rotate the secret, delete, test, replay."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone

from notifications.models import Delivery, Endpoint
from notifications.webhooks.kinds import KINDS, TEST
from notifications.webhooks.replay import replay_one, replay_range
from notifications.webhooks.signing import make_secret
from orders.accounts.sealing import WEBHOOK_SECRETS
from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import new_id
from orders.models import Event, Seller, User
from orders.outside.ssrf_guard import resolve, target_of
from orders.values.texts import one_line
from orders.words import predicate, say, say_later

MOST_ENDPOINTS = 10
OVERLAP = timedelta(hours=24)
LOOK_UP_SECONDS = 3.0
NOT_NOW = say_later("An attempt is in progress: try again in 30 seconds.")
STILL_BUSY = say_later(
    "Many deliveries of an earlier replay are still waiting: try again once they are sent."
)
MOST_WAITING = 1000
DISABLED = say_later("This endpoint is disabled: resume it first.")
HEALTHY = {"failures": 0, "failing_since": None, "not_before": None}


def add_endpoint(
    seller: Seller, *, url: str, description: str, kinds: Iterable[str], actor: User | None
) -> tuple[Endpoint, str]:
    """Add an endpoint; returns it and its secret, which is shown only once. Raises DomainError."""
    _check(url, kinds)
    secret = make_secret()
    with transaction.atomic():
        # A lock on the seller: two requests at once must not both take the last place.
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        if Endpoint.objects.kept().filter(seller=seller).count() >= MOST_ENDPOINTS:
            told = "{seller} already has {most} endpoints: delete one first."
            raise DomainError(say(told, seller=seller, most=MOST_ENDPOINTS))
        endpoint = Endpoint.objects.create(
            seller=seller,
            url=url,
            description=one_line(description),
            kinds=sorted(set(kinds)),
            secret=WEBHOOK_SECRETS.close(secret),
        )
        _record(endpoint, "added", actor)
    return endpoint, secret


def change_endpoint(
    endpoint: Endpoint,
    *,
    url: str | None = None,
    description: str | None = None,
    kinds: Iterable[str] | None = None,
    is_paused: bool | None = None,
    actor: User | None,
) -> Endpoint:
    """Change what is given of an endpoint, and pause or resume it; None stays as it is.

    Waiting deliveries go to a new URL. Raises DomainError.
    """
    _check(url, kinds or ())
    with transaction.atomic():
        endpoint = _locked(endpoint)
        changed: dict[str, Any] = {}
        if description is not None:
            changed["description"] = one_line(description)
        if kinds is not None:
            changed["kinds"] = sorted(set(kinds))
        if url is not None and url != endpoint.url:
            changed |= {"url": url, **HEALTHY}
        if changed:
            _save(endpoint, "changed", actor, **changed)
        if is_paused is None or is_paused == bool(endpoint.paused_at or endpoint.disabled_at):
            return endpoint
        return (pause_endpoint if is_paused else resume_endpoint)(endpoint, actor=actor)


@transaction.atomic
def pause_endpoint(endpoint: Endpoint, *, actor: User | None) -> Endpoint:
    """Pause an endpoint: its deliveries wait until it is resumed. Raises DomainError."""
    endpoint = _locked(endpoint)
    if endpoint.paused_at or endpoint.disabled_at:
        told = "{endpoint} is already {state}."
        raise DomainError(say(told, endpoint=endpoint, state=_state(endpoint)))
    return _save(endpoint, "paused", actor, paused_at=timezone.now(), paused_because="")


@transaction.atomic
def resume_endpoint(endpoint: Endpoint, *, actor: User | None) -> Endpoint:
    """Resume an endpoint: waiting deliveries are due. Raises DomainError.

    A disabled endpoint gets new events again.
    """
    endpoint = _locked(endpoint)
    if not endpoint.paused_at and not endpoint.disabled_at:
        raise DomainError(say("{endpoint} is already active.", endpoint=endpoint))
    open_again = {"paused_at": None, "paused_because": "", "disabled_at": None}
    return _save(endpoint, "resumed", actor, **open_again, **HEALTHY)


@transaction.atomic
def rotate_secret(endpoint: Endpoint, *, actor: User | None) -> tuple[Endpoint, str]:
    """Make a new secret; for OVERLAP the previous one signs too, an older one no more."""
    endpoint = _locked(endpoint)
    secret = make_secret()
    _save(
        endpoint,
        "secret_rotated",
        actor,
        secret=WEBHOOK_SECRETS.close(secret),
        previous_secret=endpoint.secret,
        previous_until=timezone.now() + OVERLAP,
    )
    return endpoint, secret


@transaction.atomic
def delete_endpoint(endpoint: Endpoint, *, actor: User | None) -> None:
    """Mark an endpoint as deleted; its log is kept for 30 days, its secrets are erased."""
    endpoint = _locked(endpoint)
    emptied = {"secret": "", "previous_secret": "", "previous_until": None}
    _save(endpoint, "deleted", actor, deleted_at=timezone.now(), **emptied)


@transaction.atomic
def send_test(endpoint: Endpoint, *, actor: User | None) -> Delivery:
    """Post a `webhook.test` to this endpoint, whatever events it asks for."""
    endpoint = _locked(endpoint)
    if endpoint.disabled_at or endpoint.paused_at:
        told = "{endpoint} is {state}: resume it first."
        raise DomainError(say(told, endpoint=endpoint, state=_state(endpoint)))
    now = timezone.now()
    payload = {
        "type": TEST,
        "timestamp": f"{now:%Y-%m-%dT%H:%M:%S.%fZ}",
        "data": {"endpoint": str(endpoint.pk)},
    }
    delivery = Delivery.objects.create(
        seller_id=endpoint.seller_id,
        endpoint=endpoint,
        kind=TEST,
        webhook_id=f"msg_{new_id().hex}",
        payload=msgspec.json.encode(payload).decode(),
    )
    _record(endpoint, "tested", actor)
    return delivery


@transaction.atomic
def replay(delivery: Delivery, *, actor: User | None) -> None:
    """Deliver once more, also what was delivered already. Raises DomainError."""
    endpoint = _locked(delivery.endpoint)
    if endpoint.disabled_at:
        raise DomainError(str(DISABLED))
    if not replay_one(endpoint.pk, delivery.pk):
        raise DomainError(str(NOT_NOW))
    _record(endpoint, "replayed", actor, deliveries=1)


@transaction.atomic
def replay_between(
    endpoint: Endpoint, *, since: datetime, until: datetime, only_failed: bool, actor: User | None
) -> int:
    """Deliver the events of a period once more; returns how many. Raises DomainError."""
    endpoint = _locked(endpoint)
    if endpoint.disabled_at:
        raise DomainError(str(DISABLED))
    if until <= since:
        raise DomainError(say("The end must be after the start."))
    waiting = endpoint.deliveries.filter(
        delivered_at__isnull=True, given_up_at__isnull=True, series__gt=1
    )
    if waiting[:MOST_WAITING].count() >= MOST_WAITING:
        raise DomainError(str(STILL_BUSY))
    count = replay_range(endpoint.pk, since, until, only_failed=only_failed)
    _record(endpoint, "replayed", actor, deliveries=count)
    return count


def _check(url: str | None, kinds: Iterable[str]) -> None:
    """Check kinds, and a URL that is given against SSRF. Raises DomainError.

    Asks DNS, so it must run outside of transactions.
    """
    if unknown := sorted(set(kinds) - KINDS):
        raise DomainError(say("Unknown event: {kinds}.", kinds=", ".join(unknown)))
    if url is not None:
        resolve(target_of(url), seconds=LOOK_UP_SECONDS)


def _state(endpoint: Endpoint) -> str:
    return predicate(say(endpoint.state.capitalize()))


def _locked(endpoint: Endpoint) -> Endpoint:
    """The endpoint as it is now. Raises DomainError where it was deleted meanwhile."""
    kept = Endpoint.objects.kept().select_for_update(no_key=True)
    row: Endpoint | None = kept.filter(pk=endpoint.pk).first()
    if row is None:
        raise DomainError(say("{endpoint} was deleted.", endpoint=endpoint))
    return row


def _save(endpoint: Endpoint, what: str, actor: User | None, **changed: Any) -> Endpoint:
    for name, value in changed.items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=list(changed))
    _record(endpoint, what, actor)
    return endpoint


def _record(endpoint: Endpoint, what: str, actor: User | None, **data: Any) -> None:
    subject: UUID = endpoint.pk
    event = Event(
        seller_id=endpoint.seller_id, kind=f"webhook.{what}", subject_id=subject, actor=actor
    )
    event.data = data
    record([event])
