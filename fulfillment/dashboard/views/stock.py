"""Stock pages of a seller: quantities of products, and their stock movements."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fulfillment.dashboard.queries.numbers.showing import warehouses_of
from fulfillment.dashboard.queries.stock import BACKORDERED, LOW, NONE_LEFT, stock_list
from fulfillment.keyset import count_text
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.values.texts import asked_for

TABS = {"": "All", LOW: "Low", BACKORDERED: "Backordered", NONE_LEFT: "None left"}
LONGEST_SEARCH = 120


@require_safe
@role_required(*SELLER_ROLES)
def stock(request: SignedInRequest) -> HttpResponse:
    """Show products with on-hand, reserved and backordered quantities."""
    show = request.GET.get("show", "")
    show = show if show in TABS else ""
    search = asked_for(request.GET.get("q", ""), most=LONGEST_SEARCH)
    houses = warehouses_of(request.viewer)
    house = next((pk for pk in houses if str(pk) == request.GET.get("warehouse")), None)
    cursor = request.GET.get("page", "")
    found = stock_list(request.viewer, show=show, search=search, cursor=cursor, warehouse=house)
    context = {
        "houses": houses if len(houses) > 1 else {},
        "house": house,
        "tabs": TABS,
        "show": show,
        "search": search,
        "page": found.page,
        "total": count_text(found.total),
        "found": found.total,
    }
    return render(request, "dashboard/stock.html", context)
