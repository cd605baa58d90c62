"""Models: runs of our own couriers, and their stops."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models import Package, Warehouse
from orders.models.base import Row, days, moments
from warehouse.states import RUN_MOVES, RUN_OPEN, RUN_UNDO_MOVES, RunStatus


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
    status = models.CharField(max_length=9, choices=RunStatus.choices, default=RunStatus.PLANNED)
    created_at = models.DateTimeField(default=timezone.now)
    loaded = ArrayField(
        models.UUIDField(),
        default=list,
        blank=True,
        help_text="Ids of the parcels that were scanned onto the van before the start.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_run_is_on_a_readable_day", condition=days("on"))
        ]
        indexes = [
            models.Index(fields=["warehouse", "on", "status"], name="run_of_day"),
            models.Index(
                fields=["warehouse", "on"], name="run_open", condition=Q(status__in=RUN_OPEN)
            ),
        ]

    seller_id = None  # a run carries packages of many sellers

    def __str__(self) -> str:
        return f"{self.courier}, {self.on:%d %b}"


class Stop(Row):
    """One address of a run, with its delivery window and the packages for it."""

    SELLER_PATH = None
    WAREHOUSE_PATH = "run__warehouse"
    COURIER_PATH = "run__courier"

    class Outcome(models.TextChoices):
        """What became of a stop, whatever its parcels have gone through since."""

        RECEIVER = Package.HandedTo.RECEIVER.value, "Delivered"
        NEIGHBOUR = Package.HandedTo.NEIGHBOUR.value, "Left with a neighbour"
        SAFE_PLACE = Package.HandedTo.SAFE_PLACE.value, "Left in a safe place"
        PICKUP_POINT = "pickup_point", "Dropped at a pickup point"
        NOT_HOME = Package.Failure.NOT_HOME.value, "Not delivered (nobody home)"
        REFUSED = Package.Failure.REFUSED.value, "Not delivered (parcel refused)"
        ADDRESS_WRONG = Package.Failure.ADDRESS_WRONG.value, "Not delivered (wrong address)"
        DAMAGED = Package.Failure.DAMAGED.value, "Not delivered (parcel damaged)"
        NOT_VISITED = "not_visited", "Not visited"

    DELIVERED = (Outcome.RECEIVER, Outcome.NEIGHBOUR, Outcome.SAFE_PLACE)
    UNDOABLE = tuple(outcome for outcome in Outcome if outcome != "not_visited")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField()
    packages = models.ManyToManyField(Package, related_name="stops")
    window_starts = models.DateTimeField()
    window_ends = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=13, choices=Outcome.choices, blank=True)

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
            models.CheckConstraint(
                name="only_a_finished_stop_has_an_outcome",
                condition=Q(outcome="") | Q(finished_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["run"], name="stop_open", condition=Q(finished_at__isnull=True))
        ]

    @property
    def is_delivered(self) -> bool:
        """Whether a person or a safe place took its parcels."""
        return self.outcome in self.DELIVERED

    @property
    def parcels(self) -> list[Package]:
        """What the courier carries: not what is inside the box of another order."""
        return [package for package in self.packages.all() if package.inside_id is None]

    def __str__(self) -> str:
        return f"Stop {self.position}"
