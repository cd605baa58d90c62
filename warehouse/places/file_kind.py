"""Files of locations: one row each, as the list of locations is saved."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import Sum, Value

from orders.access import Role
from orders.errors import DomainError
from orders.files.formats.cells import count_of, yes_or_no
from orders.files.records.kinds import (
    Action,
    Cells,
    Column,
    Draft,
    Problem,
    Verdict,
    rejected,
    skipped,
)
from orders.models import Import, Warehouse
from orders.values.counts import LARGEST, whole
from orders.values.unfit import Unfit
from warehouse.models import Cart, Location, PutWall, Stock
from warehouse.models.locations import LONGEST_ZONE
from warehouse.places.changing import begin_zones, change_place, close_place, open_place
from warehouse.places.making import begin_of
from warehouse.places.scheme import (
    MOST_AISLES,
    MOST_BAYS,
    ZONE_STEP,
    walk_position,
)
from warehouse.scanning.place_codes import unfit_code

SAME = "Known already, and the same"
PARTS = re.compile(r"(?P<zone>[A-Z0-9]+)-(?P<aisle>\d{1,3})-(?P<bay>\d{1,3})(?:-.*)?")
ZONE = re.compile(r"[A-Z0-9]+")
KINDS = {
    word: kind
    for kind in (Location.Kind.BIN, Location.Kind.SHELF, Location.Kind.DOCK)
    for word in (kind.value, f"{kind.value}s")
}
COLUMNS = {
    "location": Column(
        "Location", ("code", "bin", "place", "location code", "lagerplatz", "emplacement"), 30,
        is_needed=True, help="Its code, in capitals.",
    ),
    "kind": Column("Kind", ("type", "location type"), 20, help="bin, shelf or dock."),
    "waits": Column(
        "Goods wait", ("staging", "is staging"), 10,
        help="yes where goods wait to be put away, and are neither promised nor picked.",
    ),
    "walk": Column(
        "Walking order", ("walk position", "pick sequence", "sequence", "sort order"), 12,
        help="Empty: by the aisle and bay in the code.",
    ),
    "closed": Column("Closed", ("is closed", "blocked", "locked"), 10, help="yes or no."),
    "zone": Column(
        "Zone", ("pick zone", "picking zone", "area", "bereich"), LONGEST_ZONE,
        help="To which a picker may keep; a dash for none.",
    ),
}  # fmt: skip


class Wanted(NamedTuple):
    """What a row asks for; None where its cell is empty."""

    code: str
    kind: str | None
    is_staging: bool | None
    walk: int | None
    is_closed: bool | None
    zone: str | None = None

    def of(self, place: Location) -> "Wanted":
        """The same with what the location has, where the row asks for nothing."""
        return Wanted(
            place.code,
            place.kind if self.kind is None else self.kind,
            place.is_staging if self.is_staging is None else self.is_staging,
            place.walk_position if self.walk is None else self.walk,
            place.closed_at is not None if self.is_closed is None else self.is_closed,
            place.zone if self.zone is None else self.zone,
        )


class Places:
    """A row for each location; those that are not in the file stay as they are."""

    code = "locations"
    title = "Locations"
    nouns = ("location", "locations")
    explained = "Locations that are not in the file stay as they are."
    columns = COLUMNS
    spans_rows = False
    has_channel = False
    has_dates = False
    is_of_seller = False
    roles = (Role.LEAD,)

    def lacking(self, columns: Mapping[str, int], headings: Sequence[str]) -> list[str]:
        """What a choice of columns lacks."""
        return [] if "location" in columns else ["One column must be headed “Location”."]

    def key_of(self, cells: Cells) -> str:
        return cells.line("location").upper()

    def check(self, job: Import, drafts: Sequence[Draft]) -> list[Verdict]:
        """Compare each with the location that there is."""
        known = _Known(job, drafts)
        return [known.judged(job, draft) for draft in drafts]

    def write(
        self, job: Import, drafts: Sequence[Draft], before: Sequence[dict[str, object]]
    ) -> list[Verdict]:
        """Make what is new, and change what is there."""
        # Who adds a cart with one of these codes waits here, or is waited for.
        Warehouse.objects.select_for_update(no_key=True).get(pk=_warehouse(job).pk)
        known = _Known(job, drafts)
        verdicts = [known.judged(job, draft) for draft in drafts]
        walks = _Walks(_warehouse(job))
        new = [verdict.value for verdict in verdicts if verdict.action == Action.CREATE]
        made = Location.objects.bulk_create(walks.placed(one) for one in new)
        if any(one.zone for one in new):
            begin_zones(_warehouse(job))
        for place, one in zip(made, new, strict=True):
            if one.is_closed:
                close_place(place)
        for draft, verdict in zip(drafts, verdicts, strict=True):
            if verdict.action == Action.UPDATE:
                _change(job, draft, verdict, known.places[draft.key])
        return verdicts


class _Known:
    """The locations of one batch, and the units that lie in them."""

    def __init__(self, job: Import, drafts: Sequence[Draft]) -> None:
        codes = {Cells(job, draft.rows[0], []).line("location") for draft in drafts}
        here = Location.objects.filter(
            warehouse=_warehouse(job), code__in=codes | {code.upper() for code in codes}
        )
        self.places = {place.code.upper(): place for place in here}
        named = {"warehouse": _warehouse(job), "code__in": {code.upper() for code in codes}}
        carts = Cart.objects.filter(**named).values_list("code", Value("cart"))
        walls = PutWall.objects.filter(**named).values_list("code", Value("put wall"))
        self.others = dict(carts.union(walls))
        lying = Stock.objects.filter(location__in=here, on_hand__gt=0).order_by()
        self.units = dict(lying.values_list("location").annotate(units=Sum("on_hand")))

    def judged(self, job: Import, draft: Draft) -> Verdict:
        problems: list[Problem] = []
        cells = Cells(job, draft.rows[0], problems)
        place = self.places.get(draft.key)
        wanted = Wanted(
            code=draft.key,
            kind=cells.kept("kind", _kind, None),
            is_staging=cells.kept("waits", _so, None),
            walk=cells.kept("walk", _walk, None),
            is_closed=cells.kept("closed", _so, None),
            zone=cells.kept("zone", _zone, None),
        )
        if place is None:
            self._refuse_code(cells, wanted.code)
        elif place.kind == Location.Kind.TOTE:
            cells.refuse("location", "expected a bin, a shelf or a dock: this is a tote")
        else:
            wanted = wanted.of(place)
            self._refuse_used(cells, place, wanted)
        if problems:
            return rejected(*problems)
        if place is None:
            return Verdict(Action.CREATE, value=wanted)
        is_same = wanted == Wanted("", None, None, None, None).of(place)
        return skipped(SAME) if is_same else Verdict(Action.UPDATE, value=wanted)

    def _refuse_code(self, cells: Cells, code: str) -> None:
        if not code:
            cells.refuse("location", "expected the code of a location")
        elif words := unfit_code(code):
            cells.refuse("location", words)
        elif other := self.others.get(code):
            cells.refuse("location", f"expected another code: this is that of a {other}")

    def _refuse_used(self, cells: Cells, place: Location, wanted: Wanted) -> None:
        units = self.units.get(place.pk, 0)
        mend = f"Move the {units} units that lie there first."
        if units and wanted.is_staging != place.is_staging:
            cells.refuse("waits", "expected no other use while goods lie there", mend)
        if units and wanted.is_closed and place.closed_at is None:
            cells.refuse("closed", "expected no: goods lie there", mend)


class _Walks:
    """Walking positions of new locations: as the file says, else by aisle and bay of the code."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.begins: dict[str, int] = {}

    def placed(self, wanted: Wanted) -> Location:
        return Location(
            warehouse=self.warehouse,
            code=wanted.code,
            kind=wanted.kind or Location.Kind.BIN,
            is_staging=bool(wanted.is_staging),
            walk_position=self._position(wanted) if wanted.walk is None else wanted.walk,
            zone=wanted.zone or "",
        )

    def _position(self, wanted: Wanted) -> int:
        parts = PARTS.fullmatch(wanted.code)
        if parts is None:
            return 0
        begin = self._begin(parts["zone"])
        aisle, bay = int(parts["aisle"]), int(parts["bay"])
        return begin + walk_position(min(aisle, MOST_AISLES), min(bay, MOST_BAYS))

    def _begin(self, zone: str) -> int:
        if zone not in self.begins:
            begin = begin_of(self.warehouse, zone)
            # Two new zones of a batch do not share their positions.
            while begin in self.begins.values() and begin + 2 * ZONE_STEP <= LARGEST:
                begin += ZONE_STEP
            self.begins[zone] = begin
        return self.begins[zone]


def _change(job: Import, draft: Draft, verdict: Verdict, place: Location) -> None:
    """Change a location by its actions; what they refuse is rejected, and nothing of it written."""
    wanted: Wanted = verdict.value
    try:
        with transaction.atomic():
            change_place(
                place,
                kind=wanted.kind or place.kind,
                is_staging=bool(wanted.is_staging),
                walk_position=wanted.walk or 0,
                zone=wanted.zone,
            )
            if wanted.is_closed != (place.closed_at is not None):
                close_place(place) if wanted.is_closed else open_place(place)
    except DomainError as refusal:
        cells = Cells(job, draft.rows[0], verdict.problems)
        cells.refuse_row(str(refusal), "Mend that, and upload the row again.")
        verdict.action = Action.REJECT


def _warehouse(job: Import) -> Warehouse:
    """The warehouse whose file it is: what a seller uploads changes no locations."""
    if job.warehouse is None:
        raise DomainError("This file needs a warehouse: its lead uploads it.")
    return job.warehouse


def _kind(text: str) -> str | None:
    if not text:
        return None
    if text.casefold() not in KINDS:
        raise Unfit("expected bin, shelf or dock")
    return KINDS[text.casefold()]


def _so(text: str) -> bool | None:
    return yes_or_no(text) if text else None


def _zone(text: str) -> str | None:
    if not text:
        return None
    if text == "-":
        return ""
    if not ZONE.fullmatch(text.upper()):
        raise Unfit("expected letters from A to Z and digits, or a dash")
    return text.upper()


def _walk(text: str) -> int | None:
    return whole(count_of(text), least=0, most=LARGEST) if text else None
