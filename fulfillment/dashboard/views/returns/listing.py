"""The list of returns: filters, its file, and the approval of several at once."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from fulfillment.dashboard.list_forms import ReturnFilterForm, TickedForm
from fulfillment.dashboard.queries.returns.listing import TABS, file_rows, return_list
from fulfillment.keyset import count_text
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.files.formats.csv_files import lines_of
from orders.models import Return
from orders.returns.handling import approve_return
from orders.row_security import Reach, seeing
from orders.words import say, say_count

MOST_TOLD = 5


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


@require_POST
@role_required(*SELLER_ROLES)
def approve_ticked(request: SignedInRequest) -> HttpResponse:
    """Approve the ticked returns of a page, each by itself; say which could not be."""
    form = TickedForm(request.POST)
    rows = Return.objects.visible_to(request.viewer).filter(pk__in=form.ids()).order_by("pk")
    approved, refused = 0, []
    for row in rows:
        try:
            approve_return(row, actor=request.user)
            approved += 1
        except DomainError as error:
            refused.append(str(error))
    if approved:
        text = say_count(
            approved,
            "{n} return is approved; its customer is notified.",
            "{n} returns are approved; their customers are notified.",
            n=approved,
        )
        messages.success(request, text)
    for words in refused[:MOST_TOLD]:
        messages.warning(request, words)
    if len(refused) > MOST_TOLD:
        more = len(refused) - MOST_TOLD
        text = say_count(
            more, "{n} more could not be approved.", "{n} more could not be approved.", n=more
        )
        messages.warning(request, text)
    if not approved and not refused:
        messages.warning(request, say("Tick at least one return."))
    answer = redirect("dashboard_returns")
    if query := form.page_query():
        answer["Location"] += f"?{query}"
    return answer


def _sent(rows: Iterator[list[Any]], reach: Reach) -> Iterator[bytes]:
    """The request is over before its last row is read, so the reach is taken along."""
    with seeing(reach):
        yield from lines_of(rows)
