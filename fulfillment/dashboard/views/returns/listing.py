"""The list of returns: filters, and its file."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from fulfillment.dashboard.list_forms import ReturnFilterForm
from fulfillment.dashboard.queries.returns.listing import TABS, file_rows, return_list
from fulfillment.keyset import count_text
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.files.formats.csv_files import lines_of
from orders.row_security import Reach, seeing


@require_safe
@role_required(*SELLER_ROLES)
def returns(request: SignedInRequest) -> HttpResponse:
    """List returns, the newest first."""
    form = ReturnFilterForm(request.GET)
    wanted = form.wanted()
    page, total = return_list(request.viewer, wanted, request.GET.get("page", ""))
    context = {
        "form": form,
        "tabs": TABS,
        "wanted": wanted,
        "page": page,
        "total": count_text(total),
        "found": total,
        "chips": form.chips(request.GET),
        "query": request.GET.urlencode(),
    }
    return render(request, "dashboard/returns/list.html", context)


@require_safe
@role_required(*SELLER_ROLES)
def export_returns(request: SignedInRequest) -> HttpResponseBase:
    """Send the returns that the list shows as a CSV file, row by row as it is read."""
    rows = file_rows(request.viewer, ReturnFilterForm(request.GET).wanted())
    answer = StreamingHttpResponse(
        _sent(rows, request.viewer.reach), content_type="text/csv; charset=utf-8"
    )
    name = f"returns-{timezone.localdate().isoformat()}.csv"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def _sent(rows: Iterator[list[Any]], reach: Reach) -> Iterator[bytes]:
    """The request is over before its last row is read, so the reach is taken along."""
    with seeing(reach):
        yield from lines_of(rows)
