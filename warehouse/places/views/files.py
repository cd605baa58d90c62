"""The lead's screens of files of locations: upload, see what was found, import, get back."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from orders.access import Role, role_required
from orders.files.formats.csv_files import lines_of
from orders.files.formats.limits import MOST_BYTES, MOST_ROWS
from orders.files.rejected import rejected_rows
from orders.files.uploading import begin_import, delete_file
from orders.models import Import, ImportRecord
from orders.row_security import Reach, seeing
from warehouse.places.file_kind import Places
from warehouse.places.files import files_of, found_in, take_file
from warehouse.places.forms import FileForm
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, at_workplace, done, screen

State = Import.State
CSV = "text/csv; charset=utf-8"


@role_required(Role.LEAD)
@at_workplace
def upload(request: FloorRequest) -> HttpResponse:
    """Keep a file of locations and have it checked; show the last ones."""
    if request.method != "POST":
        return _upload(request, FileForm())
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload(request, form, ScanResult(form.problem, is_refused=True))

    def act(sent: Sent) -> str:
        given = sent["file"]
        job = take_file(
            request.warehouse,
            name=str(given.name),
            content=given.read(MOST_BYTES + 1),
            actor=request.user,
        )
        return f"{job} is being checked."

    outcome = apply(request, form, act)
    if outcome.is_refused:
        return _upload(request, form, outcome)
    # Sent twice, it is the same file: the last one of this person.
    own = _files(request).filter(kind=Places.code, actor=request.user).order_by("-created_at")
    newest = own.values_list("pk", flat=True).first()
    if newest is None:
        return redirect("warehouse_import_locations")
    return redirect("warehouse_location_file", newest)


@require_safe
@role_required(Role.LEAD)
@at_workplace
def file(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Show how far a file is, and what was found in it."""
    return _show(request, _file(request, pk))


@require_POST
@role_required(Role.LEAD)
@at_workplace
def begin(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Import what the check found."""
    job = _file(request, pk)

    def act(_: Sent) -> str:
        begin_import(job, actor=request.user)
        return f"{job} is being imported."

    outcome = apply(request, FloorForm(request.POST), act)
    if outcome.is_refused:
        return _show(request, job, outcome)
    return done(request, outcome, "warehouse_location_file", pk)


@require_safe
@role_required(Role.LEAD)
@at_workplace
def refused_rows(request: FloorRequest, pk: UUID) -> HttpResponseBase:
    """The rejected rows as a file to mend, with what is wrong in its last column."""
    job = _file(request, pk)
    answer = StreamingHttpResponse(_sent(job, request.viewer.reach), content_type=CSV)
    name = f"rejected-{job.name.rpartition('.')[0] or job.name}.csv"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


@require_POST
@role_required(Role.LEAD)
@at_workplace
def forget(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Delete a file; what was imported from it stays."""
    job = _file(request, pk)

    def act(_: Sent) -> str:
        delete_file(job)
        return f"{job} is deleted. What was imported from it stays."

    outcome = apply(request, FloorForm(request.POST), act)
    if outcome.is_refused:
        return _show(request, job, outcome)
    return done(request, outcome, "warehouse_import_locations")


def _sent(job: Import, reach: Reach) -> Iterator[bytes]:
    """The request is over before its last row is read, so the reach is taken along."""
    with seeing(reach):
        yield from lines_of(rejected_rows(job))


def _files(request: FloorRequest) -> "QuerySet[Import]":
    return Import.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)


def _file(request: FloorRequest, pk: UUID) -> Import:
    rows = _files(request).filter(kind=Places.code).defer("content").select_related("actor")
    return get_object_or_404(rows, pk=pk)


def _upload(
    request: FloorRequest, form: FileForm, outcome: ScanResult | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "files": files_of(_files(request)),
        "columns": Places.columns.values(),
        "megabytes": MOST_BYTES // 2**20,
        "most_rows": f"{MOST_ROWS:,}",
    }
    return screen(request, "warehouse/import_locations.html", context, outcome)


def _show(request: FloorRequest, job: Import, outcome: ScanResult | None = None) -> HttpResponse:
    records = ImportRecord.objects.visible_to(request.viewer).filter(file=job)
    context = {
        "job": job,
        "is_busy": job.state in (State.CHECKING, State.COMMITTING),
        "total": job.left + job.written,
        "found": found_in(records),
    }
    return screen(request, "warehouse/location_file.html", context, outcome)
