"""The lead's page of printers: add one, give its agent a token, remove it."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from orders.access import Role, role_required
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.errors import DomainError
from orders.words import say
from warehouse.badges.seats import by_password
from warehouse.models import Printer, PrintJob
from warehouse.printing.bench import printers_of
from warehouse.printing.forms import PrinterForm
from warehouse.printing.printers import add_printer, is_silent, remove_printer, renew_token
from warehouse.scanning.screens import FloorRequest, at_workplace

WAITING = Count("printjob", filter=Q(printjob__status=PrintJob.Status.WAITING))


@role_required(Role.LEAD)
@at_workplace
@by_password
@fresh_sign_in_required
def printers(request: FloorRequest) -> HttpResponse:
    """List the printers; a POST adds one, and only its answer shows the token."""
    if request.method != "POST":
        return _page(request)
    form = PrinterForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        printer, token = add_printer(request.warehouse, **form.cleaned_data, actor=request.user)
    except DomainError as problem:
        form.add_error("name", str(problem))
        return _page(request, form, status=422)
    return _token(request, printer, token)


@require_POST
@role_required(Role.LEAD)
@at_workplace
@by_password
@fresh_sign_in_required
def renew(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Give the agent of a printer another token; only this answer shows it."""
    printer = _printer(request, pk)
    return _token(request, printer, renew_token(printer, actor=request.user))


@require_POST
@role_required(Role.LEAD)
@at_workplace
@by_password
@fresh_sign_in_required
def remove(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Print there no more."""
    printer = remove_printer(_printer(request, pk), actor=request.user)
    messages.success(request, say("{printer} prints nothing any more.", printer=printer))
    return redirect("warehouse_printers")


def _printer(request: FloorRequest, pk: UUID) -> Printer:
    """Removed or not: what a colleague has removed meanwhile is said."""
    rows = Printer.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    return get_object_or_404(rows, pk=pk)


def _page(
    request: FloorRequest, form: PrinterForm | None = None, *, status: int = 200
) -> HttpResponse:
    rows, now = list(printers_of(request).annotate(waiting=WAITING)), timezone.now()
    for row in rows:
        row.is_silent = is_silent(row, now)  # type: ignore[attr-defined]
    context = {
        "printers": rows,
        "form": form,
        "prints": Printer.Prints.choices,
        "labels": Printer.Labels.choices,
    }
    return render(request, "warehouse/printers.html", context, status=status)


def _token(request: FloorRequest, printer: Printer, token: str) -> HttpResponse:
    site = request.build_absolute_uri("/").rstrip("/")
    context = {"printer": printer, "token": token, "site": site}
    return render(request, "warehouse/printer_token.html", context, status=201)
