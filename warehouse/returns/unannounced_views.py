"""The screen of parcels that nobody announced: of an order, or of nobody we know."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.errors import DomainError, WrongScan
from orders.models import Order, Product, Return, Seller
from orders.states import ReturnStatus
from orders.words import say
from warehouse.returns.arrivals import receive_unannounced, record_stray
from warehouse.returns.finding import orders_named
from warehouse.returns.forms import StrayForm
from warehouse.scanning.base_forms import FloorForm, ScanForm
from warehouse.scanning.codes import products_of
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


@role_required(*PICKERS)
@at_workplace
def unannounced(request: FloorRequest) -> HttpResponse:
    """Ask whose parcel it is; the number of its order, or of a parcel to it, opens a return."""
    if request.method != "POST":
        return _show(request)
    form = ScanForm(request.POST)
    outcome = apply(request, form, lambda sent: _open(request, sent["code"]))
    if outcome.is_refused:
        return _show(request, outcome)
    order = _order(request, form.cleaned_data["code"])
    opened = order.returns.filter(
        reason=Return.Reason.UNANNOUNCED, status=ReturnStatus.RECEIVED
    ).order_by("-created_at")
    found = opened.first()
    return redirect("warehouse_inspect_return", found.pk) if found else _show(request, outcome)


@require_POST
@role_required(*PICKERS)
@at_workplace
def stray(request: FloorRequest) -> HttpResponse:
    """Record what is in a parcel that belongs to no order."""
    return _press(request, StrayForm(request.POST), lambda sent: _record(request, sent))


def _press(request: FloorRequest, form: FloorForm, act: Callable[[Sent], str]) -> HttpResponse:
    outcome = apply(request, form, act)
    if outcome.is_refused:
        return _show(request, outcome)
    return done(request, outcome, "warehouse_unannounced")


def _open(request: FloorRequest, code: str) -> str:
    opened = receive_unannounced(
        _order(request, code), warehouse=request.warehouse, actor=request.user
    )
    return say("Return {opened}: write it on the parcel, then scan what is in it.", opened=opened)


def _order(request: FloorRequest, code: str) -> Order:
    found = orders_named(code, request)
    if not found:
        raise WrongScan(code, say("the number of an order, or of a parcel that we sent"))
    if len(found) > 1:
        names = ", ".join(str(order.seller) for order in found)
        raise DomainError(
            say(
                "{code} is an order of {names}: scan the number of the parcel.",
                code=code,
                names=names,
            )
        )
    return found[0]


def _record(request: FloorRequest, sent: Sent) -> str:
    products = products_of(sent["code"], request)
    seller = _seller(request, sent["seller"], products)
    product = next((row for row in products if row.seller_id == seller.pk), None)
    row = record_stray(
        seller,
        code=sent["code"],
        product=product,
        quantity=sent["quantity"],
        actor=request.user,
    )
    return say("Set aside: {row}. {seller} decides.", row=row, seller=seller)


def _seller(request: FloorRequest, chosen: UUID | None, products: list[Product]) -> Seller:
    """Whose it is: as chosen, else of the only one that has the product, else the only one."""
    sellers = {seller.pk: seller for seller in _sellers(request)}
    if chosen in sellers:
        return sellers[chosen]
    known = {row.seller_id for row in products} or set(sellers)
    if len(known) != 1:
        raise DomainError(say("Choose the seller whose goods these may be."))
    return sellers[known.pop()]


def _sellers(request: FloorRequest) -> list[Seller]:
    rows = Seller.objects.visible_to(request.viewer).filter(houses__warehouse=request.warehouse)
    return list(rows.order_by("name"))


def _show(request: FloorRequest, outcome: ScanResult | None = None) -> HttpResponse:
    context = {"sellers": _sellers(request), "came": request.GET.get("code", "")[:120]}
    return screen(request, "warehouse/unannounced.html", context, outcome)
