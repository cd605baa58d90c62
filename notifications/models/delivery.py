"""The outbox: one row per message, attempts to send it, workers, channel circuits."""

from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from notifications.states import (
    CLAIMABLE,
    MESSAGE_MOVES,
    REACHED_PROVIDER,
    UNSETTLED,
    WAITING,
    Cause,
    MessageStatus,
)
from orders.access import TenantQuerySet
from orders.models import Event, Order, Seller
from orders.models.base import Row, code
from orders.values.places import LANGUAGE


def channel_choices() -> list[tuple[str, str]]:
    """Name and title of each channel; a function, so that another one needs no migration."""
    return [(name, import_string(path).title) for name, path in settings.MESSAGE_CHANNELS.items()]


class Message(models.Model):
    """One notification to one address over one channel, written in the transaction of its event.

    Messages of one order to one recipient over one channel are a lane: they leave in order of `id`,
    which the database gives under the order's lock.
    """

    MOVES = MESSAGE_MOVES
    SELLER_PATH = "seller"
    WAREHOUSE_PATH = None
    COURIER_PATH = None
    WAITS_UNTIL = "next_attempt_at"  # of a row of a new order: see the statement of the intake
    ERASED = "erased:"  # begins the recipient of a message whose customer was erased

    class Audience(models.TextChoices):
        CUSTOMER = "customer"
        SELLER = "seller"

    class Channel(StrEnum):
        """The channels that code calls by name; settings.MESSAGE_CHANNELS lists all."""

        EMAIL = "email"
        SMS = "sms"
        PUSH = "push"

    id = models.BigAutoField(primary_key=True)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    template = models.CharField(max_length=40)
    audience = models.CharField(max_length=8, choices=Audience.choices)
    channel = models.CharField(max_length=8, choices=channel_choices)
    recipient = models.CharField(max_length=254)
    language = models.CharField(max_length=8, default="en")
    revision = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(
        max_length=12, choices=MessageStatus.choices, default=MessageStatus.PLANNED
    )
    reason = models.CharField(
        max_length=200, blank=True, help_text="Why it was not sent, or not yet."
    )
    cause = models.CharField(
        max_length=20, choices=Cause.choices, blank=True, help_text="The reason, for code."
    )
    next_attempt_at = models.DateTimeField(default=timezone.now)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=80, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then nobody need look after its failure."
    )
    superseded_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "audience", "channel", "recipient", "revision"],
                name="one_message_per_event_audience_and_channel",
            ),
            models.CheckConstraint(
                name="a_message_is_in_a_language", condition=code("language", LANGUAGE)
            ),
        ]
        indexes = [
            # Without the columns of a lane, or the planner would use it for look-ups in lanes.
            models.Index(
                F("channel"),
                F("seller"),
                F("next_attempt_at"),
                name="message_due_of_seller",
                condition=Q(status__in=CLAIMABLE),
            ),
            models.Index(
                F("channel"),
                F("claimed_by"),
                name="message_claimed",
                condition=Q(status=MessageStatus.CLAIMED),
            ),
            models.Index(
                F("order"),
                F("recipient"),
                F("channel"),
                F("id"),
                name="message_lane",
                condition=Q(status__in=WAITING),
            ),
            models.Index(F("order"), F("id"), name="message_of_order"),
            models.Index(
                F("channel"),
                F("provider_id"),
                name="message_of_provider",
                condition=~Q(provider_id=""),
            ),
            # Sent text messages, for the SMS caps per number and per seller.
            models.Index(
                F("recipient"),
                F("settled_at"),
                name="text_to_number",
                condition=Q(channel="sms", status__in=REACHED_PROVIDER),
            ),
            models.Index(
                F("seller"),
                F("settled_at"),
                name="text_of_seller",
                condition=Q(channel="sms", status__in=REACHED_PROVIDER),
            ),
            # Mails to customers, for the mail caps per address and per seller.
            models.Index(
                F("recipient"),
                F("settled_at"),
                name="mail_to_address",
                condition=Q(channel="email", audience="customer", status__in=REACHED_PROVIDER),
            ),
            models.Index(
                F("seller"),
                F("settled_at"),
                name="mail_of_seller",
                condition=Q(channel="email", audience="customer", status__in=REACHED_PROVIDER),
            ),
            models.Index(
                F("superseded_by"),
                name="message_superseded",
                condition=Q(superseded_by__isnull=False),
            ),
            models.Index(
                F("seller"),
                F("created_at"),
                F("id"),
                name="message_of_delivery",
                condition=Q(template="seller_delivered"),
            ),
            models.Index(
                F("seller"),
                F("recipient"),
                F("id"),
                name="message_for_digest",
                condition=Q(
                    template="seller_delivered",
                    status__in=(MessageStatus.HELD, MessageStatus.CLAIMED),
                ),
            ),
            # For the counts of the last days; it costs an insert next to nothing.
            BrinIndex(fields=["created_at"], name="message_by_age"),
            models.Index(
                F("seller"),
                F("id").desc(),
                name="message_unsettled",
                condition=Q(status__in=UNSETTLED, decided_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} by {self.channel}"

    @property
    def address(self) -> tuple[UUID, str, str]:
        """Seller, channel and recipient, as preferences and suppressions store them."""
        return self.seller_id, self.channel, self.recipient.lower()

    @property
    def key(self) -> str:
        """The idempotency key: the same for every attempt, so that a provider sends it once."""
        # An order has one address for each other channel, but any number of browsers.
        to = f":{self.recipient}" if self.channel == self.Channel.PUSH else ""
        return f"{self.event_id}:{self.audience}:{self.channel}{to}:{self.revision}"


class MessageCount(models.Model):
    """How many messages to customers of a day came to which outcome, over which channel."""

    SELLER_PATH = "seller"
    WAREHOUSE_PATH: str | None = None
    COURIER_PATH: str | None = None

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    day = models.DateField(help_text="On which they were planned, by the seller's calendar.")
    channel = models.CharField(max_length=8)
    outcome = models.CharField(max_length=12, choices=MessageStatus.choices)
    number = models.PositiveIntegerField()

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "day", "channel", "outcome"],
                name="messages_of_a_day_are_counted_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome} on {self.day}"


class Attempt(Row):
    """One attempt to send a message: when, through which provider, with what answer."""

    SELLER_PATH = "message__seller"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, choices=MessageStatus.choices)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [BrinIndex(fields=["started_at"], name="attempt_by_age")]  # for retention

    def __str__(self) -> str:
        return f"{self.provider}: {self.outcome}"


class Worker(models.Model):
    """The heartbeat of a sending process; after 15 seconds without one, its claims return."""

    name = models.CharField(max_length=80, primary_key=True)
    beat_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class ChannelCircuit(models.Model):
    """Rate limit (token bucket) and circuit breaker of a channel.

    `failures`: in a row. While `open_until` is ahead nothing is sent; then one message, the probe.
    """

    channel = models.CharField(max_length=8, primary_key=True)
    tokens = models.FloatField(default=0.0)
    filled_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveSmallIntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.channel


class Installation(models.Model):
    """The identity of the database that sends: a restored copy must not send by itself. One row."""

    identity = models.CharField(max_length=120, help_text="Cluster, time line and database.")
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_because = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.identity
