"""The screen of a customer's own unit: repaired, then scanned into a tote and packed."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from orders.access import role_required
from orders.errors import WrongScan
from orders.models import Product, Repair
from orders.returns.repairing import decide_repair
from orders.states import RepairStatus
from orders.words import say
from warehouse.returns.forms import GoingBackForm
from warehouse.returns.going_back import going_back, send_back
from warehouse.scanning.codes import products_of
from warehouse.scanning.screens import (
    PICKERS,
    FloorRequest,
    Sent,
    apply,
    at_workplace,
    done,
    screen,
)

TEMPLATE = "warehouse/going_back.html"


@role_required(*PICKERS)
@at_workplace
def repair(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Say that it is repaired; once it is, scan it, and the tote where these are scanned."""
    row = get_object_or_404(going_back(request.warehouse, request.viewer), pk=pk)
    if request.method != "POST":
        return screen(request, TEMPLATE, {"row": row})
    form = GoingBackForm(request.POST)
    outcome = apply(request, form, lambda sent: _do(request, row, sent))
    sent = form.cleaned_data
    if outcome.is_refused:
        return screen(request, TEMPLATE, {"row": row, "scanned": sent.get("scanned", "")}, outcome)
    if row.status == RepairStatus.WAITING:
        return done(request, outcome, "warehouse_repair", row.pk)
    if request.warehouse.scans_totes and not sent["scanned"]:
        return screen(request, TEMPLATE, {"row": row, "scanned": sent["code"]}, outcome)
    return done(request, outcome, "warehouse_returns")


def _do(request: FloorRequest, row: Repair, sent: Sent) -> str:
    if row.status == RepairStatus.WAITING:
        decide_repair(row, RepairStatus.REPAIRED, actor=request.user)
        return say("Repaired: {goods}", goods=_named(row))
    scans_totes = request.warehouse.scans_totes
    article = _article(request, row, sent["scanned"] or sent["code"])
    if scans_totes and not sent["scanned"]:
        return article.title
    walk = send_back(
        row,
        scanned=article,
        warehouse=request.warehouse,
        tote=sent["code"] if scans_totes else "",
        actor=request.user,
    )
    return say(
        "Into {holder}: {goods}. Pack shipment {shipment} next.",
        holder=walk.holder,
        goods=_named(row),
        shipment=walk.shipment,
    )


def _named(row: Repair) -> str:
    line = row.return_line.line
    return f"{row.quantity} × {(line.product or line).title}"


def _article(request: FloorRequest, row: Repair, code: str) -> Product:
    """The product that is to go back, if the code is its. Raises WrongScan."""
    product = row.return_line.line.product
    if product is None or product not in products_of(code, request):
        raise WrongScan(code or say("nothing"), str(product and product.sku))
    return product
