"""Read the events of sellers by cursor, and keep the facts of the orders that they are about.

What an event says is not counted: it only names an order, whose facts are then written anew. So an
event that is read twice, late or out of order changes nothing, and a killed reader goes on from
its place.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.events.epochs import FIRST_OPEN
from orders.models import NumbersPlace, Order, Seller
from orders.numbers.facts import write_facts
from orders.statements import is_outage, run

log = logging.getLogger(__name__)

BATCH = 500
NOBODY = UUID(int=0)
READ = f"""
SELECT e.transaction_id, e.id, e.order_id FROM orders_event e
WHERE e.seller_id = $1 AND (e.transaction_id, e.id) > ($2, $3)
  AND e.transaction_id < {FIRST_OPEN}
ORDER BY e.transaction_id, e.id
LIMIT $4
"""  # noqa: S608 - of our own text


def read_numbers() -> None:
    """Read what has happened since, seller by seller."""
    known = NumbersPlace.objects.values("seller")
    new = Seller.objects.exclude(pk__in=known).values_list("pk", flat=True)
    NumbersPlace.objects.bulk_create(
        [NumbersPlace(seller_id=pk) for pk in new], ignore_conflicts=True
    )
    for pk in list(NumbersPlace.objects.values_list("pk", flat=True)):
        try:
            while _read_batch(pk, timezone.now()) == BATCH:
                pass
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("the numbers of seller %s cannot be read", pk)  # the others' can


def rebuild_numbers(seller: Seller) -> int:
    """Write the facts of all orders of a seller anew, beside the reader; how many orders."""
    NumbersPlace.objects.get_or_create(seller=seller)
    last, done = NOBODY, 0
    while True:
        last, count = _rebuild_batch(seller, last)
        done += count
        if count < BATCH:
            return done


@transaction.atomic(savepoint=False)
def _read_batch(pk: UUID, now: datetime) -> int:
    """The number of events that were read, all in one transaction with their facts."""
    free = NumbersPlace.objects.select_for_update(skip_locked=True, no_key=True)
    place = free.filter(pk=pk).first()
    if place is None:
        return 0
    values = (pk, place.read_transaction, place.read_event or NOBODY, BATCH)
    rows = run(READ, values)
    if orders := {order for *_, order in rows if order}:
        write_facts(orders)
    if rows:
        place.read_transaction, place.read_event, _ = rows[-1]
    if len(rows) < BATCH:
        place.read_at = now
    place.save(update_fields=["read_transaction", "read_event", "read_at"])
    return len(rows)


@transaction.atomic(savepoint=False)
def _rebuild_batch(seller: Seller, last: UUID) -> tuple[UUID, int]:
    """(the last order, how many) of the next ones; no reader writes facts of the seller then."""
    NumbersPlace.objects.select_for_update(no_key=True).get(pk=seller.pk)
    rows = Order.objects.filter(seller=seller, pk__gt=last).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    if ids:
        write_facts(ids)
    return (ids[-1] if ids else last), len(ids)
