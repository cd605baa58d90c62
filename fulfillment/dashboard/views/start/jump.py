"""The page *Go to*: every page of the dashboard by its name, and the search. Ctrl+K opens it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.access import SELLER_ROLES, Role, role_required
from orders.accounts.requests import SignedInRequest

# The address and the name of each page; the tabs of the settings follow from their own list.
DAY = (
    ("dashboard", "Attention"), ("dashboard_orders", "Orders"), ("dashboard_returns", "Returns"),
    ("dashboard_promises", "Promises"),
)  # fmt: skip
FIGURES = (
    ("dashboard_numbers", "Numbers"), ("dashboard_number_cover", "Stock cover"),
    ("dashboard_returned", "Returned units"),
)  # fmt: skip
GOODS = (
    ("dashboard_products", "Products"), ("dashboard_new_product", "Add a product"),
    ("dashboard_stock", "Stock"), ("dashboard_inbounds", "Inbound"),
    ("dashboard_imports", "Import"),
)  # fmt: skip
OF_OWNERS = (("dashboard_refund_terms", "Refunds"), ("dashboard_return_reasons", "Return reasons"))
OF_SELLERS = (("dashboard_demo", "Demo data"),)
ABOUT = (("dashboard_news", "What is new"), ("mfa_index", "Your account"))
OF_OPERATORS = (
    ("warehouse_home", "Warehouse"), ("operator_sellers", "Access"), ("personal_data", "Privacy"),
    ("admin:index", "Admin"),
)  # fmt: skip


@require_safe
@role_required(*SELLER_ROLES)
def jump(request: SignedInRequest) -> HttpResponse:
    """Show the field that searches orders, and a link to each page that this person may open."""
    viewer = request.viewer
    pages: tuple[tuple[str, str], ...] = DAY + FIGURES + GOODS
    pages += OF_OWNERS if viewer.has_role(Role.OWNER) else ()
    pages += ABOUT + (OF_OPERATORS if viewer.is_operator else OF_SELLERS)
    return render(request, "dashboard/jump.html", {"pages": pages})
