"""Files in: upload, choose columns, see what was found, import, get back what was rejected."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fulfillment.dashboard.import_forms import ColumnsForm, UploadForm
from fulfillment.dashboard.queries.imports import found_in, import_list, places
from orders.access import SELLER_ROLES, role_required
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError, InvalidInput
from orders.files.formats.csv_files import lines_of
from orders.files.formats.limits import MOST_BYTES, MOST_ROWS
from orders.files.records.kinds import Kind, kind_of, seller_kinds
from orders.files.rejected import rejected_rows
from orders.files.uploading import begin_import, choose_columns, delete_file, keep_file
from orders.models import Import
from orders.row_security import seeing
from orders.words import say
from orders.words.writing import grouped, isolated

State = Import.State
WITH_COLUMNS = (State.UPLOADED, State.CHECKED)
WITH_FINDINGS = (State.CHECKED, State.COMMITTING, State.DONE)
CSV = "text/csv; charset=utf-8"


@require_safe
@role_required(*SELLER_ROLES)
def imports(request: SignedInRequest) -> HttpResponse:
    """Show the uploaded files, and what can be uploaded."""
    page = import_list(request.viewer, cursor=request.GET.get("page", ""))
    for job in page.rows:
        job.title = _title(job)
    context = {"page": page, "kinds": _offered(request)}
    return render(request, "dashboard/imports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def upload(request: SignedInRequest) -> HttpResponse:
    """Keep a file, and go on to its columns."""
    what = seller_kinds().get(request.GET.get("kind", "orders"))
    if what is None or not request.viewer.has_role(*what.roles):
        raise Http404
    targets = places(request.viewer.through(*what.roles), what)
    form = UploadForm(request.POST or None, request.FILES or None, places=targets)
    status = 200
    if request.method == "POST":
        status = 422
        if targets and form.is_valid():
            try:
                return redirect("dashboard_import", _kept(request, what, form).pk)
            except DomainError as refused:
                form.add_error("file", str(refused))
    context = {
        "kind": what,
        "form": form,
        "places": targets,
        "columns": [
            (column.label, column.is_needed, column.help) for column in what.columns.values()
        ],
        "megabytes": MOST_BYTES // 2**20,
        "most_rows": grouped(MOST_ROWS),
    }
    return render(request, "dashboard/imports/upload.html", context, status=status)


@require_safe
@role_required(*SELLER_ROLES)
def one_import(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show one file, as far as it is."""
    return _page(request, _import(request, pk))


@require_POST
@role_required(*SELLER_ROLES)
def columns(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Choose the columns of a file, and let it be checked."""
    job = _import(request, pk)
    form = ColumnsForm(request.POST, job=job)
    if not form.is_valid():
        return _page(request, job, form=form, status=422)
    try:
        choose_columns(job, form.chosen(), day_first=form.is_day_first(), actor=request.user)
    except InvalidInput as error:
        lacks = [problem for _, problem in error.problems]
        return _page(request, job, form=form, lacks=lacks, status=422)
    return redirect("dashboard_import", job.pk)


@require_POST
@role_required(*SELLER_ROLES)
def begin(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Import what the check found."""
    job = begin_import(_import(request, pk), actor=request.user)
    return redirect("dashboard_import", job.pk)


@require_safe
@role_required(*SELLER_ROLES)
@fresh_sign_in_required
def rejected(request: SignedInRequest, pk: UUID) -> StreamingHttpResponse:
    """The rejected rows as a CSV file, with a column that says what is wrong.

    Whatever stood in the file stands there, customers' addresses among it.
    """
    job = _import(request, pk)
    reach = request.viewer.reach

    def body() -> Any:
        with seeing(reach):  # the request is over when the last of it is sent
            yield from lines_of(rejected_rows(job))

    answer = StreamingHttpResponse(body(), content_type=CSV)
    name = f"rejected-{job.name.rpartition('.')[0] or job.name}.csv"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


@require_POST
@role_required(*SELLER_ROLES)
def delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Delete a file; what was imported from it stays."""
    job = _import(request, pk)
    if not request.POST.get("sure"):
        return redirect("dashboard_import", job.pk)
    delete_file(job)
    messages.success(
        request, say("{file} is deleted. What was imported from it stays.", file=isolated(str(job)))
    )
    return redirect("dashboard_imports")


def _kept(request: SignedInRequest, what: Kind, form: UploadForm) -> Import:
    place = form.place_of()
    return keep_file(
        place.seller,
        kind=what.code,
        name=str(form.cleaned_data["file"].name),
        content=form.content(),
        channel=place.channel,
        actor=request.user,
    )


def _import(request: SignedInRequest, pk: UUID) -> Import:
    """A file of a seller for whom the viewer has a role that its kind asks for."""
    rows = Import.objects.visible_to(request.viewer).filter(seller__isnull=False).defer("content")
    rows = rows.select_related("seller__warehouse", "channel", "actor")
    job = get_object_or_404(rows, pk=pk, kind__in=seller_kinds())
    through = request.viewer.through(*kind_of(job).roles)
    return get_object_or_404(rows.visible_to(through), pk=pk)


def _page(
    request: SignedInRequest,
    job: Import,
    *,
    form: ColumnsForm | None = None,
    lacks: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    what = kind_of(job)
    context: dict[str, Any] = {
        "job": job,
        "kind": what,
        "noun": what.nouns[job.left != 1],
        "is_busy": job.state in (State.CHECKING, State.COMMITTING),
        "is_open": form is not None,
        "lacks": lacks or [],
        "total": job.left + job.written,
    }
    if job.state in WITH_COLUMNS:
        form = form or ColumnsForm(job=job)
        context |= {"form": form, "groups": form.groups()}
    if job.state in WITH_FINDINGS:
        context["found"] = found_in(request.viewer, job)
    return render(request, "dashboard/imports/import.html", context, status=status)


def _offered(request: SignedInRequest) -> list[Kind]:
    return [kind for kind in seller_kinds().values() if request.viewer.has_role(*kind.roles)]


def _title(job: Import) -> str:
    kind = seller_kinds().get(job.kind)
    return kind.title if kind else job.kind
