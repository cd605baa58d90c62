"""Message settings of sellers, and the days on which their SMS cap was reached."""

from datetime import time
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from orders.access import TenantQuerySet
from orders.models import Seller

# What a shop does not send until it wants to: news of little use beside what comes next.
OFF_AT_FIRST = ("delivery_tomorrow:email", "ready:email", "ready:push", "ready:sms")


def off_at_first() -> list[str]:
    """Return what a new shop does not send."""
    return list(OFF_AT_FIRST)


class MessageSettings(models.Model):
    """The message settings of a seller; a seller without a row has the defaults."""

    SELLER_PATH = "seller"
    WAREHOUSE_PATH = None
    COURIER_PATH = None

    seller = models.OneToOneField(
        Seller, on_delete=models.CASCADE, primary_key=True, related_name="message_settings"
    )
    calm = models.BooleanField(
        default=True,
        help_text="Fewer messages: updates within half an hour are combined.",
    )
    quiet_from = models.TimeField(
        default=time(21), null=True, blank=True, help_text="No text messages from then on."
    )
    quiet_until = models.TimeField(
        default=time(8), null=True, blank=True, help_text="In the customer's time zone."
    )
    digest_above = models.PositiveSmallIntegerField(
        default=20, help_text="So many deliveries a day are reported one by one."
    )

    switched_off = ArrayField(
        models.CharField(max_length=50),
        default=off_at_first,
        blank=True,
        help_text="What the shop does not send: template:channel each.",
    )
    texts_on_request = models.BooleanField(
        default=True,
        help_text="Routine news as text messages only for customers who asked for them.",
    )
    accent = models.CharField(
        max_length=7, blank=True, help_text="The colour of the button in mails, #rrggbb."
    )
    markup = models.BooleanField(
        default=False,
        help_text="Mails carry the order and the address in a form that mail programs read.",
    )
    sms_daily_cap = models.PositiveIntegerField(
        default=2000, help_text="At most so many text messages a day."
    )
    sms_countries = ArrayField(
        models.CharField(max_length=2),
        default=list,
        blank=True,
        help_text="Only numbers of these are texted; none are the warehouse's and the order's own.",
    )
    languages = ArrayField(
        models.CharField(max_length=8),
        default=list,
        blank=True,
        help_text="In which own texts are written; none chosen: the seller's own and English.",
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quiet_hours_have_two_ends",
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Messages of {self.seller_id}"


class DayStop(models.Model):
    """A day on which a seller reached the daily cap of a channel; the dashboard shows it."""

    SELLER_PATH = "seller"
    WAREHOUSE_PATH = None
    COURIER_PATH = None

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="+")
    on = models.DateField(help_text="By the seller's calendar.")
    sent = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.sent} on {self.on}"


class SmsStop(DayStop):
    """Of text messages."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "on"], name="one_sms_stop_per_day")
        ]


class MailStop(DayStop):
    """Of mails to customers."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "on"], name="one_mail_stop_per_day")
        ]


def speak_at_once(seller: Seller, *, texts_a_day: int = 2000) -> None:
    """Settings under which every message is sent, and at once: no calm, no quiet hours, no
    opt-in.
    """
    at_once: dict[str, Any] = {
        "calm": False,
        "quiet_from": None,
        "quiet_until": None,
        "sms_daily_cap": texts_a_day,
        "switched_off": [],
        "texts_on_request": False,
    }
    MessageSettings.objects.update_or_create(seller=seller, defaults=at_once)


def settings_of(seller: Seller) -> MessageSettings:
    """Return the settings of a seller, or the defaults, unsaved."""
    try:
        return seller.message_settings
    except MessageSettings.DoesNotExist:
        return MessageSettings(seller_id=seller.pk)
