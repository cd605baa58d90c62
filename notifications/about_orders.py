"""What messages are about: their events, orders, lines and promises, by prepared statements.

Of a batch of messages these are nearly all rows, so no row is loaded twice: a seller has one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from django.utils import timezone

from notifications.models import Message
from orders.models import Event, Order, OrderLine, Promise, Seller
from orders.prepared import PreparedQuery, is_among

EVENTS = PreparedQuery(lambda: Event.objects.filter(is_among("orders_event.id", 1)))
ORDERS = PreparedQuery(lambda: Order.objects.filter(is_among("orders_order.id", 1)))
LINES = PreparedQuery(
    lambda: OrderLine.objects.filter(is_among("orders_orderline.order_id", 1)).order_by("position")
)
SELLERS = PreparedQuery(
    lambda: Seller.objects.filter(is_among("orders_seller.id", 1)).select_related(
        "warehouse", "message_settings", "sending_domain"
    )
)
PROMISES_OF = PreparedQuery(lambda: Promise.objects.filter(is_among("orders_promise.order_id", 1)))
PROMISES = PreparedQuery(lambda: Promise.objects.filter(is_among("orders_promise.id", 1)))

COMES_AGAIN = ("package.attempt_failed", "package.found")
Lines = dict[UUID, list[OrderLine]]


def load_orders(messages: Sequence[Message]) -> Lines:
    """Give messages their events and orders, and these their sellers: {order id: its lines}.

    Four statements.
    """
    events = {row.pk: row for row in EVENTS([message.event_id for message in messages])}
    orders = {row.pk: row for row in ORDERS(list({message.order_id for message in messages}))}
    sellers = {row.pk: row for row in SELLERS(list({row.seller_id for row in orders.values()}))}
    for order in orders.values():
        order.seller = sellers[order.seller_id]
    for message in messages:
        message.event, message.order = events[message.event_id], orders[message.order_id]
    lines: Lines = defaultdict(list)
    for line in LINES(list(orders)):
        lines[line.order_id].append(line)
    return lines


def load_promises(orders: Collection[UUID], wanted: Collection[str]) -> dict[str, Promise]:
    """The promises of these orders, and the `wanted` of other ones: {id: promise}, oldest first.

    One statement, or two.
    """
    rows = PROMISES_OF(list(orders))
    if missing := {UUID(name) for name in wanted} - {row.pk for row in rows}:
        rows += PROMISES(list(missing))
    return {str(row.pk): row for row in sorted(rows, key=lambda row: (row.made_at, row.pk))}


def replacements(promises: dict[str, Promise], names: Iterable[str]) -> dict[UUID, list[Promise]]:
    """Return {id of a promise: its replacements, oldest first}, where the last one is open.

    A replacement is about the same order, shipment or package and of the same kind.
    """
    later = {
        row.replaces_id: row
        for row in promises.values()
        if (former := promises.get(str(row.replaces_id)))
        and not row.released_at
        and _thing(row) == _thing(former)
    }
    found: dict[UUID, list[Promise]] = {}
    for row in map(promises.__getitem__, names):
        chain = [row]
        while following := later.get(chain[-1].pk):
            chain.append(following)
        if len(chain) > 1 and chain[-1].is_open:
            found[row.pk] = chain[1:]
    return found


def forerunners(row: Promise, promises: dict[str, Promise]) -> Iterator[Promise]:
    """Yield the promises that this one replaced, the newest first, about the same thing."""
    while (former := promises.get(str(row.replaces_id))) and _thing(former) == _thing(row):
        yield former
        row = former


def parcels_at_door(windows: Mapping[UUID, Sequence[Promise]]) -> dict[UUID, list[UUID]]:
    """{id of a delivery window: ids of the parcels that left with its van}; one statement, or none.

    A window names one parcel of an order, and is that of all on the same stop. `windows`: {id: the
    window, then those that it replaced on the way, the newest first}.
    """
    if not windows:
        return {}
    left = Event.objects.filter(
        order__in={row.order_id for chain in windows.values() for row in chain},
        kind="package.out_for_delivery",
    )
    loaded: dict[str, list[UUID]] = defaultdict(list)
    for package_id, promise in left.order_by("pk").values_list("subject_id", "data__promise"):
        if package_id and promise:
            loaded[promise].append(package_id)
    return {
        pk: next((loaded[str(row.pk)] for row in chain if str(row.pk) in loaded), [])
        for pk, chain in windows.items()
    }


def promised_again(event: Event, promised: Sequence[Promise]) -> Promise | None:
    """Of these arrivals, the first one first, the last that was promised since a parcel failed or
    was found: on that day it comes again.

    Ids tell which was later: both are made of the time.
    """
    if event.kind not in COMES_AGAIN:
        return None
    now = timezone.now()
    return next((row for row in reversed(promised) if row.pk > event.pk and row.latest > now), None)


def _thing(row: Promise) -> tuple[str, UUID | None, UUID | None]:
    return row.kind, row.shipment_id, row.package_id
