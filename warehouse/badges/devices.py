"""Actions on shared devices: enrol, revoke; who sits at one, and the lock of its screen."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import new_id, token_hash
from orders.models import Event, User, Warehouse
from orders.row_security import ALL_SELLERS, seeing
from orders.statements import violated_constraint
from orders.words import say
from warehouse.models import BadgeDevice, Device

LONGEST_STEP = 15.0
NOBODY = {"worker": None, "seat": None, "locked_at": None}


def enrol_device(warehouse: Warehouse, *, name: str, actor: User) -> tuple[Device, str]:
    """(device, token): the token is for its cookie; only the hash is kept."""
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            device = Device.objects.create(
                warehouse=warehouse, name=name, token_hash=token_hash(token)
            )
            _record(device, "enrolled", actor)
    except IntegrityError as error:
        if violated_constraint(error) != "a_device_name_is_used_once":
            raise
        raise DomainError(
            say("A device is already named {name}: choose another name.", name=name)
        ) from None
    return device, token


@transaction.atomic(savepoint=False)
def revoke_device(device: Device, *, actor: User) -> Device:
    """Take no badges on this device any more; who sits at it is signed out."""
    device = Device.objects.select_for_update().get(pk=device.pk)
    if device.revoked_at:
        raise DomainError(say("Device {device} is already revoked.", device=device))
    Device.objects.filter(pk=device.pk).update(revoked_at=timezone.now(), **NOBODY)
    # A badge that was locked there alone would be shown as locked, and is not.
    BadgeDevice.objects.filter(device=device).delete()
    _record(device, "revoked", actor)
    return device


def device_with(token: str) -> Device | None:
    """The enrolled device that has this cookie; it says whose the request is."""
    devices = Device.objects.select_related("warehouse").filter(revoked_at__isnull=True)
    with seeing(ALL_SELLERS):
        return devices.filter(token_hash=token_hash(token)).first() if token else None


def take_seat(device: Device, worker: User) -> UUID:
    """This person works at the device from now on; a session of who was there before is over."""
    seat = new_id()
    Device.objects.filter(pk=device.pk).update(
        worker=worker, seat=seat, seen_at=timezone.now(), locked_at=None
    )
    return seat


def seat_at(token: str, seat: UUID, worker: User) -> Device | None:
    """The device where this person still sits, unless the badge was withdrawn."""
    devices = Device.objects.select_related("warehouse").filter(
        revoked_at__isnull=True,
        token_hash=token_hash(token),
        seat=seat,
        worker=worker,
        worker__badge__withdrawn_at__isnull=True,
    )
    with seeing(ALL_SELLERS):
        return devices.first()


def leave_seat(device: Device) -> None:
    """Nobody works at the device."""
    Device.objects.filter(pk=device.pk, seat=device.seat).update(**NOBODY)


def lock_screen(device: Device) -> None:
    """Ask for the PIN before anything else."""
    Device.objects.filter(pk=device.pk, seat=device.seat).update(locked_at=timezone.now())


def unlock_screen(device: Device) -> None:
    """Go on where the worker was."""
    now = timezone.now()
    Device.objects.filter(pk=device.pk, seat=device.seat).update(locked_at=None, seen_at=now)


def is_locked(device: Device) -> bool:
    """Whether the screen is locked, or nobody has used it for FLOOR_LOCK_SECONDS."""
    if device.locked_at or not settings.FLOOR_LOCK_SECONDS:
        return bool(device.locked_at)
    idle = timezone.now() - (device.seen_at or device.enrolled_at)
    return idle > timedelta(seconds=settings.FLOOR_LOCK_SECONDS)


def note_use(device: Device) -> None:
    """Somebody used it just now; written a few times a minute, not with each scan."""
    now = timezone.now()
    if device.seen_at is None or now - device.seen_at > noted_every():
        Device.objects.filter(pk=device.pk, seat=device.seat).update(seen_at=now)


def noted_every() -> timedelta:
    """How often the use of a device is written: a small part of what it may be idle."""
    return timedelta(seconds=min(settings.FLOOR_LOCK_SECONDS / 20 or LONGEST_STEP, LONGEST_STEP))


def _record(device: Device, what: str, actor: User) -> None:
    record([Event(kind=f"device.{what}", subject_id=device.pk, actor=actor)])
