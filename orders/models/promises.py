"""Model of promises: dates and time windows given to customers, and their outcome."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from orders.access import TenantQuerySet
from orders.models.accounts import Seller
from orders.models.base import Row, days, moments
from orders.models.orders import Order
from orders.models.shipments import Package, Shipment

OPEN = Q(settled_at__isnull=True)


# mypy infers the class that from_queryset makes only in an assignment of its own.
PromiseManager = models.Manager.from_queryset(TenantQuerySet)


class PromisesOfGoods(PromiseManager["Promise"]):
    """Promises of shipping and delivery: all that pages, messages and the watcher read by default.

    That of a refund is about money, and read with its refund, by `Promise.ledger`.
    """

    def get_queryset(self) -> "models.QuerySet[Promise]":
        return super().get_queryset().exclude(kind=Promise.Kind.REFUNDED)


class Promise(Row):
    """A date or time window given to a customer, with a deadline, in the zone of delivery.

    It is settled in one of four ways: kept; revised, when a newer one replaced it before its
    deadline, or it was withdrawn because the order is on hold; broken at its deadline; or released,
    when there is nothing left to send, or a delivery attempt failed within a delivery window.
    What is released at the moment it is made was never told. `replaces` is the older promise that
    this one replaced.
    """

    KIND = "promise"

    class Kind(models.TextChoices):
        SHIPS = "ships", "Ships"
        ARRIVES = "arrives", "Arrives"
        AT_DOOR = "at_door", "Delivery window"
        REFUNDED = "refunded", "Refunded"

    class Reason(models.TextChoices):
        """Why a promise was replaced by another one."""

        STOCK_LATE = "stock_late", "Stock late"
        WAREHOUSE_BEHIND = "warehouse_behind", "Warehouse delay"
        CARRIER_DELAY = "carrier_delay", "Carrier delay"
        WEATHER = "weather", "Weather"
        OTHER = "other", "Other"
        LATE = "late", "Not done in time"
        ORDER_CHANGED = "order_changed", "Order changed"
        PLANNED = "planned", "Planned for this day"
        HELD = "held", "Was on hold"
        WISHED = "wished", "Customer's choice"

    class Outcome(models.TextChoices):
        """What became of a promise."""

        OPEN = "open", "Open"
        KEPT = "kept", "Kept"
        EARLY = "early", "Early"
        REFINED = "refined", "Narrowed down"
        MOVED = "moved", "Rescheduled"
        BROKEN = "broken", "Broken"
        RELEASED = "released", "Withdrawn"
        MISSED = "missed", "Not delivered"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="promises")
    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, null=True, blank=True, related_name="promises"
    )
    package = models.ForeignKey(
        Package, on_delete=models.CASCADE, null=True, blank=True, related_name="promises"
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaced_by",
        db_index=False,
        help_text="The promise that this one stands in for.",
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    earliest = models.DateTimeField()
    latest = models.DateTimeField(help_text="The deadline.")
    likely = models.DateTimeField(null=True, blank=True)
    local_on = models.DateField(help_text="The deadline's date at the place of delivery.")
    zone = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(
        max_length=16,
        choices=Reason.choices,
        blank=True,
        default="",
        db_default="",
        help_text="Why it stands in for another one.",
    )
    carrier = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="Code of who brings it."
    )
    courier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Our own courier who brings it.",
    )
    warned_at = models.DateTimeField(
        null=True, blank=True, help_text="When the seller was warned that it is at risk."
    )
    done_at = models.DateTimeField(
        null=True, blank=True, help_text="When what was promised happened, in time or not."
    )
    kept_at = models.DateTimeField(null=True, blank=True)
    is_early = models.BooleanField(
        default=False, db_default=False, help_text="Kept before its earliest moment."
    )
    revised_at = models.DateTimeField(null=True, blank=True)
    is_moved = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Revised to another date; else only made more precise.",
    )
    broken_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.GeneratedField(
        expression=Coalesce("kept_at", "revised_at", "broken_at", "released_at"),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )

    objects = PromisesOfGoods()  # type: ignore[assignment, misc]  # it leaves some out
    ledger = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_promise_has_readable_moments",
                condition=moments("earliest", "latest", "likely") & days("local_on"),
            ),
            models.CheckConstraint(
                name="a_promise_ends_after_it_starts", condition=Q(latest__gte=F("earliest"))
            ),
            models.CheckConstraint(
                name="a_promise_is_settled_once",
                condition=Q(broken_at=None, revised_at=None, released_at=None)
                | Q(kept_at=None, revised_at=None, released_at=None)
                | Q(kept_at=None, broken_at=None, released_at=None)
                | Q(kept_at=None, broken_at=None, revised_at=None),
            ),
            models.CheckConstraint(
                name="a_kept_promise_was_done_in_time",
                condition=Q(kept_at=None)
                | Q(done_at__isnull=False, done_at=F("kept_at"), kept_at__lte=F("latest")),
            ),
            models.CheckConstraint(
                name="only_a_kept_promise_is_early", condition=Q(is_early=False) | ~Q(kept_at=None)
            ),
        ]
        indexes = [
            models.Index(fields=["latest"], name="promise_open", condition=OPEN),
            models.Index(fields=["seller", "settled_at"], name="promise_settled"),
            models.Index(
                fields=["replaces"], name="promise_replaces", condition=Q(replaces__isnull=False)
            ),
            models.Index(
                fields=["seller", "warned_at"],
                name="promise_at_risk",
                condition=OPEN & Q(warned_at__isnull=False),
            ),
            models.Index(
                fields=["seller", "broken_at"],
                name="promise_broken",
                condition=Q(broken_at__isnull=False, done_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.local_on}"

    @property
    def is_open(self) -> bool:
        return not (self.kept_at or self.revised_at or self.broken_at or self.released_at)

    @property
    def was_told(self) -> bool:
        """Whether anybody may have been told: an order that begins on hold is promised nothing."""
        return self.released_at != self.made_at

    @property
    def outcome(self) -> Outcome:
        """What became of it, as an Outcome."""
        if self.kept_at:
            return self.Outcome.EARLY if self.is_early else self.Outcome.KEPT
        if self.revised_at:
            return self.Outcome.MOVED if self.is_moved else self.Outcome.REFINED
        if self.broken_at:
            return self.Outcome.BROKEN
        if not self.released_at:
            return self.Outcome.OPEN
        is_missed = self.kind == self.Kind.AT_DOOR
        return self.Outcome.MISSED if is_missed else self.Outcome.RELEASED


class PromiseCount(models.Model):
    """How many promises of a seller were settled on a day (UTC) in one way: a change, or a sum.

    A trigger on promises appends changes (+1, -1), whoever settles or reopens them: nobody waits
    for a counter. `orders/promises/counts.py` adds them up; the sum of `number` is always right.
    """

    SELLER_PATH = "seller"
    WAREHOUSE_PATH: str | None = None
    COURIER_PATH: str | None = None

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    settled_on = models.DateField()
    kind = models.CharField(max_length=8)
    outcome = models.CharField(max_length=9, help_text="kept, early, moved, broken, missed, …")
    carrier = models.CharField(max_length=20, blank=True)
    courier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    is_of_shipment = models.BooleanField()
    number = models.IntegerField()
    is_sum = models.BooleanField(default=False)

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["seller", "settled_on"], name="promise_counts"),
            models.Index(fields=["id"], name="promise_counts_to_add_up", condition=Q(is_sum=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome} on {self.settled_on}"
