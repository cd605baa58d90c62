"""/dashboard/settings/keys/: the API keys of a seller, each shown once."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.dashboard.forms import KeyForm, RotateForm
from orders.access import OFFERED_SCOPES, Role, Scope, role_required
from orders.accounts.api_keys import make_api_key, revoke_api_key, rotate_api_key
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import ApiKey, SalesChannel, Seller
from orders.words import say

MOST_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(Role.OWNER)
@fresh_sign_in_required
def keys(request: SignedInRequest) -> HttpResponse:
    """Show the keys; a POST makes one, and only its response shows it."""
    if request.method != "POST":
        return _page(request)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    given = form.cleaned_data
    channels = SalesChannel.objects.visible_to(request.viewer)
    channel = get_object_or_404(channels, pk=given["channel"])
    try:
        key, text = make_api_key(
            channel,
            name=given["name"],
            scopes=given["scopes"],
            expires_at=form.expires_at(request.viewer.zone),
            actor=request.user,
        )
    except DomainError as refused:
        form.add_error(None, str(refused))
        return _page(request, form=form, status=409)
    return _page(request, made=key, secret=text, status=201)


@require_POST
@never_cache
@role_required(Role.OWNER)
@fresh_sign_in_required
def rotate_key(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Make the key that follows; only this response shows it."""
    key = get_object_or_404(ApiKey.objects.visible_to(request.viewer), pk=pk)
    form = RotateForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422)
    made, former, text = rotate_api_key(key, overlap=form.overlap(), actor=request.user)
    is_over = former.state(timezone.now()) == "expired"
    return _page(request, made=made, former=former, is_over=is_over, secret=text, status=201)


@require_POST
@role_required(Role.OWNER)
@fresh_sign_in_required
def revoke_key(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Revoke an API key."""
    key = get_object_or_404(ApiKey.objects.visible_to(request.viewer), pk=pk)
    revoke_api_key(key, actor=request.user)
    messages.success(
        request, say("API key {key} revoked: requests with it are now rejected.", key=key)
    )
    return redirect("dashboard_keys")


def _page(request: SignedInRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    viewer, now = request.viewer, timezone.now()
    rows = ApiKey.objects.visible_to(viewer).select_related("seller", "channel", "replaced_by")
    shown = list(rows.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")[:MOST_SHOWN])
    for key in shown:
        key.is_now = key.state(now)  # type: ignore[attr-defined]  # for the template
        key.may = [str(Scope(name).label) for name in key.scopes if name in OFFERED_SCOPES]  # type: ignore[attr-defined]  # as above
    channels = SalesChannel.objects.visible_to(viewer).select_related("seller")
    context |= {
        "keys": shown,
        "api_channels": channels.filter(kind=SalesChannel.Kind.API, is_active=True)[:MOST_SHOWN],
        "sellers": Seller.objects.visible_to(viewer)[:2],
        "scopes": [(scope.value, scope.label) for scope in OFFERED_SCOPES],
        "overlaps": RotateForm.HOURS,
        "today": timezone.localdate(timezone=ZoneInfo(viewer.zone)),
    }
    return render(request, "dashboard/keys.html", context, status=status)
