"""Models of work on orders: views of their list, jobs over many of them, and what failed."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.orders import Order

VIEW_NAME, QUERY = 40, 1_000


class DeadLetter(Row):
    """Work on one order that failed alone: batches leave it out, and it is retried by itself.

    `error` names the type and the place of the error, without values: they may be personal.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="dead_letters", db_index=False
    )
    work = models.CharField(max_length=20, help_text="The code of the task's work.")
    title = models.CharField(max_length=60, help_text="What failed, as sellers read it.")
    error = models.CharField(max_length=200)
    tries = models.PositiveSmallIntegerField(default=1)
    failed_at = models.DateTimeField(default=timezone.now)
    retry_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "work"], name="one_dead_letter_per_order_and_work"
            )
        ]
        indexes = [
            models.Index(fields=["work", "retry_at"], name="dead_letter_due"),
            models.Index(fields=["seller", "failed_at"], name="dead_letter_of_seller"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.error}"


class OrderView(Row):
    """A filter of the order list under a name: a tab of one person, or of all of a seller."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose it is; empty: it is shared.",
    )
    name = models.CharField(max_length=VIEW_NAME)
    query = models.CharField(max_length=QUERY, help_text="The query string of the list.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["seller", "created_at"], name="view_of_seller")]

    def __str__(self) -> str:
        return self.name


class BulkJob(Row):
    """One act on many orders, which a worker does order by order; the rows say what came of it."""

    class Act(models.TextChoices):
        HOLD = "hold", "Put on hold"
        RELEASE = "release", "Release"
        CANCEL = "cancel", "Cancel"
        PRIORITY = "priority", "Set priority"
        TAG = "tag", "Add tag"
        UNTAG = "untag", "Remove tag"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    act = models.CharField(max_length=10, choices=Act.choices)
    given = models.JSONField(default=dict, help_text="What the act needs, as a tag or a reason.")
    total = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    worked_at = models.DateTimeField(default=timezone.now, help_text="The least lately goes first.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["worked_at"], name="bulk_job_due", condition=Q(finished_at__isnull=True)
            ),
            models.Index(fields=["seller", "-created_at"], name="bulk_job_of_seller"),
            # For retention; it costs an insert next to nothing.
            BrinIndex(fields=["created_at"], name="bulk_job_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.total} orders"


class BulkRow(Row):
    """One order of a job, and what came of the act on it, in words."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        REFUSED = "refused", "Not done"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, db_index=False, related_name="rows")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, db_index=False, related_name="+")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    words = models.CharField(
        max_length=250, blank=True, help_text="Why it was not done, or what is left."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "order"], name="a_job_does_an_order_once")
        ]
        indexes = [models.Index(fields=["job", "state", "position"], name="bulk_row_by_state")]

    def __str__(self) -> str:
        return f"{self.order}: {self.get_state_display()}"


class MatterMark(Row):
    """What people have said of a matter that needs attention: who sees to it, and when again.

    The matter itself is no row: it is found from what it is about, by kind and subject.
    """

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, db_index=False)
    matter = models.CharField(max_length=20, help_text="The kind of matter.")
    subject_id = models.UUIDField(help_text="What it is about: a shipment, a hold, a return ...")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    until = models.DateTimeField(null=True, blank=True, help_text="Until when it is snoozed.")
    since = models.DateTimeField(
        null=True, blank=True, help_text="Of what was snoozed: what happens later is shown."
    )
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "matter", "subject_id"], name="a_matter_is_marked_once"
            )
        ]
        indexes = [
            models.Index(fields=["seller", "-marked_at"], name="mark_of_seller"),
            # For retention; it costs an insert next to nothing.
            BrinIndex(fields=["marked_at"], name="mark_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.matter} of {self.subject_id}"

    def is_snoozed(self, now: datetime) -> bool:
        return self.until is not None and self.until > now
