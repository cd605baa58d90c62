"""The page *Go to*: every page of the dashboard by its name, and the search. Ctrl+K opens it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest

PAGES = (
    ("dashboard", "Attention"), ("dashboard_orders", "Orders"), ("dashboard_returns", "Returns"),
    ("dashboard_promises", "Promises"), ("dashboard_numbers", "Numbers"),
    ("dashboard_products", "Products"), ("dashboard_stock", "Stock"),
    ("dashboard_inbounds", "Inbound"), ("dashboard_imports", "Import"),
)  # fmt: skip


@require_safe
@role_required(*SELLER_ROLES)
def jump(request: SignedInRequest) -> HttpResponse:
    """Show the field that searches orders, and a link to each page."""
    return render(request, "dashboard/jump.html", {"pages": PAGES})
