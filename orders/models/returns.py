"""Models: returns and their lines."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.orders import Order, OrderLine
from orders.states import RETURN_MOVES, ReturnStatus
from orders.values.counts import MOST_UNITS


class Return(Row):
    """Goods of one order on their way back; `number` is the RMA number on the parcel.

    With the reason `undeliverable` no customer requested it: a parcel came back unopened. Its units
    count as `came_back`, and are inspected like any others.
    """

    MOVES = RETURN_MOVES
    WAREHOUSE_PATH = "order__seller__warehouse"
    KIND = "return"

    class Reason(models.TextChoices):
        TOO_LARGE = "too_large", "Too large"
        TOO_SMALL = "too_small", "Too small"
        NOT_AS_SHOWN = "not_as_shown", "Not as described"
        DAMAGED = "damaged", "Arrived damaged"
        WRONG = "wrong", "Wrong product"
        CHANGED_MIND = "changed_mind", "Changed my mind"
        UNDELIVERABLE = "undeliverable", "Undeliverable"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    number = models.CharField(max_length=20, unique=True)
    status = models.CharField(
        max_length=12, choices=ReturnStatus.choices, default=ReturnStatus.REQUESTED
    )
    reason = models.CharField(max_length=20, choices=Reason.choices)
    comment = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["seller", "status", "created_at"], name="return_by_status"),
            models.Index(F("seller"), F("id").desc(), name="return_by_age"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_undeliverable(self) -> bool:
        return self.reason == self.Reason.UNDELIVERABLE

    @property
    def event_kind(self) -> str:
        """The prefix of its events: only `return` makes messages to the customer."""
        return "undeliverable" if self.is_undeliverable else self.KIND


# The reasons that a customer may choose.
ASKED_FOR = [choice for choice in Return.Reason.choices if choice[0] != "undeliverable"]


class ReturnLine(Row):
    """Units of an order line in a return, counted by decision and by outcome of the inspection."""

    WAREHOUSE_PATH = "order_return__order__seller__warehouse"
    KIND = "return_line"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order_return = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="return_lines")
    requested = models.PositiveIntegerField()
    approved = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    unexpected = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    inspected = models.PositiveIntegerField(default=0)
    restocked = models.PositiveIntegerField(default=0)
    refurbished = models.PositiveIntegerField(default=0)
    written_off = models.PositiveIntegerField(default=0)
    sent_back = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_return", "line"], name="a_line_is_once_in_a_return"
            ),
            models.CheckConstraint(
                name="a_request_can_be_counted", condition=Q(requested__lte=MOST_UNITS)
            ),
            models.CheckConstraint(
                name="a_request_is_decided_once",
                condition=Q(requested__gte=F("approved") + F("refused")),
            ),
            models.CheckConstraint(
                name="received_only_what_was_approved",
                condition=Q(received__lte=F("approved") + F("unexpected")),
            ),
            models.CheckConstraint(
                name="inspected_only_what_was_received", condition=Q(inspected__lte=F("received"))
            ),
            models.CheckConstraint(
                name="each_inspected_unit_has_one_fate",
                condition=Q(
                    inspected=F("restocked") + F("refurbished") + F("written_off") + F("sent_back")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requested} × {self.line.title}"

    @property
    def order_id(self) -> UUID:
        return self.order_return.order_id
