"""Acts on many orders: choose and confirm, begin the job, see how far it is."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from fulfillment.dashboard.list_forms import EXPORT, SLIPS, BulkForm
from fulfillment.dashboard.queries.orders.bulk import (
    Chosen,
    chosen_orders,
    in_words,
    progress_of,
    too_many,
)
from fulfillment.dashboard.views.lists.slips import offer_slips
from fulfillment.lists.order_search import MOST_FOUND
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.decisions.bulk import MOST_ORDERS, begin_bulk_job
from orders.decisions.bulk_acts import NEEDS
from orders.errors import DomainError, InvalidInput, Outdated
from orders.keys import new_id
from orders.models import BulkJob
from orders.words import say
from orders.words.writing import grouped


@require_POST
@role_required(*SELLER_ROLES)
def choose(request: SignedInRequest) -> HttpResponse:
    """Say what an act will do with the chosen orders, and ask for what it needs."""
    form = BulkForm(request.POST)
    if refusal := form.refusal():
        messages.error(request, refusal)
        return redirect(_list_of(form))
    if form.cleaned_data["act"] == EXPORT:
        return redirect(f"{reverse('dashboard_export')}?{form.export_query()}")
    chosen = _chosen(request, form, timezone.now())
    if form.cleaned_data["act"] == SLIPS:
        return offer_slips(request, request.viewer, form.in_order(chosen.pks), _list_of(form))
    return _confirm(request, form, chosen)


@require_POST
@role_required(*SELLER_ROLES)
def begin(request: SignedInRequest) -> HttpResponse:
    """Begin the job; a second click finds it begun."""
    form = BulkForm(request.POST)
    if (refusal := form.refusal()) or form.cleaned_data["act"] in (EXPORT, SLIPS):
        messages.error(request, refusal or say("Choose what to do with these orders."))
        return redirect(_list_of(form))
    given = form.cleaned_data
    if begun := BulkJob.objects.visible_to(request.viewer).filter(pk=given["key"]).first():
        return redirect("dashboard_bulk_job", begun.pk)
    chosen = _chosen(request, form, given["until"] or timezone.now())
    try:
        if given["all"] and given["seal"] != chosen.seal:
            chosen = _chosen(request, form, timezone.now())
            raise Outdated(
                say("These are other orders than before. Look at how many there are now.")
            )
        if chosen.are_too_many:
            raise DomainError(say("These are too many orders: choose fewer, as by date."))
        job = begin_bulk_job(
            chosen.orders(request.viewer),
            BulkJob.Act(given["act"]),
            given,
            key=given["key"],
            actor=request.user,
        )
    except InvalidInput as error:
        for field, problem in error.problems:
            form.add_error(field, f"{problem[0].upper()}{problem[1:]}.")
        return _confirm(request, form, chosen, status=422)
    except DomainError as error:
        form.add_error(None, str(error))
        form.job_key = new_id()
        return _confirm(request, form, chosen, status=409)
    return redirect("dashboard_bulk_job", job.pk)


@require_safe
@role_required(*SELLER_ROLES)
def bulk_job(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show how far a job is, and what came of each order."""
    jobs = BulkJob.objects.visible_to(request.viewer).select_related("actor")
    job = get_object_or_404(jobs, pk=pk)
    state = request.GET.get("state", "")
    progress = progress_of(request.viewer, job, state=state, cursor=request.GET.get("page", ""))
    heading = in_words(BulkJob.Act(job.act), job.total)
    context = {"job": job, "progress": progress, "page": progress.page, "state": state}
    context["heading"] = heading
    return render(request, "dashboard/bulk/job.html", context)


def _chosen(request: SignedInRequest, form: BulkForm, until: datetime) -> Chosen:
    return chosen_orders(request.viewer, form.wanted(), until=until)


def _confirm(
    request: SignedInRequest, form: BulkForm, chosen: Chosen, *, status: int = 200
) -> HttpResponse:
    act = BulkJob.Act(form.cleaned_data["act"])
    context = {
        "form": form,
        "act": act,
        "heading": too_many(act) if chosen.are_too_many else in_words(act, len(chosen.pks)),
        "needs": NEEDS[act],
        "chosen": chosen,
        "number": len(chosen.pks),
        "most": grouped(MOST_FOUND if chosen.is_cut else MOST_ORDERS),
        "back": _list_of(form),
    }
    return render(request, "dashboard/bulk/confirm.html", context, status=status)


def _list_of(form: BulkForm) -> str:
    """The address of the list from which the orders were chosen."""
    query = form.data.get("query", "")
    return f"{reverse('dashboard_orders')}?{query}" if query else reverse("dashboard_orders")
