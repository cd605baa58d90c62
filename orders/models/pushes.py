"""Models of what shops are told: the way to a shop, each thing it is to be told, our stock."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.catalogue import Product
from orders.models.events import Event
from orders.models.orders import Order
from orders.models.shops import SalesChannel
from orders.values.moments import FIRST


class ShopLink(Row):
    """The way to the shop of a channel: told what happened to its orders, asked for new ones.

    (`read_transaction`, `read_event`) is the place of the last event that was looked at. `place` is
    how far its orders are known: {"at": moment, "after": within it, "seen": {order: digest}}.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    channel = models.OneToOneField(SalesChannel, on_delete=models.PROTECT, related_name="link")
    address = models.CharField(max_length=200, help_text="URL of the shop, without a path.")
    token = models.TextField(help_text="Encrypted; what the shop lets us in with.")
    is_active = models.BooleanField(default=True)
    read_transaction = models.BigIntegerField(default=0)
    read_event = models.UUIDField(null=True, blank=True)
    linked_at = models.DateTimeField(default=timezone.now)
    place = models.JSONField(blank=True, default=dict, db_default={})
    polls_at = models.DateTimeField(
        default=timezone.now,
        db_default=FIRST,
        help_text="Is asked what has changed from then on.",
    )
    asks_at = models.DateTimeField(
        default=timezone.now,
        db_default=FIRST,
        help_text="Nobody asks it before: a worker asks it now, or it has to be left alone.",
    )
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When it last answered.")
    ask_tries = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How often in a row it could not be asked."
    )
    ask_problem = models.CharField(max_length=250, blank=True, default="", db_default="")
    fails_since = models.DateTimeField(null=True, blank=True)
    tells_at = models.DateTimeField(
        default=timezone.now,
        db_default=FIRST,
        help_text="Nobody tells it of orders before: a worker does so now.",
    )
    tells_stock = models.BooleanField(default=False, db_default=False)
    # {"known": {location of the shop: its name}, "of": {our warehouse: location of the shop}}
    stock_places = models.JSONField(blank=True, default=dict, db_default={})
    stock_at = models.DateTimeField(
        default=timezone.now,
        db_default=FIRST,
        help_text="Our stock is compared with what it was told from then on.",
    )
    stock_free_at = models.DateTimeField(
        default=timezone.now,
        db_default=FIRST,
        help_text="Nobody tells it our stock before: a worker does so now, or it is left alone.",
    )
    stock_tries = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How often in a row it could not be told our stock."
    )
    stock_problem = models.CharField(max_length=250, blank=True, default="", db_default="")
    stock_fails_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.address


class ToldStock(Row):
    """What a shop was last told of our stock of a product, under one of its SKUs in one location.

    `units` is NULL while that is not known for certain: it is asked at the moment, it refused, or
    it does not sell the SKU.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    channel = models.ForeignKey(SalesChannel, on_delete=models.CASCADE, db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="told_stock")
    sku = models.CharField("SKU", max_length=80)
    place = models.CharField(
        max_length=60, blank=True, help_text="The shop's id of its location, where it has several."
    )
    units = models.PositiveIntegerField(null=True, blank=True)
    is_sold = models.BooleanField(default=True, help_text="The shop has a product with this SKU.")
    problem = models.CharField(max_length=250, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When it last answered.")
    due_at = models.DateTimeField(
        default=timezone.now, help_text="Is compared with the shop from then on, changed or not."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "sku", "place"], name="a_shop_is_told_one_stock_of_a_sku"
            )
        ]
        indexes = [
            models.Index(
                fields=["seller", "told_at"], name="stock_untold", condition=~Q(problem="")
            ),
        ]

    def __str__(self) -> str:
        return self.sku


class Push(Row):
    """One thing that a shop is to be told, from one event; told once, however often it is tried."""

    class What(models.TextChoices):
        SENT = "sent", "Parcel sent"
        UNSENT = "unsent", "Parcel not sent after all"
        DELIVERED = "delivered", "Parcel delivered"
        CANCELLED = "cancelled", "Order cancelled"
        UNDELIVERED = "undelivered", "Parcel not delivered after all"
        REMOVED = "removed", "Units cancelled"
        RETURNED = "returned", "Units returned"
        LOST = "lost", "Parcel lost"
        FOUND = "found", "Parcel found again"
        REFUND = "refund", "Refund due"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Told"
        FAILED = "failed", "Failed"
        DISMISSED = "dismissed", "Dismissed"

    # Told as a note about units, which says whether a refund is due.
    OF_UNITS = (What.REMOVED, What.RETURNED, What.LOST, What.FOUND, What.REFUND)

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    channel = models.ForeignKey(SalesChannel, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="pushes")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=12, choices=What.choices)
    subject_id = models.UUIDField(help_text="The parcel, or the order.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=250, blank=True)
    about = models.CharField(
        max_length=250,
        blank=True,
        default="",
        db_default="",
        help_text="Which units, and the refund that is due; no names.",
    )
    is_refund_due = models.BooleanField(default=False, db_default=False)
    tracking_number = models.CharField(
        max_length=40, blank=True, help_text="Of the parcel when it happened."
    )
    shop_id = models.CharField(
        max_length=120, blank=True, help_text="What the shop calls what it made of this."
    )
    kits = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="{the shop's id of the line: kits whose last part left with the parcel}",
    )
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "what"], name="a_shop_is_told_once_an_event")
        ]
        indexes = [
            models.Index(fields=["due_at"], name="push_due", condition=Q(state="waiting")),
            models.Index(
                fields=["seller", "made_at"], name="push_failed", condition=Q(state="failed")
            ),
            models.Index(fields=["channel", "-made_at"], name="push_of_channel"),
        ]

    def __str__(self) -> str:
        return self.get_what_display()
