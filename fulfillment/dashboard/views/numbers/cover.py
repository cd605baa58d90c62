"""The page of stock cover: which products are used up first."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fulfillment.dashboard.queries.numbers.cover import DAYS, FEW_UNITS, stock_cover
from fulfillment.serving.replica import may_lag
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest


@require_safe
@role_required(*SELLER_ROLES)
@may_lag
def cover(request: SignedInRequest) -> HttpResponse:
    """Show for how many days the stock of each product lasts, the least first."""
    rows, total = stock_cover(
        request.viewer, timezone.localdate(timezone=ZoneInfo(request.viewer.zone))
    )
    context = {"rows": rows, "total": total, "days": DAYS, "few": FEW_UNITS}
    return render(request, "dashboard/numbers/cover.html", context)
