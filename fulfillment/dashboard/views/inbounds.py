"""Announced goods of a seller: the list, a new one, and what arrived of each."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F, Prefetch, QuerySet, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fulfillment.dashboard.edit_forms import CONFLICT, INVALID
from fulfillment.dashboard.inbound_forms import AnnounceForm
from fulfillment.keyset import page_of
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.catalogue.views import HEADERS
from orders.errors import DomainError, InvalidInput
from orders.models import Seller, SellerWarehouse
from orders.words import say
from warehouse.inbound.announcing import announce_inbound, cancel_inbound, settle_inbound
from warehouse.inbound.receiving import sums_of
from warehouse.models import Inbound, InboundDamage, InboundLine

MOST_SELLERS = 200


@require_safe
@role_required(*SELLER_ROLES)
def inbounds(request: SignedInRequest) -> HttpResponse:
    """List announced goods, the newest first."""
    rows = _inbounds(request).annotate(
        units=Sum("lines__announced", default=0),
        came=Sum(F("lines__received") + F("lines__damaged"), default=0),
    )
    page = page_of(rows, key="-id", cursor=request.GET.get("page", ""))
    return render(request, "dashboard/inbound/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def announce(request: SignedInRequest) -> HttpResponse:
    """Announce goods that are on their way."""
    sellers = list(Seller.objects.visible_to(request.viewer).order_by("name")[:MOST_SELLERS])
    if request.method != "POST":
        return _form(request, AnnounceForm(), sellers)
    form = AnnounceForm(request.POST)
    chosen = [one for one in sellers if str(one.pk) == request.POST.get("seller")]
    seller = next(iter(chosen or (sellers if len(sellers) == 1 else ())), None)
    if seller is None:
        form.add_error(None, say("Choose the seller."))
    if not form.is_valid() or seller is None:
        return _form(request, form, sellers, INVALID)
    try:
        inbound = announce_inbound(seller, **form.cleaned_data, actor=request.user)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _form(request, form, sellers, INVALID)
    except DomainError as refusal:
        form.add_error("reference", str(refusal))
        return _form(request, form, sellers, CONFLICT)
    done = say("Announced as {inbound}: write this number on the goods.", inbound=inbound)
    messages.success(request, done)
    return redirect("dashboard_inbound", inbound.pk)


@require_safe
@role_required(*SELLER_ROLES)
def inbound(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show announced, received and damaged units of each product, with the photos."""
    damages = InboundDamage.objects.visible_to(request.viewer).defer("image").order_by("pk")
    lines = InboundLine.objects.visible_to(request.viewer).select_related("product")
    lines = lines.prefetch_related(Prefetch("damages", damages)).order_by("position")
    row = get_object_or_404(_inbounds(request), pk=pk)
    found = list(lines.filter(inbound=row))
    context = {"inbound": row, "lines": found, "sums": sums_of(found)}
    return render(request, "dashboard/inbound/one.html", context)


@require_POST
@role_required(*SELLER_ROLES)
def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Call off goods of which nothing has come."""
    row = cancel_inbound(get_object_or_404(_inbounds(request), pk=pk), actor=request.user)
    messages.success(request, say("Inbound {row} is cancelled.", row=row))
    return redirect("dashboard_inbound", pk)


@require_POST
@role_required(*SELLER_ROLES)
def settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Tick off differences that were seen."""
    row = get_object_or_404(_inbounds(request), pk=pk)
    settle_inbound(row, actor=request.user)
    messages.success(request, say("Differences of {row} ticked off.", row=row))
    back = request.POST.get("back") == "attention"
    return redirect("dashboard") if back else redirect("dashboard_inbound", pk)


@require_safe
@role_required(*SELLER_ROLES)
def photo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The photo of damaged units, for their seller only."""
    row = get_object_or_404(InboundDamage.objects.visible_to(request.viewer), pk=pk)
    if row.image is None:
        raise Http404("There is no photo of it.")
    return HttpResponse(bytes(row.image), content_type="image/webp", headers=HEADERS)


def _inbounds(request: SignedInRequest) -> "QuerySet[Inbound]":
    return Inbound.objects.visible_to(request.viewer).select_related("seller", "warehouse")


def _form(
    request: SignedInRequest, form: AnnounceForm, sellers: list[Seller], status: int = 200
) -> HttpResponse:
    rows = SellerWarehouse.objects.visible_to(request.viewer).filter(removed_at__isnull=True)
    rows = rows.order_by("position", "warehouse__name")
    houses = dict(rows.values_list("warehouse__code", "warehouse__name"))
    context: dict[str, Any] = {"form": form, "sellers": sellers, "houses": houses}
    return render(request, "dashboard/inbound/new.html", context, status=status)
