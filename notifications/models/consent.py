"""Opt-outs of customers (preferences) and web push subscriptions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from notifications.models.delivery import channel_choices
from orders.models import Order, Seller
from orders.models.base import Row, code
from orders.values.places import LANGUAGE


class Preference(Row):
    """Opt-outs of one address, seller and channel; without a row all messages are wanted.

    `off` lists templates. `is_off`: no optional e-mails, or no text messages at all.
    """

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, db_index=False)
    channel = models.CharField(max_length=8, choices=channel_choices)
    recipient = models.CharField(max_length=254, help_text="In small letters.")
    off = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_off = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)
    chosen_for = models.ForeignKey(
        Order,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="On whose page it was chosen.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "recipient", "channel"],
                name="one_preference_per_address_and_channel",
            ),
            models.CheckConstraint(
                name="preference_in_small_letters", condition=Q(recipient=Lower("recipient"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.seller_id}"


class PushSubscription(Row):
    """The web push subscription of a browser to one order; `endpoint` is its push service.

    We encrypt with the keys of the browser, so that the push service cannot read anything.
    """

    SELLER_PATH = "order__seller"

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="push_subscriptions", db_index=False
    )
    endpoint = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=100, help_text="Its public key, base64url.")
    auth = models.CharField(max_length=40, help_text="Its shared secret, base64url.")
    language = models.CharField(max_length=8, default="en")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "endpoint"],
                condition=Q(ended_at__isnull=True),
                name="one_subscription_per_order_and_browser",
            ),
            models.CheckConstraint(
                name="a_browser_speaks_a_language", condition=code("language", LANGUAGE)
            ),
        ]

    def __str__(self) -> str:
        return f"A browser, since {self.created_at:%Y-%m-%d}"
