"""Files out: orders as the list is filtered, products and stock, as CSV or XLSX."""

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from fulfillment.dashboard.list_forms import OrderFilterForm
from fulfillment.dashboard.queries.exports import EXPORTS, check_size
from orders.access import SELLER_ROLES, role_required
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.files.formats import workbooks
from orders.files.formats.csv_files import lines_of
from orders.row_security import Reach, seeing
from orders.words import say
from orders.words.writing import grouped

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHEET_ROWS = 20_000  # a workbook is made before the first byte of it is sent


@require_safe
@role_required(*SELLER_ROLES)
def export(request: SignedInRequest) -> HttpResponseBase:
    """Send a file; who asks for customers' names and addresses has just signed in."""
    what = request.GET.get("what", "orders")
    return _send_orders(request) if what == "orders" else _send(request, what)


@fresh_sign_in_required
def _send_orders(request: SignedInRequest) -> HttpResponseBase:
    return _send(request, "orders")


def _send(request: SignedInRequest, what: str) -> HttpResponseBase:
    """Row by row as it is read."""
    if (wanted := EXPORTS.get(what)) is None:
        raise Http404
    filtered = OrderFilterForm(request.GET).wanted()
    if what == "orders":
        check_size(request.viewer, filtered)
    rows = wanted.rows(request.viewer, filtered)
    name = f"{what}-{timezone.localdate().isoformat()}"
    answer: HttpResponseBase
    if request.GET.get("format") == "xlsx":
        file = workbooks.written(_bounded(rows), wanted.title)
        answer = FileResponse(file, content_type=XLSX)
        name += ".xlsx"
    else:
        answer = StreamingHttpResponse(_sent(rows, request.viewer.reach), content_type=CSV)
        name += ".csv"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def _sent(rows: Iterator[list[Any]], reach: Reach) -> Iterator[bytes]:
    """The request is over before its last row is read, so the reach is taken along."""
    with seeing(reach):
        yield from lines_of(rows)


def _bounded(rows: Iterator[list[Any]]) -> Iterator[list[Any]]:
    for number, row in enumerate(rows):
        if number > MOST_SHEET_ROWS:
            raise DomainError(
                say(
                    "A workbook has at most {most} rows here: choose CSV, or fewer orders.",
                    most=grouped(MOST_SHEET_ROWS),
                )
            )
        yield row
