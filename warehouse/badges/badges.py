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
from warehouse.models import Badge

BEGINNING = "FB"  # scanner.js knows a badge by it
CODE_DIGITS = 24  # pairs of digits make a short Code 128
MOST_TRIES = 5
FIRST_WAIT = timedelta(seconds=1)  # doubled by each further wrong PIN
NOBODY = "0" * 32

WRONG = say_later("Badge or PIN is wrong.")
LOCKED = say_later("This badge is locked after five wrong PINs: ask your lead to unlock it.")


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
    _record(badge, "issued", actor)
    return badge, code, pin


@transaction.atomic(savepoint=False)
def give_pin(badge: Badge, *, actor: User) -> tuple[Badge, str]:
    """(badge, PIN): another PIN for who forgot it, shown once; the badge stays."""
    badge, pin = _locked(badge), random_pin()
    _save(badge, "pin_given", actor, **_fresh_pin(badge, pin))
    return badge, pin


@transaction.atomic(savepoint=False)
def unlock_badge(badge: Badge, *, actor: User) -> Badge:
    """Let a person try again whose badge was locked after wrong PINs."""
    badge = _locked(badge)
    if not badge.locked_at:
        raise DomainError(say("The {badge} is not locked.", badge=badge))
    return _save(badge, "unlocked", actor, locked_at=None, tries=0, not_before=None)


@transaction.atomic(savepoint=False)
def withdraw_badge(badge: Badge, *, actor: User) -> Badge:
    """End a badge: what it opened closes at the next request."""
    return _save(_locked(badge), "withdrawn", actor, withdrawn_at=timezone.now())


def badge_of(code: str, pin: str) -> Badge:
    """The badge with this code and PIN. Raises PinRefused, with one text for both."""
    badge = Badge.objects.select_related("user").filter(code_hash=token_hash(code)).first()
    if badge is None or badge.withdrawn_at:
        matches(pin, new_id(), NOBODY)
        raise PinRefused(WRONG, status=403)
    return check_pin(badge, pin)


def check_pin(badge: Badge, pin: str) -> Badge:
    """Check the PIN of a badge. Raises PinRefused.

    The try is counted before: a thousand guesses at once are no more than the limit.
    """
    _count_try(badge)
    if not matches(pin, badge.pk, badge.pin):
        raise PinRefused(WRONG, status=403)
    Badge.objects.filter(pk=badge.pk, pin=badge.pin).update(
        pin=renewed(pin, badge.pk, badge.pin),
        tries=0,
        not_before=None,
        locked_at=None,
        last_used_at=timezone.now(),
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
def _count_try(badge: Badge) -> None:
    badge, now = _locked(badge), timezone.now()
    if badge.locked_at:
        raise PinRefused(LOCKED, status=423)
    if badge.not_before and badge.not_before > now:
        wait = int((badge.not_before - now).total_seconds()) + 1
        raise PinRefused(say("Try again in {wait} s.", wait=wait), status=429, wait=wait)
    badge.tries += 1
    badge.not_before = now + FIRST_WAIT * 2 ** (badge.tries - 1)
    if badge.tries >= MOST_TRIES:
        badge.locked_at = now
        _record(badge, "locked", None)
    badge.save(update_fields=["tries", "not_before", "locked_at"])


def _fresh_pin(badge: Badge, pin: str) -> dict[str, Any]:
    unlocked = {"tries": 0, "not_before": None, "locked_at": None}
    return unlocked | {"pin": hashed(pin, badge.pk), "is_given_pin": True}


def _locked(badge: Badge) -> Badge:
    """The row under a lock. Raises DomainError where it was withdrawn."""
    rows = Badge.objects.select_for_update(of=("self",)).select_related("user")
    badge = rows.get(pk=badge.pk)
    if badge.withdrawn_at:
        raise DomainError(say("The {badge} was withdrawn: issue another one.", badge=badge))
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
