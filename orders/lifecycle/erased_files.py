"""Erase a customer from uploaded files: what was read from them, and the files themselves."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from orders.models import Import, ImportRecord

TROUBLE = "A customer in this file was erased, and the file with it. Upload it again without them."
# A workbook is packed, so that nobody finds a text in it before it has been checked: one that lay
# for so long is emptied.
UNREAD_WORKBOOK = timedelta(hours=1)
State = Import.State
LEFT = {ImportRecord.Action.CREATE: "to_create", ImportRecord.Action.UPDATE: "to_update"}


def erase_from_files(
    order_ids: Collection[UUID], seller_ids: Collection[UUID], said: Collection[str]
) -> None:
    """Empty what files say of these orders, or beside these addresses and numbers."""
    records = ImportRecord.objects.filter(seller__in=seller_ids)
    of_person = Q(order__in=order_ids)
    if said:
        for text in said:
            of_person |= Q(text__icontains=text)
        records = records.annotate(text=Cast("source", TextField()))
    found = list(records.filter(of_person).exclude(source=[]).order_by("pk"))
    _empty_records(found)
    files = Import.objects.filter(seller__in=seller_ids).exclude(content=b"")
    _empty_files(files.filter(pk__in={record.file_id for record in found}))
    unread = files.filter(state__in=(State.UPLOADED, State.CHECKING, State.FAILED))
    named = [file.pk for file in unread.exclude(form__format="xlsx") if _names(file, said)]
    _empty_files(files.filter(pk__in=named))
    lying = Q(form__format="xlsx", created_at__lt=timezone.now() - UNREAD_WORKBOOK)
    _empty_files(files.filter(lying, state=State.UPLOADED))


def _names(file: Import, said: Collection[str]) -> bool:
    """Whether a text file names the person, in letters of any case."""
    text = bytes(file.content).decode(file.form.get("encoding", "utf-8"), "replace").casefold()
    return any(name.casefold() in text for name in said)


def _empty_records(records: list[ImportRecord]) -> None:
    """Records without their cells; what was still to be written is not."""
    waiting: Counter[tuple[UUID, str]] = Counter()
    for record in records:
        record.source, record.problems, record.seen = [], [], {}
        if record.action in LEFT and not record.is_done:
            waiting[record.file_id, LEFT[ImportRecord.Action(record.action)]] += 1
            record.action = ImportRecord.Action.REJECT
    for (file_id, name), count in waiting.items():
        rows = Import.objects.filter(pk=file_id)
        rows.update(**{name: F(name) - count, "rejected": F("rejected") + count})
    ImportRecord.objects.bulk_update(records, ["source", "problems", "seen", "action"], 500)


def _empty_files(files: QuerySet[Import]) -> None:
    rows = Import.objects.filter(pk__in=list(files.values_list("pk", flat=True)))
    rows.filter(state__in=(State.UPLOADED, State.CHECKING)).update(
        state=State.FAILED, trouble=TROUBLE
    )
    rows.update(content=b"", sample=[], size=0)
