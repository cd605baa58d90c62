"""The slots of a walk with a cart: what is still to pick into them, and what became of each."""

from typing import Any, NamedTuple

from django.db.models import Sum

from orders.lifecycle.labelling import open_hold, unwanted
from orders.states import ShipmentStatus
from orders.words import say, say_later
from warehouse.floor.pausing import WALK_IS_HELD
from warehouse.floor.totes import IS_BOXED
from warehouse.models import PickLine, PickList, StockMovement
from warehouse.states import PICK_LIST_BEGUN, PickListStatus
from warehouse.stock.lots import expiry_of

ON_HOLD = say_later("on hold: leave it as it is")
EMPTY = say_later("nothing to pack")  # its order was cancelled, or none of its units was found
ROUTE = ("stock__location__walk_position", "stock__location__code", "stock__product__sku")


class Slot(NamedTuple):
    """A slot of the cart with its walk: `words` say what became of it, where that is not usual."""

    walk: Any
    words: str
    is_to_put_back: bool = False
    is_packed: bool = False
    is_open: bool = False

    @property
    def number(self) -> int:
        """That of the slot on its cart."""
        return int(self.walk.tote.walk_position)


def slots_of(walk: PickList) -> list[Slot]:
    """All slots that were taken for this way with the cart, by their number."""
    # What is fetched once more for a put wall goes by itself.
    same = {"cart_walk": walk.cart_walk} if walk.cart_walk else {"pk": walk.pk}
    rows = PickList.objects.filter(**same)
    rows = rows.annotate(
        is_held=WALK_IS_HELD, is_boxed=IS_BOXED, picked=Sum("lines__picked", default=0),
        short=Sum("lines__short", default=0),
    )  # fmt: skip
    rows = rows.select_related("shipment__order", "tote__cart", "picker")
    return [_slot(row) for row in rows.order_by("tote__walk_position", "pk")]


def stops_of(slots: list[Slot]) -> list[PickLine]:
    """What is to be picked now, place by place over all slots: of open walks that no hold stops."""
    going = [
        slot.walk.pk
        for slot in slots
        if slot.walk.status == PickListStatus.OPEN and not slot.walk.is_held
    ]
    lines = PickLine.objects.filter(pick_list__in=going).select_related(
        "stock__location", "stock__product", "pick_list__tote__cart", "pick_list__shipment__order"
    )
    lines = lines.annotate(expires_on=expiry_of("stock__"))
    route = lines.order_by(*ROUTE, "pick_list__tote__walk_position", "position")
    return [line for line in route if line.open_quantity]


def progress(slots: list[Slot]) -> tuple[int, int]:
    """(stops that are done, all stops) of the walks that were not cancelled."""
    here = [slot.walk.pk for slot in slots if slot.walk.shipment.status != ShipmentStatus.CANCELLED]
    lines = list(PickLine.objects.filter(pick_list__in=here))
    return sum(not line.open_quantity for line in lines), len(lines)


def last_picked(slots: list[Slot]) -> PickLine | None:
    """What an undo takes out again: the stop that was picked last of all, if its walk is open."""
    walks = [slot.walk for slot in slots]
    filled = PickLine.objects.filter(pick_list__in=[walk.pk for walk in walks], picked__gt=0)
    picks = StockMovement.objects.filter(
        location__in=[walk.tote_id for walk in walks],
        at__gte=min(walk.created_at for walk in walks),
        reason=StockMovement.Reason.PICKED,
        quantity__gt=0,
        subject_id__in=filled.values("pk"),
    )
    newest = picks.order_by("pk").values_list("subject_id", flat=True).last()
    if newest is None:
        return None
    lines = filled.select_related("stock__location", "stock__product", "pick_list__tote")
    return lines.filter(pk=newest, pick_list__status=PickListStatus.OPEN).first()


def _slot(walk: Any) -> Slot:
    if walk.status == PickListStatus.PUT_BACK:
        return Slot(walk, say("cancelled: put back what is in it"), is_to_put_back=True)
    if walk.shipment.status == ShipmentStatus.CANCELLED:
        return Slot(walk, EMPTY)
    is_begun = walk.status in PICK_LIST_BEGUN
    if walk.is_held:
        units = unwanted(open_hold([walk.shipment]))
        words = say("cancelled by the shop: put back {units}", units=units) if units else ON_HOLD
        return Slot(walk, words, is_open=is_begun)
    if walk.is_boxed:
        return Slot(walk, say("packed"), is_packed=True)
    return Slot(walk, "", is_open=is_begun)
