"""Send open orders of one receiver in one box, with one label; or apart again."""

import unicodedata
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Q, QuerySet, Value
from django.db.models.functions import Replace, Upper

from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import new_id
from orders.lifecycle.changes import keep_changes
from orders.lifecycle.fingerprint import ADDRESS
from orders.lifecycle.holds import IS_HELD
from orders.lifecycle.together import ASKED, CHANGED, leave, lock_together
from orders.lifecycle.transitions import lock_orders
from orders.models import Event, Hold, Order, Shipment, User, Wish
from orders.states import SHIPMENT_NOT_BEGUN, ShipmentStatus
from orders.words import predicate, say, state

MOST = 10  # orders in a box
MOST_FOUND = 50  # other orders that go to an address


@transaction.atomic(savepoint=False)
def send_together(
    orders: Sequence[Order], *, actor: User | None, reason: str = ""
) -> list[Shipment]:
    """Send the open shipments of these orders in one box; what goes with one of them comes too.

    Each order keeps its lines, messages and dates. Raises DomainError where one is picked already,
    is on hold, or goes elsewhere.
    """
    known = set(_all_of(orders).values_list("order_id", flat=True))
    lock_orders({order.pk for order in orders} | known)
    locked = _all_of(orders).select_for_update(of=("self",), no_key=True)
    rows = list(locked.select_related("order"))
    if {row.order_id for row in rows} - known:
        raise DomainError(CHANGED.format(f"order {orders[0]}"))
    _refuse_begun(orders, rows)
    _refuse_elsewhere(orders, rows)
    box = new_id()
    Shipment.objects.filter(pk__in=[row.pk for row in rows]).update(together=box)
    events = [
        Event.of(
            row,
            "sent_together",
            actor=actor,
            others=[str(other.pk) for other in rows if other is not row],
        )
        for row in rows
    ]
    record(events)
    for row, event in zip(rows, events, strict=True):
        row.together = box
        keep_changes(row.order, event, {}, reason=reason)
    return rows


@transaction.atomic(savepoint=False)
def send_apart(
    shipment: Shipment, *, actor: User | None, reason: str = "", at_bench: bool = False
) -> Shipment:
    """Send a shipment in a box of its own again, as long as nobody picks it.

    `at_bench`: a packer says that it does not fit; until the box is labelled. Raises DomainError.
    """
    rows = lock_together(shipment)
    current = next(row for row in rows if row.pk == shipment.pk)
    if len(rows) < 2:
        raise DomainError(
            say("Shipment {current} goes out in a box of its own already.", current=current)
        )
    if current.status not in SHIPMENT_NOT_BEGUN and not at_bench:
        present = predicate(state(current))
        raise DomainError(
            say(
                "Shipment {current} is {present}: it can no longer be sent apart.",
                current=current,
                present=present,
            )
        )
    leave([current], ASKED, actor=actor)
    event = Event.objects.filter(subject_id=current.pk, kind="shipment.sent_apart").latest("pk")
    keep_changes(current.order, event, {}, reason=reason)
    return current


def others_to_address(order: Order) -> list[Order]:
    """Open orders of the seller that may go out in one box with this one; the oldest first.

    One statement; none where nothing of the order waits to be picked.
    """
    mine = open_shipment(order.shipments.all())
    if mine is None or not order.has_address:
        return []
    held = Hold.objects.filter(
        Q(shipment__isnull=True) | Q(shipment=mine), order=order, released_at__isnull=True
    )
    rows = Shipment.objects.filter(
        ~IS_HELD,
        ~Exists(held),
        seller=order.seller_id,
        warehouse=mine.warehouse_id,
        status__in=SHIPMENT_NOT_BEGUN,
        is_apart=False,
        order__country=order.country,
    ).exclude(order=order)
    if mine.together:
        rows = rows.exclude(together=mine.together)
    bare = Replace(Upper("order__postcode"), Value(" "), Value(""))
    same = rows.annotate(bare=bare).filter(bare=order.postcode.upper().replace(" ", ""))
    found = same.select_related("order").order_by("ship_by", "pk")[:MOST_FOUND]
    wanted = receiver_of(order)
    alike = dict.fromkeys(row.order for row in found if receiver_of(row.order) == wanted)
    points = _points_of([order, *alike]) if alike else {}
    return [other for other in alike if points.get(other.pk) == points.get(order.pk)]


def orders_beside(order: Order, ids: Iterable[UUID]) -> list[Order]:
    """The orders of the same seller with these ids."""
    return list(Order.objects.filter(seller=order.seller_id, pk__in=list(ids)).order_by("pk"))


def open_shipment(shipments: Iterable[Shipment]) -> Shipment | None:
    """The shipment of an order that may go with others: nobody picks it, nor was it split off."""
    rows = [row for row in shipments if row.status in SHIPMENT_NOT_BEGUN and not row.is_apart]
    return min(rows, key=lambda row: (row.created_at, row.pk), default=None)


def receiver_of(order: Order) -> tuple[str, ...]:
    """Receiver and address as they are compared: without case, blanks and punctuation."""
    texts = (unicodedata.normalize("NFKC", getattr(order, name)).casefold() for name in ADDRESS)
    return tuple("".join(filter(str.isalnum, text)) for text in texts)


def why_not_merged(order: Order, shipments: Sequence[Shipment]) -> str:
    """Why the order can go out with no other one; "" where there is one."""
    mine = open_shipment(shipments)
    if mine is None:
        return say("Order {order} has no shipment that nobody picks yet.", order=order)
    if others_to_address(order):
        return ""
    if Shipment.objects.filter(IS_HELD, pk=mine.pk).exists():
        return say("Order {order} is on hold: release it first.", order=order)
    return say("No other open order goes to the receiver of order {order}.", order=order)


def merged_of(shipments: Iterable[Shipment]) -> Shipment | None:
    """The shipment of an order that goes out with others, and may still be sent apart."""
    rows = [row for row in shipments if row.together and row.status in SHIPMENT_NOT_BEGUN]
    return rows[0] if rows else None


def why_not_apart(order: Order, shipments: Sequence[Shipment]) -> str:
    """Why nothing of the order can be sent apart; "" where it can."""
    if merged_of(shipments):
        return ""
    return say(
        "Nothing of order {order} that waits to be picked goes out with another order.", order=order
    )


def companions(shipments: Sequence[Shipment]) -> dict[UUID, list[Shipment]]:
    """{shipment id: those of other orders that go out in one box with it}, in one statement."""
    groups = {row.together for row in shipments if row.together}
    rows = Shipment.objects.filter(together__in=groups).exclude(status=ShipmentStatus.CANCELLED)
    found = list(rows.select_related("order").order_by("number", "pk")) if groups else []
    return {
        row.pk: [one for one in found if one.together == row.together and one.pk != row.pk]
        for row in shipments
        if row.together and row.status != ShipmentStatus.CANCELLED
    }


def _all_of(orders: Sequence[Order]) -> QuerySet[Shipment]:
    """The open shipment of each order, and what goes out with one of them already.

    Of an order from several warehouses it is the one from where the first order leaves.
    """
    rows = Shipment.objects.filter(order__in=orders, status__in=SHIPMENT_NOT_BEGUN, is_apart=False)
    found = list(rows.order_by("-created_at", "-pk"))
    leading = open_shipment(row for row in found if row.order_id == orders[0].pk)
    if leading:  # the last of the same key stays
        found.sort(key=lambda row: row.warehouse_id == leading.warehouse_id)
    first = {row.order_id: row for row in found}.values()
    groups = [row.together for row in first if row.together]
    mine = Shipment.objects.filter(pk__in=[row.pk for row in first])
    with_them = Shipment.objects.filter(together__in=groups).exclude(
        status=ShipmentStatus.CANCELLED
    )
    return (mine | with_them).order_by("pk")


def _points_of(orders: Iterable[Order]) -> dict[UUID, UUID | None]:
    """{order id: the pickup point that its customer has chosen}; one box goes to one place."""
    rows = Wish.objects.filter(
        order__in=list(orders), kind=Wish.Kind.PICKUP, ended_at__isnull=True, point__is_active=True
    )
    return dict(rows.values_list("order", "point"))


def _refuse_begun(orders: Sequence[Order], rows: Sequence[Shipment]) -> None:
    """Raise DomainError unless each order has a locked shipment that waits to be picked."""
    if len({order.pk for order in orders}) < 2:
        raise DomainError(say("Choose the orders that go out in one box with {n}.", n=orders[0]))
    by_order = {row.order_id for row in rows}
    if without := next((order for order in orders if order.pk not in by_order), None):
        raise DomainError(
            say("Order {without} has no shipment that nobody picks yet.", without=without)
        )
    if begun := next((row for row in rows if row.status not in SHIPMENT_NOT_BEGUN), None):
        present = predicate(state(begun))
        raise DomainError(
            say(
                "Shipment {begun} is {present}: nothing more goes into its box.",
                begun=begun,
                present=present,
            )
        )
    if held := Shipment.objects.filter(IS_HELD, pk__in=[row.pk for row in rows]).first():
        raise DomainError(say("Order {order} is on hold: release it first.", order=held.order))


def _refuse_elsewhere(orders: Sequence[Order], rows: Sequence[Shipment]) -> None:
    """Raise DomainError unless these shipments go from one warehouse to one receiver."""
    first = rows[0]
    for row in rows:
        if (row.seller_id, row.warehouse_id) != (first.seller_id, first.warehouse_id):
            raise DomainError(
                say(
                    "Shipments {first} and {row} leave from different warehouses.",
                    first=first,
                    row=row,
                )
            )
        if receiver_of(row.order) != receiver_of(first.order) or not row.order.has_address:
            raise DomainError(
                say(
                    "Orders {order} and {order2} go to different addresses.",
                    order=first.order,
                    order2=row.order,
                )
            )
    points = _points_of(row.order for row in rows)
    if len({points.get(row.order_id) for row in rows}) > 1:
        chosen = next(row.order for row in rows if row.order_id in points)
        raise DomainError(say("The customer of order {order} chose a pickup point.", order=chosen))
    if len(rows) > MOST:
        raise DomainError(say("At most {most} orders go out in one box.", most=MOST))
    if len({row.together or row.pk for row in rows}) == 1:
        raise DomainError(
            say("Orders {names} go out in one box already.", names=", ".join(map(str, orders)))
        )
