"""The hand-over screen: scan parcels onto a list, hand the list over to its carrier, undo."""

from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.carriers import carrier_of
from orders.errors import DomainError, WrongScan
from orders.lifecycle.labelling import open_hold, open_holds, refuse_held, unwanted
from orders.models import Hold, Package, Shipment
from orders.states import PackageStatus, ShipmentStatus
from warehouse.floor.forms import CountForm
from warehouse.floor.hand_over import hand_over
from warehouse.floor.undo import UNDO_FOR, undo_hand_over
from warehouse.scanning.base_forms import FloorForm, ScanForm
from warehouse.scanning.codes import packages_of
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import (
    PACKERS,
    FloorRequest,
    Sent,
    apply,
    at_workplace,
    done,
    screen,
)

LIST = "hand_over_list"  # in the session: ids of the packages scanned so far
LONGEST_LIST = 200
MOST_UNDOABLE = 10
HELD_NAMED = 3  # a scanner's screen is small


@role_required(*PACKERS)
@at_workplace
def dispatch(request: FloorRequest) -> HttpResponse:
    """Add each scanned parcel to the list; ready parcels that are not on it are shown too."""
    if request.method != "POST":
        return _dispatch(request)
    outcome = apply(request, ScanForm(request.POST), lambda sent: _add(request, sent["code"]))
    return _dispatch(request, outcome)


@require_POST
@role_required(*PACKERS)
@at_workplace
def hand_over_list(request: FloorRequest) -> HttpResponse:
    """Hand the listed parcels over to the carrier, if the worker counted the same number."""
    outcome = apply(request, CountForm(request.POST), lambda sent: _hand_over(request, sent))
    if outcome.is_refused:
        return _dispatch(request, outcome)
    request.session.pop(LIST, None)
    return done(request, outcome, "warehouse_dispatch")


@require_POST
@role_required(*PACKERS)
@at_workplace
def undo(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Undo the hand-over of a shipment that is still in the warehouse."""
    rows = Shipment.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    shipment = get_object_or_404(rows, pk=pk)
    outcome = apply(request, FloorForm(request.POST), lambda sent: _undo(request, shipment))
    if outcome.is_refused:
        return _dispatch(request, outcome)
    return done(request, outcome, "warehouse_dispatch")


@require_POST
@role_required(*PACKERS)
@at_workplace
def clear_list(request: FloorRequest) -> HttpResponse:
    """Take one parcel off the list, or all of them; nothing is handed over."""
    listed = request.session.pop(LIST, [])
    if one := request.POST.get("package", ""):
        request.session[LIST] = [pk for pk in listed if pk != one]
    return redirect("warehouse_dispatch")


def _ready(request: FloorRequest) -> QuerySet[Package]:
    """Labelled packages of ready shipments of this warehouse."""
    rows = Package.objects.visible_to(request.viewer).filter(
        shipment__warehouse=request.warehouse,
        shipment__status=ShipmentStatus.READY,
        status=PackageStatus.LABELLED,
        inside__isnull=True,
    )
    return rows.select_related("order", "shipment", "seller").order_by(
        "shipment__ship_by", "number", "pk"
    )


def _scanned(request: FloorRequest) -> list[Package]:
    """The packages on the list that may still be handed over."""
    ids = [UUID(text) for text in request.session.get(LIST, [])]
    return list(_ready(request).filter(pk__in=ids))


def _strike_gone(request: FloorRequest, listed: list[Package]) -> str:
    """Strike parcels off the list that are not ready any more; returns what became of them."""
    ids = [str(package.pk) for package in listed]
    gone = set(request.session.get(LIST, [])).difference(ids)
    request.session[LIST] = ids
    rows = Package.objects.visible_to(request.viewer).filter(pk__in=gone)
    named = [
        f"{package.tracking_number or package} ({_present(package)})"
        for package in rows.select_related("shipment").order_by("number", "pk")
    ]
    return ", ".join(named)


def _add(request: FloorRequest, code: str) -> str:
    package = packages_of(code, request).select_related("shipment").first()
    if not package:
        raise WrongScan(code, "the tracking number of a ready parcel")
    if package.shipment.status != ShipmentStatus.READY or package.status != PackageStatus.LABELLED:
        raise DomainError(f"Parcel {code} is {_present(package)}: it cannot be handed over.")
    refuse_held(box.shipment for box in _in_boxes(request, [package]))
    listed = _scanned(request)
    if package in listed:
        raise DomainError(f"Parcel {code} is already on the list.")
    if listed and listed[0].carrier != package.carrier:
        carrier = carrier_of(package.carrier).name
        raise DomainError(f"Parcel {code} is for {carrier}: hand over this list first.")
    request.session[LIST] = [str(row.pk) for row in [*listed, package]]
    return f"Parcel {len(listed) + 1}: {package.tracking_number}"


def _present(package: Package) -> str:
    """The status to show: of the shipment while the parcel is here, of the package later."""
    here = package.status == PackageStatus.LABELLED
    return (package.shipment if here else package).get_status_display().lower()


def _hand_over(request: FloorRequest, sent: Sent) -> str:
    listed = _scanned(request)
    if gone := _strike_gone(request, listed):
        left = "Count again." if listed else "The list is empty now."
        raise DomainError(f"Somebody else dealt with {gone} meanwhile. {left}")
    if not listed:
        raise DomainError("The list is empty: scan a parcel first.")
    # A parcel that is on the pallet but was not scanned shows in the count.
    if sent["counted"] != len(listed):
        raise DomainError(
            f"You counted {sent['counted']}. Scanned: {len(listed)}. "
            "Count again or scan the missing parcels."
        )
    _refuse_held(request, listed)
    hand_over(listed, actor=request.user)
    parcels = "1 parcel" if len(listed) == 1 else f"{len(listed)} parcels"
    return f"Handed over to {carrier_of(listed[0].carrier).name}: {parcels}."


def _refuse_held(request: FloorRequest, listed: list[Package]) -> None:
    """Name the parcels of an order on hold: the others leave without them."""
    inside = _in_boxes(request, listed)
    hold = open_hold(box.shipment for box in inside)
    if hold is None:
        return
    stopped = {box.inside_id or box.pk for box in inside if _is_of(box, hold)}
    held = [package for package in listed if package.pk in stopped]
    codes = ", ".join(package.tracking_number for package in held[:HELD_NAMED])
    why = "cancelled by the shop" if unwanted(hold) else f"on hold ({hold})"
    which, them = (
        (f"Parcel {codes} is", "it") if len(held) == 1 else (f"Parcels {codes} are", "them")
    )
    raise DomainError(f"{which} {why}: take {them} off the list and set {them} aside.")


def _in_boxes(request: FloorRequest, packages: list[Package]) -> list[Package]:
    """These parcels, and what of other orders is inside them; with their shipments."""
    ids = [package.pk for package in packages]
    here = Package.objects.visible_to(request.viewer)
    rows = here.filter(Q(pk__in=ids) | Q(inside__in=ids))
    return list(rows.select_related("shipment").order_by("pk"))


def _is_of(package: Package, hold: Hold) -> bool:
    return package.order_id == hold.order_id and hold.shipment_id in (None, package.shipment_id)


def _undo(request: FloorRequest, shipment: Shipment) -> str:
    return f"Shipment {undo_hand_over(shipment, actor=request.user)} is back: hand-over undone."


def _undoable(request: FloorRequest) -> QuerySet[Shipment]:
    """Shipments handed over in the last minutes, newest first: offered for undo."""
    rows = Shipment.objects.visible_to(request.viewer).filter(
        warehouse=request.warehouse,
        status=ShipmentStatus.HANDED_OVER,
        packages__status=PackageStatus.HANDED_OVER,
        packages__handed_over_at__gt=timezone.now() - UNDO_FOR,
    )
    rows = rows.annotate(gone_at=Max("packages__handed_over_at"))
    return rows.select_related("order", "seller").order_by("-gone_at", "pk")[:MOST_UNDOABLE]


def _dispatch(request: FloorRequest, outcome: ScanResult | None = None) -> HttpResponse:
    listed: list[Any] = _scanned(request)
    ids = request.session.get(LIST, [])
    listed.sort(key=lambda package: ids.index(f"{package.pk}"), reverse=True)
    inside = _in_boxes(request, listed)
    holds = list(open_holds(box.shipment for box in inside))
    held = {box.inside_id or box.pk for box in inside if any(_is_of(box, hold) for hold in holds)}
    for package in listed:
        package.is_held = package.pk in held
    waiting = _ready(request)
    context = {
        "listed": listed,
        "carrier": carrier_of(listed[0].carrier).name if listed else "",
        "missing": waiting.exclude(pk__in=[row.pk for row in listed])[:LONGEST_LIST],
        "number": waiting.count(),
        "gone": _undoable(request),
    }
    return screen(request, "warehouse/dispatch.html", context, outcome)
