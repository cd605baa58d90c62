"""Models: runs of our own couriers, and their stops."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models import Package, Warehouse
from orders.models.base import Row, days, moments
from warehouse.states import RUN_MOVES, RUN_UNDO_MOVES, RunStatus


class Run(Row):
    """One courier's round on one day."""

    MOVES = RUN_MOVES
    UNDO_MOVES = RUN_UNDO_MOVES
    SELLER_PATH = None
    WAREHOUSE_PATH = "warehouse"
    COURIER_PATH = "courier"
    KIND = "run"

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="runs", db_index=False
    )
    courier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="runs"
    )
    on = models.DateField(help_text="The warehouse's local date.")
    status = models.CharField(max_length=8, choices=RunStatus.choices, default=RunStatus.PLANNED)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_run_is_on_a_readable_day", condition=days("on"))
        ]
        indexes = [models.Index(fields=["warehouse", "on", "status"], name="run_of_day")]

    seller_id = None  # a run carries packages of many sellers

    def __str__(self) -> str:
        return f"{self.courier}, {self.on:%d %b}"


class Stop(Row):
    """One address of a run, with its delivery window and the packages for it."""

    SELLER_PATH = None
    WAREHOUSE_PATH = "run__warehouse"
    COURIER_PATH = "run__courier"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField()
    packages = models.ManyToManyField(Package, related_name="stops")
    window_starts = models.DateTimeField()
    window_ends = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "position"], name="a_stop_has_its_place_in_the_tour"
            ),
            models.CheckConstraint(
                name="a_stop_has_readable_moments",
                condition=moments("window_starts", "window_ends"),
            ),
            models.CheckConstraint(
                name="a_window_ends_after_it_starts",
                condition=Q(window_ends__gt=F("window_starts")),
            ),
        ]

    def __str__(self) -> str:
        return f"Stop {self.position}"
