"""The picking screens: one stop at a time, first its location, then its product."""

from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.errors import DomainError, WrongScan
from orders.lifecycle.labelling import open_hold, unwanted
from orders.states import ShipmentStatus
from orders.words import say
from warehouse.floor.forms import PickForm, ShortForm
from warehouse.floor.pausing import (
    WALK,
)
from warehouse.floor.picking import (
    Scans,
    check_pick,
    confirm_now,
    refuse_picked,
    report_short,
)
from warehouse.floor.shorts import say_what_became
from warehouse.floor.totes import holders_of, is_boxed
from warehouse.floor.unpicking import undo_pick
from warehouse.floor.views.batch_walk import batch, batch_short, show_batch
from warehouse.floor.views.cart_walk import show_cart
from warehouse.floor.views.putting_back import show_walk
from warehouse.floor.views.taking import walks_here
from warehouse.floor.views.zones import show_passed
from warehouse.floor.walks import DONE, refuse_closed, refuse_gone, stop_now, stops_of
from warehouse.floor.zones.passing import stops_in_zone
from warehouse.models import PickLine, PickList
from warehouse.scanning.ahead import walk_ahead
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import (
    PICKERS,
    FloorRequest,
    Sent,
    apply,
    at_workplace,
    done,
    screen,
)
from warehouse.states import PICK_LIST_BEGUN, PickListStatus
from warehouse.stock.lots import why_withheld


@role_required(*PICKERS)
@at_workplace
def pick_list(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Show the next open stop; a POST is a scan of its location or of its product."""
    walk = _walk(request, pk)
    if walk.is_batch:
        return batch(request, walk)
    if request.method != "POST":
        return _stop(request, walk)
    form = PickForm(request.POST)
    outcome = apply(request, form, lambda sent: _pick(request, _of_stop(request, walk, sent), sent))
    sent = form.cleaned_data
    # Keep the scanned place: the next stop may be in the same location.
    place = sent.get("location") or ("" if outcome.is_refused else sent.get("code", ""))
    is_entered = sent.get("quantity") != sent.get("proposed")
    entered = sent.get("quantity") if outcome.is_refused and is_entered else None
    in_hand = _in_hand(request, walk, sent, outcome)
    now = _after(request, walk, outcome)
    return _stop(request, now, place, outcome=outcome, entered=entered, in_hand=in_hand)


def _after(request: FloorRequest, walk: Any, outcome: ScanResult) -> Any:
    """The walk after a scan: one that was applied found it open, under the lock of its order."""
    is_other = outcome.is_refused or outcome.is_repeated or walk.is_held or walk.cart_walk
    # That of a zone may have been passed on with this scan.
    is_single = not is_other and not walk.zone and walk.status == PickListStatus.OPEN
    return walk if is_single else _walk(request, walk.pk)


def _of_stop(request: FloorRequest, walk: PickList, sent: Sent) -> PickList:
    """The walk of a scanned stop: the form of a cart has one address for all that are on it."""
    if walk.cart_walk is None or sent["walk"] is None:
        return walk
    return walks_here(request).filter(cart_walk=walk.cart_walk, pk=sent["walk"]).first() or walk


def _in_hand(request: FloorRequest, walk: PickList, sent: Sent, outcome: ScanResult) -> Sent | None:
    """The product scan that waits for its tote: a right one, or one with which a tote was wrong."""
    if not _scans_what_it_fills(request, walk) or not sent.get("location"):
        return None
    if sent.get("product"):
        return sent if outcome.is_refused else None
    return None if outcome.is_refused else sent | {"product": sent["code"]}


@role_required(*PICKERS)
@at_workplace
def report(request: FloorRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """Report a short pick: how many units were found, and why fewer."""
    walk = _walk(request, pk)
    if walk.is_batch:
        return batch_short(request, walk, line_pk)
    form = ShortForm(request.POST)
    outcome = None
    if request.method == "POST":
        outcome = apply(request, form, lambda sent: _short(request, _line(walk, line_pk), sent))
        if not outcome.is_refused:
            return done(request, outcome, "warehouse_pick_list", walk.pk)
    # Browser back leads to stops that are done.
    still_open = walk.lines.filter(pk=line_pk, quantity__gt=F("picked") + F("short"))
    if walk.status != PickListStatus.OPEN or not still_open.exists():
        return _stop(request, _walk(request, pk), outcome=outcome)
    found = form.cleaned_data.get("found") if outcome else None
    return _report(request, walk, line_pk, outcome, found=found)


@require_POST
@role_required(*PICKERS)
@at_workplace
def undo(request: FloorRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """Put the units of a stop back to its location, as long as the walk is open."""
    walk = _walk(request, pk)
    outcome = apply(
        request, FloorForm(request.POST), lambda sent: _undo(request, _line(walk, line_pk))
    )
    return _stop(request, _walk(request, pk), outcome=outcome)


def _undo(request: FloorRequest, line: PickLine) -> str:
    stop, units = undo_pick(line, actor=request.user)
    there = {"units": units, "title": stop.stock.product.title, "place": stop.stock.location}
    if stop.pick_list.cart_walk:
        told = "Undone: put {units} × {title} from {holder} back to {place}"
        return say(told, holder=stop.pick_list.holder, **there)
    return say("Undone: put {units} × {title} back to {place}", **there)


def _scans_what_it_fills(request: FloorRequest, walk: PickList) -> bool:
    """Whether each pick is confirmed by a scan of its tote, or of its slot of the cart."""
    return request.warehouse.scans_totes or walk.cart_walk is not None


def _walk(request: FloorRequest, pk: UUID) -> Any:
    """A walk of this warehouse, which is the viewer's; with `is_held`, as `_walks`."""
    found: Any = WALK.first(pk, request.warehouse.pk)
    if found:
        found.warehouse = request.warehouse
        return found
    raise Http404


def _line(walk: PickList, pk: UUID) -> PickLine:
    """The stop. Deleted are those of a line that was cancelled, or of which nothing was found."""
    lines: list[PickLine] = stops_of(walk)
    for line in lines:
        if line.pk == pk:
            return line
    refuse_gone(walk)
    raise DomainError(DONE)


def _stop_now(walk: PickList, pk: UUID) -> PickLine:
    """The stop, under the lock of its order; like `_line` where it was deleted."""
    line: PickLine | None = stop_now(PickLine(pk=pk, pick_list=walk))
    if line is None or line.pick_list_id != walk.pk:
        refuse_gone(walk)
        raise DomainError(DONE)
    return line


def _refuse_reduced(line: PickLine, sent: Sent, units: int, most: int) -> None:
    """Say that fewer units are wanted than when the screen was shown."""
    if line.quantity < (sent["planned"] or 0) and units > most:
        wanted = f"{line.open_quantity} × {line.stock.product.title}"
        order = line.pick_list.shipment.order
        raise DomainError(
            say(
                "Order {order} was reduced: pick {wanted} here, not {units}.",
                order=order,
                wanted=wanted,
                units=units,
            )
        )


def _pick(request: FloorRequest, walk: PickList, sent: Sent) -> str:
    line = _stop_now(walk, sent["line"])
    place = line.stock.location.code
    if not sent["location"]:
        refuse_closed(line, actor=request.user)
        if sent["code"].upper() != place.upper():
            refuse_picked(walk, sent["code"])
            raise WrongScan(sent["code"], say("location {place}", place=place))
        return say("Location {place}", place=place)
    _refuse_reduced(line, sent, sent["quantity"], line.open_quantity)
    try:
        return _confirm(request, walk, line, sent)
    except WrongScan:
        refuse_picked(walk, sent["code"])
        raise


def _confirm(request: FloorRequest, walk: PickList, line: PickLine, sent: Sent) -> str:
    title, before = line.stock.product.title, line.picked
    given = {
        "location_code": sent["location"],
        "product_code": sent["product"] or sent["code"],
        "quantity": sent["quantity"],
        "is_entered": sent["quantity"] != sent["proposed"],
    }
    is_put = _scans_what_it_fills(request, walk)
    if is_put and not sent["product"]:
        units = check_pick(line, Scans(**given), actor=request.user)
        told = "{units} × {title}: put it into {holder}"
        return say(told, units=units, title=title, holder=walk.holder)
    if is_put and sent["code"].upper() != walk.tote.code.upper():
        raise WrongScan(sent["code"], walk.holder)
    number = confirm_now(line, **given, actor=request.user).picked - before
    return say("Picked {number} × {title}", number=number, title=title)


def _short(request: FloorRequest, line: PickLine, sent: Sent) -> str:
    _refuse_reduced(line, sent, sent["found"], line.open_quantity - 1)
    report_short(line, found=sent["found"], reason=sent["reason"], actor=request.user)
    title = line.stock.product.title
    return say("Reported: {found} × {title} found", found=sent["found"], title=title)


def _stop(
    request: FloorRequest,
    walk: Any,
    place: str = "",
    *,
    outcome: ScanResult | None = None,
    entered: int | None = None,
    in_hand: Sent | None = None,
) -> HttpResponse:
    """Render the next open stop, or that the walk is done; a number stays where it was entered."""
    if walk.is_batch or walk.status == PickListStatus.TO_SORT:
        return show_batch(request, walk, outcome=outcome)
    if walk.cart_walk:
        return show_cart(request, walk, place, outcome=outcome, entered=entered, in_hand=in_hand)
    if walk.status == PickListStatus.PUT_BACK:
        return show_walk(request, walk, outcome)
    lines = stops_of(walk)
    left = [line for line in lines if line.open_quantity]
    if not left and walk.status == PickListStatus.OPEN:  # it has ended since it was read
        walk = _walk(request, walk.pk)
        if walk.status in (PickListStatus.TO_SORT, PickListStatus.PUT_BACK):
            return _stop(request, walk, outcome=outcome)
    hold = open_hold([walk.shipment]) if walk.is_held else None
    context: dict[str, Any]
    if left and (walk.status == PickListStatus.PAUSED or (hold and walk.status in PICK_LIST_BEGUN)):
        return _waits(request, walk, lines, hold, outcome)
    if not left or walk.status == PickListStatus.DONE:
        say_what_became(walk, lines)
        picked = sum(line.picked for line in lines)
        is_back = picked and walk.shipment.status == ShipmentStatus.CANCELLED
        context = {
            "walk": walk,
            "hold": hold,
            "unwanted": unwanted(hold),
            "lines": lines,
            "picked": picked,
            "is_boxed": is_boxed(walk),
            # Nobody will pick what was open then; what was picked is put back.
            "is_cancelled": bool(left or is_back),
        }
        return screen(request, "warehouse/pick_done.html", context, outcome)
    lines = stops_in_zone(walk, lines)
    left = [row for row in lines if row.open_quantity]
    line = left[0]
    # An answer to a scan has none: its screen keeps those that the walk came with.
    is_scan = "code" in request.POST
    is_there = place.upper() == line.stock.location.code.upper()
    context = {
        "walk": walk,
        "line": line,
        "last": next((row for row in reversed(lines) if row.picked), None),
        "next": left[1] if len(left) > 1 else None,
        "number": len(lines) - len(left) + 1,
        "total": len(lines),
        "is_there": is_there,
        "in_hand": in_hand if is_there and in_hand and in_hand["line"] == line.pk else None,
        "version": line.picture or "",
        "ahead": None if is_scan else walk_ahead(walk, left, total=len(lines)),
        "quantity": entered if entered in range(1, line.open_quantity) else line.open_quantity,
    }
    return screen(request, "warehouse/pick_list.html", context, outcome)


def _waits(
    request: FloorRequest, walk: Any, lines: list[Any], hold: Any, outcome: ScanResult | None
) -> HttpResponse:
    """Say that a walk is paused, on hold, or was passed on."""
    if walk.passed_at and not hold:
        return show_passed(request, walk, lines, outcome)
    context = {"walk": walk, "hold": hold, "unwanted": unwanted(hold), "lines": lines}
    # What is put back may lie in the tote of a batch, not in its cell yet.
    context["place"] = holders_of(walk)[0] if context["unwanted"] else walk.tote
    return screen(request, "warehouse/pick_waits.html", context, outcome)


def _report(
    request: FloorRequest,
    walk: PickList,
    line_pk: UUID,
    outcome: ScanResult | None = None,
    *,
    found: int | None = None,
) -> HttpResponse:
    line = _line(walk, line_pk)
    why = why_withheld(line.stock)
    # What is neither blocked nor expired has no such reason.
    hidden = () if why else (PickLine.ShortReason.WITHHELD,)
    reasons = [choice for choice in PickLine.ShortReason.choices if choice[0] not in hidden]
    kept = found if found in range(line.open_quantity) else 0
    context = {"walk": walk, "line": line, "reasons": reasons, "found": kept, "why": why}
    return screen(request, "warehouse/report_short.html", context, outcome)
