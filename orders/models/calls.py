"""Models of what shops send: each call as it came, and what a shop last said of each order."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.orders import Order
from orders.models.shops import SalesChannel
from orders.values.texts import REFERENCE


class Call(Row):
    """A signed call of a shop, raw, and what became of it. Its body may hold personal data."""

    class State(models.TextChoices):
        WAITING = "waiting", "To be worked off"
        ASKING = "asking", "The shop is asked"
        DONE = "done", "Done"
        REFUSED = "refused", "Not understood"
        DISMISSED = "dismissed", "Dismissed"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    channel = models.ForeignKey(SalesChannel, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(
        Order, on_delete=models.SET_NULL, null=True, blank=True, related_name="calls"
    )
    topic = models.CharField(
        max_length=60, blank=True, help_text="What the call says it is about; mostly not signed."
    )
    body = models.BinaryField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    outcome = models.CharField(max_length=250, blank=True)
    problems = models.JSONField(default=list, blank=True, help_text="[[field path, problem]]")
    tries = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now, help_text="To be worked off from then on.")

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="call_due", condition=Q(state="waiting")),
            models.Index(
                fields=["channel", "due_at"], name="call_asking", condition=Q(state="asking")
            ),
            models.Index(
                fields=["seller", "received_at"],
                name="call_refused",
                condition=Q(state="refused"),
            ),
            models.Index(fields=["channel", "-received_at"], name="call_of_channel"),
            # For retention; it costs an insert next to nothing.
            BrinIndex(fields=["received_at"], name="call_by_age"),
        ]

    def __str__(self) -> str:
        return self.topic or "Call"


class ShopOrder(Row):
    """What a shop has said of one of its orders, whatever the order of its calls; no names.

    `lines` is {the shop's id of a line: [bought, still wanted, still to send or null]}, `removed`
    {the shop's id of a refund: {id of a line: units}}.
    """

    TO_PUT_BACK = "to_put_back"  # the code of a difference
    # Payments of which nothing was taken: there is nothing to give back.
    NOT_TAKEN = frozenset({"unpaid", "authorised", "voided", "refunded"})

    class Payment(models.TextChoices):
        """How far the customer has paid; empty: the shop does not say."""

        PAID = "paid", "paid"
        AUTHORISED = "authorised", "authorised, not yet captured"
        UNPAID = "unpaid", "not paid yet"
        HELD = "held", "the shop holds the order"
        VOIDED = "voided", "voided"
        REFUNDED = "refunded", "refunded"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    channel = models.ForeignKey(SalesChannel, on_delete=models.PROTECT, db_index=False)
    reference = models.CharField(max_length=REFERENCE)
    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, null=True, blank=True, related_name="in_shop"
    )
    version = models.CharField(
        max_length=120, blank=True, help_text="Sorts what the shop said; empty: nothing whole yet."
    )
    payment = models.CharField(max_length=12, choices=Payment.choices, blank=True)
    held_for = models.CharField(
        max_length=12, blank=True, help_text="The payment for which it was last put on hold."
    )
    is_cancelled = models.BooleanField(default=False)
    shop_holds = models.JSONField(
        blank=True,
        default=list,
        db_default=[],
        help_text="Why the shop does not want it sent now, or not from here; no names.",
    )
    shop_holds_at = models.DateTimeField(
        null=True, blank=True, help_text="When the shop was asked for them."
    )
    lines = models.JSONField(default=dict)
    removed = models.JSONField(default=dict)
    paid_back = models.JSONField(
        blank=True,
        default=dict,
        db_default={},
        help_text="{the shop's id of a refund: its amount in minor units}, where it says so.",
    )
    taken = models.JSONField(
        default=dict, help_text="Units of lines that came here from it: others were added here."
    )
    fields = models.JSONField(
        default=dict, help_text="What it said of address and contact, each as a keyed hash."
    )
    # What the shop wants and we cannot do any more: [[code, detail]], and since when.
    differences = models.JSONField(default=list)
    differs_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(
        null=True, blank=True, help_text="When a task last looked whether its units are put back."
    )
    accepted = models.JSONField(
        default=list, help_text="The differences that a person has settled; not shown again."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "channel", "reference"], name="a_shop_order_is_known_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["seller", "differs_at"],
                name="shop_order_differs",
                condition=Q(differs_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def to_put_back(self) -> str:
        """The picked units that the shop wants no longer: “2 × Lamp, 1 × Shade”."""
        units = [detail for code, detail, *_ in self.differences if code == self.TO_PUT_BACK]
        return ", ".join(units)
