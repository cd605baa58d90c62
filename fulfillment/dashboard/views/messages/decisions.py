"""Buttons of a failed or unconfirmed message: resend and dismiss."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from notifications.delivery.decisions import dismiss_message, resend_message
from notifications.models import Message
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.words import say


@require_POST
@role_required(*SELLER_ROLES)
def resend(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Resend a message."""
    told = "The message is being resent."
    return _decide(request, pk, resend_message, told)


@require_POST
@role_required(*SELLER_ROLES)
def dismiss(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Dismiss a message."""
    told = "Message dismissed. It will not be resent."
    return _decide(request, pk, dismiss_message, told)


def _decide(
    request: SignedInRequest, pk: UUID, action: Callable[..., Message], text: str
) -> HttpResponse:
    message = get_object_or_404(Message.objects.visible_to(request.viewer), pk=pk)
    try:
        action(message, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, say(text))
    if request.POST.get("back") == "attention":
        return redirect("dashboard")
    return redirect("dashboard_order", message.order_id)
