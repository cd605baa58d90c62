"""The packing screens: scan units into a box, then labels, slips, ready; and undo."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from orders.access import Role, role_required
from orders.carriers import CARRIERS, OWN
from orders.decisions.merge import companions, send_apart
from orders.errors import DomainError, WrongScan
from orders.lifecycle.holds import awaited
from orders.lifecycle.labelling import (
    apply_labels,
    ask_for_labels,
    open_hold,
    unwanted,
)
from orders.models import Package, Shipment
from orders.services.own_reach import carriers_for, not_there
from orders.states import SHIPMENT_ENDED, PackageStatus, ShipmentStatus
from orders.words import say
from warehouse.floor.cartons import CARTONS
from warehouse.floor.forms import CloseForm, LabelForm, PackForm, StopForm, TakeOutForm
from warehouse.floor.packing import (
    LAST_WALK,
    SHIPMENT,
    Packed,
    boxes_of,
    close_package,
    empty_package,
    lines_to_pack,
    mark_ready,
    put_in_box,
    take_out,
)
from warehouse.floor.putting_back import do_not_ship, own_units
from warehouse.floor.undo import undo_packed, undo_ready
from warehouse.floor.walks import put_back_in_words, stops_to_put_back
from warehouse.floor.weighing import CANNOT_TELL, FITS
from warehouse.floor.weight_check import ACCEPTED, check_weight
from warehouse.models import Carton
from warehouse.printing.bench import print_here, printers_here
from warehouse.printing.jobs import LABEL, SLIP, name_prints
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import (
    PACKERS,
    PICKERS,
    FloorRequest,
    Sent,
    apply,
    apply_after,
    at_workplace,
    done,
    screen,
)
from warehouse.serials.looks import doubts
from warehouse.serials.packed import serial_asked
from warehouse.states import PickListStatus

# What the weight of a closed box tells, after “Box … closed.”
TOLD = {
    FITS: "The weight fits.",
    CANNOT_TELL: "The weight does not show whether a unit is missing: {why}.",
    ACCEPTED: "Noted: {why}.",
}
LAST_BOX = "carton"  # in the session: the code of the box that was used last


@role_required(*PACKERS)
@at_workplace
def pack_shipment(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Pack a shipment: its lines with the units still to scan; a POST scans a unit."""
    shipment = _shipment(request, pk)
    if request.method != "POST":
        return _show(request, shipment)
    doubted: list[str] = []
    packed: list[Packed] = []

    def act(sent: Sent) -> str:
        with doubts(doubted, sent["code"]):
            return _pack(request, shipment, sent, packed)

    outcome = apply(request, PackForm(request.POST), act)
    whole = next((one for one in packed if one.lines), None)
    return _show(request, shipment, outcome, whole, doubted=doubted)


@require_POST
@role_required(*PACKERS)
@at_workplace
def close_box(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Close the open box, with its weight if there is a scale."""
    return _press(request, pk, CloseForm(request.POST), _close)


@require_POST
@role_required(*PACKERS)
@at_workplace
def empty_box(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Empty the open box."""
    return _press(request, pk, FloorForm(request.POST), _empty)


@require_POST
@role_required(*PACKERS)
@at_workplace
def take_unit_out(request: FloorRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """Take one unit of a line out of the open box."""
    shipment = _shipment(request, pk)
    line = get_object_or_404(shipment.lines.select_related("line__product"), pk=line_pk)

    def act(sent: Sent) -> str:
        take_out(_open_box(shipment), line, serial=sent["serial"], actor=request.user)
        title = line.line.product or line.line
        if sent["serial"]:
            told = "Taken out: 1 × {title}, serial number {serial}"
            return say(told, title=title, serial=sent["serial"])
        return say("Taken out: 1 × {title}", title=title)

    return _answer(request, shipment, apply(request, TakeOutForm(request.POST), act))


@require_POST
@role_required(*PACKERS)
@at_workplace
def make_labels(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Make the labels of all closed boxes; the carrier is asked outside the transaction."""
    shipment, form = _shipment(request, pk), LabelForm(request.POST)
    is_lead = request.viewer.has_role(Role.LEAD)

    def ask() -> None:
        given = form.cleaned_data
        ask_for_labels(
            shipment,
            carrier=given["carrier"] or next(iter(carriers_for(shipment.order, shipment)), OWN),
            actor=request.user,
            without_rest=is_lead and given["without_rest"],
        )

    outcome = apply_after(
        request,
        form,
        ask,
        lambda sent: _labelled(request, shipment),
    )
    return _answer(request, shipment, outcome)


@require_POST
@role_required(*PACKERS)
@at_workplace
def finish(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Mark the shipment ready for hand-over."""
    return _press(request, pk, FloorForm(request.POST), _ready)


@require_POST
@role_required(*PACKERS)
@at_workplace
def undo(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Undo ready, or else packed."""
    return _press(request, pk, FloorForm(request.POST), _undo)


@require_POST
@role_required(*PACKERS)
@at_workplace
def pack_apart(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Send a shipment in a box of its own that was to go out in one with others."""
    return _press(request, pk, FloorForm(request.POST), _apart)


@require_POST
@role_required(*PICKERS)
@at_workplace
def put_everything_back(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Put all units back, cancel the shipment, hold its order; a picker where the shop wants it."""
    shipment = _shipment(request, pk)
    outcome = apply(
        request, StopForm(request.POST), lambda sent: _put_back(request, shipment, sent)
    )
    walk = shipment.pick_lists.filter(status=PickListStatus.PUT_BACK).first()
    if outcome.is_refused or not walk:
        return _answer(request, shipment, outcome)
    return done(request, outcome, "warehouse_put_back_walk", walk.pk)


def _shipment(request: FloorRequest, pk: UUID) -> Any:
    """A shipment of this warehouse, which is the viewer's; with `is_held` and `waits`."""
    if found := SHIPMENT.first(pk, request.warehouse.pk):
        return found
    raise Http404


def _press(
    request: FloorRequest,
    pk: UUID,
    form: FloorForm,
    action: Callable[[FloorRequest, Shipment, Sent], str],
) -> HttpResponse:
    """Apply a button: `action(request, shipment, sent)` returns the text for the worker."""
    shipment = _shipment(request, pk)
    outcome = apply(request, form, lambda sent: action(request, shipment, sent))
    return _answer(request, shipment, outcome)


def _answer(request: FloorRequest, shipment: Shipment, outcome: ScanResult) -> HttpResponse:
    if outcome.is_refused:
        return _show(request, shipment, outcome)
    return done(request, outcome, "warehouse_pack_shipment", shipment.pk)


def _pack(request: FloorRequest, shipment: Shipment, sent: Sent, packed: list[Packed]) -> str:
    scanned = {key: sent[key] for key in ("code", "quantity", "looked_at")}
    made = put_in_box(shipment, **scanned, actor=request.user)
    packed.append(made)
    if made.serial:
        told = "In the box: {title}, serial number {serial}"
        return say(told, title=made.title, serial=made.serial)
    return say("In the box: {units} × {title}", units=made.units, title=made.title)


def _close(request: FloorRequest, shipment: Shipment, sent: Sent) -> str:
    box, because = _open_box(shipment), sent["because"]
    if because and not request.viewer.has_role(Role.LEAD):
        raise DomainError(say("Only a lead closes a box in spite of its weight."))
    weight = {"carton": _carton(request, sent["carton"]), "because": because}
    found = check_weight(box, sent["weight_grams"], **weight)
    close_package(box, weight_grams=sent["weight_grams"], actor=request.user, **weight)
    if request.session.get(LAST_BOX, "") != sent["carton"]:  # else nothing is to be saved
        request.session[LAST_BOX] = sent["carton"]
    # Where nobody keeps boxes there is none to choose, and nothing to say of it each time.
    is_known = found and (found.verdict != CANNOT_TELL or _cartons(request).exists())
    told = say(TOLD[found.verdict], why=found.why) if found and is_known else ""
    said = (say("Box {box} closed.", box=box), told, print_here(request, [box], SLIP))
    return " ".join(filter(None, said))


def _carton(request: FloorRequest, code: str) -> Carton | None:
    """The box with this code, or None where none was chosen. Raises WrongScan."""
    found = _cartons(request).filter(code=code).first() if code else None
    if code and not found:
        raise WrongScan(code, say("a box of this warehouse"))
    return found


def _cartons(request: FloorRequest) -> QuerySet[Carton]:
    rows = Carton.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    return rows.filter(closed_at=None).order_by("grams", "code")


def _labelled(request: FloorRequest, shipment: Shipment) -> str:
    boxes = apply_labels(shipment, actor=request.user)
    said = (say("Labels made: {number}.", number=len(boxes)), print_here(request, boxes, LABEL))
    return " ".join(filter(None, said))


def _empty(request: FloorRequest, shipment: Shipment, sent: Sent) -> str:
    box = empty_package(_open_box(shipment), actor=request.user)
    return say("Box {box} emptied.", box=box)


def _ready(request: FloorRequest, shipment: Shipment, sent: Sent) -> str:
    return say("Shipment {shipment} is ready.", shipment=mark_ready(shipment, actor=request.user))


def _undo(request: FloorRequest, shipment: Shipment, sent: Sent) -> str:
    if shipment.status == ShipmentStatus.READY:
        back = undo_ready(shipment, actor=request.user)
        return say("Shipment {shipment} is no longer ready.", shipment=back)
    back = undo_packed(shipment, actor=request.user)
    return say("The last box of {back} is open again.", back=back)


def _apart(request: FloorRequest, shipment: Shipment, sent: Sent) -> str:
    apart = send_apart(shipment, actor=request.user, at_bench=True)
    return say("Shipment {shipment} goes out in a box of its own.", shipment=apart)


def _put_back(request: FloorRequest, shipment: Shipment, sent: Sent) -> str:
    if not request.viewer.has_role(Role.LEAD) and not unwanted(open_hold([shipment])):
        told = "Ask a lead to stop shipment {shipment}: its shop wants it."
        raise DomainError(say(told, shipment=shipment))
    own = own_units(shipment)
    back = do_not_ship(shipment, reason=sent["reason"], actor=request.user)
    if own:
        told = "Shipment {shipment} is cancelled. Set the unit aside, with {back} on it: no shelf."
        return say(told, shipment=shipment, back=own.order_return)
    [walk, *_] = back.pick_lists.order_by("-created_at")
    stops = stops_to_put_back(walk)
    words = put_back_in_words(stops) if stops else say("Nothing was picked.")
    return say("Shipment {shipment} is cancelled. {words}", shipment=back, words=words)


def _open_box(shipment: Shipment) -> Package:
    box = next((box for box in boxes_of(shipment) if box.status == PackageStatus.PACKING), None)
    if not box:
        told = "Shipment {shipment} has no open box: scan a unit first."
        raise DomainError(say(told, shipment=shipment))
    return box


def _show(
    request: FloorRequest,
    shipment: Shipment,
    outcome: ScanResult | None = None,
    packed: Packed | None = None,
    *,
    doubted: Sequence[str] = (),
) -> HttpResponse:
    """Render the shipment, read again: the last scan may have changed its status.

    One that put units into a box found it picked, and knows its boxes and lines.
    """
    row: Any = _shipment(request, shipment.pk) if outcome and not packed else shipment
    boxes = list(packed.boxes) if packed else boxes_of(row)
    if packed:  # a hold may have begun while the scan waited for the lock
        row.is_held = any(line.is_held for line in packed.lines)
    is_open = any(box.status == PackageStatus.PACKING for box in boxes)
    if row.status != ShipmentStatus.PICKED:
        name_prints(boxes)
    found = packed.lines if packed else lines_to_pack(row)
    lines = sorted(found, key=lambda line: not line.to_pack)  # what is left first
    may_be_held = row.is_held and row.status not in SHIPMENT_ENDED
    hold = open_hold([row]) if may_be_held else None
    bare_boxes = [box for box in boxes if box.status == PackageStatus.PACKED]
    is_bare = row.status == ShipmentStatus.PICKED or bare_boxes
    carriers = carriers_for(row.order, row)
    walk: Any = LAST_WALK.first(row.pk)
    context = {
        "shipment": row,
        "awaited": awaited(row) if is_bare and row.waits else "",
        "hold": hold,
        "unwanted": unwanted(hold),
        "tote": walk.tote if walk and not walk.is_boxed else None,
        "boxes": boxes,
        "bare_boxes": bare_boxes,
        "lines": lines,
        "asked": serial_asked(lines),
        "doubted": next(iter(doubted), ""),
        "in_box": sum(line.in_box for line in lines),
        "to_pack": sum(line.to_pack for line in lines),
        "suggested": (row.order.service or {}).get("carrier", ""),
        "carriers": [(code, CARRIERS[code].name) for code in carriers],
        "unreached": "" if carriers or not is_bare else not_there(row.order),
        "leads": request.viewer.has_role(Role.LEAD),
        "cartons": CARTONS(request.warehouse.pk) if is_open else [],
        "typed": {"carton": request.session.get(LAST_BOX, "")} | request.POST.dict(),
        "printers": printers_here(request),
        "others": companions([row]).get(row.pk, []),
    }
    return screen(request, "warehouse/pack_shipment.html", context, outcome)
