"""Read the events of linked sellers by cursor, and note what their shops are to be told."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from orders.events.epochs import FIRST_OPEN
from orders.lifecycle.cancel import FROM_SHOP
from orders.models import Event, Order, OrderLine, Package, Push, ShopLink
from orders.pushes.kits import count_kits
from orders.statements import run

BATCH = 500
NOBODY = UUID(int=0)
# Kinds of events, and what a shop is told of them.
TOLD = {
    "package.handed_over": Push.What.SENT,
    "package.handed_over_undone": Push.What.UNSENT,
    "package.delivered": Push.What.DELIVERED,
    "order.cancelled": Push.What.CANCELLED,
}
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
    return sum(_read_on(pk) for pk in list(links))


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
    link.save(update_fields=["read_transaction", "read_event"])
    return len(rows), len(pushes)


def _pushes(link: ShopLink, event_ids: list[Any]) -> list[Push]:
    events = Event.objects.filter(
        pk__in=event_ids, kind__in=TOLD, order__channel=link.channel_id
    ).order_by("transaction_id", "pk")
    cancelled = [event.order_id for event in events if TOLD[event.kind] == Push.What.CANCELLED]
    known = _not_to_be_cancelled(cancelled)
    undone = _undone(cancelled)
    boxes = [event.subject_id for event in events if event.subject_id]
    numbers = dict(Package.objects.filter(pk__in=boxes).values_list("pk", "tracking_number"))
    # Each of these kinds has an order and a subject.
    pushes = [
        Push(
            seller_id=link.seller_id,
            channel_id=link.channel_id,
            order_id=event.order_id,  # type: ignore[misc]
            event=event,
            what=TOLD[event.kind],
            subject_id=event.subject_id,
            tracking_number=numbers.get(event.subject_id or NOBODY, ""),
        )
        for event in events
        if TOLD[event.kind] != Push.What.CANCELLED
        or (
            event.data.get("origin") != FROM_SHOP
            and event.order_id not in known
            and str(event.pk) not in undone
        )
    ]
    count_kits(pushes)
    return pushes


def _undone(order_ids: list[UUID | None]) -> set[str]:
    """The ids of cancellations of these orders that were undone before the shop heard of them."""
    kinds = ("order.cancelled_undone", "order.lines_cancelled_undone")
    undos = Event.objects.filter(order__in=order_ids, kind__in=kinds)
    return set(undos.values_list("data__undoes", flat=True)) if order_ids else set()


def _not_to_be_cancelled(order_ids: list[UUID | None]) -> set[UUID]:
    """Orders that the shop has cancelled itself, or of which something was sent, or is to be.

    A shop cancels an order whole: what is left of such a one is for a person to settle there.
    """
    orders = Order.objects.filter(pk__in=[pk for pk in order_ids if pk])
    other = Q(shipped__gt=0) | Q(ships=False, is_kit=False)
    sent = OrderLine.objects.filter(other, order=OuterRef("pk"))
    ours = orders.filter(Q(in_shop__is_cancelled=True) | Exists(sent))
    return set(ours.values_list("pk", flat=True))
