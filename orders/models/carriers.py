"""Model of label requests to carriers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.shipments import Package


class LabelRequest(Row):
    """A request for the label of a box, written before the carrier is asked.

    Its id is the idempotency key: a retry, also after a crash, sends the same one. `due_at` is the
    lease of the process that asks now, or else the time of the next attempt.
    """

    WAREHOUSE_PATH = "package__shipment__warehouse"

    class Cause(models.TextChoices):
        REFUSED = "refused", "The carrier refused"
        UNANSWERED = "unanswered", "The carrier did not answer"
        BROKEN = "broken", "The carrier's answer cannot be used"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="label_requests")
    carrier = models.CharField(max_length=20, help_text="Code of the carrier.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When the sweep does what is left; empty: nothing is."
    )
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Failed ones, in a row.")
    cause = models.CharField(
        max_length=12, choices=Cause.choices, blank=True, help_text="Why the last attempt failed."
    )
    reason = models.CharField(max_length=300, blank=True, help_text="The same, in a sentence.")
    refused_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    tracking_number = models.CharField(max_length=40, blank=True)
    file = models.BinaryField(blank=True, default=b"", help_text="Empty: we draw the label.")
    media_type = models.CharField(max_length=40, blank=True)
    unwanted_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when nobody wants the label: it is to be voided."
    )
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["package"],
                condition=Q(refused_at__isnull=True, unwanted_at__isnull=True),
                name="one_label_is_wanted_per_package",
            ),
            models.CheckConstraint(
                name="an_answered_label_has_a_number",
                condition=Q(answered_at__isnull=True, tracking_number="")
                | (Q(answered_at__isnull=False) & ~Q(tracking_number="")),
            ),
            models.CheckConstraint(
                name="only_an_unwanted_label_is_voided",
                condition=Q(voided_at__isnull=True) | Q(unwanted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_open_label_request_is_due",
                condition=Q(due_at__isnull=False)
                | Q(answered_at__isnull=False)
                | Q(refused_at__isnull=False)
                | Q(unwanted_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(F("due_at"), name="label_request_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.carrier}: {self.package}"
