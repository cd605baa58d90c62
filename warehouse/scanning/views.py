"""What was not saved: devices say it, workers see their own, leads all of a day."""

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Warehouse
from warehouse.scanning.base_forms import DayForm, UnsavedForm
from warehouse.scanning.refused import DAYS, LONGEST_LIST, refused_of, refused_on
from warehouse.scanning.screens import EVERYBODY, FloorRequest, Sent, apply, at_workplace, screen


@require_POST
@role_required(*EVERYBODY)
@at_workplace
def unsaved(request: FloorRequest) -> HttpResponse:
    """Keep what a device could not save: a scan of another screen, a failed request."""
    return keep_unsaved(request, request.warehouse)


@require_safe
@role_required(*EVERYBODY)
@at_workplace
def refused(request: FloorRequest) -> HttpResponse:
    """The worker's own refused scans; of a lead, those of everybody on one day."""
    now = timezone.now()
    if not request.viewer.has_role(Role.LEAD):
        rows = refused_of(request.user, request.warehouse, now)
        return screen(request, "warehouse/refused.html", {"scans": rows[:LONGEST_LIST]})
    today = timezone.localdate(now)
    form = DayForm(request.GET)
    asked = form.cleaned_data["day"] if form.is_valid() else None
    day = asked if asked and today - timedelta(days=DAYS) <= asked <= today else today
    context = {
        "scans": refused_on(day, request.warehouse)[:LONGEST_LIST],
        "day": day,
        "before": day - timedelta(days=1) if day > today - timedelta(days=DAYS) else None,
        "after": day + timedelta(days=1) if day < today else None,
        "most": LONGEST_LIST,
    }
    return screen(request, "warehouse/refused.html", context)


def keep_unsaved(request: SignedInRequest, warehouse: Warehouse | None) -> HttpResponse:
    """Keep the words of the device as a refused scan in this warehouse's list."""
    outcome = apply(request, UnsavedForm(request.POST), _keep, warehouse=warehouse)
    return HttpResponse(outcome.text, content_type="text/plain", status=200)


def _keep(sent: Sent) -> str:
    raise DomainError(sent["words"])
