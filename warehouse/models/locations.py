"""Model of locations in a warehouse."""

from django.db import models

from orders.models import Warehouse
from orders.models.base import Row
from orders.values.texts import LINE
from warehouse.models.carts import Cart
from warehouse.models.walls import PutWall

LONGEST_ZONE = 8


class Location(Row):
    """A place with a code to scan: a bin, a shelf, a dock, a tote, a slot, a cell of a put wall."""

    SELLER_PATH = None
    WAREHOUSE_PATH = "warehouse"

    class Kind(models.TextChoices):
        BIN = "bin"
        SHELF = "shelf"
        DOCK = "dock"
        TOTE = "tote"

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="locations", db_index=False
    )
    code = models.CharField(max_length=30)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.BIN)
    is_staging = models.BooleanField(
        "goods wait here",
        default=False,
        db_default=False,
        help_text="What lies here is put away before it is promised to orders or picked.",
    )
    walk_position = models.PositiveIntegerField(
        default=0, help_text="Order of the walk through the aisles."
    )
    zone = models.CharField(
        max_length=LONGEST_ZONE,
        blank=True,
        default="",
        db_default="",
        help_text="Pickers may keep to a zone; empty: the location is in everybody's.",
    )
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then nobody puts goods here."
    )
    blocked_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then no order gets what lies here."
    )
    blocked_note = models.CharField(
        max_length=LINE, blank=True, default="", db_default="", help_text="Why it is blocked."
    )
    cart = models.ForeignKey(
        Cart,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="places",
        db_index=False,
        help_text="Of a tote that is a slot of this cart.",
    )
    wall = models.ForeignKey(
        PutWall,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="places",
        db_index=False,
        help_text="Of a tote that is a cell of this put wall.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["warehouse", "code"], name="a_location_code_is_used_once"
            ),
            models.CheckConstraint(
                name="goods_do_not_wait_in_a_tote",
                condition=~models.Q(kind="tote") | models.Q(is_staging=False),
            ),
            models.CheckConstraint(
                name="a_tote_is_in_no_zone", condition=~models.Q(kind="tote") | models.Q(zone="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["warehouse"],
                name="location_staging",
                condition=models.Q(is_staging=True),
            ),
            models.Index(fields=["warehouse", "walk_position"], name="location_by_walk"),
            models.Index(
                fields=["warehouse", "zone"],
                name="locations_of_a_zone",
                condition=models.Q(zone__gt=""),
            ),
            models.Index(
                fields=["cart"], name="slots_of_a_cart", condition=models.Q(cart__isnull=False)
            ),
            models.Index(
                fields=["wall"], name="cells_of_a_wall", condition=models.Q(wall__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.code
