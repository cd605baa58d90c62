"""Model of dead letters: work of a background task on one order that fails by itself."""

from django.db import models
from django.utils import timezone

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.orders import Order


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
