"""Units that a shop need not expect any more: cancelled here, or returned; and the refund due.

Money is never moved by us: whether, and how much, is the decision of the seller, in the shop.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from orders.lifecycle.kits import Sold, by_kit
from orders.models import (
    Event,
    Order,
    OrderLine,
    Push,
    Refund,
    Return,
    ReturnLine,
    ShopOrder,
)
from orders.states import RefundStatus
from orders.values.money import plain
from orders.values.texts import one_line

MAY, DUE = "a refund may be due", "refund due: "
LONGEST_ABOUT = 250
LONGEST_GOODS = 190
Units = dict[UUID, int]


class About(NamedTuple):
    """What is said of units; the words name goods, and nothing is read from them again."""

    words: str
    is_refund_due: bool


def abouts(events: Iterable[tuple[Event, str]]) -> dict[UUID, About]:
    """What is said of each (event, what); one of no unit of the shop has none."""
    pairs = [(event, what) for event, what in events if what != Push.What.REFUND]
    units = {event.pk: (event.order_id, _units(event, what)) for event, what in pairs}
    lines = _lines({line for _, counted in units.values() for line in counted})
    owed = _owed([event for event, what in pairs if what == Push.What.RETURNED])
    found_again = {event.pk for event, what in pairs if what == Push.What.FOUND}
    found = {
        pk: _about(counted, lines.get(order, []), owed.get(pk), is_due=pk not in found_again)
        for pk, (order, counted) in units.items()
    }
    return {pk: about for pk, about in found.items() if about}


def refunds_due(events: list[Event], said: dict[UUID, About]) -> dict[UUID, About]:
    """What is said of refunds of returns: of each once, as it stands now.

    Not of one that is told with the units of its return; `said`: what is told now with units.
    """
    rows = {row.pk: row for row in _open_refunds(events)}
    mine = [event for event in events if event.subject_id in rows]
    later = Event.objects.filter(
        kind="refund.owed", subject_id=OuterRef("subject_id"), pk__gt=OuterRef("pk")
    )
    last = Event.objects.filter(~Exists(later), pk__in=[event.pk for event in mine])
    newest = set(last.values_list("pk", flat=True)) if mine else set()
    told = _told_with_units([rows[one.subject_id] for one in mine if one.subject_id], said)
    found = {}
    for event in mine:
        row = rows[cast(UUID, event.subject_id)]
        is_told = (row.order_return_id, event.transaction_id) in told
        is_told |= (row.order_return_id, None) in told
        due = _of_refund(row) if event.pk in newest and not is_told else ""
        if due:
            found[event.pk] = About(f"{row.order_return}; {due}"[:LONGEST_ABOUT], True)
    return found


def _open_refunds(events: list[Event]) -> QuerySet[Refund]:
    """The refunds of these events that are owed still, of orders that the shop knows."""
    of_shop = OrderLine.objects.filter(order=OuterRef("order"), shop_line__gt="")
    rows = Refund.objects.filter(
        Exists(of_shop),
        pk__in=[event.subject_id for event in events],
        status=RefundStatus.OWED,
    )
    return rows.select_related("order__in_shop", "order_return")


def _told_with_units(
    refunds: list[Refund], said: dict[UUID, About]
) -> set[tuple[UUID | None, int | None]]:
    """{(return, transaction)} in which what is owed is told with its units; None: in any.

    What is told now says what is owed now. What was told before said what was owed then.
    """
    backs = [row.order_return_id for row in refunds]
    closed = Event.objects.filter(kind="return.closed", subject_id__in=backs) if backs else []
    before = Push.objects.filter(event__in=closed, is_refund_due=True)
    was_told = set(before.values_list("event_id", flat=True)) if backs else set()
    told: set[tuple[UUID | None, int | None]] = set()
    for event in closed:
        if event.pk in said and said[event.pk].is_refund_due:
            told.add((event.subject_id, None))
        elif event.pk in was_told:
            told.add((event.subject_id, event.transaction_id))
    return told


def _of_refund(row: Refund) -> str:
    """What is due by a refund; where it is not known how much, only if money was taken."""
    if row.is_exact and row.amount:
        return DUE + plain(row.amount, row.currency)
    return MAY if _is_paid(row.order) else ""


def is_paid(line: OrderLine) -> bool:
    """Whether the customer has paid, and the shop has refunded nothing of unknown units since."""
    return _is_paid(line.order)


def _is_paid(order: Order) -> bool:
    known: ShopOrder | None = getattr(order, "in_shop", None)
    if known is None:
        return True
    return known.payment not in ShopOrder.NOT_TAKEN and all(known.removed.values())


def _units(event: Event, what: str) -> Units:
    if what == Push.What.RETURNED:
        rows = ReturnLine.objects.filter(order_return=event.subject_id)
        back = rows.values_list("line_id", "inspected", "sent_back")
        return {pk: inspected - sent for pk, inspected, sent in back if inspected > sent}
    return {UUID(pk): int(units) for pk, units in event.data.get("units", {}).items()}


def _lines(wanted: Collection[UUID]) -> dict[UUID | None, list[OrderLine]]:
    """{order: lines of its shop} of these; parts of a kit with all of it, which the shop knows."""
    named = OrderLine.objects.filter(pk__in=wanted).values_list("pk", "kit_line", "order")
    kits, orders = set(wanted), set()
    for _, kit_line, order in named:
        orders.add(order)
        if kit_line:
            kits.add(kit_line)
    of_shop = Q(shop_line__gt="") | Q(kit_line__shop_line__gt="")
    whole = Q(pk__in=kits) | Q(kit_line__in=kits)
    rows = OrderLine.objects.filter(of_shop, whole, order__in=orders)
    found: dict[UUID | None, list[OrderLine]] = defaultdict(list)
    for line in rows.select_related("order__in_shop", "kit_line").order_by("position", "pk"):
        found[line.order_id].append(line)
    return found


def _owed(events: list[Event]) -> dict[UUID, str]:
    """{event of a return: what is due for it}, as the ledger of refunds says: of no row nothing.

    Of an undeliverable parcel no refund is written down: the seller decides.
    """
    backs = Return.objects.filter(pk__in=[event.subject_id for event in events])
    said = {
        pk: MAY if reason == Return.Reason.UNDELIVERABLE else ""
        for pk, reason in backs.values_list("pk", "reason")
    }
    owed = Refund.objects.filter(order_return__in=said, status=RefundStatus.OWED)
    for row in owed.select_related("order_return"):
        is_told = row.is_exact and row.amount
        said[row.of_return.pk] = DUE + plain(row.amount, row.currency) if is_told else MAY
    return {event.pk: said[event.subject_id] for event in events if event.subject_id in said}


def _about(units: Units, lines: list[OrderLine], owed: str | None, *, is_due: bool) -> About | None:
    """What is said of units, and what is `owed` for them; None: by their prices."""
    sold = list(by_kit(lines, units))
    if not sold:
        return None
    goods = ", ".join(f"{one.units} × {_title(one)}" for one in sold)
    if len(goods) > LONGEST_GOODS:
        goods = f"{goods[: LONGEST_GOODS - 2]} …"
    due = owed
    if due is None or due == MAY:
        due = (due or _due(sold)) if is_due and is_paid(lines[0]) else ""
    return About(f"{goods}; {due}"[:LONGEST_ABOUT] if due else goods, bool(due))


def _title(sold: Sold) -> str:
    kit = f" of {one_line(sold.kit.title)}" if sold.kit else ""
    return f"{one_line(sold.line.title)}{kit}"


def _due(sold: list[Sold]) -> str:
    """The refund that is due of units that are paid; a part has no price without its kit."""
    if any(one.kit and one.kit.unit_price for one in sold):
        return MAY
    total = sum(one.units * one.line.unit_price for one in sold if not one.kit)
    currency = sold[0].line.order.currency
    if not total or not currency:
        return ""
    return DUE + plain(total, currency)
