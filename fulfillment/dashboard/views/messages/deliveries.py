"""The webhook log: one delivery with its attempts, and replays."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from notifications.models import Delivery, Endpoint
from notifications.webhooks.endpoints import replay, replay_between
from notifications.webhooks.post import status_problem
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.values.form_fields import MomentField
from orders.words import say, say_count
from orders.words.writing import grouped


class RangeForm(forms.Form):
    """A period, in the time zone of the viewer."""

    since = MomentField(label="From")
    until = MomentField(label="Until")
    only_failed = forms.BooleanField(required=False)


@require_safe
@role_required(Role.OWNER)
def delivery(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show a delivery: what was sent, and every answer."""
    row = _found(request, pk)
    attempts = list(row.attempts.order_by("started_at", "number"))
    for attempt in attempts:
        code = attempt.status_code
        attempt.why = status_problem(code) if code else attempt.problem  # type: ignore[attr-defined]  # for the page
    return render(
        request, "dashboard/webhooks/delivery.html", {"delivery": row, "attempts": attempts}
    )


@require_POST
@role_required(Role.OWNER)
def replay_delivery(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Replay one delivery."""
    row = _found(request, pk)
    try:
        replay(row, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, say("The delivery is being resent with the same ID."))
    return redirect("dashboard_delivery", pk)


@require_POST
@role_required(Role.OWNER)
def replay_range(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Replay the deliveries of a period."""
    rows = Endpoint.objects.visible_to(request.viewer).kept()
    endpoint = get_object_or_404(rows, pk=pk)
    with timezone.override(ZoneInfo(request.viewer.zone)):
        form = RangeForm(request.POST)
        valid = form.is_valid()
    if not valid:
        messages.error(request, say("Enter a start and an end, each with date and time."))
        return redirect("dashboard_webhook", pk)
    given = form.cleaned_data
    try:
        count = replay_between(
            endpoint,
            since=given["since"],
            until=given["until"],
            only_failed=given["only_failed"],
            actor=request.user,
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        said = say_count(
            count,
            "Resending {n} delivery with the same ID.",
            "Resending {n} deliveries with the same IDs.",
            n=grouped(count),
        )
        messages.success(request, said)
    return redirect("dashboard_webhook", pk)


def _found(request: SignedInRequest, pk: UUID) -> Delivery:
    rows = Delivery.objects.visible_to(request.viewer).filter(endpoint__deleted_at__isnull=True)
    return get_object_or_404(rows.select_related("endpoint", "order"), pk=pk)
