"""The lead's screen of lost parcels: report one by its number, and one that was found again."""

from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from orders.access import Role, role_required
from orders.errors import WrongScan
from orders.models import Package, User
from orders.states import PackageStatus
from orders.words import say
from warehouse.couriers.lost import mark_found, mark_lost
from warehouse.scanning.base_forms import FloorForm, ScanForm
from warehouse.scanning.codes import packages_of
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, at_workplace, done, screen

LONGEST_LIST = 100


class LostForm(ScanForm):
    """The number of a lost parcel, and how it was lost."""

    reason = forms.ChoiceField(choices=Package.Loss.choices, label="How it was lost")


@role_required(Role.LEAD)
@at_workplace
def lost(request: FloorRequest) -> HttpResponse:
    """List lost parcels; the form reports another one, and the customer is told."""
    if request.method != "POST":
        return _list(request)

    def report(sent: Sent) -> str:
        code = sent["code"]
        package = next(iter(packages_of(code, request)), None)
        if not package:
            raise WrongScan(code, say("the tracking number of a parcel"))
        mark_lost(package, reason=sent["reason"], actor=request.user)
        return say("Parcel {code} is reported as lost. Customer and seller are told.", code=code)

    outcome = apply(request, LostForm(request.POST), report)
    return (
        _list(request, outcome) if outcome.is_refused else done(request, outcome, "warehouse_lost")
    )


@require_POST
@role_required(Role.LEAD)
@at_workplace
def found(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Report a lost parcel as found again."""
    package = get_object_or_404(_here(request), pk=pk)
    actor: User = request.user

    def report(_: Sent) -> str:
        row = mark_found(package, actor=actor)
        told = "Parcel {parcel} found. Plan it on a run."
        if row.status == PackageStatus.RETURNING:
            told = "Parcel {parcel} found. Receive it under Undelivered."
        return say(told, parcel=row.tracking_number)

    outcome = apply(request, FloorForm(request.POST), report)
    return (
        _list(request, outcome) if outcome.is_refused else done(request, outcome, "warehouse_lost")
    )


def _here(request: FloorRequest) -> QuerySet[Package]:
    rows = Package.objects.visible_to(request.viewer).filter(shipment__warehouse=request.warehouse)
    return rows.select_related("order", "seller")


def _list(request: FloorRequest, outcome: ScanResult | None = None) -> HttpResponse:
    rows = _here(request).filter(status=PackageStatus.LOST).order_by("-pk")
    context = {"lost": rows[:LONGEST_LIST], "reasons": Package.Loss.choices}
    return screen(request, "warehouse/lost.html", context, outcome)
