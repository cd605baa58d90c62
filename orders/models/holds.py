"""Model of holds on orders and shipments."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models.accounts import Seller
from orders.models.base import Row, moments
from orders.models.orders import Order
from orders.models.shipments import Shipment
from orders.words import say


class Hold(Row):
    """A reason to stop an order or a shipment: while open, no picking starts, no hand-over."""

    KIND = "hold"
    WAREHOUSE_PATH = "order__seller__houses__warehouse"

    class Reason(models.TextChoices):
        UNKNOWN_SKU = "unknown_sku", "Unknown SKU"
        NO_ADDRESS = "no_address", "Address missing"
        NO_SERVICE = "no_service", "Not deliverable"
        PAYMENT = "payment", "Not paid yet"
        CLEARANCE = "clearance", "Not cleared in the shop"
        PICKUP = "pickup", "Local pick-up"
        SHOP = "shop", "Changed in the shop"
        SHOP_HOLD = "shop_hold", "Held in the shop"
        SELLER = "seller", "Requested by seller"
        WAREHOUSE = "warehouse", "Stopped by the warehouse"
        EXCHANGE = "exchange", "Waits for a return"
        SURCHARGE = "surcharge", "Costs more than what comes back"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="holds")
    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, null=True, blank=True, related_name="holds"
    )
    reason = models.CharField(max_length=20, choices=Reason.choices)
    detail = models.CharField(max_length=250, blank=True)
    until = models.DateTimeField(null=True, blank=True, help_text="When it is released by itself.")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_hold_ends_readably", condition=moments("until"))
        ]
        indexes = [
            models.Index(
                fields=["seller", "order"], name="hold_open", condition=Q(released_at__isnull=True)
            ),
            models.Index(
                fields=["until"],
                name="hold_to_end",
                condition=Q(released_at__isnull=True, until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        reason = say(self.get_reason_display())
        return f"{reason}: {self.detail}" if self.detail else reason
