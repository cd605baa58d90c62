"""Receipts (delivery reports), suppression lists and inbound texts."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from notifications.models.delivery import Message, channel_choices
from orders.access import TenantQuerySet
from orders.models import Seller
from orders.models.base import moments


class Receipt(models.Model):
    """A delivery report about one message; `message` is null until it is matched.

    Reports come twice, late, before our own attempt is settled, and in any order: so the status of
    a message is computed from the set of its receipts.
    """

    class Kind(models.TextChoices):
        DELIVERED = "delivered"
        DEFERRED = "deferred", "Delayed"
        BOUNCED = "bounced", "Bounced"
        FAILED = "failed", "Not delivered"
        COMPLAINED = "complained", "Marked as spam"
        UNSUBSCRIBED = "unsubscribed"

    SELLER_PATH = "message__seller"
    WAREHOUSE_PATH = None
    COURIER_PATH = None

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="receipts"
    )
    channel = models.CharField(max_length=8, choices=channel_choices)
    provider = models.CharField(max_length=40)
    report_id = models.CharField(
        max_length=200, help_text="The provider's id of the report, or a digest of its content."
    )
    provider_id = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, blank=True, help_text="Our own, where it came back.")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    detail = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(help_text="When it happened, by the provider's clock.")
    received_at = models.DateTimeField(default=timezone.now)
    set_aside_at = models.DateTimeField(
        null=True, blank=True, help_text="It could not be applied: retried an hour later."
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "report_id"], name="a_report_counts_only_once"
            ),
            models.CheckConstraint(
                name="a_report_is_of_a_readable_moment", condition=moments("at")
            ),
        ]
        indexes = [
            models.Index(
                F("channel"),
                F("provider_id"),
                name="receipt_without_message",
                condition=Q(message__isnull=True),
            ),
            BrinIndex(fields=["received_at"], name="receipt_by_age"),  # for retention
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.kind}"


class Suppression(models.Model):
    """An entry of a seller's suppression list: an address that gets no messages, and why."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", "The address does not exist"
        COMPLAINED = "complained", "The customer marked it as spam"
        STOPPED = "stopped", "The customer opted out"
        BY_HAND = "by_hand", "Blocked manually"

    SELLER_PATH = "seller"
    WAREHOUSE_PATH = None
    COURIER_PATH = None

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="suppressions")
    channel = models.CharField(max_length=8, choices=channel_choices)
    recipient = models.CharField(max_length=254, help_text="In lower case.")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    detail = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(default=timezone.now)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "channel", "recipient"], name="an_address_is_suppressed_once"
            )
        ]
        indexes = [models.Index(F("seller"), F("since"), F("id"), name="suppression_by_time")]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.get_reason_display()}"


class InboundText(models.Model):
    """An inbound text with a keyword (STOP, START, HELP); each is handled once."""

    class Word(models.TextChoices):
        STOP = "stop"
        START = "start"
        HELP = "help"

    provider = models.CharField(max_length=40)
    text_id = models.CharField(max_length=200, help_text="The provider's id of the text.")
    number = models.CharField(max_length=20)
    word = models.CharField(max_length=8, choices=Word.choices)
    received_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "text_id"], name="an_inbound_text_is_obeyed_once"
            )
        ]
        indexes = [models.Index(fields=["number", "received_at"], name="inbound_text_of_number")]

    def __str__(self) -> str:
        return self.word
