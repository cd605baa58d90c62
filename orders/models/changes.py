"""Models of texts about an order, erased with its person: of changes, and of what was sent."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils import timezone

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.events import Event
from orders.models.orders import Order
from orders.values.texts import NOTE


class OrderChange(Row):
    """A field of an order before and after the event that changed it, or a person's reason.

    Events hold no text; this table does, so that it can be erased with the person.
    """

    WAREHOUSE_PATH = "order__seller__houses__warehouse"

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


class SentCopy(Row):
    """What left about an order, as it was sent: of each message the last attempt that may count."""

    WAREHOUSE_PATH = None

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="sent_copies")
    message = models.BigIntegerField(unique=True, help_text="The id of the message.")
    sent_at = models.DateTimeField(default=timezone.now)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, help_text="Empty where the channel has none.")

    class Meta:
        indexes = [BrinIndex(fields=["sent_at"], name="sent_copy_by_age")]  # for retention

    def __str__(self) -> str:
        return self.subject or self.text[:40]
