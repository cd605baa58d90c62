"""The lead's screen of undelivered parcels: collected, send back, receive again, undo."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from orders.access import Role, role_required
from orders.carriers import OWN
from orders.errors import DomainError, WrongScan, status_of
from orders.models import Package, Return, User
from orders.states import PackageStatus
from orders.words import say, say_later
from orders.words.writing import listed
from warehouse.couriers.undelivered import (
    UNDO_FOR,
    collect_package,
    send_back,
    take_back,
    undo_collected,
    undo_send_back,
)
from warehouse.models import Stop
from warehouse.scanning.base_forms import FloorForm, ScanForm
from warehouse.scanning.codes import packages_of
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, at_workplace, done, screen

LONGEST_LIST = 100
MOST_COLLECTED = 10


@role_required(Role.LEAD)
@at_workplace
def undelivered(request: FloorRequest) -> HttpResponse:
    """List failed, waiting and returning parcels; a scan receives a returning one."""
    if request.method != "POST":
        return _list(request)
    outcome = apply(request, ScanForm(request.POST), lambda sent: _scan(request, sent["code"]))
    return _list(request, outcome)


@require_POST
@role_required(Role.LEAD)
@at_workplace
def collected(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Mark a parcel as collected at its pickup point."""
    return _press(request, pk, collect_package, say_later("Parcel {parcel}: collected."))


@require_POST
@role_required(Role.LEAD)
@at_workplace
def send(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Send a parcel back to the warehouse; the customer is notified."""
    return _press(request, pk, send_back, say_later("Parcel {parcel} is returning."))


@require_POST
@role_required(Role.LEAD)
@at_workplace
def back(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Receive a returning parcel."""
    return _press(
        request, pk, take_back, say_later("Parcel {parcel} received. Inspect it under Returns.")
    )


@require_POST
@role_required(Role.LEAD)
@at_workplace
def undo(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Undo collected or send back."""

    def put_right(package: Package, *, actor: User) -> Package:
        was_delivered = package.status == PackageStatus.DELIVERED
        return (undo_collected if was_delivered else undo_send_back)(package, actor=actor)

    return _press(request, pk, put_right, say_later("Parcel {parcel}: undone."))


def undelivered_packages(request: FloorRequest) -> QuerySet[Package]:
    """Our own couriers' parcels that failed and are on no run."""
    on_tour = Stop.packages.through.objects.filter(stop__finished_at__isnull=True)
    failed = _packages(request).filter(carrier=OWN, status=PackageStatus.ATTEMPT_FAILED)
    return failed.exclude(pk__in=on_tour.values("package"))


def waiting_packages(request: FloorRequest) -> QuerySet[Package]:
    """Our own couriers' parcels at pickup points, the earliest last day first."""
    rows = _packages(request).filter(carrier=OWN, status=PackageStatus.AT_PICKUP_POINT)
    return rows.order_by("pickup_until", "number", "pk")


def returning_packages(request: FloorRequest) -> QuerySet[Package]:
    """Parcels of any carrier on their way back to this warehouse."""
    return _packages(request).filter(status=PackageStatus.RETURNING)


def _packages(request: FloorRequest) -> QuerySet[Package]:
    rows = Package.objects.visible_to(request.viewer).filter(
        shipment__warehouse=request.warehouse, inside__isnull=True
    )
    return rows.select_related("order", "seller").order_by("number", "pk")


def _press(
    request: FloorRequest, pk: UUID, action: Callable[..., Package | Return], text: str
) -> HttpResponse:
    package = get_object_or_404(_packages(request), pk=pk)

    def apply_it(_: Sent) -> str:
        action(package, actor=request.user)
        return str(text).format(parcel=package.tracking_number)

    outcome = apply(request, FloorForm(request.POST), apply_it)
    if outcome.is_refused:
        return _list(request, outcome)
    return done(request, outcome, "warehouse_undelivered")


def _scan(request: FloorRequest, code: str) -> str:
    package = next(iter(packages_of(code, request)), None)
    if not package:
        raise WrongScan(code, say("the tracking number of a returning parcel"))
    if package.status != PackageStatus.RETURNING:
        raise DomainError(
            say(
                "Parcel {code} {present}: it is not returning.",
                code=code,
                present=status_of(package),
            )
        )
    opened = take_back(package, actor=request.user)
    inside = Package.objects.visible_to(request.viewer).filter(inside=package).values("order")
    others = Return.objects.visible_to(request.viewer).filter(
        order__in=inside, reason=Return.Reason.UNDELIVERABLE
    )
    newest = others.order_by("order", "-created_at", "-pk").distinct("order")
    numbers = listed([str(one) for one in (opened, *newest)])
    told = "Parcel {code} was received: inspect it as return {numbers}."
    return say(told, code=code, numbers=numbers)


def _list(request: FloorRequest, outcome: ScanResult | None = None) -> HttpResponse:
    fresh = timezone.now() - UNDO_FOR
    collected_now = _packages(request).filter(
        carrier=OWN, status=PackageStatus.DELIVERED, delivered_at__gt=fresh
    )
    context = {
        "failed": undelivered_packages(request)[:LONGEST_LIST],
        "waiting": waiting_packages(request)[:LONGEST_LIST],
        "returning": returning_packages(request)[:LONGEST_LIST],
        "collected": collected_now.exclude(pickup_point="")[:MOST_COLLECTED],
        "today": timezone.localdate(),
        "own": OWN,
    }
    return screen(request, "warehouse/undelivered.html", context, outcome)
