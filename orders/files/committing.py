"""Write what the check of a file found, batch by batch; a batch and its marks are one commit."""

import logging
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.accounts.connections import refuse_paused
from orders.crash import crash_point
from orders.errors import DomainError
from orders.files.formats.sheet import SheetRow
from orders.files.records.kinds import Action, Draft, Problem, Verdict, kind_of, rejected
from orders.lifecycle.dead_letters import where
from orders.models import Import, ImportRecord
from orders.statements import is_outage

log = logging.getLogger(__name__)

BATCH = 200  # records
BATCH_ROWS = 2000
LEFT = {Action.CREATE: "to_create", Action.UPDATE: "to_update"}
BECAME = {
    Action.CREATE: "created", Action.UPDATE: "updated", Action.SKIP: "skipped",
    Action.REJECT: "rejected",
}  # fmt: skip
OUR_ERROR = "an error on our side stopped it ({place})"
# True also when it has been resumed since.
PAUSED = (
    "The import stopped, as {channel} was paused. Import the rest when that channel is resumed."
)
TELL = "Upload it again; tell the operator if it stays."


def write_file(job: Import, *, seconds: float) -> None:
    """Write the rest of a file; the next turn goes on behind the last whole batch."""
    ends = monotonic() + seconds
    while monotonic() < ends:
        if not _write_some(job):
            return


def _write_some(job: Import) -> bool:
    """Write a batch; where it fails, its records one by one, so that a bad one stops no other."""
    try:
        return _write_batch(job, BATCH)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("a batch of import %s cannot be written", job.pk)
    for _ in range(BATCH):
        try:
            if not _write_batch(job, 1):
                return False
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("a record of import %s cannot be written", job.pk)
            if not _write_batch(job, 1, because=where(error)):
                return False
    return True


@transaction.atomic
def _write_batch(job: Import, most: int, *, because: str = "") -> bool:
    """Write the next records and mark them; False where nothing is left, or another is at it."""
    row = _locked(job)
    if row is None:
        return False
    records = _next(job, most)
    if records and row.channel_id and _is_paused(row.channel_id):
        row.state, row.trouble = Import.State.CHECKED, PAUSED.format(channel=row.channel)
        row.save(update_fields=["state", "trouble"])
        return False
    if not records:
        row.state, row.finished_at = Import.State.DONE, timezone.now()
        row.save(update_fields=["state", "finished_at"])
        return False
    if because:
        problem = Problem(records[0].number, "", "", OUR_ERROR.format(place=because), TELL)
        verdicts = [rejected(problem)]
    else:
        drafts = [Draft([SheetRow.of(kept) for kept in one.source], one.key) for one in records]
        verdicts = kind_of(row).write(row, drafts, [one.seen for one in records])
    for record, verdict in zip(records, verdicts, strict=True):
        _mark(row, record, verdict)
    ImportRecord.objects.bulk_update(
        records, ["action", "is_done", "problems", "note", "content_hash", "order"]
    )
    row.worked_at = timezone.now()
    row.save(update_fields=["worked_at", *LEFT.values(), *BECAME.values()])
    crash_point("import-before-commit")
    return True


def _locked(job: Import) -> Import | None:
    rows = Import.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    found = rows.defer("content").filter(pk=job.pk, state=Import.State.COMMITTING)
    return found.select_related(
        "seller__warehouse", "warehouse", "channel__seller__warehouse", "actor"
    ).first()


def _is_paused(channel_id: UUID) -> bool:
    """Whether nothing may come in by this channel now; it stays so until the batch is written."""
    try:
        refuse_paused(channel_id)
    except DomainError:
        return True
    return False


def _next(job: Import, most: int) -> list[ImportRecord]:
    due = ImportRecord.objects.filter(file=job, is_done=False, action__in=list(LEFT))
    records: list[ImportRecord] = []
    rows = 0
    for record in due.order_by("number")[:most]:
        rows += len(record.source)
        if records and rows > BATCH_ROWS:
            break
        records.append(record)
    return records


def _mark(row: Import, record: ImportRecord, verdict: Verdict) -> None:
    left, became = LEFT[Action(record.action)], BECAME[Action(verdict.action)]
    setattr(row, left, getattr(row, left) - 1)
    setattr(row, became, getattr(row, became) + 1)
    record.action, record.is_done = verdict.action, True
    record.problems = [problem.kept() for problem in verdict.problems]
    record.note, record.order_id = verdict.note, verdict.order_id
    record.content_hash = verdict.content_hash
