"""The screens of returns: count the parcel, then scan each unit: restock it or write it off."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.errors import DomainError, WrongScan
from orders.models import Discrepancy, Product, Return, ReturnLine
from orders.returns.buildings import goes_to, lies_in
from orders.returns.closing import is_inspected, may_finish
from orders.returns.repairs import IS_IN_REPAIR
from orders.states import DiscrepancyStatus, ReturnStatus
from warehouse.returns.arrivals import receive_empty, record_unexpected
from warehouse.returns.finding import orders_named, returns_named
from warehouse.returns.forms import (
    CountReturnForm,
    FoundForm,
    InspectForm,
    UndoForm,
    WriteOffForm,
)
from warehouse.returns.going_back import going_back, may_go_back
from warehouse.returns.inspection import (
    finish_return,
    inspect_return_line,
    receive_return,
    set_aside_to_repair,
)
from warehouse.returns.places import said_of
from warehouse.returns.serials import in_hand, is_serial_scan, note_beside, note_serial
from warehouse.returns.undoing import undo_inspection, undoable
from warehouse.scanning.base_forms import FloorForm, ScanForm
from warehouse.scanning.cases import units_of
from warehouse.scanning.codes import TO_INSPECT, location_of, products_of, task_of_return
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
from warehouse.serials.looks import doubts
from warehouse.serials.returned import forget_serial

LONGEST_LIST = 50
EXPECTED = "a return, an order, a parcel or a name"


class Chosen(NamedTuple):
    """The line in hand: by which code, and how many of its units were scanned."""

    line: str = ""
    scanned: str = ""
    counted: int = 0


@role_required(*PICKERS)
@at_workplace
def returns(request: FloorRequest) -> HttpResponse:
    """List approved and received returns; a scan of what is on a parcel opens its return."""
    if request.method != "POST":
        return _list(request)
    form = ScanForm(request.POST)
    outcome = apply(request, form, lambda sent: _found(request, sent["code"]))
    code = form.cleaned_data.get("code", "")
    if outcome.is_refused:
        return _list(request, outcome, code=code)
    found = _to_inspect(request, code)
    if len(found) > 1:
        return _list(request, outcome, found=found, code=code)
    return redirect("warehouse_inspect_return", found[0].pk)


@role_required(*PICKERS)
@at_workplace
def inspect_return(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Inspect one line at a time: each unit is scanned, then the place that they go back to.

    No line is chosen after a decision: a second read of the location decides about none.
    """
    order_return = get_object_or_404(_returns(request), pk=pk)
    if request.method != "POST":
        return _show(request, order_return, chosen=Chosen(request.GET.get("line", "")))
    form = InspectForm(request.POST)
    doubted: list[str] = []

    def act(sent: Sent) -> str:
        with doubts(doubted, sent["code"]):
            return _inspect(request, order_return, sent)

    outcome = apply(request, form, act)
    sent = form.cleaned_data
    given = Chosen(str(sent.get("line") or ""), sent.get("scanned", ""), sent.get("counted") or 0)
    if outcome.is_refused:
        code = sent.get("code", "") if not given.line else ""
        seen = {"unexpected": code, "doubted": next(iter(doubted), "")}
        return _show(request, order_return, outcome, chosen=given, **seen)
    return _show(request, order_return, outcome, chosen=_next(request, order_return, sent))


@require_POST
@role_required(*PICKERS)
@at_workplace
def count_return(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Receive the return with the counted units of each line."""
    order_return = get_object_or_404(_returns(request), pk=pk)
    form = CountReturnForm(request.POST, lines=_lines(order_return))
    return _press(request, order_return, form, _receive)


@require_POST
@role_required(*PICKERS)
@at_workplace
def empty_return(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Receive a parcel with nothing in it."""
    order_return = get_object_or_404(_returns(request), pk=pk)
    return _press(request, order_return, FloorForm(request.POST), _empty)


@require_POST
@role_required(*PICKERS)
@at_workplace
def write_off(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Write units off, or set them aside to be repaired."""
    order_return = get_object_or_404(_returns(request), pk=pk)
    return _press(request, order_return, WriteOffForm(request.POST), _write_off)


@require_POST
@role_required(*PICKERS)
@at_workplace
def record_found(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Record what is in the parcel and not in its return; it is set aside."""
    order_return = get_object_or_404(_returns(request), pk=pk)
    return _press(request, order_return, FoundForm(request.POST), _record)


@require_POST
@role_required(*PICKERS)
@at_workplace
def finish(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Close the return: its end is told, and nothing of it is undone any more."""
    order_return = get_object_or_404(_returns(request), pk=pk)
    return _press(request, order_return, FloorForm(request.POST), _finish)


@require_POST
@role_required(*PICKERS)
@at_workplace
def undo(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Undo the last inspection of a line, or the reading of a serial number."""
    order_return = get_object_or_404(_returns(request), pk=pk)
    return _press(request, order_return, UndoForm(request.POST), _undo)


def _returns(request: FloorRequest) -> QuerySet[Return]:
    rows = Return.objects.visible_to(request.viewer).filter(
        seller__houses__warehouse=request.warehouse
    )
    return rows.select_related("order", "seller")


def _lines(order_return: Return) -> list[ReturnLine]:
    rows = order_return.lines.select_related("line__product").order_by("line__position")
    return list(rows)


def _line(order_return: Return, pk: UUID) -> ReturnLine:
    return get_object_or_404(order_return.lines.select_related("line__product"), pk=pk)


def _to_inspect(request: FloorRequest, code: str) -> list[Return]:
    return [row for row in returns_named(code, request) if row.status in TO_INSPECT]


def _found(request: FloorRequest, code: str) -> str:
    """What was found by a code. Raises DomainError where none of it can be inspected."""
    found = returns_named(code, request)
    if not found:
        raise WrongScan(code, EXPECTED)
    ready = [row for row in found if row.status in TO_INSPECT]
    if not ready:
        raise DomainError(task_of_return(found[0]).refusal)
    return f"Return {ready[0]}" if len(ready) == 1 else f"{len(ready)} returns: choose one"


def _press(
    request: FloorRequest,
    order_return: Return,
    form: FloorForm,
    action: Callable[[FloorRequest, Return, Sent], str],
) -> HttpResponse:
    """Apply a button: `action(request, order_return, sent)` returns the text for the worker."""
    outcome = apply(request, form, lambda sent: action(request, order_return, sent))
    if outcome.is_refused:
        return _show(request, order_return, outcome)
    return done(request, outcome, "warehouse_inspect_return", order_return.pk)


def _receive(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    receive_return(
        order_return, received=sent["received"], warehouse=request.warehouse, actor=request.user
    )
    return f"Received: {sum(sent['received'].values())}."


def _empty(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    receive_empty(order_return, warehouse=request.warehouse, actor=request.user)
    if order_return.reason == Return.Reason.UNANNOUNCED:
        return "Recorded: nothing was in the parcel."
    return "Recorded: nothing was in the parcel. Scan what is in it after all."


def _inspect(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    chosen = _line(order_return, sent["line"]) if sent["line"] else None
    if chosen and sent["scanned"] and location_of(sent["code"], request):
        return _restock(request, chosen, sent)
    if chosen and is_serial_scan(request, chosen, sent):
        return note_serial(chosen, sent["code"], sent["looked_at"], actor=request.user)
    line = chosen or _line_of(request, order_return, sent["code"])
    units, left = _counted(request, line, sent), line.received - line.inspected
    if units > left:
        raise DomainError(f"{_title(line)}: only {left} left to inspect.")
    told = _title(line) if left == 1 else f"{_title(line)}: {units} of {left}"
    noted = note_beside(line, sent["code"], actor=request.user)
    return f"{told}. {noted}" if noted else told


def _next(request: FloorRequest, order_return: Return, sent: Sent) -> Chosen:
    """What is in hand after a scan: none after a place."""
    chosen = _line(order_return, sent["line"]) if sent["line"] else None
    if chosen and sent["scanned"] and location_of(sent["code"], request):
        return Chosen()
    if chosen and is_serial_scan(request, chosen, sent):
        return Chosen(str(chosen.pk), sent["scanned"], sent["counted"])
    line = chosen or _line_of(request, order_return, sent["code"])
    return Chosen(str(line.pk), sent["code"], _counted(request, line, sent))


def _counted(request: FloorRequest, line: ReturnLine, sent: Sent) -> int:
    """The units that were scanned with this scan. Raises WrongScan for another product."""
    code = sent["code"]
    if line.line.product not in products_of(code, request):
        sku = (line.line.product or line.line).sku
        expected = f"{sku}, or a bin or a shelf" if sent["scanned"] else sku
        raise WrongScan(code, expected)
    before = sent["counted"] if sent["line"] and sent["scanned"] else 0
    return int(before + units_of(code, line.seller_id))


def _line_of(request: FloorRequest, order_return: Return, code: str) -> ReturnLine:
    """The line of the scanned product that has units left. Raises DomainError."""
    products = products_of(code, request)
    lines = [line for line in _lines(order_return) if line.line.product in products]
    for line in lines:
        if line.received > line.inspected:
            return line
    if lines:
        raise DomainError(f"{_title(lines[0])}: nothing left to inspect.")
    raise WrongScan(code, f"a product of return {order_return}")


def _title(line: ReturnLine) -> str:
    return (line.line.product or line.line).title


def _restock(request: FloorRequest, line: ReturnLine, sent: Sent) -> str:
    """Restock the units that were scanned: the article in hand, never the ordered one unseen."""
    place, units = location_of(sent["code"], request), sent["counted"]
    scanned = _article(request, line.seller_id, sent["scanned"])
    if scanned is None or scanned != line.line.product:
        raise WrongScan(sent["scanned"], (line.line.product or line.line).sku)
    inspect_return_line(
        line,
        restocked=units,
        written_off=0,
        location=place,
        may_close=False,
        actor=request.user,
    )
    where = said_of(place, scanned) if place else ""
    return f"{units} × {_title(line)} into {where}"


def _article(request: FloorRequest, seller_id: UUID, code: str) -> Product | None:
    """The product of this seller that a code names."""
    found = products_of(code, request)
    return next((row for row in found if row.seller_id == seller_id), None)


def _write_off(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    line, units = _line(order_return, sent["line"]), sent["quantity"]
    if sent["repair"]:
        set_aside_to_repair(line, units=units, actor=request.user)
        return f"Set aside with {order_return} on it, to be repaired: {units} × {_title(line)}"
    inspect_return_line(line, restocked=0, written_off=units, may_close=False, actor=request.user)
    return f"Written off: {units} × {_title(line)}"


def _record(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    return record_unexpected(
        order_return,
        code=sent["code"],
        product=_article(request, order_return.seller_id, sent["code"]),
        quantity=sent["quantity"],
        actor=request.user,
    )


def _finish(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    return f"Return {finish_return(order_return, actor=request.user)} is closed."


def _undo(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    line = _line(order_return, sent["line"])
    if serial := sent["serial"]:
        forget_serial(line, serial, actor=request.user)
        return f"Serial number {serial} is removed from this return."
    return undo_inspection(line, actor=request.user)


def _undoable(order_return: Return, lines: list[ReturnLine]) -> list[ReturnLine]:
    if order_return.status != ReturnStatus.RECEIVED:
        return []
    inspected = [line for line in lines if line.inspected]
    stand = undoable(order_return.order_id, inspected)
    return [line for line in inspected if line.pk in stand]


def _list(
    request: FloorRequest,
    outcome: ScanResult | None = None,
    *,
    found: list[Return] | None = None,
    code: str = "",
) -> HttpResponse:
    rows = _returns(request).filter(goes_to(request.warehouse), status__in=TO_INSPECT)
    rows = rows.exclude(IS_IN_REPAIR).order_by("-status", "created_at", "pk")
    aside = Discrepancy.objects.visible_to(request.viewer).filter(
        lies_in(request.warehouse),
        seller__houses__warehouse=request.warehouse,
        status=DiscrepancyStatus.DECIDED,
    )
    aside = aside.exclude(decision=Discrepancy.Decision.CREDIT).select_related(
        "order_return", "line", "product", "seller"
    )
    context = {
        "returns": found or rows[:LONGEST_LIST],
        "is_choice": bool(found),
        "aside": [] if found else aside.order_by("found_at", "pk")[:LONGEST_LIST],
        "repairs": [] if found else going_back(request.warehouse, request.viewer)[:LONGEST_LIST],
        "came": code if outcome and outcome.is_refused else "",
        "orders": orders_named(code, request) if outcome and outcome.is_refused and code else [],
    }
    return screen(request, "warehouse/returns.html", context, outcome)


def _show(
    request: FloorRequest,
    order_return: Return,
    outcome: ScanResult | None = None,
    *,
    chosen: Chosen = Chosen(),  # noqa: B008 - immutable
    unexpected: str = "",
    doubted: str = "",
) -> HttpResponse:
    """Render the return, read again: the last scan may have closed it."""
    order_return.refresh_from_db(fields=["status"])
    lines = _lines(order_return)
    left = [line for line in lines if line.received > line.inspected]
    line = next((row for row in left if str(row.pk) == chosen.line), None)
    found = order_return.discrepancies.select_related("line", "product").order_by("pk")
    context = {
        "order_return": order_return,
        "lines": lines,
        "left": [(line, line.received - line.inspected) for line in left],
        "line": line,
        "chosen": chosen,
        "serials": in_hand(line, chosen.counted),
        "doubted": doubted,
        "open_units": line.received - line.inspected if line else 0,
        "done": len([line for line in lines if line.received]) - len(left),
        "total": len([line for line in lines if line.received]),
        "found": found,
        "undoable": _undoable(order_return, lines),
        "can_finish": bool(lines or found) and may_finish(order_return),
        "may_go_back": may_go_back(order_return),
        "waits": is_inspected(order_return),
        "unexpected": unexpected if order_return.status == ReturnStatus.RECEIVED else "",
    }
    return screen(request, "warehouse/inspect_return.html", context, outcome)
