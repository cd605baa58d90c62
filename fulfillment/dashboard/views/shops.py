"""What shops have sent: the log of a channel, one call, and decisions about what went wrong."""

import json
from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fulfillment.dashboard.forms import PaymentRuleForm
from fulfillment.keyset import page_of
from orders.access import SELLER_ROLES, Role, role_required
from orders.accounts.connections import wait_for_payment
from orders.accounts.requests import SignedInRequest
from orders.intake.calls import dismiss_call, retry_call
from orders.intake.differences import accept_differences, fingerprint
from orders.intake.payments import heed_setting
from orders.models import Call, SalesChannel, ShopOrder
from orders.shops import asker_of
from orders.words import say, say_count

STATES = {
    "": "All",
    "waiting": "Waiting",
    "asking": "Asking the shop",
    "done": "Done",
    "refused": "Not understood",
}
LONGEST_SHOWN = 100_000  # characters of a body


@require_safe
@never_cache
@role_required(*SELLER_ROLES)
def calls(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show the calls of a channel, newest first; `?state=` shows those of one state."""
    channel = get_object_or_404(SalesChannel.objects.visible_to(request.viewer), pk=pk)
    state = request.GET.get("state", "")
    rows = Call.objects.visible_to(request.viewer).filter(channel=channel)
    if state in STATES and state:
        rows = rows.filter(state=state)
    rows = rows.select_related("order").defer("body")
    context = {
        "channel": channel,
        "is_asked": asker_of(channel.kind) is not None,
        "page": page_of(rows, key="-received_at", cursor=request.GET.get("page", "")),
        "states": STATES,
        "state": state if state in STATES else "",
    }
    return render(request, "dashboard/shops/calls.html", context)


@require_safe
@never_cache
@role_required(*SELLER_ROLES)
def call(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show one call as it came, with what became of it."""
    rows = Call.objects.visible_to(request.viewer).select_related("channel", "order")
    found = get_object_or_404(rows, pk=pk)
    topic = found.topic or say("Call")
    context = {"call": found, "topic": topic, "body": _readable(found)}
    return render(request, "dashboard/shops/call.html", context)


@require_POST
@role_required(*SELLER_ROLES)
def try_again(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let a worker read a call again."""
    retry_call(get_object_or_404(Call.objects.visible_to(request.viewer), pk=pk))
    messages.success(request, say("The call is read again within a minute."))
    return _back(request, pk)


@require_POST
@role_required(*SELLER_ROLES)
def dismiss(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Leave a call that could not be read as it is."""
    row = get_object_or_404(Call.objects.visible_to(request.viewer), pk=pk)
    dismiss_call(row, actor_name=str(request.user))
    messages.success(request, say("The call is dismissed. It stays in the log of its channel."))
    return _back(request, pk)


@require_POST
@role_required(*SELLER_ROLES)
def keep_as_it_is(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Leave an order as it is here, whatever its shop says."""
    rows = ShopOrder.objects.visible_to(request.viewer).select_related("order")
    row = get_object_or_404(rows.filter(order__isnull=False), pk=pk)
    accept_differences(row, actor=request.user, seen=_seen(request.POST.get("seen", "")))
    messages.success(request, say("Order {order} stays as it is here.", order=row.order))
    if request.POST.get("back") == "order":
        return redirect("dashboard_order", row.order_id)
    return redirect("dashboard")


@require_POST
@role_required(Role.OWNER)
def change_payment_rule(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say how far an order of a shop has to be paid before it is sent."""
    channel = get_object_or_404(SalesChannel.objects.visible_to(request.viewer), pk=pk)
    form = PaymentRuleForm(request.POST)
    if not form.is_valid():
        messages.error(request, say("Choose when orders of this shop are sent."))
        return redirect("dashboard_settings")
    channel = wait_for_payment(
        channel, sends_once=form.cleaned_data["sends_once"], actor=request.user
    )
    released = heed_setting(channel)
    told = "Each order of {channel} is sent once {condition}."
    said = say(told, channel=channel, condition=say(channel.get_sends_once_display()))
    if released:
        more = say_count(
            released,
            "{n} waiting order is released.",
            "{n} waiting orders are released.",
            n=released,
        )
        said = f"{said} {more}"
    messages.success(request, said)
    return redirect("dashboard_settings")


def _seen(shown: str) -> str:
    """The fingerprint of the differences that the page had shown; "" where it shows none."""
    try:
        return fingerprint(json.loads(shown)) if shown else ""
    except (ValueError, TypeError, RecursionError):
        return "unreadable"


def _back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Return to the page that had the button."""
    if request.POST.get("back") == "attention":
        return redirect("dashboard")
    return redirect("dashboard_call", pk)


def _readable(found: Call) -> str:
    """The body in lines where it is JSON, else as text."""
    text = bytes(found.body).decode(errors="replace")
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return text[:LONGEST_SHOWN]
