"""The button that puts away the checklist of a new seller."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from orders.access import SELLER_ROLES, role_required
from orders.accounts.first_day import put_away_checklist
from orders.accounts.requests import SignedInRequest
from orders.models import Seller
from orders.words import say


@require_POST
@role_required(*SELLER_ROLES)
def put_away(request: SignedInRequest) -> HttpResponse:
    """Show the checklist no more, to nobody of the seller."""
    if not request.viewer.is_operator:
        for seller in Seller.objects.visible_to(request.viewer):
            put_away_checklist(seller)
        messages.success(request, say("The checklist is put away."))
    return redirect("dashboard")
