"""Print jobs: asked for with the box, taken by the agent once, ended by its word."""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.errors import DomainError
from orders.models import Package, User
from orders.prepared import PreparedQuery, is_among
from orders.statements import is_outage
from orders.states import PackageStatus
from warehouse.documents.files import File, label_file, slip_file, zpl_label
from warehouse.models import Printer, PrintJob

log = logging.getLogger(__name__)

SLIP, LABEL = PrintJob.Document.SLIP, PrintJob.Document.LABEL
Status = PrintJob.Status
# The jobs of these boxes, the latest last.
JOBS = PreparedQuery(
    lambda: (
        PrintJob.objects.filter(is_among("warehouse_printjob.package_id", 1))
        .select_related("printer")
        .order_by("asked_at", "pk")
    )
)
LONGEST_PROBLEM = PrintJob._meta.get_field("problem").max_length or 0
NO_DOCUMENT = (PackageStatus.PACKING, PackageStatus.CANCELLED)
BROKEN = "The document could not be made: open it at the bench."


def ask_to_print(
    printer: Printer, boxes: Iterable[Package], document: str, *, actor: User
) -> list[PrintJob]:
    """Let a printer print this document of each box; one that waits already is not asked twice.

    What waits at another printer, which may be switched off or gone, is printed here instead.
    """
    rows = list(boxes)
    waiting = PrintJob.objects.filter(package__in=rows, document=document, status=Status.WAITING)
    waiting.exclude(printer=printer).update(
        printer=printer, asked_by=actor, asked_at=timezone.now()
    )
    jobs = [
        PrintJob(printer=printer, package=box, document=document, asked_by=actor) for box in rows
    ]
    return PrintJob.objects.bulk_create(jobs, ignore_conflicts=True)


def take_next(printer: Printer) -> tuple[PrintJob, File] | None:
    """The next document that this printer is to print, which is then taken; None: nothing waits.

    Taken before it is made: whatever dies then, no second copy comes by itself.
    """
    while job := _take(printer):
        try:
            return job, _file(job)
        except DomainError as problem:
            end_job(job, problem=str(problem))
        except Exception as error:
            if is_outage(error):  # the document is whole: a person prints it again
                raise
            log.exception("print job %s: its document cannot be made", job.pk)
            end_job(job, problem=BROKEN)
    return None


@transaction.atomic(savepoint=False)
def end_job(job: PrintJob, *, problem: str = "") -> None:
    """Printed, or why not. A word that comes twice, or after another one, changes nothing."""
    taken = PrintJob.objects.select_for_update(no_key=True).filter(pk=job.pk, status=Status.TAKEN)
    if (current := taken.first()) is None:
        return
    current.status = Status.FAILED if problem else Status.PRINTED
    current.problem, current.ended_at = problem[:LONGEST_PROBLEM], timezone.now()
    current.save(update_fields=["status", "problem", "ended_at"])


def job_of(printer: Printer, pk: UUID) -> PrintJob | None:
    """The job of this printer with this id."""
    return PrintJob.objects.filter(printer=printer, pk=pk).first()


def has_document(package: Package, document: str) -> bool:
    """Not of a box that was opened again or put back, nor a label that was made void."""
    if package.status in NO_DOCUMENT:
        return False
    return document == SLIP or bool((package.inside or package).tracking_number)


def drop_waiting(printer: Printer, now: datetime) -> None:
    """Print nothing more of what waits for this printer."""
    waiting = PrintJob.objects.filter(printer=printer, status=Status.WAITING)
    waiting.update(status=Status.DROPPED, ended_at=now)


def name_prints(boxes: Iterable[Package]) -> None:
    """Set `prints` of each box: the last job of its slip, and of its label."""
    rows = list(boxes)
    jobs = JOBS([box.pk for box in rows])
    latest = {(row.package_id, row.document): row for row in jobs}
    for box in rows:
        found = (latest.get((box.pk, document)) for document in (SLIP, LABEL))
        box.prints = [job for job in found if job]  # type: ignore[attr-defined]


@transaction.atomic(savepoint=False)
def _take(printer: Printer) -> PrintJob | None:
    """The oldest job that waits and is wanted still; the others before it are dropped."""
    now = timezone.now()
    waiting = PrintJob.objects.filter(printer=printer, status=Status.WAITING)
    rows = waiting.select_for_update(no_key=True, skip_locked=True, of=("self",))
    wanted = ("package__order__seller", "package__shipment__warehouse", "package__inside__order")
    for job in rows.select_related(*wanted, "printer").order_by("asked_at", "pk")[:20]:
        if has_document(job.package, job.document):
            _save(job, Status.TAKEN, taken_at=now)
            return job
        _save(job, Status.DROPPED, ended_at=now)
    return None


def _save(job: PrintJob, status: Status, **moments: datetime) -> None:
    job.status = status
    for name, moment in moments.items():
        setattr(job, name, moment)
    job.save(update_fields=["status", *moments])


def _file(job: PrintJob) -> File:
    if job.document == SLIP:
        return slip_file(job.package)
    speaks_zpl = job.printer.labels == Printer.Labels.ZPL
    return zpl_label(job.package) if speaks_zpl else label_file(job.package)
