"""Models of uploaded files: the file, what stands in it, and remembered columns."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models.accounts import Seller, Warehouse
from orders.models.base import Row
from orders.models.orders import Order
from orders.models.shops import SalesChannel

LONGEST_KEY = 400  # a channel or a place, and a SKU


class Import(Row):
    """A file of a seller, or of a warehouse, as it came, and how far it is.

    That of a seller may hold personal data.

    `position` is the number of the last row that was checked; the counters are of records, and
    `to_create` and `to_update` are what is left to write.
    """

    WAREHOUSE_PATH = "warehouse"

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Columns to be chosen"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Ready to import"
        COMMITTING = "committing", "Being imported"
        DONE = "done", "Done"
        FAILED = "failed", "Not readable"

    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Of files that no seller has, such as one of its locations.",
    )
    channel = models.ForeignKey(
        SalesChannel, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    # No choices: a new kind needs no migration. `orders.files.records.kinds` has them.
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120, help_text="What the file is called.")
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    form = models.JSONField(default=dict, help_text="How it is read: format, encoding, separator.")
    headings = models.JSONField(default=list)
    sample = models.JSONField(default=list, help_text="Its first rows, as they are read.")
    columns = models.JSONField(default=dict, help_text="{field: number of its column, from 0}")
    day_first = models.BooleanField(default=True, help_text="How 03/04/2026 is read.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    trouble = models.CharField(max_length=250, blank=True, help_text="Why it cannot be read.")
    position = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    to_create = models.PositiveIntegerField(default=0)
    to_update = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(default=timezone.now)
    worked_at = models.DateTimeField(default=timezone.now, help_text="The least lately goes first.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_file_is_of_a_seller_or_a_warehouse",
                condition=Q(seller__isnull=False, warehouse__isnull=True)
                | Q(seller__isnull=True, warehouse__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["seller", "-created_at"], name="import_of_seller"),
            models.Index(
                fields=["worked_at"],
                name="import_due",
                condition=Q(state__in=["checking", "committing"]),
            ),
            # For retention; it costs an insert next to nothing.
            BrinIndex(fields=["created_at"], name="import_by_age"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def records(self) -> int:
        """How many orders, products and so on have been found in it so far."""
        return self.left + self.written + self.skipped + self.rejected

    @property
    def left(self) -> int:
        return self.to_create + self.to_update

    @property
    def written(self) -> int:
        return self.created + self.updated


class ImportRecord(Row):
    """One order, product and so on of an uploaded file: its rows, and what is or was done with it.

    `source` is [[number of the row, [cells], {number of a column: why its cell is refused}]].
    """

    WAREHOUSE_PATH = "warehouse"

    class Action(models.TextChoices):
        CREATE = "create", "Create"
        UPDATE = "update", "Update"
        SKIP = "skip", "Skip"
        REJECT = "reject", "Reject"

    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    file = models.ForeignKey(Import, on_delete=models.CASCADE, db_index=False)
    number = models.PositiveIntegerField(help_text="Its first row in the file.")
    key = models.CharField(max_length=LONGEST_KEY, help_text="What it is known by, as order id.")
    source = models.JSONField()
    action = models.CharField(max_length=8, choices=Action.choices)
    is_done = models.BooleanField(default=False)
    problems = models.JSONField(
        default=list, help_text="[[row, column, found, expected, what to do]]"
    )
    note = models.CharField(max_length=250, blank=True, help_text="Why it is skipped.")
    seen = models.JSONField(default=dict, help_text="What the check found in the books.")
    content_hash = models.BinaryField(max_length=32, default=bytes)
    order = models.ForeignKey(
        Order, on_delete=models.SET_NULL, null=True, blank=True, related_name="import_records"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="a_row_is_of_one_record")
        ]
        indexes = [
            models.Index(fields=["file", "key"], name="import_record_by_key"),
            models.Index(
                fields=["file", "number"],
                name="import_record_to_write",
                condition=Q(is_done=False, action__in=["create", "update"]),
            ),
            models.Index(fields=["file", "action", "number"], name="import_record_by_action"),
        ]

    def __str__(self) -> str:
        return self.key


class ImportMapping(Row):
    """The columns that a seller chose for files with these headings: {field: heading}."""

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=20)
    headings_hash = models.BinaryField(max_length=32)
    columns = models.JSONField()
    day_first = models.BooleanField(default=True)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "kind", "headings_hash"],
                name="one_mapping_for_the_same_headings",
            )
        ]

    def __str__(self) -> str:
        return self.kind
