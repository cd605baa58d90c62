"""Actions on an uploaded file: keep it, choose its columns, begin to import it, delete it."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Sum

from orders.accounts.connections import (
    MOST_CHANNELS,
    open_channel,
    refuse_paused,
    while_it_exists,
)
from orders.errors import DomainError, InvalidInput
from orders.events.recording import record
from orders.events.wakeups import wake_tasks_after_commit
from orders.files.formats.cells import day_comes_first
from orders.files.formats.limits import MOST_KEPT_BYTES
from orders.files.formats.sheet import SheetRow
from orders.files.formats.tables import beginning, look
from orders.files.mapping import columns_of, remember, remembered, suggested
from orders.files.records.kinds import Kind, kind_of, kinds, warehouse_of
from orders.models import Event, Import, ImportRecord, SalesChannel, Seller, User, Warehouse
from orders.values.texts import one_line
from orders.words import predicate, say
from orders.words.writing import isolated

WORK_TASK = "orders.tasks.work_on_imports"
MOST_LOOKED_AT = 500  # rows, for how dates are written
MOST_SHOWN = 5  # rows of the sample
LONGEST_SHOWN = 60  # of a cell of the sample
FILES = "Files"  # the channel that is opened with the first file
MONTH_FIRST = ("US", "PH", "FM", "PW", "MH")
State = Import.State


def keep_file(
    owner: Seller | Warehouse,
    *,
    kind: str,
    name: str,
    content: bytes,
    channel: SalesChannel | None = None,
    actor: User | None,
) -> Import:
    """Keep a file whose headings can be read, with the columns that they suggest.

    Where it needs a channel and none is given, one for files is opened.
    Raises FileRefused, or DomainError where too much is kept already.
    """
    what = kinds()[kind]
    form = look(content)
    headings, rows = beginning(content, form, MOST_LOOKED_AT)
    seller = owner if isinstance(owner, Seller) else None
    if what.is_of_seller != bool(seller):
        raise DomainError(f"{what.title} are no file of {owner}.")
    _check_room(owner, len(content))
    if what.has_channel and channel is None and seller:
        channel = _open_channel(seller, actor)
    job = Import(
        seller=seller,
        warehouse=owner if isinstance(owner, Warehouse) else None,
        channel=channel if what.has_channel else None,
        kind=kind,
        name=one_line(name)[:120] or "File",
        content=content,
        size=len(content),
        form=form,
        headings=headings,
        sample=[[cell[:LONGEST_SHOWN] for cell in row.cells] for row in rows[:MOST_SHOWN]],
        actor=actor,
    )
    _suggest(job, what, rows)
    with while_it_exists():
        job.save(force_insert=True)
    return job


@transaction.atomic(savepoint=False)
def choose_columns(
    job: Import, columns: Mapping[str, int], *, day_first: bool, actor: User | None
) -> Import:
    """Say which column is which field, remember it, and let a worker check the file.

    Raises InvalidInput with what the choice lacks, or DomainError while a worker is at the file.
    """
    job = _locked(job, State.UPLOADED, State.CHECKED)
    what = kind_of(job)
    chosen = {name: place for name, place in columns.items() if name in what.columns}
    lacks = what.lacking(chosen, job.headings)
    taken: dict[int, str] = {}
    for name, place in chosen.items():
        if not 0 <= place < len(job.headings):
            lacks.append(
                say("Choose a column of the file for “{column}”.", column=_label(what, name))
            )
        elif place in taken:
            lacks.append(
                say(
                    "“{one}” and “{other}” have the same column: choose another for one of them.",
                    one=_label(what, taken[place]),
                    other=_label(what, name),
                )
            )
        taken.setdefault(place, name)
    if lacks:
        raise InvalidInput([("", text) for text in lacks])
    if job.seller:
        remember(job.seller, what, job.headings, chosen, day_first=day_first)
    _forget_check(job)
    job.columns, job.day_first, job.actor = dict(chosen), day_first, actor
    job.state, job.trouble = State.CHECKING, ""
    job.save(update_fields=["columns", "day_first", "actor", "state", "trouble", *COUNTERS])
    wake_tasks_after_commit({WORK_TASK})
    return job


@transaction.atomic(savepoint=False)
def begin_import(job: Import, *, actor: User | None) -> Import:
    """Let a worker write what the check found.

    Raises DomainError, also for who comes second, and while its channel is paused.
    """
    job = _locked(job, State.CHECKED)
    if not job.left:
        raise DomainError(say("There is nothing to import in {file}.", file=isolated(str(job))))
    if job.channel_id:
        refuse_paused(job.channel_id)
    job.state, job.actor, job.trouble = State.COMMITTING, actor, ""
    job.save(update_fields=["state", "actor", "trouble"])
    record([Event(seller_id=job.seller_id, kind="import.begun", subject_id=job.pk, actor=actor)])
    wake_tasks_after_commit({WORK_TASK})
    return job


@transaction.atomic(savepoint=False)
def delete_file(job: Import) -> None:
    """Delete a file with all that was read from it; what it brought stays."""
    job = _locked(job, State.UPLOADED, State.CHECKING, State.CHECKED, State.DONE, State.FAILED)
    ImportRecord.objects.filter(file=job).delete()
    job.delete()


COUNTERS = (
    "position", "rows", "to_create", "to_update", "skipped", "rejected", "created", "updated",
)  # fmt: skip


def _locked(job: Import, *states: State) -> Import:
    rows = Import.objects.select_for_update(of=("self",)).defer("content")
    row = rows.select_related("seller", "warehouse").filter(pk=job.pk).first()
    if row is None:
        raise DomainError(say("This file was deleted."))
    if row.state not in states:
        raise DomainError(
            say(
                "{file} is in another state now: {state}.",
                file=isolated(str(row)),
                state=predicate(say(row.get_state_display())),
            )
        )
    return row


def _label(what: Kind, name: str) -> str:
    return say(what.columns[name].label)


def _forget_check(job: Import) -> None:
    ImportRecord.objects.filter(file=job).delete()
    for name in COUNTERS:
        setattr(job, name, 0)


def _check_room(owner: Seller | Warehouse, size: int) -> None:
    mine = {"seller": owner} if isinstance(owner, Seller) else {"warehouse": owner}
    kept = Import.objects.filter(**mine).aggregate(sum=Sum("size"))["sum"] or 0
    if kept + size > MOST_KEPT_BYTES:
        most = MOST_KEPT_BYTES // 2**20
        raise DomainError(
            say(
                "{owner} keeps {most} MB of files already: delete some of them first.",
                owner=isolated(str(owner)),
                most=most,
            )
        )


@transaction.atomic
def _open_channel(seller: Seller, actor: User | None) -> SalesChannel:
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    taken = set(SalesChannel.objects.filter(seller=seller).values_list("name", flat=True))
    names = (FILES, *(f"{FILES} {number}" for number in range(2, MOST_CHANNELS + 2)))
    name = next(name for name in names if name not in taken)
    return open_channel(seller, kind=SalesChannel.Kind.FILE, name=name, actor=actor)


def _suggest(job: Import, what: Kind, rows: list[SheetRow]) -> None:
    known = remembered(job.seller, what, job.headings) if job.seller else None
    job.columns = columns_of(known, what, job.headings) if known else suggested(what, job.headings)
    place = job.columns.get("placed_at")
    told = day_comes_first([row.at(place) for row in rows]) if place is not None else None
    if told is not None:
        job.day_first = told
    elif known:
        job.day_first = known.day_first
    else:
        job.day_first = warehouse_of(job).country not in MONTH_FIRST
