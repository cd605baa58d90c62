"""Refusing a return, with words that the customer reads; approving one after all, with a reason."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from fulfillment.dashboard.edit_forms import REASON, decide
from orders.access import SELLER_ROLES, Viewer, role_required
from orders.accounts.requests import SignedInRequest
from orders.lifecycle.changes import LONGEST_REASON
from orders.models import Return, ReturnRule
from orders.returns.handling import refuse_return, revise_return
from orders.states import ReturnStatus
from orders.words import say, say_later

MOST_OFFERED, LOOKED_AT = 8, 50


class RefusedForm(forms.Form):
    """Why a return is refused; `seen`: its status when that was asked."""

    seen = forms.CharField(required=False, max_length=12)

    words = forms.CharField(
        label=say_later("Why, in words that the customer reads"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(
            {"class": "form-control", "list": "words-before", "autocomplete": "off"}
        ),
    )


class ExceptionForm(forms.Form):
    """Why a return is approved that was refused."""

    seen = forms.CharField(required=False, max_length=12)
    reason = forms.CharField(label=REASON, required=False, max_length=LONGEST_REASON)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def refuse(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask why a return is refused, also one that was approved; refuse it."""
    rows = Return.objects.visible_to(request.viewer).select_related("order")
    row = get_object_or_404(rows, pk=pk)
    form, status = RefusedForm(), 200

    def act() -> None:
        seen = form.cleaned_data["seen"] or row.status
        decided = revise_return if seen == ReturnStatus.APPROVED else refuse_return
        decided(row, words=form.cleaned_data["words"], seen=seen, actor=request.user)

    if request.method == "POST":
        form = RefusedForm(request.POST)
        status = decide(form, act)
        if not status:
            text = say("Return {row} is refused; the customer is notified.", row=row)
            messages.success(request, text)
            if request.GET.get("back") == "attention":
                return redirect("dashboard")
            return redirect("dashboard_order", row.order_id)
        row.refresh_from_db()
    context = {"row": row, "form": form, "words": said_before(row.seller_id, request.viewer)}
    return render(request, "dashboard/returns/refuse.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def approve_after_all(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Approve a refused return; ask why where the policy has refused it."""
    rows = Return.objects.visible_to(request.viewer).select_related("order")
    row = get_object_or_404(rows, pk=pk)
    form, status = ExceptionForm(request.POST or None), 200

    def act() -> None:
        if row.status == ReturnStatus.APPROVED:  # pressed twice
            return
        seen = form.cleaned_data["seen"] or ReturnStatus.REFUSED
        revise_return(row, reason=form.cleaned_data["reason"], seen=seen, actor=request.user)

    if request.method == "POST":
        form = ExceptionForm(request.POST)
        status = decide(form, act)
        if not status:
            text = say("Return {row} is approved now; the customer is notified.", row=row)
            messages.success(request, text)
            return redirect("dashboard_order", row.order_id)
        row.refresh_from_db()
    context = {"row": row, "form": form}
    return render(request, "dashboard/returns/approve.html", context, status=status)


def said_before(seller_id: UUID, viewer: Viewer) -> list[str]:
    """Words with which this seller refuses: those of their rules, then the last ones by hand."""
    rules = ReturnRule.objects.visible_to(viewer).filter(
        seller=seller_id, outcome=ReturnRule.Outcome.REFUSE, deleted_at=None
    )
    returns = Return.objects.visible_to(viewer).filter(seller=seller_id)
    refused = returns.filter(status=ReturnStatus.REFUSED)
    said = [
        *rules.order_by("position").values_list("words", flat=True),
        *refused.order_by("-pk").values_list("words", flat=True)[:LOOKED_AT],
    ]
    return list(dict.fromkeys(filter(None, said)))[:MOST_OFFERED]
