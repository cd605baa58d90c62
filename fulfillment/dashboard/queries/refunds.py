"""Returns of *Needs attention*: to decide, refund, repair, label, not back; one refund."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast

from orders.access import Viewer
from orders.lifecycle.changes import REASON
from orders.models import (
    OrderChange,
    OrderLine,
    Refund,
    Repair,
    Return,
    ReturnLabel,
    ReturnLine,
    ShopOrder,
)
from orders.returns.ahead import out_ahead
from orders.returns.due.days import decided_by
from orders.returns.given_back import unmatched
from orders.returns.keeping import staying
from orders.states import RefundStatus, RepairStatus, ReturnStatus
from orders.values.money import digits
from orders.words import say
from orders.words.writing import figure

# Its date has passed, and nobody has ticked it off.
LATE = Q(promise__broken_at__isnull=False)
# The columns of a matter; where not all of it is known, no amount is said to be owed.
OF_REFUND: dict[str, Any] = {
    "why": "currency",
    "detail": Case(When(is_exact=True, then=Cast("amount", CharField())), default=Value("")),
    "since": "owed_at",
    "due": "promise__latest",
}
_asked = ReturnLine.objects.filter(order_return=OuterRef("pk")).order_by().values("order_return")
_sent = OrderLine.objects.filter(order=OuterRef("exchange"), replaces__isnull=False)
OF_RETURN: dict[str, Any] = {
    "why": "reason",
    "detail": "number",
    "units": Subquery(_asked.annotate(units=Sum("requested")).values("units")),
    "since": "created_at",
}
OF_EXCHANGE: dict[str, Any] = {
    "why": "exchange__number",
    "detail": "number",
    "units": Subquery(
        _sent.order_by()
        .values("order")
        .annotate(units=Sum(F("ordered") - F("cancelled")))
        .values("units")
    ),
    "since": Cast("exchange_until", DateTimeField()),
}
OF_LABEL: dict[str, Any] = {
    "order": "order_return__order__",
    "subject_id": F("order_return"),
    "why": "reason",
    "detail": "order_return__number",
    "since": "failed_at",
}
OF_REPAIR: dict[str, Any] = {
    "why": "order_return__number",
    "detail": "return_line__line__title",
    "units": "quantity",
    "since": "found_at",
}
MOST_TOLD = 5


class Told(NamedTuple):
    """A refund of the shop that may be this one: its number, amount and units, in words."""

    number: str
    amount: str
    units: str
    value: str  # of the amount, for the field


def owed_words(amount: int | None, currency: str) -> str:
    """What is owed; None where not all that the order cost is known here."""
    if amount is None:
        return say("Amount to be looked up in the shop")
    return f"{figure(digits(amount, currency))} {currency}"


def owed_refunds(viewer: Viewer) -> QuerySet[Refund]:
    """Select the refunds that are owed."""
    return Refund.objects.visible_to(viewer).filter(status=RefundStatus.OWED)


def requested_returns(viewer: Viewer) -> QuerySet[Return]:
    """Select the returns that wait for the seller's decision."""
    return Return.objects.visible_to(viewer).filter(status=ReturnStatus.REQUESTED)


def deadlines(viewer: Viewer, ids: Collection[UUID]) -> dict[UUID, datetime]:
    """{return id: until when it is decided} of these requested returns."""
    if not ids:
        return {}
    rows = requested_returns(viewer).filter(pk__in=ids).select_related("seller__warehouse")
    return {row.pk: decided_by(row.created_at, row.seller.warehouse) for row in rows}


def staying_returns(viewer: Viewer, ids: Collection[UUID]) -> set[UUID]:
    """Those of these returns of which the customer keeps all once they are approved."""
    if not ids:
        return set()
    rows = requested_returns(viewer).filter(pk__in=ids, seller__return_choices__has_key="keep")
    return staying(rows.select_related("order__seller").prefetch_related("lines__line"))


def to_repair(viewer: Viewer) -> QuerySet[Repair]:
    """Select the repairs of which nobody has said yet what became of them."""
    return Repair.objects.visible_to(viewer).filter(status=RepairStatus.WAITING)


def failed_labels(viewer: Viewer) -> QuerySet[ReturnLabel]:
    """Select the labels that no carrier makes, of returns that wait for one."""
    later = ReturnLabel.objects.filter(order_return=OuterRef("order_return"), pk__gt=OuterRef("pk"))
    rows = ReturnLabel.objects.visible_to(viewer).filter(failed_at__isnull=False)
    return rows.filter(~Exists(later), order_return__status=ReturnStatus.APPROVED)


def overdue_exchanges(viewer: Viewer, now: datetime) -> QuerySet[Return]:
    """Select the returns whose exchange did not wait for them, and that did not come in time."""
    today = now.astimezone(ZoneInfo(viewer.zone)).date()
    return out_ahead(Return.objects.visible_to(viewer).filter(exchange_until__lt=today))


def told_of(refund: Refund) -> list[Told]:
    """The refunds of the order that the shop has told, and of which nobody knows what they are of.

    The newest first; that the seller ticks one off with this amount settles it.
    """
    in_shop = ShopOrder.objects.filter(order=refund.order_id).first()
    titles = dict(OrderLine.objects.filter(order=refund.order_id).values_list("shop_line", "title"))
    return [
        Told(
            one.number,
            owed_words(one.worth, refund.currency) if one.worth else say("an unknown amount"),
            ", ".join(f"{units} × {titles.get(line, line)}" for line, units in one.units.items()),
            digits(one.worth, refund.currency) if one.worth else "",
        )
        for one in unmatched(in_shop)[: -MOST_TOLD - 1 : -1]
    ]


def cheaper_lines(refund: Refund) -> list[tuple[int, str, str]]:
    """(units, title, difference) of what was exchanged for something that costs less."""
    lines = OrderLine.objects.filter(pk__in=list(refund.differences)).order_by("position")
    return [
        (units, line.title, owed_words(amount, refund.currency))
        for line in lines
        for units, amount in [refund.differences[str(line.pk)]]
    ]


def other_refunds(refund: Refund) -> list[tuple[Refund, str]]:
    """The other refunds of its return, each with its amount; the first one first."""
    back = refund.of_return
    rows = Refund.objects.filter(Q(order_return=back) | Q(former_of=back)).exclude(pk=refund.pk)
    return [
        (row, owed_words(row.paid or row.amount or None, row.currency))
        for row in rows.order_by("owed_at", "pk")
    ]


def why_waived(refund: Refund) -> str:
    """What the person said who waived it; erased with the customer."""
    rows = OrderChange.objects.filter(order=refund.order_id, field=REASON)
    said = rows.filter(event__kind="refund.waived", event__subject_id=refund.pk)
    return said.order_by("-pk").values_list("after", flat=True).first() or ""
