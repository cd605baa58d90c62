"""The rejected rows of a file, as a file to mend and upload again."""

from collections.abc import Iterator

from orders.files.formats.sheet import SheetRow
from orders.models import Import, ImportRecord

REASON = "What is wrong"
PIECE = 200


def rejected_rows(job: Import) -> Iterator[list[str]]:
    """The headings of the file and one more, then all rows of the records that were rejected."""
    headings = [name for name in job.headings if name != REASON]
    kept = [place for place, name in enumerate(job.headings) if name != REASON]
    yield [*headings, REASON]
    records = ImportRecord.objects.filter(file=job, action=ImportRecord.Action.REJECT)
    number = 0
    while some := list(records.filter(number__gt=number).order_by("number")[:PIECE]):
        for record in some:
            yield from _rows(record, kept)
        number = some[-1].number


def _rows(record: ImportRecord, kept: list[int]) -> Iterator[list[str]]:
    for kept_row in record.source:
        row = SheetRow.of(kept_row)
        told = [problem for problem in record.problems if problem[0] == row.number]
        why = "; ".join(
            f"{column}: {expected}" if column else expected for _, column, _, expected, _ in told
        )
        # A formula is not written back: it would come as the text that it is not.
        yield [*("" if place in row.bad else row.at(place) for place in kept), why]
