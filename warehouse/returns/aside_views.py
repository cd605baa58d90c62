"""The screen of goods that were set aside: what the seller has decided is done."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from orders.access import role_required
from orders.errors import DomainError, WrongScan
from orders.models import Discrepancy, Product
from orders.returns.buildings import lies_in
from orders.words import say
from warehouse.returns.arrivals import carry_out
from warehouse.returns.forms import AsideForm
from warehouse.returns.places import lots_to_choose
from warehouse.scanning.codes import location_of, products_of
from warehouse.scanning.lot_codes import lot_in
from warehouse.scanning.screens import (
    PICKERS,
    FloorRequest,
    Sent,
    apply,
    at_workplace,
    done,
    screen,
)

KEEP = Discrepancy.Decision.KEEP


@role_required(*PICKERS)
@at_workplace
def aside(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Show what was decided; a button, or a scan of the article and its place, does it."""
    rows = Discrepancy.objects.visible_to(request.viewer)
    rows = rows.filter(lies_in(request.warehouse), seller__houses__warehouse=request.warehouse)
    row = get_object_or_404(
        rows.select_related("order_return", "line", "product", "seller__warehouse"), pk=pk
    )
    if request.method != "POST":
        return screen(request, "warehouse/aside.html", {"row": row})
    form = AsideForm(request.POST)
    outcome = apply(request, form, lambda sent: _do(request, row, sent))
    sent = form.cleaned_data
    if outcome.is_refused:
        context = _in_hand(row, sent.get("scanned", "")) | {"lot": sent.get("lot", "")}
        return screen(request, "warehouse/aside.html", context, outcome)
    if row.decision == KEEP and not sent["scanned"]:
        return screen(request, "warehouse/aside.html", _in_hand(row, sent["code"]), outcome)
    return done(request, outcome, "warehouse_returns")


def _do(request: FloorRequest, row: Discrepancy, sent: Sent) -> str:
    if row.decision != KEEP:
        return carry_out(row, actor=request.user)
    if not sent["scanned"]:
        return _article(request, row, sent["code"]).title
    place = location_of(sent["code"], request)
    if place is None:
        raise WrongScan(sent["code"], say("a bin or a shelf"))
    code = sent["scanned"]
    article = _article(request, row, code)
    if _lots(row, code) and not sent["lot"]:
        raise DomainError(
            say("{title} has lots: choose the one on the goods first.", title=article.title)
        )
    given = {"scanned": article, "code": code, "lot": sent["lot"], "location": place}
    return carry_out(row, actor=request.user, **given)


def _in_hand(row: Discrepancy, scanned: str) -> dict[str, Any]:
    """What the screen shows of goods that were scanned: the lots of which they may be."""
    return {"row": row, "scanned": scanned, "lots": _lots(row, scanned) if scanned else []}


def _lots(row: Discrepancy, code: str) -> list[str]:
    """The lots to choose from; none where a code says the lot."""
    if row.product is None or lot_in(code) or lot_in(row.code):
        return []
    return lots_to_choose(row.product, row.line)


def _article(request: FloorRequest, row: Discrepancy, code: str) -> Product:
    """The product that was set aside, if the code is its. Raises DomainError."""
    if row.product is None:
        raise DomainError(say("{product} is not in the seller's catalogue.", product=row))
    if row.product not in products_of(code, request):
        raise WrongScan(code or say("nothing"), row.product.sku)
    return row.product
