"""Acts on many orders: choose and confirm, begin the job, see how far it is."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fulfillment.dashboard.list_forms import EXPORT, BulkForm
from fulfillment.dashboard.queries.orders.bulk import chosen_orders, progress_of
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.decisions.bulk import MOST_ORDERS, begin_bulk_job
from orders.decisions.bulk_acts import NEEDS
from orders.errors import DomainError, InvalidInput
from orders.models import BulkJob


@require_POST
@role_required(*SELLER_ROLES)
def choose(request: SignedInRequest) -> HttpResponse:
    """Say what an act will do with the chosen orders, and ask for what it needs."""
    form = BulkForm(request.POST)
    if not form.is_valid() or not form.is_of_some():
        messages.error(request, "Choose at least one order, and what to do with it.")
        return redirect(_list_of(form))
    if form.cleaned_data["act"] == EXPORT:
        return redirect(f"{reverse('dashboard_export')}?{form.export_query()}")
    return _confirm(request, form)


@require_POST
@role_required(*SELLER_ROLES)
def begin(request: SignedInRequest) -> HttpResponse:
    """Begin the job; a second click finds it begun."""
    form = BulkForm(request.POST)
    if not form.is_valid() or not form.is_of_some() or form.cleaned_data["act"] == EXPORT:
        messages.error(request, "Choose at least one order, and what to do with it.")
        return redirect(_list_of(form))
    given = form.cleaned_data
    try:
        job = begin_bulk_job(
            chosen_orders(request.viewer, form.wanted()),
            BulkJob.Act(given["act"]),
            given,
            key=given["key"],
            actor=request.user,
        )
    except InvalidInput as error:
        for field, problem in error.problems:
            form.add_error(field, f"{problem[0].upper()}{problem[1:]}.")
        return _confirm(request, form, status=422)
    except DomainError as error:
        form.add_error(None, str(error))
        return _confirm(request, form, status=409)
    return redirect("dashboard_bulk_job", job.pk)


@require_safe
@role_required(*SELLER_ROLES)
def bulk_job(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show how far a job is, and what came of each order."""
    jobs = BulkJob.objects.visible_to(request.viewer).select_related("actor")
    job = get_object_or_404(jobs, pk=pk)
    state = request.GET.get("state", "")
    progress = progress_of(request.viewer, job, state=state, cursor=request.GET.get("page", ""))
    context = {"job": job, "progress": progress, "page": progress.page, "state": state}
    return render(request, "dashboard/bulk/job.html", context)


def _confirm(request: SignedInRequest, form: BulkForm, *, status: int = 200) -> HttpResponse:
    wanted = form.wanted()
    number = chosen_orders(request.viewer, wanted).order_by()[: MOST_ORDERS + 1].count()
    act = BulkJob.Act(form.cleaned_data["act"])
    context = {
        "form": form,
        "act": act,
        "needs": NEEDS[act],
        "number": number,
        "are_too_many": number > MOST_ORDERS,
        "most": f"{MOST_ORDERS:,}",
        "back": _list_of(form),
    }
    return render(request, "dashboard/bulk/confirm.html", context, status=status)


def _list_of(form: BulkForm) -> str:
    """The address of the list from which the orders were chosen."""
    query = form.data.get("query", "")
    return f"{reverse('dashboard_orders')}?{query}" if query else reverse("dashboard_orders")
