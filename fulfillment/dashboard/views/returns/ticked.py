"""Deciding about the ticked returns of the list at once, each by itself: approved, or refused."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fulfillment.dashboard.edit_forms import decide
from fulfillment.dashboard.list_forms import TickedForm
from fulfillment.dashboard.queries.returns.listing import with_lines
from fulfillment.dashboard.views.returns.refusing import RefusedForm, said_before
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Return
from orders.returns.handling import approve_return, refuse_return
from orders.states import ReturnStatus
from orders.values.texts import one_line
from orders.words import say, say_count

MOST_TOLD = 5


@require_POST
@role_required(*SELLER_ROLES)
def approve_ticked(request: SignedInRequest) -> HttpResponse:
    """Approve the ticked returns of a page, each by itself; say which could not be."""
    form = TickedForm(request.POST)
    approved, left = _each(
        _ticked(request, form), lambda row: approve_return(row, actor=request.user)
    )
    if approved:
        text = say_count(
            approved,
            "{n} return is approved; its customer is notified.",
            "{n} returns are approved; their customers are notified.",
            n=approved,
        )
        messages.success(request, text)
    if more := _tell_first(request, left):
        text = say_count(
            more, "{n} more could not be approved.", "{n} more could not be approved.", n=more
        )
        messages.warning(request, text)
    if not approved and not left:
        messages.warning(request, say("Tick at least one return."))
    return _back(form)


@require_POST
@role_required(*SELLER_ROLES)
def refuse_ticked(request: SignedInRequest) -> HttpResponse:
    """Ask why the ticked returns are refused, then refuse each by itself; say which could not be.

    Sent twice it says the same twice: what it has refused with these words stays so.
    """
    ticked = TickedForm(request.POST)
    rows = list(with_lines(_ticked(request, ticked)))
    if not rows:
        messages.warning(request, say("Tick at least one return."))
        return _back(ticked)
    form, status = RefusedForm(), 200
    if "words" in request.POST:
        form = RefusedForm(request.POST)
        status = decide(form, lambda: _refuse(request, rows, form.cleaned_data["words"]))
        if not status:
            return _back(ticked)
    context = {
        "rows": rows,
        "form": form,
        "query": request.POST.get("query", ""),
        "words": said_before(rows[0].seller_id, request.viewer),
    }
    return render(request, "dashboard/returns/refuse_ticked.html", context, status=status)


def _refuse(request: SignedInRequest, rows: Sequence[Return], words: str) -> None:
    said = one_line(words)

    def refuse(row: Return) -> None:
        try:
            refuse_return(row, words=words, seen=ReturnStatus.REQUESTED, actor=request.user)
        except DomainError:
            row.refresh_from_db(fields=["status", "words"])
            if (row.status, row.words) != (ReturnStatus.REFUSED, said):
                raise

    refused, left = _each(rows, refuse)
    if refused:
        text = say_count(
            refused,
            "{n} return is refused; its customer is notified.",
            "{n} returns are refused; their customers are notified.",
            n=refused,
        )
        messages.success(request, text)
    if more := _tell_first(request, left):
        text = say_count(
            more, "{n} more could not be refused.", "{n} more could not be refused.", n=more
        )
        messages.warning(request, text)


def _ticked(request: SignedInRequest, form: TickedForm) -> QuerySet[Return]:
    return Return.objects.visible_to(request.viewer).filter(pk__in=form.ids()).order_by("pk")


def _each(
    rows: QuerySet[Return] | Sequence[Return], act: Callable[[Return], object]
) -> tuple[int, list[str]]:
    """(for how many returns it was done, why not for the others), each in its own transaction."""
    number, left = 0, []
    for row in rows:
        try:
            act(row)
            number += 1
        except DomainError as error:
            left.append(str(error))
    return number, left


def _tell_first(request: SignedInRequest, left: Sequence[str]) -> int:
    """Say why the first ones are left; how many more are."""
    for words in left[:MOST_TOLD]:
        messages.warning(request, words)
    return len(left[MOST_TOLD:])


def _back(form: TickedForm) -> HttpResponse:
    answer = redirect("dashboard_returns")
    if query := form.page_query():
        answer["Location"] += f"?{query}"
    return answer
