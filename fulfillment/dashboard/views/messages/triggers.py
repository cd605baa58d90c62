"""/dashboard/messages/triggers/: which messages the shop sends, by channel."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fulfillment.dashboard.views.messages.sellers import others, seller_of
from notifications.channels import CHANNELS
from notifications.consent.shop_settings import choose_triggers
from notifications.consent.shop_switches import is_optional, optional_triggers
from notifications.kinds.catalogue import GROUPS
from notifications.kinds.record import Kind
from notifications.models.settings import settings_of
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.words import say


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def triggers(request: SignedInRequest, seller_id: UUID) -> HttpResponse:
    """Show and save a table of check boxes; what is not checked is switched off."""
    seller = seller_of(request, seller_id)
    if request.method == "POST":
        choose_triggers(seller, switched_off(request), actor=request.user)
        messages.success(
            request, say("Saved. Unticked messages are no longer sent, including those waiting.")
        )
        return redirect("message_triggers_of", seller.pk)
    off = settings_of(seller).switched_off
    lines = [(name, [_row(kind, off) for kind in kinds]) for name, kinds in GROUPS.items()]
    context = {
        "seller": seller,
        "sellers": others(request),
        "page": "message_triggers_of",
        "groups": lines,
        "channels": [kind.title for kind in CHANNELS.values()],
    }
    return render(request, "dashboard/messages/triggers.html", context)


def switched_off(request: SignedInRequest) -> set[str]:
    """Return the optional triggers that are not checked in the form."""
    return optional_triggers() - set(request.POST.getlist("sent"))


def _row(kind: Kind, off: Collection[str]) -> tuple[Kind, str, list[dict[str, Any]]]:
    boxes = [_box(kind.name, channel, off) for channel in CHANNELS]
    return kind, kind.essential, boxes


def _box(template: str, channel: str, off: Collection[str]) -> dict[str, Any]:
    key = f"{template}:{channel}"
    return {
        "key": key,
        "channel": CHANNELS[channel].title,
        "is_optional": is_optional(template, channel),
        "is_on": key not in off,
    }
