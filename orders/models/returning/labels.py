"""Models: the label of a return, or the code by which its parcel is handed in without one."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.carriers import LabelRequest
from orders.models.returns import Return
from orders.states import ReturnLabelStage, ReturnLabelState

LONGEST_CODE = 300


class ReturnLabel(Row):
    """A request for what a customer needs to send a return: written before the carrier is asked.

    Its id is the idempotency key, and `due_at` the lease of whoever asks, or the next attempt, as
    of a LabelRequest. Once answered it follows the parcel: `due_at` is then the next look at what
    the carrier says of it.
    """

    WAREHOUSE_PATH = "order_return__order__seller__houses__warehouse"
    KIND = "return_label"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order_return = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="labels")
    carrier = models.CharField(max_length=20, help_text="Code of the carrier.")
    wants_label = models.BooleanField(help_text="A label to print.")
    wants_code = models.BooleanField(help_text="A code to show where the parcel is handed in.")
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
        max_length=12,
        choices=LabelRequest.Cause.choices,
        blank=True,
        help_text="Why the last attempt failed.",
    )
    reason = models.CharField(max_length=300, blank=True, help_text="The same, in a sentence.")
    failed_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when nobody asks for it any more."
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    tracking_number = models.CharField(max_length=40, blank=True)
    file = models.BinaryField(blank=True, default=b"")
    media_type = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=LONGEST_CODE, blank=True, help_text="What the QR code says.")
    unwanted_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when nobody wants it: it is to be voided."
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    # What the carrier has reported of the parcel, the first of each, by its clock.
    handed_in_at = models.DateTimeField(null=True, blank=True)
    in_transit_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_return"],
                condition=Q(failed_at__isnull=True, unwanted_at__isnull=True),
                name="one_label_is_wanted_per_return",
            ),
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"],
                condition=~Q(tracking_number="")
                & Q(failed_at__isnull=True, unwanted_at__isnull=True),
                name="a_number_is_of_one_return",
            ),
            models.CheckConstraint(
                name="a_return_label_is_printed_or_shown",
                condition=Q(wants_label=True) | Q(wants_code=True),
            ),
            models.CheckConstraint(
                name="an_answered_return_label_has_a_number",
                condition=Q(answered_at__isnull=True, tracking_number="")
                | (Q(answered_at__isnull=False) & ~Q(tracking_number="")),
            ),
            models.CheckConstraint(
                name="only_an_answered_return_label_is_handed_in",
                condition=Q(handed_in_at__isnull=True) | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="what_travels_was_handed_in",
                condition=Q(in_transit_at__isnull=True, arrived_at__isnull=True)
                | Q(handed_in_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_an_unwanted_return_label_is_voided",
                condition=Q(voided_at__isnull=True) | Q(unwanted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_open_return_label_is_due",
                condition=Q(due_at__isnull=False)
                | Q(answered_at__isnull=False)
                | Q(failed_at__isnull=False)
                | Q(unwanted_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(F("due_at"), name="return_label_due", condition=Q(due_at__isnull=False)),
            models.Index(
                F("tracking_number"),
                name="return_label_by_number",
                condition=~Q(tracking_number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier}: {self.order_return}"

    @property
    def state(self) -> ReturnLabelState:
        """How far it is, as people read it."""
        if self.failed_at:
            return ReturnLabelState.FAILED
        if self.unwanted_at:
            return ReturnLabelState.VOID
        if self.answered_at is None:
            return ReturnLabelState.ASKED
        return ReturnLabelState.READY

    @property
    def stage(self) -> ReturnLabelStage:
        """The same, and whether its carrier has reported that the parcel was handed in with it."""
        return ReturnLabelStage.USED if self.handed_in_at else ReturnLabelStage(self.state)

    @property
    def last_seen_at(self) -> datetime | None:
        """Of when the latest news of its parcel is."""
        return self.arrived_at or self.in_transit_at or self.handed_in_at
