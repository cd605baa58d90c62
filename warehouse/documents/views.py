"""Documents of a box to print: packing slip and label."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from orders.access import role_required
from orders.carriers.asking import LABEL_TYPES
from orders.errors import DomainError
from orders.lifecycle.label_requests import label_file_of
from orders.models import Package
from orders.states import PackageStatus
from orders.words import say
from warehouse.documents.label import package_label
from warehouse.documents.slip import packing_slip
from warehouse.scanning.screens import PACKERS, FloorRequest, at_workplace


@role_required(*PACKERS)
@at_workplace
def slip(request: FloorRequest, pk: UUID) -> HttpResponse:
    """The packing slip of a box, as PDF."""
    package = _package(request, pk)
    return _file(packing_slip(package), "application/pdf", f"slip-{package.pk}.pdf")


@role_required(*PACKERS)
@at_workplace
def box_label(request: FloorRequest, pk: UUID) -> HttpResponse:
    """The label of a box: the carrier's file if it gave one, else our own."""
    package = _package(request, pk)
    if package.inside_id:  # the label of its box is the only one
        package = _package(request, package.inside_id)
    if drawn := label_file_of(package):
        name = f"label-{package.pk}.{LABEL_TYPES[drawn.media_type]}"
        return _file(drawn.content, drawn.media_type, name)
    return _file(package_label(package), "application/pdf", f"label-{package.pk}.pdf")


def _package(request: FloorRequest, pk: UUID) -> Package:
    rows = Package.objects.visible_to(request.viewer).filter(shipment__warehouse=request.warehouse)
    row = get_object_or_404(rows.select_related("order__seller", "shipment__warehouse"), pk=pk)
    if row.status == PackageStatus.CANCELLED:
        raise DomainError(
            say("Box {row} was put back with its shipment: it has neither slip nor label.", row=row)
        )
    return row


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
