"""The hand-over screen: scan parcels onto a list, hand the list over to its carrier, undo."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orders.access import role_required
from orders.carriers import carrier_of
from orders.errors import DomainError, WrongScan
from orders.lifecycle.labelling import open_hold, refuse_held, unwanted
from orders.models import Hold, Package, Shipment
from orders.prepared import PreparedQuery
from orders.states import PackageStatus, ShipmentStatus
from orders.words import predicate, say, say_count, state
from warehouse.floor.forms import CountForm
from warehouse.floor.manifests import (
    CARRIERS,
    EXPECTED,
    IN_BOXES,
    LEFT_BEHIND,
    LISTED,
    LISTED_ROWS,
    MANIFESTS,
    MISSING,
    STOPPED,
    UNDOABLE,
    close_manifest,
    is_void,
)
from warehouse.floor.undo import UNDO_FOR, undo_hand_over
from warehouse.models import Manifest
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
    outcome = apply(
        request, form := CountForm(request.POST), lambda sent: _hand_over(request, sent)
    )
    if outcome.is_refused:
        return _dispatch(request, outcome, form)
    request.session.pop(LIST, None)
    return done(request, outcome, "warehouse_dispatch")


@require_safe
@role_required(*PACKERS)
@at_workplace
def manifest(request: FloorRequest, pk: UUID) -> HttpResponse:
    """The manifest to print: what the carrier took, and what is back here since."""
    rows = Manifest.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    made = get_object_or_404(rows.select_related("closed_by"), pk=pk)
    packages = Package.objects.visible_to(request.viewer).filter(pk__in=made.parcels)
    by_id = {row.pk: row for row in packages.select_related("order", "seller", "shipment")}
    parcels = [by_id[pk] for pk in made.parcels if pk in by_id]
    context = {
        "manifest": made,
        "carrier": carrier_of(made.carrier).name,
        "parcels": parcels,
        "stay": made.expected - made.handed_over,
        "back": [row.pk for row in parcels if row.status == PackageStatus.LABELLED],
    }
    return screen(request, "warehouse/manifest.html", context)


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


def _scanned(request: FloorRequest, rows_of: PreparedQuery[Package] = LISTED) -> list[Package]:
    """The packages on the list that may still be handed over, in the order scanned."""
    ids = [UUID(text) for text in request.session.get(LIST, [])]
    rows = rows_of(request.warehouse.pk, ids) if ids else []
    places = {pk: place for place, pk in enumerate(ids)}
    return sorted(rows, key=lambda package: places[package.pk])


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
    package = next(iter(packages_of(code, request)), None)
    if not package:
        if is_void(code, request.warehouse):
            raise DomainError(say("Label {code} is void: scan the parcel's new label.", code=code))
        raise WrongScan(code, say("the tracking number of a ready parcel"))
    if package.shipment.status != ShipmentStatus.READY or package.status != PackageStatus.LABELLED:
        raise DomainError(
            say(
                "Parcel {code} is {present}: it cannot be handed over.",
                code=code,
                present=_present(package),
            )
        )
    refuse_held(box.shipment for box in _in_boxes(request, [package]))
    ids = [UUID(text) for text in request.session.get(LIST, [])]
    found = dict(CARRIERS(request.warehouse.pk, ids)) if ids else {}
    listed = [pk for pk in ids if pk in found]
    if package.pk in listed:
        raise DomainError(say("Parcel {code} is already on the list.", code=code))
    if listed and found[listed[0]] != package.carrier:
        carrier = carrier_of(package.carrier).name
        raise DomainError(
            say(
                "Parcel {code} is for {carrier}: hand over this list first.",
                code=code,
                carrier=carrier,
            )
        )
    request.session[LIST] = [str(pk) for pk in [*listed, package.pk]]
    return say(
        "Parcel {number}: {tracking_number}",
        number=len(listed) + 1,
        tracking_number=package.tracking_number,
    )


def _present(package: Package) -> str:
    """The status to show: of the shipment while the parcel is here, of the package later."""
    here = package.status == PackageStatus.LABELLED
    return predicate(state(package.shipment if here else package))


def _hand_over(request: FloorRequest, sent: Sent) -> str:
    listed = _scanned(request)
    if gone := _strike_gone(request, listed):
        left = say("Count again.") if listed else say("The list is empty now.")
        raise DomainError(
            say("Somebody else dealt with {gone} meanwhile. {left}", gone=gone, left=left)
        )
    _refuse_held(request, listed)
    made = close_manifest(
        listed,
        warehouse=request.warehouse,
        counted=sent["counted"],
        rest=sent["rest"],
        actor=request.user,
    )
    number = len(listed)
    parcels = say_count(number, "{number} parcel", "{number} parcels", number=number)
    return say(
        "Handed over to {name}: {parcels}.", name=carrier_of(made.carrier).name, parcels=parcels
    )


def _refuse_held(request: FloorRequest, listed: list[Package]) -> None:
    """Name the parcels of an order on hold: the others leave without them."""
    inside = _in_boxes(request, listed)
    hold = open_hold(box.shipment for box in inside)
    if hold is None:
        return
    stopped = {box.inside_id or box.pk for box in inside if _is_of(box, hold)}
    held = [package for package in listed if package.pk in stopped]
    codes = ", ".join(package.tracking_number for package in held[:HELD_NAMED])
    why = say("cancelled by the shop") if unwanted(hold) else say("on hold ({hold})", hold=hold)
    raise DomainError(
        say_count(
            len(held),
            "Parcel {codes} is {why}: take it off the list and set it aside.",
            "Parcels {codes} are {why}: take them off the list and set them aside.",
            codes=codes,
            why=why,
        )
    )


def _in_boxes(request: FloorRequest, packages: list[Package]) -> list[Package]:
    """These parcels, and what of other orders is inside them; with their shipments."""
    ids = [package.pk for package in packages]
    return IN_BOXES(request.warehouse.pk, ids) if ids else []


def _is_of(package: Package, hold: Hold) -> bool:
    return package.order_id == hold.order_id and hold.shipment_id in (None, package.shipment_id)


def _undo(request: FloorRequest, shipment: Shipment) -> str:
    return say(
        "Shipment {undo_hand_over} is back: hand-over undone.",
        undo_hand_over=undo_hand_over(shipment, actor=request.user),
    )


def _dispatch(
    request: FloorRequest, outcome: ScanResult | None = None, form: CountForm | None = None
) -> HttpResponse:
    listed: list[Any] = _scanned(request, LISTED_ROWS)[::-1]
    ids = [package.pk for package in listed]
    held = {pk for (pk,) in STOPPED(request.warehouse.pk, ids)} if ids else set()
    for package in listed:
        package.is_held = package.pk in held
    carrier = listed[0].carrier if listed else ""
    given = request.warehouse.pk, ids, carrier
    shown: list[Any] = MISSING(*given)
    number = sum(units for _, units in EXPECTED(*given))
    begin = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    of_these = request.warehouse.pk, begin, [row.pk for row in shown]
    left = {pk for (pk,) in LEFT_BEHIND(*of_these)} if shown else set()
    for package in shown:
        package.is_left = package.pk in left
    shown.sort(key=lambda package: not package.is_left)
    context = {
        "listed": listed,
        "carrier": carrier_of(carrier).name if listed else "",
        "missing": shown,
        "number": number,
        "stay": number - len(listed) if listed else 0,
        "reasons": Manifest.Rest.choices,
        "form": form,  # the count is not kept: it is made anew
        "gone": UNDOABLE(request.warehouse.pk, timezone.now() - UNDO_FOR),
        "manifests": MANIFESTS(request.warehouse.pk),
    }
    return screen(request, "warehouse/dispatch.html", context, outcome)
