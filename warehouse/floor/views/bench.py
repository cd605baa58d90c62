"""The packing bench: what waits there; a scan of a tote or a shipment opens it."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect

from orders.access import Role, role_required
from orders.errors import DomainError, WrongScan
from orders.lifecycle.holds import IS_HELD
from orders.lifecycle.labelling import refuse_held
from orders.models import Shipment
from orders.states import ShipmentStatus
from orders.words import predicate, say, state
from warehouse.floor.packing import WAITS
from warehouse.floor.walks import put_back_in_words, stops_to_put_back
from warehouse.printing.bench import chosen_names
from warehouse.scanning.base_forms import ScanForm
from warehouse.scanning.codes import batch_in, shipments_of, shipments_on, walk_to_put_back
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import (
    PACKERS,
    FloorRequest,
    Sent,
    apply,
    at_workplace,
    screen,
)
from warehouse.states import PickListStatus

AT_THE_BENCH = (ShipmentStatus.PICKED, ShipmentStatus.PACKED)
LONGEST_LIST = 50


@role_required(*PACKERS)
@at_workplace
def pack(request: FloorRequest) -> HttpResponse:
    """List the shipments to pack; a scan of a tote or a shipment opens it."""
    if request.method != "POST":
        return _bench(request)
    found: list[Shipment] = []

    def act(sent: Sent) -> str:
        found.append(_at_the_bench(request, sent["code"]))
        return say("Shipment {found}", found=found[0])

    outcome = apply(request, form := ScanForm(request.POST), act)
    if outcome.is_refused:
        return _bench(request, outcome)
    if not found:  # a scan that was sent again
        found.append(_at_the_bench(request, form.cleaned_data["code"]))
    return redirect("warehouse_pack_shipment", found[0].pk)


@role_required(*PACKERS)
@at_workplace
def label(request: FloorRequest) -> HttpResponse:
    """List the packed shipments, which wait for labels."""
    return _bench(request, status=ShipmentStatus.PACKED)


def shipments_here(request: FloorRequest) -> QuerySet[Shipment]:
    """The shipments that leave this warehouse."""
    rows = Shipment.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    return rows.select_related("order__seller__warehouse", "seller")


def _at_the_bench(request: FloorRequest, code: str) -> Shipment:
    """The shipment to pack by its tote, its number or its order's; of a cart the first in it."""
    found = shipments_of(code, request) or shipments_on(code, request)
    if waiting := [shipment for shipment in found if shipment.status in AT_THE_BENCH]:
        sellers = sorted({str(shipment.seller) for shipment in waiting})
        if len(sellers) > 1:
            raise DomainError(
                say(
                    "{code} is of {names}: scan the tote, or choose below.",
                    code=code,
                    names=f" {say('and of')} ".join(sellers),
                )
            )
        if not request.viewer.has_role(Role.LEAD):  # who may put it back
            refuse_held(waiting[:1])
        return waiting[0]
    if tote := batch_in(code, request):
        told = "Tote {tote} is to be sorted at the put wall first."
        raise DomainError(say(told, tote=tote))
    if walk := walk_to_put_back(code, request):
        words = put_back_in_words(stops_to_put_back(walk))
        told = "Shipment {shipment} is cancelled. {words}"
        raise DomainError(say(told, shipment=walk.shipment, words=words))
    if found and (walk := found[0].pick_lists.filter(status=PickListStatus.TO_SORT).first()):
        told = "Cell {tote} is not complete: units of {shipment} are still in tote {batch_tote}."
        raise DomainError(say(told, tote=walk.tote, shipment=found[0], batch_tote=walk.batch_tote))
    if found:
        present = predicate(state(found[0]))
        told = "Shipment {shipment} is {present}: it is not at packing."
        raise DomainError(say(told, shipment=found[0], present=present))
    raise WrongScan(code, say("a tote or shipment to pack"))


def _bench(
    request: FloorRequest,
    outcome: ScanResult | None = None,
    *,
    status: ShipmentStatus = ShipmentStatus.PICKED,
) -> HttpResponse:
    waiting = shipments_here(request).filter(status=status).order_by("ship_by", "pk")
    waiting = waiting.annotate(is_held=IS_HELD, waits=WAITS)
    names = chosen_names(request)
    context = {"shipments": waiting[:LONGEST_LIST], "status": status, "printers": names}
    return screen(request, "warehouse/pack.html", context, outcome)
