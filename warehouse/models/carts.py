"""Model of the carts with which a picker walks through many shipments at once."""

from django.db import models
from django.db.models import Q

from orders.models import Warehouse
from orders.models.base import Row

MOST_SLOTS = 24


class Cart(Row):
    """A trolley of the house; each of its slots is a location that holds one shipment."""

    SELLER_PATH = None
    WAREHOUSE_PATH = "warehouse"

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="carts", db_index=False
    )
    code = models.CharField(max_length=20, help_text="What a scanner reads on it.")
    slots = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True, help_text="No longer used.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "code"], name="a_cart_code_is_used_once"),
            models.CheckConstraint(
                name="a_cart_has_slots", condition=Q(slots__range=(2, MOST_SLOTS))
            ),
        ]

    def __str__(self) -> str:
        return self.code
