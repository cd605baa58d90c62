"""Model of the event log: append-only."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Func

from orders.event_kinds import event_kind
from orders.models.accounts import Seller, User
from orders.models.base import Row
from orders.models.orders import Order


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

    WAREHOUSE_PATH = "order__seller__warehouse"

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
