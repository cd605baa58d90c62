"""Models of the event log, which is append-only, and of the numbers that are read from it."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from orders.access import TenantQuerySet
from orders.event_kinds import event_kind
from orders.models.accounts import Seller, User, Warehouse
from orders.models.base import Row
from orders.models.catalogue import Product
from orders.models.orders import Order
from orders.models.shops import SalesChannel


class TransactionId(Func):
    """The id of the writing transaction; only the first migration uses it, see EventPosition."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class EventPosition(Func):
    """The id of the writing transaction, which grows: readers by cursor wait for open ones before.

    A cluster counts its transactions from 1. So that events of a restored copy come behind those
    of the backup, the function adds the offset of its epoch (EventEpoch).
    """

    template = "orders_event_position()"
    output_field = models.BigIntegerField()


class EventEpoch(models.Model):
    """A database in which events are written: its positions begin above all that were before.

    No row in the first one. Each restored copy appends a row; the last one counts.
    """

    position_offset = models.BigIntegerField(help_text="Added to the id of a transaction.")
    began_at = models.DateTimeField(db_default=TransactionNow())

    def __str__(self) -> str:
        return f"since {self.began_at:%Y-%m-%d %H:%M}"


class Event(Row):
    """Something that happened to a row: what, when, by whom; kinds are in `orders/event_kinds.py`.

    `data` holds ids, quantities and dates; no name, address or typed text, so that erasing a person
    never touches history.
    """

    WAREHOUSE_PATH = "order__seller__houses__warehouse"

    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    order = models.ForeignKey(
        Order,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        db_index=False,
    )
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True, blank=True, help_text="The row it happened to.")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Empty is the system.",
    )
    data = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=TransactionNow())
    transaction_id = models.BigIntegerField(db_default=EventPosition(), editable=False)

    class Meta:
        indexes = [
            models.Index(F("order"), F("id"), name="event_of_order"),
            models.Index(F("seller"), F("transaction_id"), F("id"), name="event_by_cursor"),
            models.Index(
                F("seller"),
                F("id"),
                name="event_called_off",
                condition=models.Q(kind="order.called_off"),
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @classmethod
    def of(cls, row: Any, what: str, *, actor: User | None = None, **data: Any) -> Self:
        """The event that `what` (a status or a past participle) happened to `row`.

        Raises UnknownEventKind where no list of settings.EVENT_KINDS has it.
        """
        return cls(
            seller_id=row.seller_id,
            order_id=row.pk if isinstance(row, Order) else getattr(row, "order_id", None),
            kind=event_kind(f"{getattr(row, 'event_kind', row.KIND)}.{what}").name,
            subject_id=row.pk,
            actor=actor,
            data=data,
        )


class NumbersPlace(models.Model):
    """How far the events of a seller were read for its numbers: the place of the last one."""

    SELLER_PATH = "seller"
    WAREHOUSE_PATH: str | None = None
    COURIER_PATH: str | None = None

    seller = models.OneToOneField(
        Seller, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    read_transaction = models.BigIntegerField(default=0)
    read_event = models.UUIDField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True, help_text="When there was nothing more.")

    objects = TenantQuerySet.as_manager()

    def __str__(self) -> str:
        return f"read up to {self.read_transaction}"


class NumberFact(Row):
    """One thing that a number of the seller counts: a parcel, shipment, order, line or return.

    Computed anew from the rows of its order whenever an event of that is read, so that a late event
    corrects it. It counts on `day`, by the seller's calendar, once `counts_from` has passed.
    """

    class Number(models.TextChoices):
        CYCLE = "cycle", "Accepted to handed over"
        SHIP = "ship", "Shipped on time"
        WINDOW = "window", "Inside the first window"
        ATTEMPT = "attempt", "First attempt"
        PERFECT = "perfect", "Perfect orders"
        FILL = "fill", "Fill rate"
        RETURNS = "returns", "Returns"

    class Outcome(models.TextChoices):
        """What became of it; of a return it is the reason instead."""

        LEFT = "left", "Handed over"
        ON_TIME = "on_time", "On time"
        TARDY = "tardy", "Late"
        NOT_LEFT = "not_left", "Not handed over yet"
        INSIDE = "inside", "Inside the window"
        TOO_EARLY = "too_early", "Early"
        TOO_LATE = "too_late", "Late"
        NOT_THERE = "not_there", "Not delivered"
        AT_ONCE = "at_once", "At the first attempt"
        NOT_AT_ONCE = "not_at_once", "Not at the first attempt"
        PERFECT = "perfect", "Perfect"
        UNTIMELY = "untimely", "Outside the window"
        INCOMPLETE = "incomplete", "Incomplete"
        FAULTY = "faulty", "Problem or fault"
        FILLED = "filled", "In stock at once"
        SHORT = "short", "Had to wait for stock"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=8, choices=Number.choices)
    subject_id = models.UUIDField(help_text="The parcel, shipment, order, line or return.")
    day = models.DateField()
    counts_from = models.DateTimeField()
    outcome = models.CharField(max_length=20)
    value = models.PositiveIntegerField(
        null=True, blank=True, help_text="Seconds that it took, or units that came back."
    )
    channel = models.ForeignKey(SalesChannel, on_delete=models.PROTECT, db_index=False)
    carrier = models.CharField(max_length=20, blank=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number", "subject_id"], name="a_number_counts_a_thing_once"
            )
        ]
        indexes = [models.Index(fields=["seller", "number", "day"], name="number_fact_by_day")]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome} on {self.day}"


class ManyReturns(Row):
    """A product of which clearly more comes back than usual, as it was last counted.

    Of what arrived lately, and in the days before, which are what is usual. Written each hour; gone
    when it is so no more.
    """

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, db_index=False)
    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="+")
    delivered = models.PositiveIntegerField()
    returned = models.PositiveIntegerField()
    usual_delivered = models.PositiveIntegerField()
    usual_returned = models.PositiveIntegerField()
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "many returns"
        constraints = [
            models.CheckConstraint(
                name="many_returns_are_of_what_arrived",
                condition=Q(delivered__gte=1, usual_delivered__gte=1),
            )
        ]
        indexes = [models.Index(fields=["seller", "since"], name="many_returns_of_seller")]

    def __str__(self) -> str:
        return f"{self.returned} of {self.delivered} × {self.product.title}"
