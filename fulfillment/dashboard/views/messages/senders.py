"""The page of a seller's own sender address."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from fulfillment.dashboard.views.messages.sellers import posted_seller
from fulfillment.dashboard.views.messages.settings import settings_page
from notifications.channels.sender_domains import enter_sender, remove_sender
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.words import say
from orders.words.writing import isolated

LONGEST = 254


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def message_sender(request: SignedInRequest) -> HttpResponse:
    """Save the sender address; empty removes it."""
    if request.method != "POST":
        return redirect("message_settings")
    seller = posted_seller(request)
    address = request.POST.get("address", "").strip()
    if not address:
        remove_sender(seller, actor=request.user)
        messages.success(
            request,
            say("E-mails of {seller} are now sent from our address.", seller=isolated(str(seller))),
        )
        return redirect("message_settings")
    try:
        row = enter_sender(seller, actor=request.user, address=address[: LONGEST + 1])
    except DomainError as error:
        refused = {"seller": seller, "address": address, "error": str(error)}
        return settings_page(request, refused_sender=refused)
    if not row.verified_at:
        messages.success(
            request,
            say("Saved. Verify that you own {domain}: see below.", domain=isolated(row.domain)),
        )
    else:
        messages.success(
            request,
            say(
                "E-mails of {seller} are now sent from {address}.",
                seller=isolated(str(seller)),
                address=isolated(row.address),
            ),
        )
    return redirect("message_settings")
