"""The printers of a bench: chosen once on its device, then documents print there by themselves."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from orders.models import Package
from orders.words import say, say_count
from warehouse.models import Printer
from warehouse.printing.jobs import LABEL, SLIP, ask_to_print
from warehouse.printing.printers import is_silent
from warehouse.scanning.screens import FloorRequest

COOKIE = "floor_printers"  # of the device: “label=id&slip=id” of two printers, or of one
COOKIE_SECONDS = 400 * 24 * 3600  # the most that browsers keep
ABLE: dict[str, tuple[str, ...]] = {
    LABEL: (Printer.Prints.BOTH, Printer.Prints.LABELS),
    SLIP: (Printer.Prints.BOTH, Printer.Prints.SLIPS),
}


def printers_of(request: FloorRequest) -> QuerySet[Printer]:
    """The printers of the warehouse in which this person is."""
    rows = Printer.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    return rows.filter(removed_at=None).order_by("name")


def chosen(request: HttpRequest) -> dict[str, UUID]:
    """{document: the printer that was chosen on this device}, as its cookie says."""
    ids = {}
    for pair in request.COOKIES.get(COOKIE, "")[:200].split("&"):
        document, _, pk = pair.partition("=")
        try:
            ids[document] = UUID(pk)
        except ValueError:
            continue
    return {document: ids[document] for document in ABLE if document in ids}


def printers_here(request: FloorRequest) -> dict[str, Printer]:
    """{document: the printer of this bench}: those that are there still, and print such documents.

    No query where it has none.
    """
    wanted = chosen(request)
    found = printers_of(request).in_bulk(set(wanted.values())) if wanted else {}
    rows = {document: found.get(pk) for document, pk in wanted.items()}
    return {document: row for document, row in rows.items() if row and row.prints in ABLE[document]}


def chosen_names(request: FloorRequest) -> list[str]:
    """The names of the printers of this bench, each once."""
    return sorted({str(row) for row in printers_here(request).values()})


def remember(response: HttpResponse, printers: dict[str, Printer]) -> None:
    """Print at these from now on, whoever works at this device."""
    response.set_cookie(
        COOKIE,
        "&".join(f"{document}={printer.pk}" for document, printer in printers.items()),
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def print_here(request: FloorRequest, boxes: Iterable[Package], document: str) -> str:
    """Let the printer of this bench print, and say so; "" where the bench has none."""
    printer, rows = printers_here(request).get(document), list(boxes)
    if printer is None or not rows:
        return ""
    ask_to_print(printer, rows, document, actor=request.user)
    number = len(rows)
    said = (
        say_count(number, "Slip sent to {printer}.", "Slips sent to {printer}.", printer=printer)
        if document == SLIP
        else say_count(
            number, "Label sent to {printer}.", "Labels sent to {printer}.", printer=printer
        )
    )
    if is_silent(printer, timezone.now()):
        return f"{said} {say('It has not asked for work: see whether it is switched on.')}"
    return said
