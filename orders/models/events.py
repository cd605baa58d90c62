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
    """The id of the writing transaction: readers by cursor wait for open transactions before it."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


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
    transaction_id = models.BigIntegerField(db_default=TransactionId(), editable=False)

    class Meta:
        indexes = [
            models.Index(F("order"), F("id"), name="event_of_order"),
            models.Index(F("seller"), F("transaction_id"), F("id"), name="event_by_cursor"),
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
