"""What messages are about besides an order: problems, replaced orders, returns, other parcels."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from notifications.about_orders import Lines
from notifications.models import Message
from orders.models import (
    Event,
    Order,
    OrderLine,
    Package,
    PackageLine,
    Problem,
    Repair,
    Return,
    Shipment,
)
from orders.returns.due.after_all import LATE_LINES
from orders.returns.exchanged import COSTS_MORE, IS_AWAITED
from orders.returns.labels.requests import last_labels
from orders.returns.photos import HAS_PHOTO
from orders.returns.repairs import HOW
from orders.returns.terms import BY_REFUND
from orders.states import PackageStatus

Back = tuple[str, str, str]  # how its units go back, of which order, after which return
# What an order replaces, what it is in exchange for, and what it brings back.
Former = tuple[str, str, Back | None]
Replaced = Mapping[int, set[UUID]]  # {message id: what is replaced, where anything is}

REPLACES = "replaces"  # in the data of an event: the order of which units are sent again
EXCHANGE = "exchange"  # in the data of an event: the return in exchange for which it is sent
STRAY = (PackageStatus.RETURNING, PackageStatus.DAMAGED)
COUNTED = (PackageStatus.LOST, PackageStatus.RETURNED)  # order lines count their units so
# Customers were told after these that it does not come, or not before they answer.
FINAL = (Package.Failure.REFUSED, Package.Failure.ADDRESS_WRONG, Package.Failure.DAMAGED)


class Apart(NamedTuple):
    """{order line id: units} of parcels that do not follow, as far as is known.

    `astray` left and will not come, without what the lines count as lost, come back or delivered;
    `to_fetch` waits for its customer at a pickup point.
    """

    astray: Counter[UUID]
    to_fetch: Counter[UUID]


def reported_problems(events: Iterable[Event]) -> dict[UUID, Problem]:
    """{event id: the reported problem that it is about}; one statement, or none."""
    about = {event.pk: pk for event in events if (pk := _problem_id(event))}
    if not about:
        return {}
    rows = Problem.objects.select_related("line", "replacement").in_bulk(set(about.values()))
    return {event: rows[pk] for event, pk in about.items() if pk in rows}


def replaced_orders(about: Replaced) -> dict[int, str]:
    """{message id: the number of the order of which its order replaces units}.

    Two statements at most.
    """
    if not about:
        return {}
    named = set().union(*about.values())
    replaced = OrderLine.objects.filter(pk__in=named).values_list("pk", "order__number")
    orders = Order.objects.filter(pk__in=named).values_list("pk", "number")
    numbers = dict(replaced) | dict(orders)
    return {
        message: numbers[pk] for message, named in about.items() for pk in named if pk in numbers
    }


def exchanged_orders(messages: Sequence[Message], replaced: Replaced) -> dict[int, str]:
    """{message id: the number of the order whose products its order is in exchange for}.

    One statement at most.
    """
    about = {row.pk: row for row in messages if row.pk in replaced or EXCHANGE in row.event.data}
    if not about:
        return {}
    named = {row.event.data[EXCHANGE] for row in about.values() if EXCHANGE in row.event.data}
    orders = {row.order_id for row in about.values()}
    returns = Return.objects.filter(Q(pk__in=named) | Q(exchange__in=orders))
    rows = returns.values_list("pk", "exchange", "order__number")
    numbers = {pk: number for back, order, number in rows for pk in (str(back), order)}
    return {
        message: number
        for message, row in about.items()
        if (number := numbers.get(row.order_id) or numbers.get(row.event.data.get(EXCHANGE)))
    }


def former_orders(messages: Sequence[Message], lines: Lines) -> dict[int, Former]:
    """{message id: what its order replaces, is in exchange for, or brings back}."""
    about = {row.pk: named for row in messages if (named := _replaced(row, lines))}
    replaced, exchanged = replaced_orders(about), exchanged_orders(messages, about)
    back = {row.pk: row.order_id for row in messages if row.pk in about}
    repaired = _repaired(set(back.values()))
    return {
        pk: (
            "" if pk in exchanged else replaced[pk],
            exchanged.get(pk, ""),
            repaired.get(back.get(pk)),
        )
        for pk in replaced.keys() | exchanged.keys()
    }


def _repaired(orders: Collection[UUID]) -> dict[UUID | None, Back]:
    """{order id: how it brings units of another one back}; one statement, or none."""
    rows = Repair.objects.filter(sent_as__in=orders) if orders else Repair.objects.none()
    named = rows.values_list("sent_as", HOW, "order__number", "order_return__number")
    return {pk: (end, order, rma) for pk, end, order, rma in named}


def _problem_id(event: Event) -> UUID | None:
    if event.kind.startswith("problem."):
        return event.subject_id
    return UUID(found) if (found := event.data.get("problem")) else None


def _replaced(message: Message, lines: Lines) -> set[UUID]:
    """Ids of what is replaced: lines, and the order that an event names before these are known."""
    sent_again = {pk for line in lines[message.order_id] if (pk := line.replaces_id)}
    named = message.event.data.get(REPLACES)
    return sent_again | ({UUID(named)} if named else set())


def returns_to_tell() -> QuerySet[Return]:
    """Returns with all that their messages say of them."""
    parts = ("lines", "repairs", "exchange__lines", "discrepancies__line", "discrepancies__product")
    rows = Return.objects.select_related("refund__promise", "exchange", "warehouse")
    rows = rows.annotate(exchange_waits=IS_AWAITED, costs_more=COSTS_MORE, has_photo=HAS_PHOTO)
    rows = rows.annotate(late_lines=LATE_LINES)
    return rows.annotate(**BY_REFUND).prefetch_related(*parts, last_labels())


def is_astray(box: Package) -> bool:
    """Whether it left and will not come, as far as is known."""
    is_final = box.status == PackageStatus.ATTEMPT_FAILED and box.failure in FINAL
    return box.delivered_at is None and (box.status in STRAY or is_final)


def is_to_fetch(box: Package) -> bool:
    """Whether its customer has to fetch it at a pickup point."""
    return box.status == PackageStatus.AT_PICKUP_POINT


def units_in(boxes: Iterable[Package], shipments: Iterable[Shipment] = ()) -> Counter[UUID]:
    """{order line id: units} in these parcels; of these `shipments` the lines are loaded."""
    lines = {row.pk: row.line_id for shipment in shipments for row in shipment.lines.all()}
    units: Counter[UUID] = Counter()
    for box in boxes:
        for packed in box.lines.all():
            line = lines.get(packed.shipment_line_id) or packed.shipment_line.line_id
            units[line] += packed.quantity
    return units


def units_apart(boxes: Sequence[Package], shipments: Sequence[Shipment]) -> Apart:
    """What of these parcels does not follow."""
    return Apart(
        units_in(filter(is_astray, boxes), shipments),
        units_in(filter(is_to_fetch, boxes), shipments),
    )


def apart_from(
    parcels: Sequence[tuple[UUID, Sequence[OrderLine], Sequence[Package]]],
) -> list[Apart]:
    """What does not follow of the other parcels of orders: one statement, or none.

    Of each (order id, its lines, the parcels of a message).
    """
    orders = {order_id for order_id, lines, boxes in parcels if _has_more_out(lines, boxes)}
    found = _not_following(orders) if orders else {}
    return [
        _besides({box.pk for box in boxes}, found.get(order_id, []))
        for order_id, _, boxes in parcels
    ]


def _has_more_out(lines: Iterable[OrderLine], boxes: Iterable[Package]) -> bool:
    """Whether units are on their way in other parcels, as far as the lines count."""
    out = sum(row.shipped - row.delivered - row.lost - row.came_back for row in lines)
    mine = [box for box in boxes if not (box.delivered_at or box.status in COUNTED)]
    return out > sum(packed.quantity for box in mine for packed in box.lines.all())


def _not_following(orders: Collection[UUID]) -> dict[UUID, list[PackageLine]]:
    failed = Q(package__status=PackageStatus.ATTEMPT_FAILED, package__failure__in=FINAL)
    rows = PackageLine.objects.filter(
        Q(package__status__in=(*STRAY, PackageStatus.AT_PICKUP_POINT)) | failed,
        package__order__in=orders,
        package__delivered_at__isnull=True,
    )
    found: dict[UUID, list[PackageLine]] = defaultdict(list)
    for row in rows.select_related("package", "shipment_line"):
        found[row.package.order_id].append(row)
    return found


def _besides(here: Collection[UUID], rows: Iterable[PackageLine]) -> Apart:
    apart = Apart(Counter(), Counter())
    for row in rows:
        if row.package_id not in here:
            units = apart.to_fetch if is_to_fetch(row.package) else apart.astray
            units[row.shipment_line.line_id] += row.quantity
    return apart
