"""The way to a shop: its link, whether it works, the log of what it is told, what failed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fulfillment.dashboard.forms import ShopLinkForm, StockRuleForm
from fulfillment.dashboard.queries.shop_stock import shop_stock
from fulfillment.keyset import page_of
from orders.access import SELLER_ROLES, Role, role_required
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError, InvalidInput
from orders.models import Push, SalesChannel, ShopLink
from orders.pulls.trying import try_connection
from orders.pushes.links import (
    ask_places_again,
    choose_stock,
    dismiss_push,
    link_shop,
    retry_push,
    unlink_shop,
)
from orders.shops import asker_of, stock_teller_of, teller_of
from orders.words import say
from warehouse.stock.for_shops import warehouses_of

STATES = {"": "All", "waiting": "Waiting", "done": "Told", "failed": "Failed"}


@require_safe
@never_cache
@role_required(*SELLER_ROLES)
def pushes(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show what the shop of a channel is told, newest first."""
    channel = get_object_or_404(SalesChannel.objects.visible_to(request.viewer), pk=pk)
    return _page(request, channel)


@require_POST
@role_required(Role.OWNER)
@fresh_sign_in_required
def link(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Tell a shop what happens from now on, with a new address or token."""
    channel = get_object_or_404(SalesChannel.objects.visible_to(request.viewer), pk=pk)
    form = ShopLinkForm(request.POST)
    if not form.is_valid():
        return _page(request, channel, form=form, status=422)
    try:
        link_shop(channel, **form.cleaned_data, actor=request.user)
    except InvalidInput as refused:
        for field, why in refused.problems:
            form.add_error(field, f"{why[:1].upper()}{why[1:]}.")
        return _page(request, channel, form=form, status=422)
    except DomainError as refused:
        form.add_error("address", str(refused))
        return _page(request, channel, form=form, status=422)
    if asker_of(channel.kind):
        told = "{channel} is told what happens from now on, and asked for its orders."
    else:
        told = "{channel} is told what happens from now on."
    messages.success(request, say(told, channel=channel))
    return redirect("dashboard_pushes", pk)


@require_POST
@role_required(Role.OWNER)
def unlink(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Tell a shop nothing any more."""
    rows = ShopLink.objects.visible_to(request.viewer).select_related("channel")
    row = get_object_or_404(rows, channel=pk)
    unlink_shop(row, actor=request.user)
    if asker_of(row.channel.kind):
        told = "{channel} is told nothing and asked nothing any more."
    else:
        told = "{channel} is told nothing any more."
    messages.success(request, say(told, channel=row.channel))
    return redirect("dashboard_pushes", pk)


@require_POST
@role_required(Role.OWNER)
def try_link(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask the shop now whether it lets us in, and say what it answered."""
    rows = ShopLink.objects.visible_to(request.viewer).select_related("channel")
    row = get_object_or_404(rows, channel=pk)
    try:
        messages.success(request, try_connection(row))
    except DomainError as refused:
        messages.error(request, str(refused))
    return redirect("dashboard_pushes", pk)


@require_POST
@role_required(Role.OWNER)
def stock_rule(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say whether a shop is told our stock, and in which of its locations."""
    rows = ShopLink.objects.visible_to(request.viewer).select_related("channel")
    row = get_object_or_404(rows, channel=pk)
    if request.POST.get("again"):
        ask_places_again(row)
        messages.success(request, say("The shop is asked for its locations within a minute."))
        return redirect("dashboard_pushes", pk)
    form = StockRuleForm(request.POST, warehouses=warehouses_of(row.seller_id))
    if not form.is_valid():
        messages.error(request, say("Choose a location of the list."))
        return redirect("dashboard_pushes", pk)
    tells = form.cleaned_data["tells_stock"]
    try:
        choose_stock(row, tells=tells, places=form.places(), actor=request.user)
    except DomainError as refused:
        messages.error(request, str(refused))
    else:
        if tells:
            told = "{channel} is told our stock."
        else:
            told = "{channel} is told our stock no more: it keeps what it shows now."
        messages.success(request, say(told, channel=row.channel))
    return redirect("dashboard_pushes", pk)


@require_POST
@role_required(*SELLER_ROLES)
def try_again(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let a worker tell a shop again what failed."""
    row = get_object_or_404(Push.objects.visible_to(request.viewer), pk=pk)
    retry_push(row)
    messages.success(request, say("The shop is told again within a minute."))
    return _back(request, row)


@require_POST
@role_required(*SELLER_ROLES)
def dismiss(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Leave a shop without this news."""
    row = get_object_or_404(Push.objects.visible_to(request.viewer), pk=pk)
    dismiss_push(row)
    told = (
        "Done." if row.about else "Dismissed. Correct it in the shop yourself, if it has to know."
    )
    messages.success(request, say(told))
    return _back(request, row)


def _back(request: SignedInRequest, row: Push) -> HttpResponse:
    """Return to the page that had the button."""
    if request.POST.get("back") == "attention":
        return redirect("dashboard")
    return redirect("dashboard_pushes", row.channel_id)


def _page(
    request: SignedInRequest,
    channel: SalesChannel,
    *,
    form: ShopLinkForm | None = None,
    status: int = 200,
) -> HttpResponse:
    state = request.GET.get("state", "")
    rows = Push.objects.visible_to(request.viewer).filter(channel=channel).select_related("order")
    if state in STATES and state:
        rows = rows.filter(state=state)
    link = ShopLink.objects.visible_to(request.viewer).filter(channel=channel).first()
    context = {
        "channel": channel,
        "teller": teller_of(channel.kind),
        "is_asked": asker_of(channel.kind) is not None,
        "link": link,
        "stock": shop_stock(request.viewer, link) if link and link.is_active else None,
        "tells_no_stock": stock_teller_of(channel.kind) is None,
        "form": form or ShopLinkForm(),
        "may_change": request.viewer.has_role(Role.OWNER),
        "page": page_of(rows, key="-made_at", cursor=request.GET.get("page", "")),
        "states": STATES,
        "state": state if state in STATES else "",
    }
    return render(request, "dashboard/shops/pushes.html", context, status=status)
