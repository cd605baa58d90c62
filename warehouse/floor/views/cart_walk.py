"""The screen of a walk with a cart: the next stop over all its slots, or what is in each."""

from typing import Any

from django.http import HttpResponse

from orders.catalogue.pictures import versions
from warehouse.floor.carts.slots import Slot, last_picked, progress, slots_of, stops_of
from warehouse.models import PickLine, PickList
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, screen
from warehouse.states import PickListStatus


def show_cart(
    request: FloorRequest,
    walk: PickList,
    place: str = "",
    *,
    outcome: ScanResult | None = None,
    entered: int | None = None,
    in_hand: Sent | None = None,
) -> HttpResponse:
    """Render the next stop of the cart on which this walk is; else what is in its slots."""
    slots = slots_of(walk)
    stops = stops_of(slots)
    if not stops:
        return _ended(request, slots, outcome)
    line = _next(stops, place, in_hand)
    number, total = progress(slots)
    at = stops.index(line)
    is_there = place.upper() == line.stock.location.code.upper()
    holds_it = bool(is_there and in_hand and in_hand["line"] == line.pk)
    context = _shared(slots) | {
        "walk": line.pick_list,
        # The same for each slot: a scan made before the answer to the last one belongs to it, too.
        "form_walk": slots[0].walk,
        "slot": line.pick_list.tote.walk_position,
        "line": line,
        "last": last_picked(slots),
        "next": next(iter(stops[at + 1 :] or stops[:at]), None),
        "number": number + 1,
        "total": total,
        "is_there": is_there,
        "in_hand": in_hand if holds_it else None,
        "version": versions([line.stock.product_id]).get(line.stock.product_id, ""),
        "quantity": entered if entered in range(1, line.open_quantity) else line.open_quantity,
    }
    return screen(request, "warehouse/pick_list.html", context, outcome)


def _ended(request: FloorRequest, slots: list[Slot], outcome: ScanResult | None) -> HttpResponse:
    """All is picked that could be; or the cart is paused."""
    paused = [
        slot.walk
        for slot in slots
        if slot.walk.status == PickListStatus.PAUSED and not slot.walk.is_held
    ]
    own = next((walk for walk in paused if walk.picker_id == request.user.pk), None)
    context = _shared(slots) | {
        "slots": slots,
        "paused": paused[:1],
        "own": own,
        "is_to_pack": any(slot.walk.picked and not slot.words for slot in slots),
    }
    return screen(request, "warehouse/cart_done.html", context, outcome)


def _shared(slots: list[Slot]) -> dict[str, Any]:
    return {
        "cart": slots[0].walk.tote.cart,
        "aside": [slot for slot in slots if slot.words and not slot.is_packed],
    }


def _next(stops: list[PickLine], place: str, in_hand: Sent | None) -> PickLine:
    """The stop whose product is in hand, else one where the picker is, else the first one."""
    held = [stop for stop in stops if in_hand and stop.pk == in_hand["line"]]
    here = [stop for stop in stops if stop.stock.location.code.upper() == place.upper()]
    return (held or here or stops)[0]
