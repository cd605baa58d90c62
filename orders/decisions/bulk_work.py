"""Work on acts on many orders: each order in a transaction of its own, some of each job in turn."""

import logging
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.crash import crash_point
from orders.decisions.bulk import WORK_TASK
from orders.decisions.bulk_acts import LONGEST_WORDS, act_on
from orders.errors import DomainError
from orders.events.wakeups import wake_tasks_after_commit
from orders.lifecycle.dead_letters import where
from orders.models import BulkJob, BulkRow
from orders.statements import is_outage
from orders.words import say

log = logging.getLogger(__name__)

RUN_SECONDS = 30  # of one run; the next one goes on
TURN = 50  # orders of one job, while others wait


def work_on_bulk_jobs(*, seconds: float = RUN_SECONDS) -> None:
    """Work on the jobs that are due, the least lately touched first.

    A worker that is killed leaves each order done with its row, or neither.
    """
    ends = monotonic() + seconds
    others: set[UUID] = set()  # jobs whose rows another worker has
    while (job := _next(others)) is not None:
        BulkJob.objects.filter(pk=job.pk).update(worked_at=timezone.now())
        for _ in range(TURN):
            if monotonic() > ends:
                wake_tasks_after_commit({WORK_TASK})
                return
            if not _work_on_one(job):
                others |= {job.pk} if not _finish(job) else set()
                break


def _next(others: set[UUID]) -> BulkJob | None:
    due = BulkJob.objects.filter(finished_at__isnull=True).exclude(pk__in=others)
    return due.select_related("actor").order_by("worked_at").first()


@transaction.atomic
def _work_on_one(job: BulkJob) -> bool:
    """Act on the next order that no other worker is at, and say what came of it."""
    waiting = BulkRow.objects.filter(job=job, state=BulkRow.State.WAITING).order_by("position")
    rows = waiting.select_related("order").select_for_update(skip_locked=True, of=("self",))
    if (row := rows.first()) is None:
        return False
    row.state, row.words = _outcome(job, row)
    row.save(update_fields=["state", "words"])
    crash_point("bulk-before-commit")
    return True


def _outcome(job: BulkJob, row: BulkRow) -> tuple[BulkRow.State, str]:
    """Act on an order, and say what came of it. What was refused has changed nothing."""
    try:
        with transaction.atomic():
            left = act_on(row.order, BulkJob.Act(job.act), job.given, actor=job.actor)
    except DomainError as refused:
        return BulkRow.State.REFUSED, str(refused)[:LONGEST_WORDS]
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("order %s of job %s cannot be worked on", row.order_id, job.pk)
        place = where(error)
        told = say("An error on our side stopped it ({place}). Tell the operator.", place=place)
        return BulkRow.State.REFUSED, told[:LONGEST_WORDS]
    return BulkRow.State.DONE, left[:LONGEST_WORDS]


def _finish(job: BulkJob) -> bool:
    """End a job whose last order is done. The reason that a person typed stands in the orders."""
    if BulkRow.objects.filter(job=job, state=BulkRow.State.WAITING).exists():
        return False
    given = {name: value for name, value in job.given.items() if name != "reason"}
    done = BulkJob.objects.filter(pk=job.pk, finished_at__isnull=True)
    done.update(finished_at=timezone.now(), given=given)
    return True
