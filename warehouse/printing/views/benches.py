"""The printers of a bench: chosen there, and a document printed again."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.errors import DomainError
from orders.models import Package
from orders.words import say
from warehouse.printing.bench import ABLE, chosen, print_here, printers_of, remember
from warehouse.printing.forms import AgainForm, ChosenForm
from warehouse.printing.jobs import SLIP, has_document
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import (
    PACKERS,
    FloorRequest,
    Sent,
    apply,
    at_workplace,
    done,
    screen,
)


@role_required(*PACKERS)
@at_workplace
def bench_printers(request: FloorRequest) -> HttpResponse:
    """Show which printers this bench uses; a POST chooses them, on this device."""
    if request.method != "POST":
        return _page(request)
    form = ChosenForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {}
    found = {}
    for document, able in ABLE.items():
        if pk := given.get(document):
            found[document] = printers_of(request).filter(pk=pk, prints__in=able).first()
    if not form.is_valid() or None in found.values():
        return _page(request, ScanResult(say("Choose one of these printers."), is_refused=True))
    response = redirect("warehouse_pack")
    remember(response, {document: row for document, row in found.items() if row})
    return response


@require_POST
@role_required(*PACKERS)
@at_workplace
def print_again(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Print the slip or the label of a box, again or for the first time."""
    rows = Package.objects.visible_to(request.viewer).filter(shipment__warehouse=request.warehouse)
    box = get_object_or_404(rows.select_related("inside"), pk=pk)

    def act(sent: Sent) -> str:
        if not has_document(box, sent["document"]):
            told = (
                "Box {box} has no slip now: nothing is printed."
                if sent["document"] == SLIP
                else "Box {box} has no label now: nothing is printed."
            )
            raise DomainError(say(told, box=box))
        words = print_here(request, [box], sent["document"])
        if not words:
            raise DomainError(
                say("This bench has no printer for it: choose one on the screen Pack.")
            )
        return words

    outcome = apply(request, AgainForm(request.POST), act)
    if outcome.is_refused:
        return _page(request, outcome)
    return done(request, outcome, "warehouse_pack_shipment", box.shipment_id)


def _page(request: FloorRequest, outcome: ScanResult | None = None) -> HttpResponse:

    return screen(
        request,
        "warehouse/bench_printers.html",
        {"printers": list(printers_of(request)), "chosen": chosen(request)},
        outcome,
    )
