"""Documents of a box to print: packing slip and label."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from orders.access import role_required
from orders.carriers.asking import LABEL_TYPES
from orders.models import Package
from warehouse.documents.files import label_file, slip_file
from warehouse.scanning.screens import PACKERS, FloorRequest, at_workplace


@role_required(*PACKERS)
@at_workplace
def slip(request: FloorRequest, pk: UUID) -> HttpResponse:
    """The packing slip of a box, as PDF."""
    package = _package(request, pk)
    return _answer(*slip_file(package), f"slip-{package.pk}")


@role_required(*PACKERS)
@at_workplace
def box_label(request: FloorRequest, pk: UUID) -> HttpResponse:
    """The label of a box: the carrier's file if it gave one, else our own."""
    package = _package(request, pk)
    return _answer(*label_file(package), f"label-{package.inside_id or package.pk}")


def _package(request: FloorRequest, pk: UUID) -> Package:
    rows = Package.objects.visible_to(request.viewer).filter(shipment__warehouse=request.warehouse)
    wanted = ("order__seller", "shipment__warehouse", "inside__order__seller")
    return get_object_or_404(rows.select_related(*wanted, "inside__shipment__warehouse"), pk=pk)


def _answer(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'inline; filename="{name}.{LABEL_TYPES[media_type]}"'
    return answer
