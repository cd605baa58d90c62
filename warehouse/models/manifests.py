"""Model of manifests: lists of parcels that were handed over to a carrier at once."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models import Warehouse
from orders.models.base import Row


class Manifest(Row):
    """The parcels that a carrier took at once; how many waited for it, and why the others stay."""

    SELLER_PATH = None
    WAREHOUSE_PATH = "warehouse"
    KIND = "manifest"

    class Rest(models.TextChoices):
        LATER = "later", "The next collection takes them"
        NOT_FOUND = "not_found", "Not found"
        DAMAGED = "damaged", "Damaged"
        NO_ROOM = "no_room", "No room in the van"

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, db_index=False)
    carrier = models.CharField(max_length=20, help_text="Code of the carrier.")
    parcels = ArrayField(models.UUIDField(), help_text="Ids of the parcels, in the order scanned.")
    handed_over = models.PositiveIntegerField()
    expected = models.PositiveIntegerField(help_text="Parcels that were ready for this carrier.")
    rest = models.CharField(max_length=12, choices=Rest.choices, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    closed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_manifest_says_why_parcels_stay",
                condition=Q(handed_over__gte=F("expected")) | ~Q(rest=""),
            )
        ]
        indexes = [models.Index(fields=["warehouse", "-closed_at"], name="manifest_latest")]

    seller_id = None  # a carrier takes parcels of many sellers

    def __str__(self) -> str:
        return f"{self.carrier}, {self.closed_at:%d %b %H:%M}"
