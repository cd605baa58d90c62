"""Model of the put walls at which what a batch walk picked is sorted by order."""

from django.db import models
from django.db.models import Q

from orders.models import Warehouse
from orders.models.base import Row

MOST_CELLS = 60
MOST_UNITS = 20  # of an order that is still a small one


class PutWall(Row):
    """A rack of the house; each of its cells is a location that holds one shipment."""

    SELLER_PATH = None
    WAREHOUSE_PATH = "warehouse"

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="walls", db_index=False
    )
    code = models.CharField(max_length=20, help_text="What a scanner reads on it.")
    cells = models.PositiveSmallIntegerField()
    most_units = models.PositiveSmallIntegerField(
        default=4, help_text="A batch walk takes orders of one to so many units."
    )
    scans_cells = models.BooleanField(
        default=True,
        help_text=(
            "Each put is confirmed by its cell; else also by the next unit of another product."
        ),
    )
    retired_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then no batch walk begins for it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "code"], name="a_wall_code_is_used_once"),
            models.CheckConstraint(
                name="a_wall_has_cells", condition=Q(cells__range=(2, MOST_CELLS))
            ),
            models.CheckConstraint(
                name="a_wall_sorts_small_orders", condition=Q(most_units__range=(1, MOST_UNITS))
            ),
        ]

    def __str__(self) -> str:
        return self.code
