"""The screens of returns: count the parcel, then scan each unit: restock it or write it off."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.errors import DomainError, WrongScan
from orders.models import Discrepancy, Return, ReturnLine
from orders.returns.buildings import goes_to, lies_in
from orders.returns.closing import is_inspected, may_finish
from orders.returns.photos import photograph_units, remove_photo
from orders.returns.repairs import IS_IN_REPAIR, open_repairs
from orders.states import DiscrepancyStatus, ReturnStatus
from orders.words import say, say_count, say_later
from warehouse.returns.arrivals import receive_empty, record_unexpected, set_aside_swapped
from warehouse.returns.finding import orders_named, returns_named
from warehouse.returns.forms import (
    CountReturnForm,
    FoundForm,
    InspectForm,
    PhotoForm,
    SwappedForm,
    UndoForm,
    WriteOffForm,
)
from warehouse.returns.going_back import going_back, may_go_back
from warehouse.returns.grading import graded_screen
from warehouse.returns.inspection import finish_return, receive_return
from warehouse.returns.scans import (
    Chosen,
    article_of,
    chosen_in,
    line_of,
    lines_of,
    next_in_hand,
    read_scan,
    title_of,
    write_units_off,
)
from warehouse.returns.undoing import undo_inspection, undoable
from warehouse.scanning.base_forms import FloorForm, ScanForm
from warehouse.scanning.codes import TO_INSPECT, task_of_return
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
EXPECTED = say_later("a return, an order, a parcel or a name")


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
        return _show(request, order_return, chosen=chosen_in(request, order_return))
    form = InspectForm(request.POST)
    doubted: list[str] = []

    def act(sent: Sent) -> str:
        with doubts(doubted, sent["code"]):
            return read_scan(request, order_return, sent)

    outcome = apply(request, form, act)
    sent = form.cleaned_data
    given = _in_hand(sent)
    if outcome.is_refused:
        code = sent.get("code", "") if not given.line else ""
        seen = {"unexpected": code, "doubted": next(iter(doubted), "")}
        return _show(request, order_return, outcome, chosen=given, **seen)
    return _show(request, order_return, outcome, chosen=next_in_hand(request, order_return, sent))


@require_POST
@role_required(*PICKERS)
@at_workplace
def count_return(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Receive the return with the counted units of each line."""
    order_return = get_object_or_404(_returns(request), pk=pk)
    form = CountReturnForm(request.POST, lines=lines_of(order_return))
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
    """Write units off, or set them aside: to be repaired, or for the seller to decide."""
    order_return = get_object_or_404(_returns(request), pk=pk)
    return _press(request, order_return, WriteOffForm(request.POST), write_units_off)


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
def swapped(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Set units aside that are not those that were sent."""
    order_return = get_object_or_404(_returns(request), pk=pk)
    return _press(request, order_return, SwappedForm(request.POST), _swap)


@require_POST
@role_required(*PICKERS)
@at_workplace
def photo(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Keep a photo of what came; what is in hand stays there."""
    order_return = get_object_or_404(_returns(request), pk=pk)
    form = PhotoForm(request.POST, request.FILES)
    outcome = apply(request, form, lambda sent: _photograph(request, order_return, form))
    chosen = _in_hand(form.cleaned_data)
    if outcome.is_refused:
        return _show(request, order_return, outcome, chosen=chosen)
    messages.success(request, outcome.text)
    address = reverse("warehouse_inspect_return", args=[order_return.pk])
    return redirect(f"{address}?{urlencode(chosen._asdict())}")


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


def _to_inspect(request: FloorRequest, code: str) -> list[Return]:
    return [row for row in returns_named(code, request) if row.status in TO_INSPECT]


def _found(request: FloorRequest, code: str) -> str:
    """What was found by a code. Raises DomainError where none of it can be inspected."""
    found = returns_named(code, request)
    if not found:
        raise WrongScan(code, str(EXPECTED))
    ready = [row for row in found if row.status in TO_INSPECT]
    if not ready:
        raise DomainError(task_of_return(found[0]).refusal)
    if len(ready) == 1:
        return say("Return {order_return}", order_return=ready[0])
    return say_count(
        len(ready), "{count} return: choose it", "{count} returns: choose one", count=len(ready)
    )


def _press(
    request: FloorRequest,
    order_return: Return,
    form: FloorForm,
    action: Callable[[FloorRequest, Return, Sent], str],
) -> HttpResponse:
    """Apply a button: `action(request, order_return, sent)` returns the text for the worker."""
    outcome = apply(request, form, lambda sent: action(request, order_return, sent))
    if outcome.is_refused:
        return _show(request, order_return, outcome, chosen=_in_hand(form.cleaned_data))
    return done(request, outcome, "warehouse_inspect_return", order_return.pk)


def _in_hand(sent: Sent) -> Chosen:
    """What was in hand as a form was sent."""
    given = {name: sent[name] for name in ("scanned", "counted", "grade", "left") if sent.get(name)}
    return Chosen(str(sent.get("line") or ""), **given)


def _receive(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    receive_return(
        order_return, received=sent["received"], warehouse=request.warehouse, actor=request.user
    )
    return say("Received: {units}.", units=sum(sent["received"].values()))


def _empty(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    receive_empty(order_return, warehouse=request.warehouse, actor=request.user)
    if order_return.reason == Return.Reason.UNANNOUNCED:
        return say("Recorded: nothing was in the parcel.")
    return say("Recorded: nothing was in the parcel. Scan what is in it after all.")


def _record(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    return record_unexpected(
        order_return,
        code=sent["code"],
        product=article_of(request, order_return.seller_id, sent["code"]),
        quantity=sent["quantity"],
        actor=request.user,
    )


def _swap(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    line = line_of(order_return, sent["line"])
    return set_aside_swapped(line, code=sent["code"], quantity=sent["quantity"], actor=request.user)


def _photograph(request: FloorRequest, order_return: Return, form: PhotoForm) -> str:
    line = line_of(order_return, form.cleaned_data["line"])
    photograph_units(line, form.drawn, actor=request.user)
    return say("Photo kept with {title}.", title=title_of(line))


def _finish(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    row = finish_return(order_return, actor=request.user)
    if row.status == ReturnStatus.CLOSED:
        return say("Return {closed} is closed.", closed=row)
    left = sum(open_repairs(row).values_list("quantity", flat=True))
    return say(
        "Return {row} is inspected and stays open. Still to be repaired: {units}.",
        row=row,
        units=left,
    )


def _undo(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    line = line_of(order_return, sent["line"])
    if photo_id := sent["photo"]:
        remove_photo(line, photo_id, actor=request.user)
        return say("Photo removed from {title}.", title=title_of(line))
    if serial := sent["serial"]:
        forget_serial(line, serial, actor=request.user)
        return say("Serial number {serial} is removed from this return.", serial=serial)
    return undo_inspection(line, seen=sent["inspected"], actor=request.user)


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
    lines = lines_of(order_return)
    left = [line for line in lines if line.received > line.inspected]
    line = next((row for row in left if str(row.pk) == chosen.line), None)
    found = order_return.discrepancies.select_related("line", "product").order_by("pk")
    context = {
        "order_return": order_return,
        "lines": lines,
        "left": [(line, line.received - line.inspected) for line in left],
        "line": line,
        "chosen": chosen,
        **graded_screen(order_return, line, chosen),
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
