"""Model of the boxes in which a warehouse packs."""

from django.db import models
from django.db.models import F, Q

from orders.models import Warehouse
from orders.models.base import Row

MOST_GRAMS = 20_000


class Carton(Row):
    """A kind of box: what it weighs with its filling, and by how much that varies."""

    SELLER_PATH = None
    WAREHOUSE_PATH = "warehouse"

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="cartons", db_index=False
    )
    code = models.CharField(max_length=30, help_text="What a scanner reads on it.")
    name = models.CharField(max_length=60)
    grams = models.PositiveIntegerField(help_text="Empty, with the usual filling.")
    varies_grams = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="No longer used.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "code"], name="a_carton_code_is_used_once"
            ),
            models.CheckConstraint(
                name="a_carton_has_a_weight",
                condition=Q(grams__range=(1, MOST_GRAMS), varies_grams__lte=F("grams")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
