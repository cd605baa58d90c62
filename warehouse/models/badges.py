"""Models: badges of workers with their PINs, and the shared devices that take them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models import Warehouse
from orders.models.base import Row
from orders.words import say


class Guessed(Row):
    """Wrong PINs in a row; none is taken before `not_before`, or while it is locked."""

    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True, help_text="A lead unlocks it.")

    class Meta:
        abstract = True


class Badge(Guessed):
    """The badge of a worker: a code printed as a barcode, and a PIN; only hashes are kept.

    It counts the wrong PINs on all devices where its person has not signed in yet.
    """

    SELLER_PATH = None
    WAREHOUSE_PATH = "user__members__warehouse"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="badge"
    )
    code_hash = models.BinaryField(max_length=32, unique=True)
    pin = models.CharField(max_length=128, help_text="Hashed.")
    is_given_pin = models.BooleanField(
        default=True, help_text="A lead knows it: its person chooses another one at first."
    )
    issued_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"badge of {self.user}"

    @property
    def state(self) -> str:
        """One word: active, new (nobody used it), locked or withdrawn."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.locked_on:
            return "locked"
        return "new" if self.is_given_pin else "active"

    @property
    def locked_on(self) -> list[str]:
        """Where it takes no PIN until a lead unlocks it, in words."""
        places = [row.device.name for row in self.devices.all() if row.locked_at]
        return [*places, say("other devices")] if self.locked_at else places


class Device(Row):
    """A shared scanner, enrolled by a lead: it has a cookie whose hash is kept here.

    `worker` is who is signed in by badge, since `seat`; a session of another seat is over.
    """

    SELLER_PATH = None
    WAREHOUSE_PATH = "warehouse"

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    token_hash = models.BinaryField(max_length=32, unique=True)
    enrolled_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seat = models.UUIDField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "name"],
                condition=Q(revoked_at__isnull=True),
                name="a_device_name_is_used_once",
            ),
            models.CheckConstraint(
                name="a_seat_has_a_worker",
                condition=Q(seat__isnull=True) | Q(worker__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BadgeDevice(Guessed):
    """A badge on a device where its PIN was right once: wrong ones are counted there apart.

    So whoever guesses elsewhere locks nobody out where they work.
    """

    SELLER_PATH = None
    WAREHOUSE_PATH = "device__warehouse"

    badge = models.ForeignKey(Badge, on_delete=models.CASCADE, related_name="devices")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+", db_index=False)
    proved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["badge", "device"], name="a_badge_is_on_a_device_once")
        ]

    def __str__(self) -> str:
        return f"{self.badge} on {self.device}"
