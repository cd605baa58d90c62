"""Models: pick lists, their lines, and applied scans."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models import Seller, Shipment, ShipmentLine, Warehouse
from orders.models.base import Row
from orders.words import say
from warehouse.models.locations import LONGEST_ZONE, Location
from warehouse.models.stock import Stock
from warehouse.states import PICK_LIST_MOVES, PICK_LIST_NOT_DONE, PickListStatus


def in_words(holder: Location) -> str:
    """What is scanned when it is filled: “tote T-1”, “slot CART7-3” or “cell W1-3”."""
    told = "cell {tote}" if holder.wall_id else "slot {tote}" if holder.cart_id else "tote {tote}"
    return say(told, tote=holder)


class PickList(Row):
    """The walk of one picker for one shipment; picked units lie in its tote, or slot of a cart.

    What is picked on a batch walk lies in the tote of the batch, until it is sorted into `tote`, a
    cell of a put wall.
    """

    MOVES = PICK_LIST_MOVES
    WAREHOUSE_PATH = "warehouse"
    KIND = "pick_list"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, db_index=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="pick_lists")
    tote = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", db_index=False)
    picker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="pick_lists",
        db_index=False,
    )
    status = models.CharField(
        max_length=8, choices=PickListStatus.choices, default=PickListStatus.OPEN
    )
    created_at = models.DateTimeField(default=timezone.now)
    paused_at = models.DateTimeField(null=True, blank=True)
    zone = models.CharField(
        max_length=LONGEST_ZONE,
        blank=True,
        default="",
        db_default="",
        help_text="Its picker picks here what lies in this zone, or in none; empty: all of it.",
    )
    passed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since then its tote waits for whoever picks where its other stops are.",
    )
    cart_walk = models.UUIDField(
        null=True,
        blank=True,
        editable=False,
        help_text="The same of all that are picked on one way: into a cart, or a batch.",
    )
    batch_tote = models.ForeignKey(
        Location,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Of a batch walk: what all its orders are picked into together.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["picker"],
                condition=Q(status=PickListStatus.OPEN, cart_walk__isnull=True),
                name="one_open_walk_without_a_cart",
            )
        ]
        indexes = [
            models.Index(
                fields=["warehouse"],
                name="pick_list_to_put_back",
                condition=Q(status=PickListStatus.PUT_BACK),
            ),
            # Of a year of walks nearly all are done.
            models.Index(
                fields=["warehouse", "status"],
                name="pick_list_not_done",
                condition=Q(status__in=PICK_LIST_NOT_DONE),
            ),
            models.Index(
                fields=["warehouse"],
                name="pick_lists_passed_on",
                condition=Q(status=PickListStatus.PAUSED, passed_at__isnull=False),
            ),
            models.Index(
                fields=["cart_walk"],
                name="pick_lists_of_a_cart",
                condition=Q(cart_walk__isnull=False),
            ),
            models.Index(
                fields=["batch_tote", "id"],
                name="pick_lists_of_a_batch",
                condition=Q(batch_tote__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.shipment.number

    @property
    def is_batch(self) -> bool:
        """Whether it is picked with others into one tote. What is fetched once more is not."""
        return self.batch_tote_id is not None and self.cart_walk is not None

    @property
    def fills(self) -> Location:
        """Into which its units are picked: the tote of its batch, else its own tote or slot."""
        return self.batch_tote if self.is_batch and self.batch_tote else self.tote

    @property
    def holder(self) -> str:
        """What its units are picked into, in words: “tote T-1”, “slot CART7-3”."""
        return in_words(self.fills)


class PickLine(Row):
    """One stop of a walk: units of a product to pick from one location."""

    WAREHOUSE_PATH = "pick_list__warehouse"

    class ShortReason(models.TextChoices):
        EMPTY = "empty", "Location empty"
        DAMAGED = "damaged", "Product damaged"
        MISPLACED = "misplaced", "Wrong product in location"
        WITHHELD = "withheld", "Blocked or expired"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    pick_list = models.ForeignKey(PickList, on_delete=models.CASCADE, related_name="lines")
    shipment_line = models.ForeignKey(
        ShipmentLine, on_delete=models.PROTECT, related_name="pick_lines"
    )
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="pick_lines")
    position = models.PositiveSmallIntegerField()
    quantity = models.PositiveIntegerField()
    picked = models.PositiveIntegerField(default=0)
    short = models.PositiveIntegerField(default=0)
    short_reason = models.CharField(max_length=12, choices=ShortReason.choices, blank=True)
    to_put_back = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Of a cancelled walk: units that still lie in its tote."
    )
    to_sort = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Picked units that still lie in the tote of the batch."
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="a_pick_line_ends_once", condition=Q(quantity__gte=F("picked") + F("short"))
            ),
            models.CheckConstraint(
                name="what_is_sorted_was_picked", condition=Q(to_sort__lte=F("picked"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["pick_list"], name="pick_lines_to_sort", condition=Q(to_sort__gt=0)
            )
        ]

    def __str__(self) -> str:
        return say(
            "{quantity} from {location}", quantity=self.quantity, location=self.stock.location
        )

    @property
    def open_quantity(self) -> int:
        return self.quantity - self.picked - self.short


class Scan(models.Model):
    """A scan that was applied, with its outcome; (client id, sequence) is the idempotency key."""

    pk = models.CompositePrimaryKey("client_id", "sequence")
    client_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    code = models.CharField(max_length=120)
    outcome = models.CharField(max_length=300)
    is_refused = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            BrinIndex(fields=["at"], name="scan_by_age"),  # for retention
            models.Index(
                fields=["warehouse", "at"], name="scan_refused", condition=Q(is_refused=True)
            ),
        ]

    def __str__(self) -> str:
        return self.code
