"""The pages of returned units: shares by product and reason, what is behind each, the file."""

from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from fulfillment.dashboard.number_forms import DAYS, ReturnedForm
from fulfillment.dashboard.queries.numbers.returned import returned_of, table_of
from fulfillment.keyset import page_of
from fulfillment.serving.replica import may_lag
from orders.access import SELLER_ROLES, Viewer, role_required
from orders.accounts.requests import SignedInRequest
from orders.files.formats.csv_files import lines_of
from orders.models import Product, Return
from orders.numbers.counting import Period
from orders.numbers.figures import FEW
from orders.numbers.returned import OFTEN, lines_back
from orders.words import say


@require_safe
@role_required(*SELLER_ROLES)
@may_lag
def returned(request: SignedInRequest) -> HttpResponse:
    """Show what came back of what arrived in some days, beside the days before."""
    form, viewer = ReturnedForm(request.GET), request.viewer
    period = _period(form, viewer)
    context = {
        "form": form,
        "period": period,
        "found": returned_of(viewer, period),
        "choices": DAYS,
        "chosen": form.chosen_days(),
        "few": FEW,
        "often": OFTEN,
    }
    return render(request, "dashboard/numbers/returned.html", context)


@require_safe
@role_required(*SELLER_ROLES)
@may_lag
def returned_rows(request: SignedInRequest) -> HttpResponse:
    """Show the units behind a number of that page: of one product or all, for one reason or any."""
    form, viewer = ReturnedForm(request.GET), request.viewer
    period, reason, wanted = _period(form, viewer), form.wanted_reason(), form.wanted_product()
    product = Product.objects.visible_to(viewer).filter(pk=wanted).first() if wanted else None
    rows = lines_back(viewer, period, product=wanted, reason=reason)
    shown = rows.select_related("order_return", "line__order")
    context = {
        "period": period,
        "product": product,
        "reason": say(str(Return.Reason(reason).label)) if reason else "",
        "total": rows.aggregate(sum=Sum("units"))["sum"] or 0,
        "page": page_of(shown, key="-id", cursor=request.GET.get("page", "")),
    }
    return render(request, "dashboard/numbers/returned_rows.html", context)


@require_safe
@role_required(*SELLER_ROLES)
@may_lag
def export_returned(request: SignedInRequest) -> HttpResponse:
    """Send the numbers of that page as a CSV file."""
    period = _period(ReturnedForm(request.GET), request.viewer)
    content = b"".join(lines_of(table_of(request.viewer, period)))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"returned-{period.first}-{period.last}.csv"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def _period(form: ReturnedForm, viewer: Viewer) -> Period:
    return form.period(timezone.localdate(timezone=ZoneInfo(viewer.zone)))
