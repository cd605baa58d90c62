"""Model of the texts of changes: what stood in a field of an order before, and after."""

from django.db import models

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.events import Event
from orders.models.orders import Order
from orders.values.texts import NOTE


class OrderChange(Row):
    """A field of an order before and after the event that changed it, or a person's reason.

    Events hold no text; this table does, so that it can be erased with the person.
    """

    WAREHOUSE_PATH = "order__seller__warehouse"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+", db_index=False)
    field = models.CharField(max_length=20)
    before = models.CharField(max_length=NOTE, blank=True)
    after = models.CharField(max_length=NOTE, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "field"], name="an_event_changes_a_field_once")
        ]

    def __str__(self) -> str:
        return self.field
