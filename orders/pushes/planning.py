"""Read the events of linked sellers by cursor, and note what their shops are to be told."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from orders.event_kinds import UNDONE
from orders.events.epochs import FIRST_OPEN
from orders.lifecycle.cancel import FROM_SHOP
from orders.lifecycle.dead_letters import one_by_one
from orders.models import Event, Order, OrderLine, Package, Push, ShopLink
from orders.pushes.dues import abouts, refunds_due
from orders.pushes.kits import count_kits
from orders.pushes.stock import PACE
from orders.statements import run

BATCH = 500
NOBODY = UUID(int=0)
# Kinds of events, and what a shop is told of them.
TOLD = {
    "package.handed_over": Push.What.SENT,
    "package.handed_over_undone": Push.What.UNSENT,
    "package.delivered": Push.What.DELIVERED,
    "package.delivered_undone": Push.What.UNDELIVERED,
    "order.cancelled": Push.What.CANCELLED,
    "order.lines_cancelled": Push.What.REMOVED,
    "return.closed": Push.What.RETURNED,
    "refund.owed": Push.What.REFUND,
    "package.lost": Push.What.LOST,
    "package.found": Push.What.FOUND,
}
CANCELLATIONS = ("order.cancelled", "order.lines_cancelled")
READ = f"""
SELECT e.transaction_id, e.id FROM orders_event e
WHERE e.seller_id = $1 AND (e.transaction_id, e.id) > ($2, $3)
  AND e.transaction_id < {FIRST_OPEN}
ORDER BY e.transaction_id, e.id
LIMIT $4
"""  # noqa: S608 - of our own text


def plan_pushes() -> int:
    """Note what there is to tell, link by link; the number of pushes."""
    links = ShopLink.objects.filter(is_active=True).values_list("pk", flat=True)
    return one_by_one("planning pushes", list(links), _read_on)


def _read_on(pk: UUID) -> int:
    """Read until nothing follows, a batch a transaction."""
    made = 0
    while True:
        read, found = _read_batch(pk)
        made += found
        if read < BATCH:
            return made


@transaction.atomic(savepoint=False)
def _read_batch(pk: UUID) -> tuple[int, int]:
    """(events that were read, pushes that were made)."""
    free = ShopLink.objects.select_for_update(skip_locked=True, no_key=True)
    link = free.filter(pk=pk, is_active=True).first()
    if link is None:
        return 0, 0
    place = (link.read_transaction, link.read_event or NOBODY)
    rows = run(READ, (link.seller_id, *place, BATCH))
    if not rows:
        return 0, 0
    pushes = _pushes(link, [event_id for _, event_id in rows])
    Push.objects.bulk_create(pushes, ignore_conflicts=True)
    link.read_transaction, link.read_event = rows[-1]
    if link.tells_stock:  # whatever has happened, stock may have moved: it is compared soon
        link.stock_at = min(link.stock_at, timezone.now() + PACE)
    link.save(update_fields=["read_transaction", "read_event", "stock_at"])
    return len(rows), len(pushes)


def _pushes(link: ShopLink, event_ids: list[Any]) -> list[Push]:
    events = Event.objects.filter(
        pk__in=event_ids, kind__in=TOLD, order__channel=link.channel_id
    ).order_by("transaction_id", "pk")
    news = _news(list(events))
    about = abouts((event, what) for event, what in news if what in Push.OF_UNITS)
    about |= refunds_due([event for event, what in news if what == Push.What.REFUND], about)
    boxes = [event.subject_id for event in events if event.subject_id]
    numbers = dict(Package.objects.filter(pk__in=boxes).values_list("pk", "tracking_number"))
    # Each of these kinds has an order and a subject.
    pushes = [
        Push(
            seller_id=link.seller_id,
            channel_id=link.channel_id,
            order_id=event.order_id,  # type: ignore[misc]
            event=event,
            what=what,
            about=about[event.pk].words if event.pk in about and what in Push.OF_UNITS else "",
            is_refund_due=event.pk in about
            and what in Push.OF_UNITS
            and about[event.pk].is_refund_due,
            subject_id=event.subject_id,
            tracking_number=numbers.get(event.subject_id or NOBODY, ""),
        )
        for event, what in news
        if what not in Push.OF_UNITS or event.pk in about
    ]
    count_kits(pushes)
    return pushes


def _undone(order_ids: list[UUID | None]) -> set[str]:
    """The ids of cancellations of these orders that were undone before the shop heard of them."""
    kinds = [f"{kind}{UNDONE}" for kind in CANCELLATIONS]
    undos = Event.objects.filter(order__in=order_ids, kind__in=kinds)
    return set(undos.values_list("data__undoes", flat=True)) if order_ids else set()


def _news(events: list[Event]) -> list[tuple[Event, str]]:
    """What there is to tell of these events; not what the shop itself wanted.

    A shop cancels an order whole. Where something was sent it hears which units are not; where it
    was paid, also of those, for the refund.
    """
    told: list[tuple[Event, str]] = []
    undone = _undone([event.order_id for event in events if event.kind in CANCELLATIONS])
    ours = [
        event
        for event in events
        if event.data.get("origin") != FROM_SHOP and str(event.pk) not in undone
    ]
    whole = [event.order_id for event in ours if TOLD[event.kind] == Push.What.CANCELLED]
    known, in_parts = _cancelled_there(whole), _sent_in_part(whole)
    for event in ours:
        what = TOLD[event.kind]
        if what != Push.What.CANCELLED:
            told.append((event, what))
        elif event.order_id not in known:
            if event.order_id not in in_parts:
                told.append((event, what))
            told.append((event, Push.What.REMOVED))
    return told


def _cancelled_there(order_ids: list[UUID | None]) -> set[UUID]:
    """Orders that the shop has cancelled itself."""
    orders = Order.objects.filter(pk__in=[pk for pk in order_ids if pk])
    return set(orders.filter(in_shop__is_cancelled=True).values_list("pk", flat=True))


def _sent_in_part(order_ids: list[UUID | None]) -> set[UUID]:
    """Orders of which something was sent, or is to be sent by somebody else."""
    orders = Order.objects.filter(pk__in=[pk for pk in order_ids if pk])
    other = Q(shipped__gt=0) | Q(ships=False, is_kit=False)
    sent = OrderLine.objects.filter(other, order=OuterRef("pk"))
    return set(orders.filter(Exists(sent)).values_list("pk", flat=True))
