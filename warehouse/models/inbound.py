"""Models: goods that a seller announced, their lines, and what of them arrived damaged."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models import Product, Seller, Warehouse
from orders.models.base import Row, days
from orders.values.counts import MOST_UNITS
from orders.values.texts import REFERENCE
from warehouse.states import INBOUND_MOVES, INBOUND_OPEN, INBOUND_UNDO_MOVES, InboundStatus

NUMBER_LENGTH = 12


class Inbound(Row):
    """Goods that a seller announced; `number` is ours and stands on them, `reference` the seller's.

    `differs`: more, fewer or damaged units came; listed for the seller until `settled_at`.
    """

    MOVES = INBOUND_MOVES
    UNDO_MOVES = INBOUND_UNDO_MOVES
    WAREHOUSE_PATH = "warehouse"
    KIND = "inbound"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, db_index=False)
    number = models.CharField(max_length=NUMBER_LENGTH)
    reference = models.CharField(max_length=REFERENCE)
    expected_on = models.DateField()
    status = models.CharField(
        max_length=9, choices=InboundStatus.choices, default=InboundStatus.ANNOUNCED
    )
    announced_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    differs = models.BooleanField(default=False)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When the seller has seen the differences."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="an_inbound_number_is_used_once"),
            models.UniqueConstraint(
                fields=["seller", "reference"],
                condition=~Q(status=InboundStatus.CANCELLED),
                name="a_seller_announces_a_reference_once",
            ),
            models.CheckConstraint(
                name="an_inbound_has_a_possible_day", condition=days("expected_on")
            ),
            models.CheckConstraint(
                name="only_a_closed_inbound_differs",
                condition=Q(differs=False, settled_at__isnull=True)
                | Q(status=InboundStatus.CLOSED, closed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["warehouse", "expected_on"],
                name="inbound_open",
                condition=Q(status__in=INBOUND_OPEN),
            ),
            models.Index(
                fields=["seller", "closed_at"],
                name="inbound_differs",
                condition=Q(differs=True, settled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InboundLine(Row):
    """Units of a product in an inbound; `announced` is 0 where nobody announced it.

    `received` units are sound and in the books, `damaged` ones are not.
    """

    WAREHOUSE_PATH = "inbound__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    inbound = models.ForeignKey(Inbound, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField()
    announced = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    damaged = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inbound", "product"], name="an_inbound_names_a_product_once"
            ),
            models.CheckConstraint(
                name="an_inbound_line_can_be_announced", condition=Q(announced__lte=MOST_UNITS)
            ),
        ]
        indexes = [
            models.Index(
                fields=["product"],
                name="inbound_of_product",
                condition=Q(announced__gt=F("received") + F("damaged")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.came} of {self.announced} × {self.product}"

    @property
    def came(self) -> int:
        """Units that arrived, sound or damaged."""
        return self.received + self.damaged

    @property
    def over(self) -> int:
        return max(self.came - self.announced, 0)

    @property
    def short(self) -> int:
        return max(self.announced - self.came, 0)


class InboundDamage(Row):
    """Units of an inbound line that arrived damaged, and perhaps a photo as we drew it again."""

    WAREHOUSE_PATH = "line__inbound__warehouse"

    class Reason(models.TextChoices):
        BROKEN = "broken", "Broken"
        WET = "wet", "Wet"
        CRUSHED = "crushed", "Packaging crushed"
        EXPIRED = "expired", "Expired"
        OTHER = "other", "Other damage"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    line = models.ForeignKey(InboundLine, on_delete=models.CASCADE, related_name="damages")
    units = models.PositiveIntegerField()
    reason = models.CharField(max_length=8, choices=Reason.choices)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reported_at = models.DateTimeField(default=timezone.now)
    image = models.BinaryField(null=True, blank=True)
    width = models.PositiveSmallIntegerField(null=True, blank=True)
    height = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_damage_is_of_some_units", condition=Q(units__gt=0)),
            models.CheckConstraint(
                name="a_photo_of_damage_has_a_size",
                condition=Q(image__isnull=True, width__isnull=True, height__isnull=True)
                | Q(
                    image__isnull=False,
                    width__gte=1,
                    width__lte=800,
                    height__gte=1,
                    height__lte=800,
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["reported_at"],
                name="damage_with_photo",
                condition=Q(image__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.get_reason_display()}"
