"""Work on uploaded files that are being checked or imported, a little on each in turn."""

from time import monotonic

from orders.events.wakeups import wake_tasks_after_commit
from orders.files.committing import write_file
from orders.files.staging import check_file
from orders.files.uploading import WORK_TASK
from orders.models import Import

RUN_SECONDS = 30  # of one run; the next one goes on
TURN_SECONDS = 20  # on one file, while others wait


def work_on_imports(*, seconds: float = RUN_SECONDS, turn: float = TURN_SECONDS) -> None:
    """Work on the files that are due, the least lately touched first.

    A worker that is killed leaves whole batches; whoever comes next goes on behind them.
    """
    ends = monotonic() + seconds
    seen = None
    while (job := _next()) is not None:
        if monotonic() > ends:
            wake_tasks_after_commit({WORK_TASK})
            return
        now = (job.pk, job.state, job.position, job.left)
        if now == seen:
            return  # another worker is at it
        seen = now
        if job.state == Import.State.CHECKING:
            check_file(job, seconds=turn)
        else:
            write_file(job, seconds=turn)


def _next() -> Import | None:
    states = (Import.State.CHECKING, Import.State.COMMITTING)
    due = Import.objects.filter(state__in=states).order_by("worked_at")
    pk = due.values_list("pk", flat=True).first()
    if pk is None:
        return None
    rows = Import.objects.select_related("seller__warehouse", "channel", "actor")
    return rows.defer("content").filter(pk=pk).first()  # only a check reads it
