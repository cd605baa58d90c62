"""The lead's screen of labels: choose what gets one, and have them as PDF or ZPL."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from orders.access import Role, role_required
from orders.errors import DomainError
from warehouse.documents.code_labels import MOST_LABELS, MOST_ZPL, label_sheet, label_zpl
from warehouse.documents.papers import PAPERS
from warehouse.places.forms import MOST_CHOSEN, LabelsForm
from warehouse.places.labels import SOURCES, labels_of
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, at_workplace, screen

ZPL = "application/zpl"


@require_safe
@role_required(Role.LEAD)
@at_workplace
def labels(request: FloorRequest) -> HttpResponse:
    """Show what can have a label."""
    return _show(request, LabelsForm(request.GET))


@require_safe
@role_required(Role.LEAD)
@at_workplace
def label_file(request: FloorRequest) -> HttpResponse:
    """The labels of what was chosen, as a file to print."""
    form = LabelsForm(request.GET)
    if not form.is_valid():  # said at the field, beside what was chosen
        return redirect(f"{reverse('warehouse_labels')}?{request.GET.urlencode()}")
    sent = form.cleaned_data
    rows = labels_of(SOURCES[sent["what"]], request.viewer, request.warehouse, form.asked())
    try:
        if sent["format"] == "zpl":
            return _file(label_zpl(rows, arrow=sent["arrow"]), ZPL, f"{sent['what']}.zpl")
        paper = PAPERS.get(sent["paper"]) or next(iter(PAPERS.values()))
        sheet = label_sheet(rows, paper, arrow=sent["arrow"], skip=sent["skip"] or 0)
        return _file(sheet, "application/pdf", f"{sent['what']}.pdf")
    except DomainError as refusal:
        return _show(request, form, ScanResult(str(refusal), is_refused=True))


def _show(
    request: FloorRequest, form: LabelsForm, outcome: ScanResult | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "most": MOST_LABELS, "most_zpl": MOST_ZPL}
    form.is_valid()  # what is wrong with the paper hides no row
    if {"what", "begins"} <= form.cleaned_data.keys():
        source = SOURCES[form.cleaned_data["what"]]
        rows = source.rows(request.viewer, request.warehouse, form.asked())
        context |= {
            "number": len(rows) if isinstance(rows, Sequence) else rows.count(),
            "rows": [
                (str(getattr(row, "pk", "")), source.label(row)) for row in rows[:MOST_CHOSEN]
            ],
            "only": {str(pk) for pk in form.only},
        }
    return screen(request, "warehouse/labels.html", context, outcome)


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(media_type == ZPL, name) or ""
    return answer
