"""Check a file, batch by batch: each record is read, compared with the books, and kept."""

from collections.abc import Iterable, Iterator, Sequence
from time import monotonic

from django.db import transaction
from django.utils import timezone

from orders.crash import crash_point
from orders.files.formats.limits import FileRefused
from orders.files.formats.tables import rows_below_headings
from orders.files.grouping import drafts_of
from orders.files.records.kinds import Action, Draft, Kind, Problem, Verdict, kind_of
from orders.models import Import, ImportRecord
from orders.models.files import LONGEST_KEY

BATCH = 250  # records
BATCH_ROWS = 1000
TWICE = "expected each one once in the file: it comes in row {row} too"
TOGETHER = "Put all its rows one below the other, or delete those that are too many."
LONGEST_NOTE = 250
COUNTED = {
    Action.CREATE: "to_create", Action.UPDATE: "to_update", Action.SKIP: "skipped",
    Action.REJECT: "rejected",
}  # fmt: skip


def check_file(job: Import, *, seconds: float) -> None:
    """Check the rest of a file; the next turn goes on behind the last whole batch.

    The time begins with the first batch: of a workbook, all rows before it are read again.
    """
    what = kind_of(job)
    ends = None
    try:
        rows = rows_below_headings(bytes(job.content), job.form)
        # A batch ends with a record, so that the row behind it begins one.
        new = (row for row in rows if row.number > job.position)
        for batch in _batches(drafts_of(job, what, new)):
            if not _check_batch(job, what, batch):
                return  # somebody else is at it, or it was deleted
            ends = ends or monotonic() + seconds
            if monotonic() > ends:
                return
    except FileRefused as refused:
        _settle(job, Import.State.FAILED, str(refused))
        return
    _settle(job, Import.State.CHECKED)


def _batches(drafts: Iterable[Draft]) -> Iterator[list[Draft]]:
    batch: list[Draft] = []
    rows = 0
    for draft in drafts:
        batch.append(draft)
        rows += len(draft.rows)
        if len(batch) == BATCH or rows >= BATCH_ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


@transaction.atomic
def _check_batch(job: Import, what: Kind, batch: Sequence[Draft]) -> bool:
    """Check a batch, if no other worker has; whether this one did."""
    row = _at(job)
    if row is None:
        return False
    verdicts = what.check(job, batch)
    _refuse_repeated(job, row, batch, verdicts)
    ImportRecord.objects.bulk_create(
        _record(job, draft, verdict) for draft, verdict in zip(batch, verdicts, strict=True)
    )
    for verdict in verdicts:
        name = COUNTED[Action(verdict.action)]
        setattr(row, name, getattr(row, name) + 1)
    row.rows += sum(len(draft.rows) for draft in batch)
    row.position = batch[-1].rows[-1].number
    row.worked_at = timezone.now()
    row.save(update_fields=["rows", "position", "worked_at", *COUNTED.values()])
    crash_point("import-checked")
    job.position = row.position
    return True


def _at(job: Import) -> Import | None:
    """The row of the file, locked, if it still is where this worker believes."""
    rows = Import.objects.select_for_update(skip_locked=True, no_key=True).defer("content")
    return rows.filter(
        pk=job.pk, state=Import.State.CHECKING, position=job.position, columns=job.columns
    ).first()


def _record(job: Import, draft: Draft, verdict: Verdict) -> ImportRecord:
    return ImportRecord(
        seller_id=job.seller_id,
        warehouse_id=job.warehouse_id,
        file=job,
        number=draft.number,
        key=draft.key[:LONGEST_KEY],
        source=[row.kept() for row in draft.rows],
        action=verdict.action,
        problems=[problem.kept() for problem in verdict.problems],
        note=verdict.note[:LONGEST_NOTE],
        seen=verdict.seen,
        content_hash=verdict.content_hash,
        order_id=verdict.order_id,
    )


def _refuse_repeated(
    job: Import, row: Import, batch: Sequence[Draft], verdicts: Sequence[Verdict]
) -> None:
    """Refuse both where a key comes twice, apart: either may be a part only, or an older one."""
    keys = {draft.key[:LONGEST_KEY] for draft in batch if draft.key}
    earlier = {record.key: record for record in ImportRecord.objects.filter(file=job, key__in=keys)}
    first: dict[str, tuple[Draft, Verdict]] = {}
    for draft, verdict in zip(batch, verdicts, strict=True):
        if not draft.key:
            continue
        if known := earlier.get(draft.key[:LONGEST_KEY]):
            _reject_earlier(row, known, draft)
            _reject(verdict, draft, known.number)
        elif same := first.get(draft.key):
            _reject(same[1], same[0], draft.number)
            _reject(verdict, draft, same[0].number)
        else:
            first[draft.key] = draft, verdict


def _reject(verdict: Verdict, draft: Draft, other: int) -> None:
    if verdict.action != Action.REJECT:
        verdict.action, verdict.problems = Action.REJECT, []
    verdict.problems.append(Problem(draft.number, "", draft.key, TWICE.format(row=other), TOGETHER))


def _reject_earlier(row: Import, known: ImportRecord, draft: Draft) -> None:
    if known.action == Action.REJECT:
        return
    name = COUNTED[Action(known.action)]
    setattr(row, name, getattr(row, name) - 1)
    row.rejected += 1
    problem = Problem(known.number, "", known.key, TWICE.format(row=draft.number), TOGETHER)
    known.action, known.problems = Action.REJECT, [problem.kept()]
    known.save(update_fields=["action", "problems"])


@transaction.atomic
def _settle(job: Import, state: str, trouble: str = "") -> None:
    rows = Import.objects.filter(pk=job.pk, state=Import.State.CHECKING, position=job.position)
    rows.filter(columns=job.columns).update(state=state, trouble=trouble[:250])
