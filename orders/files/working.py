"""Work on uploaded files that are being checked or imported, a little on each in turn."""

import logging
from time import monotonic
from uuid import UUID

from django.utils import timezone

from orders.events.wakeups import wake_tasks_after_commit
from orders.files.committing import write_file
from orders.files.staging import check_file
from orders.files.uploading import WORK_TASK
from orders.lifecycle.dead_letters import where
from orders.models import Import
from orders.statements import is_outage

log = logging.getLogger(__name__)

RUN_SECONDS = 30  # of one run; the next one goes on
TURN_SECONDS = 20  # on one file, while others wait
OUR_ERROR = "An error on our side stopped the check ({place}). Tell the operator."


def work_on_imports(*, seconds: float = RUN_SECONDS, turn: float = TURN_SECONDS) -> None:
    """Work on the files that are due, the least lately touched first.

    A worker that is killed leaves whole batches; whoever comes next goes on behind them.
    """
    ends = monotonic() + seconds
    others: set[UUID] = set()  # files that another worker is at
    while (job := _next(others)) is not None:
        if monotonic() > ends:
            wake_tasks_after_commit({WORK_TASK})
            return
        before = job.state, job.position, job.left
        # Whatever comes of it, the next turn is another file's.
        Import.objects.filter(pk=job.pk).update(worked_at=timezone.now())
        try:
            _work(job, turn)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("import %s cannot be worked on", job.pk)
            _give_up(job, where(error))
        after = Import.objects.filter(pk=job.pk).defer("content").first()
        if after is None or (after.state, after.position, after.left) == before:
            others.add(job.pk)


def _work(job: Import, turn: float) -> None:
    if job.state == Import.State.CHECKING:
        check_file(job, seconds=turn)
    else:
        write_file(job, seconds=turn)


def _give_up(job: Import, place: str) -> None:
    """A file that our code fails at is told so, and holds up no other."""
    rows = Import.objects.filter(pk=job.pk, state=Import.State.CHECKING)
    rows.update(state=Import.State.FAILED, trouble=OUR_ERROR.format(place=place)[:250])


def _next(others: set[UUID]) -> Import | None:
    states = (Import.State.CHECKING, Import.State.COMMITTING)
    due = Import.objects.filter(state__in=states).exclude(pk__in=others).order_by("worked_at")
    pk = due.values_list("pk", flat=True).first()
    if pk is None:
        return None
    rows = Import.objects.select_related("seller__warehouse", "warehouse", "channel", "actor")
    return rows.defer("content").filter(pk=pk).first()  # only a check reads it
