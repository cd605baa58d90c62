"""The table of numbers as a CSV file."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from fulfillment.dashboard.number_forms import BY, NumbersForm
from fulfillment.dashboard.queries.numbers.file import table_of
from fulfillment.serving.replica import may_lag
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.files.formats.csv_files import lines_of


@require_safe
@role_required(*SELLER_ROLES)
@may_lag
def export_numbers(request: SignedInRequest) -> HttpResponse:
    """Send the figures of some days, in total and by channel, carrier and warehouse."""
    form, viewer, now = NumbersForm(request.GET), request.viewer, timezone.now()
    period = form.period(timezone.localdate(now, ZoneInfo(viewer.zone)))
    rows: Iterator[list[object]] = table_of(viewer, period, form.part(), now, ways=tuple(BY))
    answer = HttpResponse(b"".join(lines_of(rows)), content_type="text/csv; charset=utf-8")
    name = f"numbers-{period.first}-{period.last}.csv"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer
