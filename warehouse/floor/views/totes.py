"""The lead's screen of totes: how many there are and are free, and new ones by their numbers."""

from django.http import HttpResponse

from orders.access import Role, role_required
from orders.words import say_count
from warehouse.floor.forms import TotesForm
from warehouse.floor.totes import add_totes, free_totes, totes_of
from warehouse.models import PickList
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, at_workplace, done, screen
from warehouse.states import PICK_LIST_BEGUN

LONGEST_LIST = 100


@role_required(Role.LEAD)
@at_workplace
def totes(request: FloorRequest) -> HttpResponse:
    """Show the totes in use; a POST adds totes."""
    if request.method != "POST":
        return _show(request)
    outcome = apply(request, form := TotesForm(request.POST), lambda sent: _add(request, sent))
    if outcome.is_refused:
        return _show(request, outcome, form)
    return done(request, outcome, "warehouse_totes")


def _add(request: FloorRequest, sent: Sent) -> str:
    number = add_totes(request.warehouse, sent["first"], sent["last"])
    return say_count(number, "{n} tote added.", "{n} totes added.", n=number)


def _show(
    request: FloorRequest, outcome: ScanResult | None = None, form: TotesForm | None = None
) -> HttpResponse:
    here = totes_of(request.warehouse)
    walks = PickList.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    context = {
        "form": form,
        "number": here.count(),
        "free": free_totes(request.warehouse).count(),
        "walks": walks.filter(status__in=PICK_LIST_BEGUN)
        .select_related("tote", "batch_tote", "shipment", "picker")
        .order_by("tote__code")[:LONGEST_LIST],
    }
    return screen(request, "warehouse/totes.html", context, outcome)
