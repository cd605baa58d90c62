"""Settings of a seller: sales channels and their secrets, the rule for incomplete orders."""

from typing import Any
from uuid import UUID

from django.conf import settings as product
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fulfillment.dashboard.forms import (
    ChannelForm,
    ChannelNameForm,
    RotateForm,
    SecretForm,
    ShippingRuleForm,
)
from orders.access import Role, role_required
from orders.accounts.connections import (
    delete_channel,
    drop_former_secret,
    open_channel,
    rename_channel,
    save_secret,
    switch_channel,
    valid_secrets,
)
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.accounts.requests import SignedInRequest
from orders.accounts.shipping_rule import set_shipping_rule
from orders.errors import DomainError
from orders.models import SalesChannel, Seller, ShopLink
from orders.shops import SHOPS, asker_of, channel_kinds, kind_name, teller_of
from orders.shops.base import Configured, Explained
from orders.states import ShippingRule
from orders.words import inside, say

MOST_SHOWN = 200
WAYS = {"on": True, "off": False}  # to switch a channel


@require_safe
@never_cache
@role_required(Role.OWNER)
def settings(request: SignedInRequest) -> HttpResponse:
    """Show sales channels."""
    return _page(request)


@require_POST
@role_required(Role.OWNER)
def add_channel(request: SignedInRequest) -> HttpResponse:
    """Add a sales channel."""
    form = ChannelForm(request.POST)
    if not form.is_valid():
        return _page(request, channel_form=form, status=422)
    given = form.cleaned_data
    seller = get_object_or_404(Seller.objects.visible_to(request.viewer), pk=given["seller"])
    try:
        channel = open_channel(seller, kind=given["kind"], name=given["name"], actor=request.user)
    except DomainError as refused:
        form.add_error("name", str(refused))
        return _page(request, channel_form=form, status=409)
    messages.success(request, say("Sales channel {channel} added.", channel=channel))
    return redirect("dashboard_settings")


@require_POST
@role_required(Role.OWNER)
def rename(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give a sales channel another name."""
    channel, form = _channel(request, pk), ChannelNameForm(request.POST)
    if not form.is_valid():
        return _page(request, name_form=form, renamed=channel.pk, status=422)
    try:
        renamed = rename_channel(channel, name=form.cleaned_data["name"], actor=request.user)
    except DomainError as refused:
        form.add_error("name", str(refused))
        return _page(request, name_form=form, renamed=channel.pk, status=409)
    told = "{channel} is now named {name}."
    messages.success(request, say(told, channel=channel, name=renamed))
    return redirect("dashboard_settings")


@require_POST
@role_required(Role.OWNER)
def switch(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Pause a sales channel, or go on."""
    channel, is_active = _channel(request, pk), WAYS.get(request.POST.get("to", ""))
    if is_active is None:
        told = "Choose whether {channel} is paused or goes on."
        messages.error(request, say(told, channel=channel))
        return redirect("dashboard_settings")
    switch_channel(channel, is_active=is_active, actor=request.user)
    if is_active:
        said = say("Sales channel {channel} takes orders again.", channel=channel)
    else:
        said = say("Sales channel {channel} is paused: it takes no orders.", channel=channel)
    messages.success(request, said)
    return redirect("dashboard_settings")


@require_POST
@role_required(Role.OWNER)
def delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Delete a sales channel that was not used."""
    channel = _channel(request, pk)
    try:
        delete_channel(channel, actor=request.user)
    except DomainError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, say("Sales channel {channel} is deleted.", channel=channel))
    return redirect("dashboard_settings")


@require_POST
@role_required(Role.OWNER)
@fresh_sign_in_required
def change_secret(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Save the secret with which a shop signs its webhooks; no page shows it again."""
    channel = _channel(request, pk)
    form = SecretForm(request.POST)
    if not form.is_valid():
        return _page(request, secret_form=form, refused=channel.pk, status=422)
    given, overlap = form.cleaned_data["secret"], form.overlap()
    channel = save_secret(channel, secret=given, overlap=overlap, actor=request.user)
    messages.success(request, say("Signing secret of {channel} saved.", channel=channel))
    return redirect("dashboard_settings")


@require_POST
@role_required(Role.OWNER)
@fresh_sign_in_required
def end_secret(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Accept the former secret of a shop no longer."""
    channel = _channel(request, pk)
    drop_former_secret(channel, actor=request.user)
    told = "The former signing secret of {channel} no longer works."
    messages.success(request, say(told, channel=channel))
    return redirect("dashboard_settings")


@require_POST
@role_required(Role.OWNER)
def change_shipping_rule(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say what happens with new orders of which only a part is in stock."""
    seller = get_object_or_404(Seller.objects.visible_to(request.viewer), pk=pk)
    form = ShippingRuleForm(request.POST)
    if not form.is_valid():
        messages.error(request, say("Choose how incomplete orders ship."))
        return redirect("dashboard_settings")
    rule = ShippingRule(form.cleaned_data["ships_as"])
    set_shipping_rule(seller, rule, actor=request.user)
    told = "New orders of {seller} ship {rule}."
    messages.success(request, say(told, seller=seller, rule=inside(say(rule.label))))
    return redirect("dashboard_settings")


def _channel(request: SignedInRequest, pk: UUID) -> SalesChannel:
    return get_object_or_404(SalesChannel.objects.visible_to(request.viewer), pk=pk)


def _page(request: SignedInRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    viewer = request.viewer
    channels = list(
        SalesChannel.objects.visible_to(viewer)
        .select_related("seller")
        .order_by("seller__name", "name")[:MOST_SHOWN]
    )
    links = ShopLink.objects.visible_to(viewer).filter(is_active=True)
    linked = set(links.values_list("channel_id", flat=True))
    for channel in channels:
        _describe(channel, is_linked=channel.pk in linked)
    context |= {
        "channels": channels,
        "sellers": Seller.objects.visible_to(viewer).order_by("name")[:MOST_SHOWN],
        "kinds": channel_kinds(),
        "overlaps": RotateForm.HOURS,
        "payment_rules": SalesChannel.SendsOnce.choices,
        "shipping_rules": ShippingRule.choices,
        "now": timezone.now(),
        "site_url": product.SITE_URL,
    }
    return render(request, "dashboard/settings.html", context, status=status)


def _describe(channel: SalesChannel, *, is_linked: bool) -> None:
    """Give a channel what the template says of it."""
    shop = SHOPS.get(channel.kind)
    hint = shop.call_hint if isinstance(shop, Explained) else None
    facts = {
        "is_shop": shop is not None,
        "is_called": hint != "",
        "call_hint": hint,
        "is_asked": asker_of(channel.kind) is not None,
        "is_told": teller_of(channel.kind) is not None,
        "is_linked": is_linked,
        "is_mapped": isinstance(shop, Configured),
        "kind_name": kind_name(channel.kind),
        "is_unreadable": bool(channel.secret) and not valid_secrets(channel),
    }
    for name, value in facts.items():
        setattr(channel, name, value)
