"""/dashboard/messages/suppressed/: the suppression list, *Blocked addresses*."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from fulfillment.dashboard.queries.messages import suppressions
from fulfillment.dashboard.views.messages.sellers import posted_seller
from fulfillment.keyset import count_text
from notifications.channels import CHANNELS
from notifications.channels.base import Reach
from notifications.consent.blocking import block_address, unblock_address
from notifications.models import Suppression
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Seller
from orders.values.texts import asked_for
from orders.words import say, say_later
from orders.words.writing import isolated

# A browser is no address: its customer turns it off.
BLOCKED_OVER = [
    (kind.name, kind.title) for kind in CHANNELS.values() if kind.reach != Reach.BROWSERS
]


class SuppressForm(forms.Form):
    """An address to block."""

    channel = forms.ChoiceField(choices=BLOCKED_OVER)
    recipient = forms.CharField(max_length=254, label=say_later("Address"))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def suppressed(request: SignedInRequest) -> HttpResponse:
    """Show the list, newest first; add an address."""
    form = SuppressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        seller = posted_seller(request)
        try:
            row = block_address(seller, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error("recipient", str(error))
        else:
            messages.success(
                request,
                say(
                    "{address} is blocked: no messages will be sent to it.",
                    address=isolated(row.recipient),
                ),
            )
            return redirect("suppressed")
    return _page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def allow(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Unblock an address, after a confirmation."""
    row = get_object_or_404(Suppression.objects.visible_to(request.viewer), pk=pk)
    if request.method != "POST":
        return render(request, "dashboard/messages/allow.html", {"row": row})
    unblock_address(row, actor=request.user)
    messages.success(request, say("{address} is unblocked.", address=isolated(row.recipient)))
    return redirect("suppressed")


def _page(request: SignedInRequest, form: SuppressForm) -> HttpResponse:
    search = asked_for(request.GET.get("q", ""), most=254)
    found = suppressions(request.viewer, search=search, cursor=request.GET.get("page", ""))
    context = {
        "form": form,
        "page": found.page,
        "total": count_text(found.total),
        "number": found.total,
        "search": search,
        "sellers": Seller.objects.visible_to(request.viewer).order_by("name")[:200],
        "channels": BLOCKED_OVER,
    }
    status = 422 if form.errors else 200
    return render(request, "dashboard/messages/suppressed.html", context, status=status)
