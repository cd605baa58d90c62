"""Settings of a seller: sales channels, their secrets, and API keys."""

from typing import Any
from uuid import UUID

from django.conf import settings as product
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fulfillment.dashboard.forms import ChannelForm, KeyForm, SecretForm
from orders.access import Role, role_required
from orders.accounts.connections import make_api_key, open_channel, revoke_api_key, save_secret
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.accounts.requests import SignedInRequest
from orders.models import ApiKey, SalesChannel, Seller
from orders.shops import SHOPS, channel_kinds, kind_name

MOST_SHOWN = 200


@require_safe
@never_cache
@role_required(Role.OWNER)
def settings(request: SignedInRequest) -> HttpResponse:
    """Show sales channels and API keys."""
    return _page(request)


@require_POST
@never_cache
@role_required(Role.OWNER)
@fresh_sign_in_required
def make_key(request: SignedInRequest) -> HttpResponse:
    """Make an API key; only this response shows it."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, key_form=form, status=422)
    channels = SalesChannel.objects.visible_to(request.viewer)
    channel = get_object_or_404(channels, pk=form.cleaned_data["channel"])
    key, text = make_api_key(channel, name=form.cleaned_data["name"], actor=request.user)
    return _page(request, made=key, secret=text, status=201)


@require_POST
@role_required(Role.OWNER)
@fresh_sign_in_required
def revoke_key(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Revoke an API key."""
    key = get_object_or_404(ApiKey.objects.visible_to(request.viewer), pk=pk)
    revoke_api_key(key, actor=request.user)
    messages.success(request, f"API key {key} revoked: requests with it are now rejected.")
    return redirect("dashboard_settings")


@require_POST
@role_required(Role.OWNER)
def add_channel(request: SignedInRequest) -> HttpResponse:
    """Add a sales channel."""
    form = ChannelForm(request.POST)
    if not form.is_valid():
        return _page(request, channel_form=form, status=422)
    given = form.cleaned_data
    seller = get_object_or_404(Seller.objects.visible_to(request.viewer), pk=given["seller"])
    channel = open_channel(seller, kind=given["kind"], name=given["name"], actor=request.user)
    messages.success(request, f"Sales channel {channel} added.")
    return redirect("dashboard_settings")


@require_POST
@role_required(Role.OWNER)
@fresh_sign_in_required
def change_secret(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Save the secret with which a shop signs its webhooks."""
    channel = get_object_or_404(SalesChannel.objects.visible_to(request.viewer), pk=pk)
    form = SecretForm(request.POST)
    if not form.is_valid():
        return _page(request, secret_form=form, refused=channel.pk, status=422)
    save_secret(channel, secret=form.cleaned_data["secret"], actor=request.user)
    messages.success(request, f"Signing secret of {channel} updated.")
    return redirect("dashboard_settings")


def _page(request: SignedInRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    viewer = request.viewer
    channels = list(
        SalesChannel.objects.visible_to(viewer)
        .select_related("seller")
        .order_by("seller__name", "name")[:MOST_SHOWN]
    )
    for channel in channels:
        channel.is_shop = channel.kind in SHOPS  # type: ignore[attr-defined]  # for the template
        channel.kind_name = kind_name(channel.kind)  # type: ignore[attr-defined]  # as above
    keys = ApiKey.objects.visible_to(viewer).select_related("seller", "channel")
    context |= {
        "channels": channels,
        "api_channels": [channel for channel in channels if channel.kind == SalesChannel.Kind.API],
        "keys": keys.order_by("revoked_at", "-created_at")[:MOST_SHOWN],
        "sellers": Seller.objects.visible_to(viewer).order_by("name")[:MOST_SHOWN],
        "kinds": channel_kinds(),
        "site_url": product.SITE_URL,
    }
    return render(request, "dashboard/settings.html", context, status=status)
