"""Label the packed boxes of a shipment: ask its carrier, then put the labels on.

Three steps: a transaction writes the label requests, the carrier is asked with no transaction
open, and a second transaction puts the labels on their boxes: on all or on none.
"""

from collections.abc import Iterable, Mapping, Sequence
from time import monotonic
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from orders.carriers import carrier_of
from orders.carriers.asking import ask_label, refuse_in_transaction
from orders.carriers.base import CarrierError, Unanswered
from orders.crash import crash_point
from orders.errors import DomainError
from orders.lifecycle.holds import IS_HELD, awaited
from orders.lifecycle.label_requests import (
    WANTED,
    open_requests,
    parcel_of,
    save_answer,
    save_failure,
)
from orders.lifecycle.together import HELD, leave, lock_together, outer_box, put_inside
from orders.lifecycle.transitions import move
from orders.models import Hold, LabelRequest, Order, Package, Shipment, ShopOrder, User
from orders.prepared import PreparedQuery, is_among, parameter
from orders.services.own_reach import refuse_unreached
from orders.statements import Statement
from orders.states import SHIPMENT_NOT_BEGUN, PackageStatus, ShipmentStatus
from orders.words import say

# The open holds of the orders `$1`, or of their shipments `$2` alone.
OPEN_HOLDS = PreparedQuery(
    lambda: (
        Hold.objects.filter(
            Q(shipment__isnull=True) & Q(is_among("orders_hold.order_id", 1))
            | Q(is_among("orders_hold.shipment_id", 2)),
            released_at__isnull=True,
        )
        .select_related("order")
        .order_by("pk")
    )
)
# The packed boxes of a shipment, locked.
PACKED = PreparedQuery(
    lambda: (
        Package.objects.filter(shipment=parameter(1), status=PackageStatus.PACKED)
        .select_for_update(no_key=True)
        .order_by("pk")
    )
)
ORDERS = PreparedQuery(
    lambda: (
        Order.objects.filter(is_among("orders_order.id", 1))
        .select_related("seller__warehouse")
        .order_by("pk")
    )
)
# The wanted label requests of the boxes `$1`, locked.
ANSWERS = PreparedQuery(
    lambda: (
        LabelRequest.objects.filter(WANTED, is_among("orders_labelrequest.package_id", 1))
        .defer("file")
        .select_for_update(no_key=True)
    )
)
NUMBER = Statement("""
WITH
-- The answers are applied: nothing is left for the sweep.
applied AS (
    UPDATE orders_labelrequest SET due_at = NULL WHERE id = ANY(%(requests)s::uuid[])
)
UPDATE orders_package AS box SET tracking_number = given.number, carrier = given.carrier
FROM unnest(%(boxes)s::uuid[], %(numbers)s::text[], %(carriers)s::text[])
    AS given (id, number, carrier)
WHERE box.id = given.id
""")
# Of shipments whose boxes have their labels.
LABELLED = (ShipmentStatus.READY, ShipmentStatus.HANDED_OVER)


def label_packages(
    shipment: Shipment, *, carrier: str = "own", actor: User | None
) -> list[Package]:
    """Give every packed box of a shipment its label. Raises DomainError when none waits for one,
    or when the carrier gives none; no box has got a label then.
    """
    ask_for_labels(shipment, carrier=carrier, actor=actor)
    return apply_labels(shipment, actor=actor)


def ask_for_labels(
    shipment: Shipment, *, carrier: str = "own", actor: User | None, without_rest: bool = False
) -> None:
    """Ask the carrier for a label of every packed box, and save the answers.

    What ships all together has none while its rest lacks stock, unless it goes `without_rest`.
    Raises DomainError, which names the box, when one has none; RuntimeError in a transaction.
    """
    refuse_in_transaction()
    # One time limit for all boxes: a worker waits at the screen.
    ends = monotonic() + settings.CARRIER_TIMEOUT
    requests = _begin(shipment, carrier=carrier, actor=actor, without_rest=without_rest)
    for request in requests:
        if request.answered_at is None:
            _ask(request, seconds=ends - monotonic())


@transaction.atomic(savepoint=False)
def apply_labels(shipment: Shipment, *, actor: User | None) -> list[Package]:
    """Put the labels that were answered on their boxes; DomainError while one is missing."""
    rows = _to_label(shipment, actor)
    packed, inner = _packed(shipment, rows)
    refuse_held(rows)
    requests = ANSWERS([box.pk for box in packed])
    boxes = {box.pk: box for box in packed}
    if not requests:
        raise DomainError(f"Box {packed[0]} has no label: nobody asked a carrier for one.")
    for request in requests:
        if request.answered_at is None:
            why = request.reason or say("its carrier is being asked.")
            box = boxes[request.package_id]
            raise DomainError(say("Box {box} has no label yet: {why}", box=box, why=why))
    try:
        _number(requests, boxes)
    except IntegrityError as error:
        # Two boxes were given one number at the same moment; else `save_answer` refuses it.
        raise DomainError(
            f"A label of shipment {shipment} has the tracking number of another box: open the box "
            "again and close it, then make its label anew."
        ) from error
    answered = {request.package_id for request in requests}
    labelled = [box for box in packed if box.pk in answered]
    if inner:
        put_inside(labelled[0], inner)
    moved = move([*labelled, *inner], PackageStatus.LABELLED, actor=actor, are_locked=not inner)
    return [box for box in moved if box.inside_id is None]


def refuse_held(shipments: Iterable[Shipment]) -> None:
    """Raise DomainError when one of these shipments, or its order, has an open hold."""
    if hold := open_hold(shipments):
        if units := unwanted(hold):
            raise DomainError(
                say(
                    "Cancelled by the shop: put back {units} of order {order}.",
                    units=units,
                    order=hold.order,
                )
            )
        raise DomainError(
            say(
                "Order {order} is on hold ({hold}): set it aside until the hold is released.",
                order=hold.order,
                hold=hold,
            )
        )


def open_hold(shipments: Iterable[Shipment]) -> Hold | None:
    """An open hold of one of these shipments, or of its order."""
    rows = list(shipments)
    return OPEN_HOLDS.first([row.order_id for row in rows], [row.pk for row in rows])


def unwanted(hold: Hold | None) -> str:
    """The picked units for which a shop that wants them no longer holds an order; "" of others."""
    if hold is None or hold.reason != Hold.Reason.SHOP:
        return ""
    known = ShopOrder.objects.filter(order=hold.order_id).first()
    return known.to_put_back if known else ""


@transaction.atomic(savepoint=False)
def _begin(
    shipment: Shipment, *, carrier: str, actor: User | None, without_rest: bool
) -> list[LabelRequest]:
    """Check that labels are allowed now, and open the requests, before the carrier is asked."""
    carrier_of(carrier)
    rows = _to_label(shipment, actor)
    packed, _ = _packed(shipment, rows)
    refuse_held(rows)
    for row in rows:
        if not without_rest and (rest := awaited(row)):
            raise DomainError(
                say(
                    "Order {order} ships all together: set it aside, it waits for {rest}.",
                    order=row.order,
                    rest=rest,
                )
            )
    for order in ORDERS([row.order_id for row in rows]):
        refuse_unreached(order, shipment, carrier)
    return open_requests(packed, carrier=carrier, asked_by=actor)


def _ask(request: LabelRequest, *, seconds: float) -> None:
    try:
        if seconds <= 0:
            raise Unanswered("The carrier took too long over the other boxes.")
        crash_point("before-label")
        label = ask_label(request.carrier, parcel_of(request), seconds=seconds)
        crash_point("after-label")
        row = save_answer(request, label)
    except CarrierError as error:
        row = save_failure(request, error)
        if row.answered_at is None:  # else another one who asked has got it
            name = carrier_of(request.carrier).name
            told = "Box {box} has no label from {carrier}: {why}"
            raise DomainError(say(told, box=request.package, carrier=name, why=error)) from error
    if row.unwanted_at:
        raise DomainError(
            say(
                "Box {box} is not to be labelled any more: its order was held or changed "
                "meanwhile. The label is void.",
                box=request.package,
            )
        )


def _to_label(shipment: Shipment, actor: User | None) -> list[Shipment]:
    """The shipment and those in one box with it, locked; what is on hold and not begun stays."""
    rows = lock_together(shipment)
    if rows == [shipment]:  # only what goes with it may stay
        return rows
    waiting = Shipment.objects.filter(
        IS_HELD, pk__in=[row.pk for row in rows], status__in=SHIPMENT_NOT_BEGUN
    )
    held = set(waiting.exclude(pk=shipment.pk).values_list("pk", flat=True))
    if held:
        leave([row for row in rows if row.pk in held], HELD, actor=actor)
    return [row for row in rows if row.pk not in held]


def _packed(
    shipment: Shipment, together: Sequence[Shipment]
) -> tuple[list[Package], list[Package]]:
    """(the packed boxes to label, those that go out inside one), row-locked after their orders.

    Raises DomainError when none waits for a label.
    """
    if len(together) > 1 and not all(row.status in LABELLED for row in together):
        outer, inner = outer_box(together)
        if outer.status == PackageStatus.PACKED:
            return [outer], inner
    if boxes := PACKED(shipment.pk):
        return boxes, []
    raise DomainError(
        say("Shipment {shipment} has no packed box without a label.", shipment=shipment)
    )


def _number(requests: list[LabelRequest], boxes: Mapping[UUID, Package]) -> None:
    """Write carriers and numbers of many boxes in one statement; they differ, so move() cannot.

    The boxes, which are locked, are in memory as they are in the database then.
    """
    NUMBER(
        {
            "requests": [request.pk for request in requests],
            "boxes": [request.package_id for request in requests],
            "numbers": [request.tracking_number for request in requests],
            "carriers": [request.carrier for request in requests],
        }
    )
    for request in requests:
        box = boxes[request.package_id]
        box.tracking_number, box.carrier = request.tracking_number, request.carrier
