"""Actions on badges: issue, give a PIN, unlock, withdraw; and the check of badge and PIN."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from orders.access import WAREHOUSE_ROLES
from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import new_id, token_hash
from orders.models import Event, Member, User, Warehouse
from orders.words import say, say_later
from warehouse.badges.pins import DIGITS, check_shape, hashed, matches, random_pin, renewed
from warehouse.models import Badge, BadgeDevice, Device

BEGINNING = "FB"  # scanner.js knows a badge by it
CODE_DIGITS = 24  # pairs of digits make a short Code 128
MOST_TRIES = 5
FIRST_WAIT = timedelta(seconds=1)  # doubled by each further wrong PIN
NOBODY = "0" * 32

WRONG = say_later("Badge or PIN is wrong.")
LOCKED = say_later(
    "This badge is locked on this device after five wrong PINs: ask your lead to unlock it."
)
FREE: dict[str, Any] = {"tries": 0, "not_before": None, "locked_at": None}


class PinRefused(DomainError):
    """A badge and PIN that do not open anything; `wait` is in seconds."""

    def __init__(self, text: str, *, status: int, wait: int | None = None) -> None:
        self.status, self.wait = status, wait
        super().__init__(text)


@transaction.atomic(savepoint=False)
def issue_badge(user: User, *, warehouse: Warehouse, actor: User) -> tuple[Badge, str, str]:
    """(badge, code, PIN): both are shown once. A former badge of this person works no more."""
    if not works_here(user, warehouse):
        raise DomainError(say("{user} has no role in {warehouse}.", user=user, warehouse=warehouse))
    code = BEGINNING + "".join(secrets.choice(DIGITS) for _ in range(CODE_DIGITS))
    badge = Badge.objects.select_for_update().filter(user=user).first() or Badge(user=user)
    pin = random_pin()
    badge.code_hash = token_hash(code)
    _set(badge, _fresh_pin(badge, pin) | {"issued_at": timezone.now(), "withdrawn_at": None})
    badge.save()
    badge.devices.all().delete()
    _record(badge, "issued", actor)
    return badge, code, pin


@transaction.atomic(savepoint=False)
def give_pin(badge: Badge, *, actor: User) -> tuple[Badge, str]:
    """(badge, PIN): another PIN for who forgot it, shown once; the badge stays."""
    badge, pin = _locked(badge), random_pin()
    badge.devices.all().delete()
    _save(badge, "pin_given", actor, **_fresh_pin(badge, pin))
    return badge, pin


@transaction.atomic(savepoint=False)
def unlock_badge(badge: Badge, *, actor: User) -> Badge:
    """Let a person try again whose badge was locked after wrong PINs."""
    badge = _locked(badge)
    if not badge.locked_on:
        raise DomainError(say("The badge of {name} is not locked.", name=badge.user))
    badge.devices.update(**FREE)
    return _save(badge, "unlocked", actor, **FREE)


@transaction.atomic(savepoint=False)
def withdraw_badge(badge: Badge, *, actor: User) -> Badge:
    """End a badge: what it opened closes at the next request."""
    return _save(_locked(badge), "withdrawn", actor, withdrawn_at=timezone.now())


def badge_of(code: str, pin: str, *, device: Device) -> Badge:
    """The badge with this code and PIN. Raises PinRefused, with one text for both."""
    badge = Badge.objects.select_related("user").filter(code_hash=token_hash(code)).first()
    if badge is None or badge.withdrawn_at:
        matches(pin, new_id(), NOBODY)
        raise PinRefused(WRONG, status=403)
    return check_pin(badge, pin, device=device)


def check_pin(badge: Badge, pin: str, *, device: Device) -> Badge:
    """Check the PIN of a badge on a device. Raises PinRefused.

    The try is counted before: a thousand guesses at once are no more than the limit.
    """
    counted = _count_try(badge, device)
    if not matches(pin, badge.pk, badge.pin):
        raise PinRefused(WRONG, status=403)
    now = timezone.now()
    with transaction.atomic():
        used = {"pin": renewed(pin, badge.pk, badge.pin), "last_used_at": now}
        if not Badge.objects.filter(pk=badge.pk, pin=badge.pin).update(**used):
            raise PinRefused(WRONG, status=403)  # a lead has given another one meanwhile
        type(counted).objects.filter(pk=counted.pk).update(**FREE)
        BadgeDevice.objects.update_or_create(
            badge=badge, device=device, defaults={"proved_at": now}
        )
    return badge


@transaction.atomic(savepoint=False)
def choose_pin(badge: Badge, pin: str) -> Badge:
    """The person of a badge chooses a PIN that no lead knows."""
    check_shape(pin)
    badge = _locked(badge)
    if matches(pin, badge.pk, badge.pin):
        raise DomainError(say("Choose a PIN other than the one you were given."))
    return _save(badge, "pin_chosen", badge.user, pin=hashed(pin, badge.pk), is_given_pin=False)


def works_here(user: User, warehouse: Warehouse) -> bool:
    """Whether this person has a role of the floor in this warehouse."""
    held = Member.objects.filter(user=user, warehouse=warehouse, role__in=WAREHOUSE_ROLES)
    return user.is_active and held.exists()


@transaction.atomic(savepoint=False)
def _count_try(badge: Badge, device: Device) -> Badge | BadgeDevice:
    """Count a try where it is made; the row that counts."""
    badge, now = _locked(badge), timezone.now()
    row = _counts(badge, device)
    if row.locked_at:
        raise PinRefused(LOCKED, status=423)
    if row.not_before and row.not_before > now:
        wait = int((row.not_before - now).total_seconds()) + 1
        raise PinRefused(say("Try again in {wait} s.", wait=wait), status=429, wait=wait)
    row.tries += 1
    row.not_before = now + FIRST_WAIT * 2 ** (row.tries - 1)
    if row.tries >= MOST_TRIES:
        row.locked_at = now
        _record(badge, "locked", None)
    row.save(update_fields=["tries", "not_before", "locked_at"])
    return row


def _counts(badge: Badge, device: Device) -> Badge | BadgeDevice:
    """The row of a device where its person works; all others count together, on the badge."""
    known = badge.devices.filter(device=device)
    if device.worker_id == badge.user_id and not known.exists():
        return BadgeDevice.objects.create(badge=badge, device=device)
    return known.first() or badge


def _fresh_pin(badge: Badge, pin: str) -> dict[str, Any]:
    return FREE | {"pin": hashed(pin, badge.pk), "is_given_pin": True}


def _locked(badge: Badge) -> Badge:
    """The row under a lock. Raises DomainError where it was withdrawn."""
    rows = Badge.objects.select_for_update(of=("self",)).select_related("user")
    badge = rows.get(pk=badge.pk)
    if badge.withdrawn_at:
        raise DomainError(
            say("The badge of {name} was withdrawn: issue another one.", name=badge.user)
        )
    return badge


def _set(badge: Badge, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(badge, name, value)


def _save(badge: Badge, what: str, actor: User | None, **changed: Any) -> Badge:
    _set(badge, changed)
    badge.save(update_fields=list(changed))
    _record(badge, what, actor)
    return badge


def _record(badge: Badge, what: str, actor: User | None) -> None:
    record([Event(kind=f"badge.{what}", subject_id=badge.pk, actor=actor)])
