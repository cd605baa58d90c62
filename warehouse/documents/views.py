"""Papers of a box, to print: its packing slip and its label."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from orders.access import role_required
from orders.models import Package
from warehouse.documents.label import package_label
from warehouse.documents.slip import packing_slip
from warehouse.scanning.screens import PACKERS, FloorRequest, at_workplace


@role_required(*PACKERS)
@at_workplace
def slip(request: FloorRequest, pk: UUID) -> HttpResponse:
    """The packing slip of a box, as PDF."""
    return _print(request, pk, packing_slip, "slip")


@role_required(*PACKERS)
@at_workplace
def box_label(request: FloorRequest, pk: UUID) -> HttpResponse:
    """The label of a box, as PDF."""
    return _print(request, pk, package_label, "label")


def _print(
    request: FloorRequest, pk: UUID, document: Callable[[Package], bytes], name: str
) -> HttpResponse:
    rows = Package.objects.visible_to(request.viewer).filter(shipment__warehouse=request.warehouse)
    rows = rows.select_related("order__seller", "shipment__warehouse")
    package = get_object_or_404(rows, pk=pk)
    answer = HttpResponse(document(package), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}-{package.pk}.pdf"'
    return answer
