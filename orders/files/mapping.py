"""Which column of a file is which field: remembered from the last time, else by its heading."""

import hashlib
from collections.abc import Mapping, Sequence

from orders.files.formats.plain import plain
from orders.files.records.kinds import Kind
from orders.files.rejected import REASON
from orders.models import ImportMapping, Seller


def hash_of(headings: Sequence[str]) -> bytes:
    """The set of headings, in whatever order; the column that our own files add is left out."""
    known = sorted({plain(heading) for heading in headings} - {plain(REASON)})
    return hashlib.sha256("\n".join(known).encode()).digest()


def suggested(kind: Kind, headings: Sequence[str]) -> dict[str, int]:
    """The columns that headings suggest: {field: place}; each column is one field."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        places.setdefault(plain(heading), place)
    found: dict[str, int] = {}
    for name, column in kind.columns.items():
        for known in (column.label, *column.names):
            named = places.get(plain(known))
            if named is not None and named not in found.values():
                found[name] = named
                break
    return found


def remembered(seller: Seller, kind: Kind, headings: Sequence[str]) -> ImportMapping | None:
    """What the seller chose for files with these headings."""
    known = ImportMapping.objects.filter(
        seller=seller, kind=kind.code, headings_hash=hash_of(headings)
    )
    return known.first()


def columns_of(mapping: ImportMapping, kind: Kind, headings: Sequence[str]) -> dict[str, int]:
    """A remembered choice for this file, whose columns may stand in another order."""
    places = {plain(heading): place for place, heading in reversed(list(enumerate(headings)))}
    return {
        name: places[heading]
        for name, heading in mapping.columns.items()
        if name in kind.columns and heading in places
    }


def remember(
    seller: Seller,
    kind: Kind,
    headings: Sequence[str],
    columns: Mapping[str, int],
    *,
    day_first: bool,
) -> None:
    """Remember a choice for the next file with these headings."""
    chosen = {name: plain(headings[place]) for name, place in columns.items()}
    ImportMapping.objects.update_or_create(
        seller=seller,
        kind=kind.code,
        headings_hash=hash_of(headings),
        defaults={"columns": chosen, "day_first": day_first},
    )
