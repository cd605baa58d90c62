"""Models: pick faces with their minimum and target, and tasks to refill them from reserve."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models import Product, Seller
from orders.models.base import Row
from warehouse.models.locations import Location
from warehouse.states import REPLENISH_MOVES, ReplenishStatus


class PickFace(Row):
    """A location where a product is picked first: below `minimum` it is refilled up to `target`."""

    WAREHOUSE_PATH = "location__warehouse"
    KIND = "pick_face"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="pick_faces", db_index=False
    )
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="pick_faces")
    minimum = models.PositiveIntegerField()
    target = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "location"], name="a_product_has_a_face_once_in_a_place"
            ),
            models.CheckConstraint(
                name="a_face_is_refilled_above_its_minimum",
                condition=Q(target__gte=F("minimum")) & Q(target__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} in {self.location}"


class ReplenishTask(Row):
    """Units to bring from a reserve location to a pick face; `worker` has taken it."""

    MOVES = REPLENISH_MOVES
    WAREHOUSE_PATH = "source__warehouse"
    KIND = "replenish_task"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    face = models.ForeignKey(PickFace, on_delete=models.CASCADE, related_name="tasks")
    source = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    status = models.CharField(
        max_length=7, choices=ReplenishStatus.choices, default=ReplenishStatus.OPEN
    )
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["face"],
                condition=Q(status=ReplenishStatus.OPEN),
                name="a_face_has_one_open_task",
            ),
            models.CheckConstraint(name="a_task_brings_some_units", condition=Q(units__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.face.product} from {self.source} to {self.face.location}"
