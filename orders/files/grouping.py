"""The rows of a file as records: an order may have several rows, one below the other."""

from collections.abc import Iterable, Iterator

from orders.files.formats.sheet import SheetRow
from orders.files.records.kinds import Cells, Draft, Kind
from orders.models import Import
from orders.values.counts import MOST_LINES


def drafts_of(job: Import, kind: Kind, rows: Iterable[SheetRow]) -> Iterator[Draft]:
    """Records with the rows that belong to each; a row without a key continues the one above.

    Some exports repeat the order on each row, others leave all but the product empty.
    """
    current: Draft | None = None
    for row in rows:
        key = kind.key_of(Cells(job, row, []))
        if current is not None and kind.spans_rows and _continues(job, kind, current, row, key):
            # Far more than an order may have: it is refused, and need not be kept whole.
            if len(current.rows) <= MOST_LINES:
                current.rows.append(row)
            continue
        if current is not None:
            yield current
        current = Draft([row], key)
    if current is not None:
        yield current


def _continues(job: Import, kind: Kind, above: Draft, row: SheetRow, key: str) -> bool:
    if key:
        return key == above.key
    if not above.key:
        return False  # each row without an order id is told by itself
    first = above.rows[0]
    of_record = (place for name, place in job.columns.items() if not kind.columns[name].is_of_line)
    return all(row.at(place) in ("", first.at(place)) for place in of_record)
