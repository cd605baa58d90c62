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
from warehouse.returns.forms import CountReturnForm, RestockForm, WriteOffForm
from warehouse.returns.inspection import inspect_return_line, receive_return
from warehouse.scanning.base_forms import FloorForm, ScanForm
from warehouse.scanning.codes import TO_INSPECT, location_of, returns_of
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
    """Inspect one line at a time; a scan of a location restocks units to it."""
    order_return = get_object_or_404(_returns(request), pk=pk)
    if request.method != "POST":
        return _show(request, order_return)
    form = RestockForm(request.POST)
    outcome = apply(request, form, lambda sent: _restock(request, order_return, sent))
    return _show(request, order_return, outcome)


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
        present = order_return.get_status_display().lower()
        raise DomainError(f"Return {order_return} is {present}: there is nothing to inspect.")
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


def _restock(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    line, place = _line(order_return, sent["line"]), location_of(sent["code"], request)
    if not place:
        raise WrongScan(sent["code"], "a bin or a shelf")
    units = sent["quantity"]
    inspect_return_line(line, restocked=units, written_off=0, location=place, actor=request.user)
    return f"{units} × {(line.line.product or line.line).title} into {place}"


def _write_off(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    line, units = _line(order_return, sent["line"]), sent["quantity"]
    inspect_return_line(line, restocked=0, written_off=units, actor=request.user)
    return f"Written off: {units} × {(line.line.product or line.line).title}"


def _list(request: FloorRequest, outcome: ScanResult | None = None) -> HttpResponse:
    rows = _returns(request).filter(status__in=TO_INSPECT).order_by("-status", "created_at", "pk")
    return screen(request, "warehouse/returns.html", {"returns": rows[:LONGEST_LIST]}, outcome)


def _show(
    request: FloorRequest, order_return: Return, outcome: ScanResult | None = None
) -> HttpResponse:
    """Render the return, read again: the last scan may have closed it."""
    order_return.refresh_from_db(fields=["status"])
    lines = _lines(order_return)
    left = [line for line in lines if line.received > line.inspected]
    context = {
        "order_return": order_return,
        "lines": lines,
        "line": left[0] if left else None,
        "open_units": left[0].received - left[0].inspected if left else 0,
        "number": len([line for line in lines if line.received]) - len(left) + 1,
        "total": len([line for line in lines if line.received]),
    }
    return screen(request, "warehouse/inspect_return.html", context, outcome)
