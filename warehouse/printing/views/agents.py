"""The doors of the agents of printers: the next document, and what became of it."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orders.access import public
from orders.row_security import narrow_to, reach_of
from orders.values.texts import is_storable
from warehouse.models import Printer
from warehouse.printing.jobs import LONGEST_PROBLEM, end_job, job_of, take_next
from warehouse.printing.printers import note_seen, printer_with

BEARER = "Bearer "
UNKNOWN = "No printer has this token: give its agent another one on the screen Printers."
EXPECTED = f'expected {{"problem": ""}}, or why not, in up to {LONGEST_PROBLEM} characters'

Given = ParamSpec("Given")


def _of_printer(
    view: Callable[Concatenate[HttpRequest, Printer, Given], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Given], HttpResponse]:
    """Pass the printer whose token came with the request; 401 where none has it."""

    @wraps(view)
    def known(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        header = request.headers.get("Authorization", "")
        token = header.removeprefix(BEARER) if header.startswith(BEARER) else ""
        printer = printer_with(token[:200])
        if printer is None:
            return _refused(401, "Authorization", UNKNOWN)
        narrow_to(reach_of(buildings=[printer.warehouse_id]))
        note_seen(printer, timezone.now())
        return view(request, printer, *args, **kwargs)

    return known


@public
@csrf_exempt
@require_POST
@_of_printer
def next_document(request: HttpRequest, printer: Printer) -> HttpResponse:
    """The next document to print, as it is; 204 while nothing waits."""
    found = take_next(printer)
    if found is None:
        return HttpResponse(status=204)
    job, (content, media_type) = found
    answer = HttpResponse(content, content_type=media_type)
    answer["X-Print-Job"] = str(job.pk)
    answer["X-Document"] = job.document
    answer["Cache-Control"] = "private, no-store"
    return answer


@public
@csrf_exempt
@require_POST
@_of_printer
def end_document(request: HttpRequest, printer: Printer, pk: UUID) -> HttpResponse:
    """Keep what became of a document: printed, or why not."""
    if (job := job_of(printer, pk)) is None:
        return _refused(404, "", "This printer has no such document.")
    try:
        problem = json.loads(request.body)["problem"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return _refused(400, "problem", EXPECTED)
    if not isinstance(problem, str) or len(problem) > LONGEST_PROBLEM or not is_storable(problem):
        return _refused(400, "problem", EXPECTED)
    end_job(job, problem=problem)
    return HttpResponse(status=204)


def _refused(status: int, field: str, problem: str) -> JsonResponse:
    return JsonResponse({"errors": [{"field": field, "problem": problem}]}, status=status)
