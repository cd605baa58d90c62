"""An exchange: its goods did not come (wait longer, keep it as sold), or it costs more."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Return
from orders.returns.ahead import decide_surcharge, keep_as_sold, wait_longer
from orders.values.form_fields import DayField
from orders.words import say
from orders.words.writing import written


class UntilForm(forms.Form):
    """The new day by which the goods have to come."""

    until = DayField()


@require_POST
@role_required(*SELLER_ROLES)
def wait(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give the customer until another day."""
    row, form = _row(request, pk), UntilForm(request.POST)
    if not form.is_valid():
        raise DomainError(say("Choose the day until which you wait."))
    until = form.cleaned_data["until"]
    wait_longer(row, until=until, actor=request.user)
    messages.success(
        request, say("You wait until {day}; the customer is notified.", day=written(until, "j M Y"))
    )
    return redirect("dashboard_order", row.order_id)


@require_POST
@role_required(*SELLER_ROLES)
def close(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Close the return: the customer keeps both, and the seller charges them, if anybody does."""
    row = keep_as_sold(_row(request, pk), actor=request.user)
    messages.success(
        request, say("Return {row} is closed; the customer is notified. We charge nobody.", row=row)
    )
    return redirect("dashboard_order", row.order_id)


@require_POST
@role_required(*SELLER_ROLES)
def surcharge(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Waive what an exchange costs more, or ask for it in the shop."""
    decision = request.POST.get("decision", "")
    row = decide_surcharge(_row(request, pk), decision, actor=request.user)
    if decision == Return.Surcharge.WAIVED:
        messages.success(request, say("Waived: nothing more is asked of the customer."))
    else:
        messages.success(
            request, say("Ask for it in the shop. The exchange waits until you release its hold.")
        )
    return redirect("dashboard_order", row.order_id)


def _row(request: SignedInRequest, pk: UUID) -> Return:
    return get_object_or_404(Return.objects.visible_to(request.viewer), pk=pk)
