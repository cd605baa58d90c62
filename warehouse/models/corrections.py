"""Models: tasks to count a location, what was counted, corrections of the books, their limits."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models import Product, Seller, Warehouse
from orders.models.base import Row
from orders.words import say
from warehouse.models.locations import Location
from warehouse.models.lots import LONGEST_LOT, WITHOUT_LOT
from warehouse.states import (
    CORRECTION_MOVES,
    COUNT_MOVES,
    COUNT_OPEN,
    CorrectionStatus,
    CountStatus,
)

ASKS_ABOVE = 1000
APPROVES_ABOVE = 20


class StockLimits(Row):
    """How many units of one warehouse a scan may book unasked, and a person correct alone."""

    SELLER_PATH = None
    WAREHOUSE_PATH = "warehouse"

    warehouse = models.OneToOneField(
        Warehouse, on_delete=models.CASCADE, related_name="stock_limits"
    )
    asks_above = models.PositiveIntegerField(
        default=ASKS_ABOVE, help_text="More units in one scan are asked back."
    )
    approves_above = models.PositiveIntegerField(
        default=APPROVES_ABOVE, help_text="More units are adjusted or moved by two people."
    )

    class Meta:
        verbose_name_plural = "stock limits"

    def __str__(self) -> str:
        return f"limits of {self.warehouse}"


class CountTask(Row):
    """A location to count; where the books differ, a second person counts it too."""

    MOVES = COUNT_MOVES
    SELLER_PATH = None
    WAREHOUSE_PATH = "warehouse"
    KIND = "count"

    class Cause(models.TextChoices):
        SHORT = "short", "Reported empty"
        ZERO = "zero", "Nothing left by the books"
        CLASS = "class", "Due by its picks"
        ASKED = "asked", "Asked for"

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="counts")
    cause = models.CharField(max_length=8, choices=Cause.choices)
    status = models.CharField(max_length=8, choices=CountStatus.choices, default=CountStatus.OPEN)
    counter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Who counted last: somebody else counts again.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["location"],
                condition=Q(status__in=COUNT_OPEN),
                name="a_location_has_one_open_count",
            ),
            models.CheckConstraint(
                name="who_counts_again_is_somebody_else",
                condition=~Q(status=CountStatus.AGAIN) | Q(counter__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["warehouse"], name="count_open", condition=Q(status__in=COUNT_OPEN)
            )
        ]

    seller_id = None  # a location holds units of many sellers

    def __str__(self) -> str:
        return f"count of {self.location}"


class CountedUnits(Row):
    """Units of a product that one person counted; `books`: what the books said at the end of it.

    Of a product that has lots each lot is counted, those without one as “no lot”; `lot` is empty of
    others, whose lots are one.
    """

    WAREHOUSE_PATH = "task__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    task = models.ForeignKey(CountTask, on_delete=models.CASCADE, related_name="units")
    counter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.CharField(max_length=LONGEST_LOT, blank=True, default="", db_default="")
    units = models.PositiveIntegerField(default=0)
    books = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "counter", "product", "lot"], name="a_person_counts_a_lot_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.product}"


class Correction(Row):
    """An adjustment of the books at a location, or a move to `to`, with its reason.

    `units` come (leave, below 0); of a move they are those that go. Above the limit of the
    warehouse it waits until a second person decides.
    """

    MOVES = CORRECTION_MOVES
    WAREHOUSE_PATH = "location__warehouse"
    KIND = "correction"

    class Reason(models.TextChoices):
        DAMAGED = "damaged", "Damaged"
        EXPIRED = "expired", "Expired"
        LOST = "lost", "Not there"
        FOUND = "found", "Found"
        WRONG = "wrong", "Booked wrongly"
        PLACE = "place", "Needs another place"
        OTHER = "other", "Other"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="corrections")
    to = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    lot = models.CharField(
        max_length=LONGEST_LOT, blank=True, default="", db_default="", help_text="Of the units."
    )
    units = models.IntegerField()
    books = models.PositiveIntegerField(
        null=True, blank=True, help_text="What the books said of the location when it was asked."
    )
    reason = models.CharField(max_length=8, choices=Reason.choices)
    note = models.CharField(max_length=200, blank=True)
    status = models.CharField(
        max_length=8, choices=CorrectionStatus.choices, default=CorrectionStatus.WAITING
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Empty where nobody else had to.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "location"],
                condition=Q(status=CorrectionStatus.WAITING),
                name="one_correction_of_a_place_waits",
            ),
            models.CheckConstraint(
                name="a_correction_changes_something",
                condition=~Q(units=0) & (Q(to__isnull=True) | Q(units__gt=0)),
            ),
            models.CheckConstraint(
                name="nobody_approves_their_own",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller"],
                name="correction_waiting",
                condition=Q(status=CorrectionStatus.WAITING),
            ),
            models.Index(fields=["product", "asked_at"], name="correction_of_product"),
        ]

    def __str__(self) -> str:
        named = say("no lot") if self.lot == WITHOUT_LOT else say("lot {lot}", lot=self.lot)
        goods = f"{self.product} {named}" if self.lot else str(self.product)
        if self.to:
            told = "{units} × {goods} from {location} to {to}"
            return say(told, units=self.units, goods=goods, location=self.location, to=self.to)
        told = "{units} × {goods} in {location}"
        return say(told, units=f"{self.units:+}", goods=goods, location=self.location)
