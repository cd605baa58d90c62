"""Webhooks: endpoints of sellers, deliveries, and attempts to post them."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orders.access import TenantQuerySet
from orders.models import Event, Order, Seller
from orders.models.base import Row


class EndpointQuerySet(TenantQuerySet["Endpoint"]):
    """Endpoints of a seller."""

    def kept(self) -> Self:
        """Endpoints that are not deleted."""
        return self.filter(deleted_at__isnull=True)


class Endpoint(Row):
    """A URL of a seller's system to which events are posted, with the secret that signs them.

    While it is paused its deliveries wait; while disabled or deleted none are planned. `failures`:
    in a row; above 0 only one delivery at a time is tried, the probe, and none before `not_before`.
    """

    class PausedBecause(models.TextChoices):
        """Why it was paused automatically; the label is the sentence for people."""

        FAILED = "failed", "Every delivery has failed for five days."

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="endpoints")
    url = models.CharField(max_length=500)
    description = models.CharField(max_length=120, blank=True)
    kinds = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="Empty: all events."
    )
    secret = models.TextField(help_text="Encrypted.")
    previous_secret = models.TextField(blank=True, help_text="Signs too, until its end.")
    previous_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_because = models.CharField(
        max_length=12,
        choices=PausedBecause.choices,
        blank=True,
        help_text="Empty: its seller paused it.",
    )
    disabled_at = models.DateTimeField(
        null=True, blank=True, help_text="Its system said that it is gone."
    )
    deleted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    # mypy takes what as_manager makes for an attribute of the row.
    objects = EndpointQuerySet.as_manager()  # type: ignore[misc]  # see above

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="previous_secret_has_an_end",
                condition=Q(previous_secret="", previous_until__isnull=True)
                | ~Q(previous_secret="") & Q(previous_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.description or self.url

    @property
    def state(self) -> str:
        """One word: active, failing, paused or disabled."""
        if self.disabled_at:
            return "disabled"
        if self.paused_at:
            return "paused"
        return "failing" if self.failures else "active"


class Delivery(models.Model):
    """The delivery of one event to one endpoint, written in the transaction of the event.

    `webhook_id` is the same at every attempt and replay. `claimed_until` is a lease; a claim moves
    `next_attempt_at` to its end, so that a delivery of a killed worker is due again by itself.
    `series` counts the replays; a test has no event.
    """

    SELLER_PATH = "seller"
    WAREHOUSE_PATH = None
    COURIER_PATH = None

    id = models.BigAutoField(primary_key=True)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=40)
    webhook_id = models.CharField(max_length=40)
    payload = models.TextField(help_text="The body, byte for byte.")
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    series = models.PositiveSmallIntegerField(default=1)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=80, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True, help_text="Of the last attempt.")
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "event"], name="one_delivery_per_endpoint_and_event"
            ),
            models.CheckConstraint(
                name="a_delivery_has_one_end",
                condition=Q(delivered_at__isnull=True) | Q(given_up_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                F("endpoint"),
                F("next_attempt_at"),
                name="delivery_due",
                condition=Q(delivered_at__isnull=True, given_up_at__isnull=True),
            ),
            models.Index(
                F("endpoint"), name="delivery_claimed", condition=Q(claimed_until__isnull=False)
            ),
            models.Index(F("endpoint"), F("id").desc(), name="delivery_of_endpoint"),
            models.Index(
                F("endpoint"),
                F("id").desc(),
                name="delivery_given_up",
                condition=Q(given_up_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.webhook_id}"

    @property
    def state(self) -> str:
        """One word: waiting, retrying, delivered or failed."""
        if self.delivered_at:
            return "delivered"
        if self.given_up_at:
            return "failed"
        return "retrying" if self.problem else "waiting"


class DeliveryAttempt(Row):
    """One attempt to post a delivery: the headers sent, and the answer."""

    SELLER_PATH = "delivery__seller"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    series = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    latency_ms = models.PositiveIntegerField()
    url = models.CharField(max_length=500)
    headers = models.JSONField(default=dict, help_text="As sent.")
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.TextField(blank=True, help_text="The first few kB of it.")
    problem = models.CharField(max_length=200, blank=True, help_text="Empty: it was taken.")

    def __str__(self) -> str:
        return f"{self.number}: {self.status_code or self.problem}"
