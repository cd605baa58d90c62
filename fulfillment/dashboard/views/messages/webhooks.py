"""/dashboard/settings/webhooks/: webhook endpoints of a seller."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fulfillment.dashboard.queries.webhooks import STATES, delivery_log, endpoints
from fulfillment.dashboard.views.messages.sellers import posted_seller
from notifications.models import Endpoint
from notifications.webhooks.endpoints import (
    MOST_ENDPOINTS,
    add_endpoint,
    change_endpoint,
    delete_endpoint,
    pause_endpoint,
    resume_endpoint,
    rotate_secret,
    send_test,
)
from notifications.webhooks.kinds import GROUPS, KINDS
from orders.access import Role, role_required
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Seller
from orders.words import say


class EndpointForm(forms.Form):
    """URL, description and event kinds of an endpoint; no kinds means all."""

    url = forms.CharField(max_length=500, label="URL")
    description = forms.CharField(max_length=120, required=False)
    kinds = forms.MultipleChoiceField(
        required=False, choices=[(kind, kind) for kind in sorted(KINDS)]
    )


class SureForm(forms.Form):
    """The confirmation of an action that cannot be undone."""

    sure = forms.BooleanField()


@require_safe
@role_required(Role.OWNER)
def webhooks(request: SignedInRequest) -> HttpResponse:
    """List the endpoints of the viewer's sellers."""
    return _list(request)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(Role.OWNER)
@fresh_sign_in_required
def add_webhook(request: SignedInRequest) -> HttpResponse:
    """Add an endpoint; only this response shows its secret."""
    form = EndpointForm(request.POST or None)
    if request.method != "POST":
        return _form(request, form)
    if not form.is_valid():
        return _form(request, form, status=422)
    seller = posted_seller(request)
    try:
        endpoint, secret = add_endpoint(seller, actor=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error("url", str(error))
        return _form(request, form, status=422)
    return _page(request, endpoint, secret=secret, status=201)


@require_safe
@role_required(Role.OWNER)
def webhook(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show an endpoint and its delivery log; `?state=` filters it."""
    return _page(request, _found(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def change_webhook(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change URL, description or event kinds."""
    endpoint = _found(request, pk)
    names = ("url", "description", "kinds")
    if request.method != "POST":
        form = EndpointForm(initial={name: getattr(endpoint, name) for name in names})
        return _form(request, form, endpoint=endpoint)
    form = EndpointForm(request.POST)
    if not form.is_valid():
        return _form(request, form, endpoint=endpoint, status=422)
    try:
        change_endpoint(endpoint, actor=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error("url", str(error))
        return _form(request, form, endpoint=endpoint, status=422)
    messages.success(request, say("Endpoint saved."))
    return redirect("dashboard_webhook", pk)


@require_POST
@role_required(Role.OWNER)
def test_webhook(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Post a test event."""
    send_test(_found(request, pk), actor=request.user)
    messages.success(request, say("Test event sent: see the response under Deliveries."))
    return redirect("dashboard_webhook", pk)


@require_POST
@role_required(Role.OWNER)
def pause_webhook(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Pause an endpoint."""
    pause_endpoint(_found(request, pk), actor=request.user)
    messages.success(request, say("Endpoint paused: deliveries wait until you resume it."))
    return redirect("dashboard_webhook", pk)


@require_POST
@role_required(Role.OWNER)
def resume_webhook(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Resume an endpoint."""
    resume_endpoint(_found(request, pk), actor=request.user)
    messages.success(request, say("Endpoint resumed: waiting deliveries are being sent."))
    return redirect("dashboard_webhook", pk)


@require_POST
@never_cache
@role_required(Role.OWNER)
@fresh_sign_in_required
def rotate_webhook(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Rotate the secret; only this response shows the new one."""
    endpoint = _found(request, pk)
    if not SureForm(request.POST).is_valid():
        return _page(request, endpoint, status=422)
    endpoint, secret = rotate_secret(endpoint, actor=request.user)
    return _page(request, endpoint, secret=secret, status=201)


@require_POST
@role_required(Role.OWNER)
def delete_webhook(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Delete an endpoint."""
    endpoint = _found(request, pk)
    if not SureForm(request.POST).is_valid():
        return _page(request, endpoint, status=422)
    delete_endpoint(endpoint, actor=request.user)
    messages.success(request, say("Endpoint deleted."))
    return redirect("dashboard_webhooks")


def _found(request: SignedInRequest, pk: UUID) -> Endpoint:
    rows = Endpoint.objects.visible_to(request.viewer).kept().select_related("seller")
    return get_object_or_404(rows, pk=pk)


def _list(request: SignedInRequest) -> HttpResponse:
    context = {
        "endpoints": endpoints(request.viewer),
        "sellers": Seller.objects.visible_to(request.viewer)[:2],
        "most": MOST_ENDPOINTS,
    }
    return render(request, "dashboard/webhooks/list.html", context)


def _form(
    request: SignedInRequest,
    form: EndpointForm,
    *,
    endpoint: Endpoint | None = None,
    status: int = 200,
) -> HttpResponse:
    chosen = form["kinds"].value() or []
    context = {
        "form": form,
        "endpoint": endpoint,
        "groups": GROUPS,
        "chosen": chosen,
        "sellers": Seller.objects.visible_to(request.viewer).order_by("name")[:200],
    }
    return render(request, "dashboard/webhooks/form.html", context, status=status)


def _page(
    request: SignedInRequest, endpoint: Endpoint, *, secret: str = "", status: int = 200
) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    context = {
        "endpoint": endpoint,
        "secret": secret,
        "state": state,
        "states": {name: words for name, (words, _) in STATES.items()},
        "page": delivery_log(
            request.viewer, endpoint.pk, state=state, cursor=request.GET.get("page", "")
        ),
    }
    return render(request, "dashboard/webhooks/endpoint.html", context, status=status)
