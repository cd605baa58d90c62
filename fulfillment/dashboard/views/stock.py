"""Stock pages of a seller: quantities of products, and their stock movements."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from fulfillment.dashboard.queries.stock import BACKORDERED, NONE_LEFT, movements, stock_list
from fulfillment.keyset import count_text
from fulfillment.lists.products import product_with_places
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.lifecycle.aliases import forget
from orders.models import SkuAlias
from orders.values.texts import asked_for
from warehouse.models import StockMovement

TABS = {"": "All", BACKORDERED: "Backordered", NONE_LEFT: "None left"}
LONGEST_SEARCH = 120
MOST_ALIASES = 100


@require_safe
@role_required(*SELLER_ROLES)
def stock(request: SignedInRequest) -> HttpResponse:
    """Show products with on-hand, reserved and backordered quantities."""
    show = request.GET.get("show", "")
    show = show if show in TABS else ""
    search = asked_for(request.GET.get("q", ""), most=LONGEST_SEARCH)
    found = stock_list(request.viewer, show=show, search=search, cursor=request.GET.get("page", ""))
    context = {
        "tabs": TABS,
        "show": show,
        "search": search,
        "page": found.page,
        "total": count_text(found.total),
        "is_one": found.total == 1,
    }
    return render(request, "dashboard/stock.html", context)


@require_safe
@role_required(*SELLER_ROLES)
def product(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show one product: its locations and stock movements."""
    row = get_object_or_404(product_with_places(request.viewer), pk=pk)
    row.available = row.on_hand - row.reserved
    reason = request.GET.get("reason", "")
    context = {
        "product": row,
        "aliases": SkuAlias.objects.visible_to(request.viewer)
        .filter(product=row)
        .select_related("channel")
        .order_by("channel__name", "sku")[:MOST_ALIASES],
        "reasons": {"": "All"} | dict(StockMovement.Reason.choices),
        "reason": reason if reason in StockMovement.Reason.values else "",
        "page": movements(request.viewer, row, reason=reason, cursor=request.GET.get("page", "")),
    }
    return render(request, "dashboard/product.html", context)


@require_POST
@role_required(*SELLER_ROLES)
def forget_alias(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Forget what a channel calls a product."""
    alias = get_object_or_404(SkuAlias.objects.visible_to(request.viewer), pk=pk)
    if not request.POST.get("sure"):
        return redirect("dashboard_product", alias.product_id)
    messages.success(request, f"{alias.sku} is unknown again: the next order with it is held.")
    product_id = alias.product_id
    forget(alias, actor=request.user)
    return redirect("dashboard_product", product_id)
