"""The screens of returns: count the parcel, then restock or write off each unit."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.errors import DomainError, WrongScan
from orders.models import Return, ReturnLine
from warehouse.returns.forms import CountReturnForm, InspectForm, WriteOffForm
from warehouse.returns.inspection import inspect_return_line, receive_return
from warehouse.scanning.base_forms import FloorForm, ScanForm
from warehouse.scanning.codes import (
    TO_INSPECT,
    location_of,
    products_of,
    returns_of,
    task_of_return,
)
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

LONGEST_LIST = 50


@role_required(*PICKERS)
@at_workplace
def returns(request: FloorRequest) -> HttpResponse:
    """List approved and received returns; a scan of an RMA number opens one."""
    if request.method != "POST":
        return _list(request)
    form = ScanForm(request.POST)
    outcome = apply(request, form, lambda sent: f"Return {_expected(request, sent['code'])}")
    if outcome.is_refused:
        return _list(request, outcome)
    return redirect("warehouse_inspect_return", _expected(request, form.cleaned_data["code"]).pk)


@role_required(*PICKERS)
@at_workplace
def inspect_return(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Inspect one line at a time: a product chooses it, then a location restocks units to it.

    No line is chosen after a decision: a second read of the location decides about none.
    """
    order_return = get_object_or_404(_returns(request), pk=pk)
    if request.method != "POST":
        return _show(request, order_return, chosen=request.GET.get("line", ""))
    form = InspectForm(request.POST)
    outcome = apply(request, form, lambda sent: _inspect(request, order_return, sent))
    sent = form.cleaned_data
    chosen = str(sent.get("line") or "") if outcome.is_refused else ""
    if not outcome.is_refused and not sent["line"]:
        chosen = str(_line_of(request, order_return, sent["code"]).pk)
    return _show(request, order_return, outcome, chosen=chosen)


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
def write_off(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Write units off."""
    order_return = get_object_or_404(_returns(request), pk=pk)
    return _press(request, order_return, WriteOffForm(request.POST), _write_off)


def _returns(request: FloorRequest) -> QuerySet[Return]:
    rows = Return.objects.visible_to(request.viewer).filter(seller__warehouse=request.warehouse)
    return rows.select_related("order", "seller")


def _lines(order_return: Return) -> list[ReturnLine]:
    rows = order_return.lines.select_related("line__product").order_by("line__position")
    return list(rows)


def _line(order_return: Return, pk: UUID) -> ReturnLine:
    return get_object_or_404(order_return.lines.select_related("line__product"), pk=pk)


def _expected(request: FloorRequest, code: str) -> Return:
    order_return = returns_of(code, request).first()
    if not order_return:
        raise WrongScan(code, "the number of a return of this warehouse")
    if order_return.status not in TO_INSPECT:
        raise DomainError(task_of_return(order_return).refusal)
    return order_return


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
    receive_return(order_return, received=sent["received"], actor=request.user)
    return f"Received: {sum(sent['received'].values())}."


def _inspect(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    if sent["line"]:
        return _restock(request, order_return, sent)
    return _title(_line_of(request, order_return, sent["code"]))


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


def _restock(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    line, place = _line(order_return, sent["line"]), location_of(sent["code"], request)
    if not place:
        raise WrongScan(sent["code"], "a bin or a shelf")
    units = sent["quantity"]
    inspect_return_line(line, restocked=units, written_off=0, location=place, actor=request.user)
    return f"{units} × {_title(line)} into {place}"


def _write_off(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    line, units = _line(order_return, sent["line"]), sent["quantity"]
    inspect_return_line(line, restocked=0, written_off=units, actor=request.user)
    return f"Written off: {units} × {_title(line)}"


def _list(request: FloorRequest, outcome: ScanResult | None = None) -> HttpResponse:
    rows = _returns(request).filter(status__in=TO_INSPECT).order_by("-status", "created_at", "pk")
    return screen(request, "warehouse/returns.html", {"returns": rows[:LONGEST_LIST]}, outcome)


def _show(
    request: FloorRequest,
    order_return: Return,
    outcome: ScanResult | None = None,
    *,
    chosen: str = "",
) -> HttpResponse:
    """Render the return, read again: the last scan may have closed it."""
    order_return.refresh_from_db(fields=["status"])
    lines = _lines(order_return)
    left = [line for line in lines if line.received > line.inspected]
    line = next((row for row in left if str(row.pk) == chosen), None)
    context = {
        "order_return": order_return,
        "lines": lines,
        "left": [(line, line.received - line.inspected) for line in left],
        "line": line,
        "open_units": line.received - line.inspected if line else 0,
        "done": len([line for line in lines if line.received]) - len(left),
        "total": len([line for line in lines if line.received]),
    }
    return screen(request, "warehouse/inspect_return.html", context, outcome)
