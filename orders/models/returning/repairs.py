"""Models: returned units that are repaired and go back to the same customer."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.orders import Order
from orders.models.returns import Return, ReturnLine
from orders.states import REPAIR_MOVES, REPAIR_UNDO_MOVES, RepairStatus
from orders.values.counts import MOST_UNITS

NOT_SENT = "Repaired, but not sent"


class Repair(Row):
    """Units of a return line that were inspected together, and are to be repaired.

    They are the customer's: no stock has them until they are put into the tote in which they are
    packed, for the order `sent_as`.
    """

    MOVES, UNDO_MOVES = REPAIR_MOVES, REPAIR_UNDO_MOVES
    WAREHOUSE_PATH = "order__seller__houses__warehouse"
    KIND = "repair"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="repairs")
    order_return = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="repairs")
    return_line = models.ForeignKey(
        ReturnLine, on_delete=models.PROTECT, related_name="repairs", db_index=False
    )
    quantity = models.PositiveIntegerField()
    status = models.CharField(
        max_length=8, choices=RepairStatus.choices, default=RepairStatus.ASIDE
    )
    is_failed = models.BooleanField(default=False)  # it could not be repaired
    sent_as = models.OneToOneField(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="repair"
    )
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_repair_is_of_some_units",
                condition=Q(quantity__gte=1, quantity__lte=MOST_UNITS),
            ),
            models.CheckConstraint(
                name="what_is_sent_after_a_repair_has_its_order",
                condition=Q(status=RepairStatus.SENT, sent_as__isnull=False)
                | ~Q(status=RepairStatus.SENT) & Q(sent_as__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "found_at"],
                name="repair_unfinished",
                condition=~Q(status__in=(RepairStatus.SENT, RepairStatus.REFUNDED)),
            )
        ]

    def get_status_display(self) -> str:  # type: ignore[no-redef]  # Django then adds none
        """Its state; that of what was repaired, and is written off, is another one."""
        if self.status == RepairStatus.REFUNDED and not self.is_failed:
            return NOT_SENT
        return str(RepairStatus(self.status).label)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.return_line.line.title}"
