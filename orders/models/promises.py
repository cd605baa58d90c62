"""What we told the customer."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.orders import Order
from orders.models.shipments import Package, Shipment


class Promise(Row):
    """Something we told the customer, with a deadline, in the zone of the place of delivery."""

    class Kind(models.TextChoices):
        SHIPS = "ships", "Ships"
        ARRIVES = "arrives", "Arrives"
        AT_DOOR = "at_door", "At the door"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="promises")
    shipment = models.ForeignKey(
        Shipment, on_delete=models.CASCADE, null=True, blank=True, related_name="promises"
    )
    package = models.ForeignKey(
        Package, on_delete=models.CASCADE, null=True, blank=True, related_name="promises"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    earliest = models.DateTimeField()
    latest = models.DateTimeField(help_text="The deadline.")
    likely = models.DateTimeField(null=True, blank=True)
    local_on = models.DateField(help_text="The deadline's date at the place of delivery.")
    zone = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_promise_ends_after_it_starts", condition=Q(latest__gte=F("earliest"))
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} by {self.local_on}"
