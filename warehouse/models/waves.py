"""Model of the waves in which a lead releases shipments to be picked."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from orders.models import Warehouse
from orders.models.base import Row


class Wave(Row):
    """Shipments that a lead has released to be picked: due by a moment, of one carrier or any."""

    SELLER_PATH = None
    WAREHOUSE_PATH = "warehouse"
    KIND = "wave"

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, db_index=False)
    carrier = models.CharField(
        max_length=20, blank=True, help_text="Code of the carrier; empty: any."
    )
    until = models.DateTimeField(help_text="What is to leave by then.")
    shipments = models.PositiveIntegerField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    released_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["warehouse", "-released_at"], name="wave_latest")]

    seller_id = None  # its shipments are of many sellers

    def __str__(self) -> str:
        return f"{self.released_at:%d %b %H:%M}"
