"""Models: supply per warehouse, stock per location, stock movements (the ledger), reservations."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models import OrderLine, Product, Seller, Warehouse
from orders.models.base import Row
from warehouse.models.locations import Location


class Supply(Row):
    """Units of a product in a warehouse, on hand and reserved; the rest is available to orders."""

    WAREHOUSE_PATH = "warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="supplies", db_index=False
    )
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, db_index=False)
    on_hand = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "warehouse"], name="one_supply_per_product_and_warehouse"
            ),
            models.CheckConstraint(
                name="stock_never_oversold", condition=Q(reserved__lte=F("on_hand"))
            ),
        ]
        indexes = [models.Index(fields=["seller", "product"], name="supply_of_seller")]

    def __str__(self) -> str:
        return f"{self.product}: {self.available} of {self.on_hand} available"

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


class Stock(Row):
    """Units of a product and lot in a location; `pinned` ones are claimed by open pick lines."""

    WAREHOUSE_PATH = "location__warehouse"
    KIND = "stock"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="stocks", db_index=False
    )
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="stocks")
    lot = models.CharField(max_length=40, blank=True)
    on_hand = models.PositiveIntegerField(default=0)
    pinned = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="Found empty: nobody picks it here until it is counted."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "location", "lot"], name="one_stock_per_place_and_lot"
            ),
            models.CheckConstraint(
                name="pinned_only_what_is_there", condition=Q(pinned__lte=F("on_hand"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["location"], name="stock_closed", condition=Q(closed_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.on_hand} × {self.product} in {self.location}"


class StockMovement(Row):
    """An entry of the ledger: units came to a location, or left it (below 0). Append-only."""

    WAREHOUSE_PATH = "location__warehouse"

    class Reason(models.TextChoices):
        RECEIVED = "received"
        PUT_AWAY = "put_away", "Put away"
        MOVED = "moved"
        PICKED = "picked"
        PUT_BACK = "put_back", "Put back"
        HANDED_OVER = "handed_over", "Handed over"
        MISSING = "missing"
        RESTOCKED = "restocked"
        REPAIRED = "repaired"  # a customer's own unit, on its way back to them
        ADJUSTED = "adjusted"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, db_index=False)
    lot = models.CharField(max_length=40, blank=True)
    quantity = models.IntegerField()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    subject_id = models.UUIDField(
        null=True, blank=True, help_text="The pick line, package, return line or inbound line."
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["product", "location", "at"], name="movement_of_place"),
            models.Index(fields=["location", "at"], name="movement_at_location"),
        ]
        constraints = [
            models.CheckConstraint(name="a_movement_moves_something", condition=~Q(quantity=0))
        ]

    def __str__(self) -> str:
        return f"{self.quantity:+} × {self.product} in {self.location}"


class Reservation(Row):
    """Supply reserved for an order line; consumed at hand-over."""

    WAREHOUSE_PATH = "supply__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    supply = models.ForeignKey(Supply, on_delete=models.PROTECT, related_name="reservations")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="reservations")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "supply"], name="one_reservation_per_line_and_supply"
            ),
            models.CheckConstraint(
                name="a_reservation_holds_something", condition=Q(quantity__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line}"
