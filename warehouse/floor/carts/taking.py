"""Cluster picking: a picker takes a cart, with a shipment for each of its free slots."""

from collections import Counter
from uuid import UUID

from django.db import transaction

from orders.errors import DomainError
from orders.keys import new_id
from orders.lifecycle.transitions import move
from orders.models import Shipment, ShipmentLine, User
from orders.states import ShipmentStatus
from orders.words import say
from warehouse.floor.carts.rows import free_slots
from warehouse.floor.claiming import claim_for_cart
from warehouse.floor.pausing import WALK_IS_HELD, continue_walk, going_on
from warehouse.floor.walks import line_of
from warehouse.floor.zones.choosing import zone_of
from warehouse.floor.zones.planned import places_of
from warehouse.models import Cart, Location, PickLine, PickList
from warehouse.planning.pick_route import Stop, Want, walks
from warehouse.states import PICK_LIST_BEGUN, PickListStatus
from warehouse.stock.postings import lock_supplies, pin


@transaction.atomic(savepoint=False)
def take_cart(cart: Cart, *, actor: User) -> PickList | None:
    """Begin a walk for each free slot of a cart, or go on with what this picker has begun on it.

    Returns one of its walks, or None where no shipment waits. An open one that is all on hold is
    paused for it. Raises DomainError where the cart is full, somebody else's or retired, or where
    this picker is on another walk.
    """
    # Serializes two taps of one picker, and two pickers at one cart.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    cart = Cart.objects.select_for_update(no_key=True).get(pk=cart.pk)
    if cart.retired_at:
        raise DomainError(say("Cart {cart} is retired: take another one.", cart=cart))
    begun = PickList.objects.filter(tote__cart=cart, status__in=PICK_LIST_BEGUN)
    begun = begun.select_related("shipment", "picker").order_by("tote__walk_position")
    if others := begun.exclude(picker=actor).first():
        raise DomainError(
            say(
                "{picker} is picking into cart {cart}: take another one.",
                picker=others.picker,
                cart=cart,
            )
        )
    free = begun.filter(~WALK_IS_HELD)
    # What is open before what waits: a hold may have let go a former way with this cart.
    if own := free.filter(status=PickListStatus.OPEN).first() or free.first():
        return continue_walk(own, actor=actor)
    if other := going_on(actor):
        raise DomainError(say("You are picking {other}: finish or pause it first.", other=other))
    slots = list(free_slots(cart))
    if not slots:
        raise DomainError(
            say("All slots of cart {cart} are full: take it to packing first.", cart=cart)
        )
    shipments = claim_for_cart(cart.warehouse, actor, len(slots))
    if not shipments:
        return None
    walks = begin_walks(shipments, slots, actor)
    if walks or zone_of(actor, cart.warehouse):  # in a zone, where others took the goods, none
        return next(iter(walks), None)
    raise DomainError(
        say(
            "Shipment {shipments}: its units are in no location. Count them.",
            shipments=shipments[0],
        )
    )


def begin_walks(
    shipments: list[Shipment],
    slots: list[Location],
    actor: User,
    *,
    batch_tote: Location | None = None,
) -> list[PickList]:
    """A walk for each shipment. Those whose units are in no open location stay released.

    So do those with a stop outside of the zone to which the picker keeps.

    None begins where that leaves nothing, or one alone of what was to be a batch.
    """
    zone = zone_of(actor, slots[0].warehouse)
    stops_of = {
        pk: stops
        for pk, stops in _stops_of(shipments).items()
        if not zone or {stop.place.zone for stop in stops} <= {"", zone}
    }
    fitting = [row for row in shipments if row.pk in stops_of]
    if len(fitting) < (2 if batch_tote else 1):
        return []
    moved = {row.pk: row for row in move(fitting, ShipmentStatus.PICKING, actor=actor)}
    together = new_id()
    lists = [
        PickList(
            seller_id=row.seller_id,
            warehouse_id=row.warehouse_id,
            shipment=moved[row.pk],
            tote=slot,
            picker=actor,
            cart_walk=together,
            batch_tote=batch_tote,
        )
        for row, slot in zip(fitting, slots, strict=False)
    ]
    PickList.objects.bulk_create(lists)
    units: Counter[UUID] = Counter()
    for stops in stops_of.values():
        for stop in stops:
            units[stop.place.stock_id] += stop.units
    pin(units)
    PickLine.objects.bulk_create(
        line_of(pick_list, stop, position)
        for pick_list in lists
        for position, stop in enumerate(stops_of[pick_list.shipment_id], start=1)
    )
    return lists


def _stops_of(shipments: list[Shipment]) -> dict[UUID, list[Stop]]:
    """The stops of each shipment, under the lock of all their supplies at once."""
    wants_of: dict[UUID, list[Want]] = {row.pk: [] for row in shipments}
    lines = ShipmentLine.objects.filter(shipment__in=shipments).order_by("line__position", "pk")
    columns = ("shipment", "pk", "line__product", "quantity")
    for shipment_id, line_id, product_id, units in lines.values_list(*columns):
        wants_of[shipment_id].append(Want(line_id, product_id, units))
    warehouse_id = shipments[0].warehouse_id
    wants = [want for some in wants_of.values() for want in some]
    lock_supplies((want.product_id, warehouse_id) for want in wants)
    return walks(wants_of, places_of(warehouse_id, wants))
