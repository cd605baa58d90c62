"""/dashboard/messages/look/: the accent colour of a shop, and markup in its mails."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fulfillment.dashboard.views.messages.sellers import others, seller_of
from notifications.colours import COLOUR, PETROL, ink_on
from notifications.consent.shop_settings import LowContrast, choose_look
from notifications.models.settings import settings_of
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Seller
from orders.words import say


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def look(request: SignedInRequest, seller_id: UUID) -> HttpResponse:
    """Show and save the form; too low a contrast is refused with a suggestion."""
    seller = seller_of(request, seller_id)
    if request.method != "POST":
        return _page(request, seller)
    accent, markup = _accent(request, seller), "markup" in request.POST
    try:
        choose_look(seller, accent=accent, markup=markup, actor=request.user)
    except DomainError as error:
        return _page(request, seller, accent=accent, markup=markup, refused=error)
    messages.success(
        request, say("Branding saved. It applies to new messages and the tracking page.")
    )
    return redirect("message_look_of", seller.pk)


def _accent(request: SignedInRequest, seller: Seller) -> str:
    """Return the colour of the text field if it was changed, else of the colour picker."""
    kept = settings_of(seller).accent
    typed = request.POST.get("accent", "").strip().lower()
    picked = request.POST.get("picked", "").strip().lower()
    was_picked = typed == kept and picked not in ("", kept or PETROL)
    return picked if was_picked else typed


def _page(
    request: SignedInRequest,
    seller: Seller,
    *,
    accent: str | None = None,
    markup: bool | None = None,
    refused: DomainError | None = None,
) -> HttpResponse:
    choice = settings_of(seller)
    shown = choice.accent if accent is None else accent
    colour = shown if COLOUR.fullmatch(shown) else PETROL
    context = {
        "seller": seller,
        "sellers": others(request),
        "page": "message_look_of",
        "accent": shown,
        "picked": colour,
        "ink": ink_on(colour),
        "ours": PETROL,
        "markup": choice.markup if markup is None else markup,
        "refused": refused,
        "suggestion": refused.suggestion if isinstance(refused, LowContrast) else "",
    }
    status = 422 if refused else 200
    return render(request, "dashboard/messages/look.html", context, status=status)
