"""The steps of a walk: check the open stop, pick into the tote, add stops, finish."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.text import Truncator

from orders.catalogue.pictures import version_of
from orders.errors import DomainError
from orders.lifecycle.labelling import open_hold, unwanted
from orders.lifecycle.transitions import lock_orders, move
from orders.models import Event, Hold, OrderLine, User
from orders.prepared import PreparedQuery, insert, parameter
from orders.statements import Statement
from orders.states import ShipmentStatus
from orders.words import predicate, say, say_later, state
from warehouse.floor.totes import lies_in
from warehouse.floor.zones.passing import pass_on
from warehouse.floor.zones.planned import places_of
from warehouse.models import PickLine, PickList, StockMovement
from warehouse.planning.pick_route import Stop, Want, walk
from warehouse.states import PICK_LIST_BEGUN, PickListStatus
from warehouse.stock.lots import expiry_of
from warehouse.stock.postings import Posting, lock_supplies, pin, post, unpin

PICKED = Statement("""
WITH
-- The stop, from which the units are in the tote now.
stop AS (
    UPDATE warehouse_pickline
    SET picked = picked + %(units)s, to_sort = to_sort + %(to_sort)s WHERE id = %(stop)s
    RETURNING shipment_line_id, pick_list_id
),
-- What is picked of its line of the shipment.
part AS (
    UPDATE orders_shipmentline AS part SET picked = part.picked + %(units)s
    FROM stop WHERE part.id = stop.shipment_line_id
),
-- And of its line of the order, which is locked with its stop.
line AS (
    UPDATE orders_orderline AS line SET picked = line.picked + %(units)s WHERE line.id = %(line)s
)
-- Whether another stop of the walk is open.
SELECT EXISTS (
    SELECT FROM warehouse_pickline AS other
    WHERE other.pick_list_id = stop.pick_list_id AND other.id <> %(stop)s
        AND other.quantity > other.picked + other.short
) FROM stop
""")
LAST_POSITION = Statement(
    "SELECT coalesce(max(position), 0) FROM warehouse_pickline WHERE pick_list_id = %(walk)s"
)
# Whether its shipment has units, and whether some of them are to be sorted at a put wall first.
WHAT_IS_LEFT = Statement("""
SELECT EXISTS (SELECT FROM orders_shipmentline WHERE shipment_id = %(shipment)s),
    EXISTS (SELECT FROM warehouse_pickline WHERE pick_list_id = %(walk)s AND to_sort > %(nothing)s)
""")
# Of a stop: an open hold stops its shipment, or all of its order.
STOP_IS_HELD = Exists(
    Hold.objects.filter(
        Q(shipment__isnull=True) | Q(shipment=OuterRef("pick_list__shipment")),
        order=OuterRef("pick_list__shipment__order"),
        released_at__isnull=True,
    )
)
STOP = PreparedQuery(
    lambda: (
        PickLine.objects.filter(pk=parameter(1))
        .select_related("pick_list__shipment", "pick_list__tote", "shipment_line")
        .select_related("stock__location", "stock__product")
        .annotate(is_held=STOP_IS_HELD)
    )
)
STOPS = PreparedQuery(
    lambda: (
        PickLine.objects.filter(pick_list=parameter(1))
        .select_related("stock__location", "stock__product", "shipment_line__line")
        .annotate(picture=version_of("stock__product"), expires_on=expiry_of("stock__"))
    )
)
TITLE = 40  # characters of a title beside its location
STOPS_NAMED = 3  # a scanner's screen is small: further stops are only counted
DONE = say_later("This stop is done already.")
HOLD = 120  # characters of a hold in a sentence


@transaction.atomic(savepoint=False)
def open_line(pick_line: PickLine, *, actor: User | None) -> PickLine:
    """The stop, read fresh under the lock of its order.

    Raises DomainError unless its walk is open, belongs to `actor` and is not on hold.
    """
    line: PickLine | None = stop_now(pick_line)
    if line is None:
        # A short pick deletes the stops of a line of which nothing was found.
        _refuse_ended(PickList.objects.get(pk=pick_line.pick_list_id))
        raise DomainError(DONE)
    refuse_closed(line, actor=actor)
    return line


def stop_now(pick_line: PickLine) -> Any:
    """The stop with `is_held`, under the lock of its order until the transaction ends; or None.

    `refuse_closed` says whether something may be picked there.
    """
    lock_orders([pick_line.pick_list.shipment.order_id])
    return STOP.first(pick_line.pk)


def stops_of(walk: PickList) -> list[Any]:
    """The stops of a walk in walking order, with `picture` and `expires_on`, for its screen."""
    stops = STOPS(walk.pk)
    for stop in stops:
        stop.pick_list = walk
    return stops


def refuse_closed(line: Any, *, actor: User | None) -> None:
    """Raise DomainError unless the walk of a `stop_now` is open, the actor's, and not on hold."""
    _refuse_ended(line.pick_list)
    if not line.open_quantity:
        raise DomainError(DONE)
    if line.pick_list.status == PickListStatus.PAUSED and line.pick_list.passed_at:
        raise DomainError(say("Tote {tote} was passed on.", tote=line.pick_list.tote))
    if actor and line.pick_list.picker_id != actor.pk:
        raise DomainError(say("This pick list belongs to {picker}.", picker=line.pick_list.picker))
    if line.pick_list.status == PickListStatus.PAUSED:
        raise DomainError(
            say(
                "The walk of shipment {pick_list} is paused: continue it first.",
                pick_list=line.pick_list,
            )
        )
    if line.is_held:
        refuse_on_hold(line.pick_list)


def stops_to_put_back(pick_list: PickList) -> list[PickLine]:
    """The stops of a cancelled walk whose units lie in its tote or in a box; in walking order."""
    if pick_list.status != PickListStatus.PUT_BACK:
        return []
    stops = pick_list.lines.filter(to_put_back__gt=0)
    return list(stops.select_related("stock__location", "stock__product"))


def put_back_in_words(stops: list[PickLine]) -> str:
    """What goes where: “Put back: 1 × Hook to A-04-1, 2 × Lamp to A-01-1.”."""
    titles = [Truncator(stop.stock.product.title).chars(TITLE) for stop in stops]
    named = [
        say(
            "{to_put_back} × {title} to {location}",
            to_put_back=stop.to_put_back,
            title=title,
            location=stop.stock.location,
        )
        for stop, title in zip(stops, titles, strict=True)
    ]
    if (more := len(named) - STOPS_NAMED) > 0:
        named[STOPS_NAMED:] = [say("{more} more", more=more)]
    return say("Put back: {names}.", names=", ".join(named))


def refuse_unwanted(walk: PickList) -> None:
    """Say what lies in the tote, where the shop has cancelled what was picked."""
    _say_unwanted(walk, open_hold([walk.shipment]))


def _say_unwanted(walk: PickList, hold: Hold | None) -> None:
    if units := unwanted(hold):
        raise DomainError(
            say(
                "Cancelled by the shop: put back {units} from {lies_in}.",
                units=units,
                lies_in=lies_in(walk),
            )
        )


def refuse_on_hold(walk: PickList) -> None:
    """Say why nothing more is picked of an order that is on hold, and what to do with its tote."""
    if hold := open_hold([walk.shipment]):
        _say_unwanted(walk, hold)
        why = Truncator(str(hold)).chars(HOLD)
        raise DomainError(
            say(
                "Order {order} is on hold ({why}): pick nothing more of it. {what_now}",
                order=hold.order,
                why=why,
                what_now=_what_now(walk),
            )
        )


def _what_now(walk: PickList) -> str:
    if walk.is_batch:
        return say("Leave it and go on with the others.")
    if walk.cart_walk:
        return say("Leave {holder} as it is and go on with the others.", holder=walk.holder)
    return say("Set {holder} aside and take another walk.", holder=walk.holder)


def refuse_gone(walk: PickList) -> None:
    """Say why a stop is gone, where units of its shipment were cancelled."""
    refuse_unwanted(walk)
    reduced = Event.objects.filter(order=walk.shipment.order_id, kind="shipment.reduced")
    if last := reduced.filter(subject_id=walk.shipment_id).order_by("pk").last():
        lost = OrderLine.objects.filter(pk__in=last.data["units"]).order_by("position")
        titles = ", ".join(Truncator(line.title).chars(TITLE) for line in lost[:STOPS_NAMED])
        raise DomainError(
            say(
                "Order {order} was reduced ({titles}): nothing is to be picked "
                "at this stop any more.",
                order=walk.shipment.order,
                titles=titles,
            )
        )


@transaction.atomic(savepoint=False)
def pick(line: PickLine, quantity: int, *, actor: User | None) -> bool:
    """Post units from a stop to the tote, where they stay pinned; raise the picked counters.

    The stop was read by `stop_now`, under the lock of its order. Returns whether a stop of the walk
    is still open.
    """
    [is_open] = pick_at({line: quantity}, actor=actor)
    return is_open


@transaction.atomic(savepoint=False)
def pick_at(units: Mapping[PickLine, int], *, actor: User | None) -> list[bool]:
    """Like `pick`, of several stops at once."""
    post(
        [posting for line, number in units.items() for posting in _into_tote(line, number)],
        reason=StockMovement.Reason.PICKED,
        actor=actor,
    )
    return [_count(line, number) for line, number in units.items()]


def _into_tote(line: PickLine, units: int) -> list[Posting]:
    walk = line.pick_list
    shared = {"subject_id": line.pk, "warehouse_id": walk.warehouse_id}
    tote_id = walk.batch_tote_id if walk.is_batch else walk.tote_id
    return [
        Posting.at(line.stock, -units, pinned=-units, **shared),
        Posting.at(line.stock, units, pinned=units, location_id=tote_id, **shared),
    ]


def _count(line: PickLine, units: int) -> bool:
    """Raise the counters of a stop; whether one of its walk is still open."""
    to_sort = units if line.pick_list.is_batch else 0
    line.picked, line.to_sort = line.picked + units, line.to_sort + to_sort
    counted = {"units": units, "to_sort": to_sort, "stop": line.pk}
    [(is_open,)] = PICKED(counted | {"line": line.shipment_line.line_id})
    return bool(is_open or line.open_quantity)


@transaction.atomic(savepoint=False)
def add_stops(
    pick_list: PickList,
    wants: Iterable[Want],
    *,
    avoid: Collection[UUID] = (),
    is_new: bool = False,
) -> int:
    """Pin units and add their stops to the walk, at none of the stocks to `avoid`.

    `is_new`: the walk has none yet. Returns how many units no place had.
    """
    wants = list(wants)
    warehouse_id = pick_list.warehouse_id
    locked = lock_supplies((want.product_id, warehouse_id) for want in wants)
    stops = walk(wants, places_of(warehouse_id, wants, avoid))
    units: Counter[UUID] = Counter()
    for stop in stops:
        units[stop.place.stock_id] += stop.units
    pin(units, locked=locked)
    [(last,)] = [(0,)] if is_new else LAST_POSITION({"walk": pick_list.pk})
    insert([line_of(pick_list, stop, number) for number, stop in enumerate(stops, start=last + 1)])
    return sum(want.units for want in wants) - sum(stop.units for stop in stops)


@transaction.atomic(savepoint=False)
def drop_units(shipment_id: UUID, units: Mapping[UUID, int], *, actor: User | None) -> None:
    """Take units that were cancelled, {order line id: units}, off the stops of a shipment.

    The last stops lose theirs first. A walk without an open stop ends. Their reservations are
    released already.
    """
    stops = PickLine.objects.filter(
        shipment_line__shipment=shipment_id, shipment_line__line__in=units
    )
    rows = list(stops.select_related("shipment_line").order_by("-position"))
    left = dict(units)
    pinned: Counter[UUID] = Counter()
    for stop in rows:
        number = min(left[stop.shipment_line.line_id], stop.open_quantity)
        left[stop.shipment_line.line_id] -= number
        pinned[stop.stock_id] += number
        stop.quantity -= number
    PickLine.objects.bulk_update(rows, ["quantity"])
    unpin(pinned)
    # Also those of a line of which nothing is left in the shipment: it is deleted after them.
    stops.filter(Q(quantity=0) | Q(shipment_line__quantity=0)).delete()
    for pick_list in PickList.objects.filter(shipment=shipment_id, status__in=PICK_LIST_BEGUN):
        finish_walk(pick_list, actor=actor)


@transaction.atomic(savepoint=False)
def finish_walk(pick_list: PickList, *, actor: User | None) -> None:
    """Close the walk if no stop is open: its shipment is picked, or cancelled if it is empty.

    What a batch picked is to be sorted before; what is only open in other zones is passed on.
    """
    still_open = pick_list.lines.filter(quantity__gt=F("picked") + F("short"))
    if still_open.exists():
        pass_on(pick_list, actor=actor)
    else:
        end_walk(pick_list, actor=actor)


@transaction.atomic(savepoint=False)
def end_walk(pick_list: PickList, *, actor: User | None) -> None:
    """Like `finish_walk`, of a walk of which it is known that no stop is open."""
    given = {"shipment": pick_list.shipment_id, "walk": pick_list.pk, "nothing": 0}
    [(has_units, is_to_sort)] = WHAT_IS_LEFT(given)
    if is_to_sort:
        move([pick_list], PickListStatus.TO_SORT, actor=actor)
        return
    move([pick_list], PickListStatus.DONE, actor=actor)
    to = ShipmentStatus.PICKED if has_units else ShipmentStatus.CANCELLED
    move([pick_list.shipment], to, actor=actor)


def line_of(pick_list: PickList, stop: Stop, position: int) -> PickLine:
    """A stop of a walk, unsaved."""
    return PickLine(
        seller_id=pick_list.seller_id,
        pick_list=pick_list,
        shipment_line_id=stop.line_id,
        stock_id=stop.place.stock_id,
        position=position,
        quantity=stop.units,
    )


def _refuse_ended(walk: PickList) -> None:
    if walk.status in PICK_LIST_BEGUN:
        return
    refuse_unwanted(walk)
    present = predicate(state(walk.shipment))
    named = say("Shipment {shipment} is {present}", shipment=walk.shipment, present=present)
    if walk.cart_walk and not walk.is_batch:
        told = "Shipment {shipment} in {holder} is {present}"
        named = say(told, shipment=walk.shipment, holder=walk.holder, present=present)
    if stops := stops_to_put_back(walk):
        raise DomainError(f"{named}. {put_back_in_words(stops)}")
    raise DomainError(say("{named}: there is nothing left to pick.", named=named))
