"""Make a range of locations in one statement; those that are there already stay as they are."""

from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max, Min, Value

from orders.errors import DomainError
from orders.keys import new_id
from orders.models import Warehouse
from orders.values.counts import LARGEST
from orders.words import say
from warehouse.models import Cart, Location, PutWall
from warehouse.places.changing import begin_zones
from warehouse.places.scheme import MOST_PLACES, ZONE_STEP, Scheme
from warehouse.scanning.place_codes import TAKEN_ZONES

LAST_BEGIN = (LARGEST // ZONE_STEP - 1) * ZONE_STEP  # of a zone whose positions all fit
CODES_OF = {
    "cart": "{code} is the code of a cart: make other locations.",
    "put wall": "{code} is the code of a put wall: make other locations.",
}
SHOWN = 3  # codes of the preview at each end

# One row for each new code of the range.
INSERT = """
INSERT INTO warehouse_location (id, warehouse_id, code, kind, is_staging, zone, walk_position)
SELECT place.id, %(warehouse)s, place.code, %(kind)s, %(is_staging)s, %(zone)s, place.walk_position
FROM unnest(%(ids)s::uuid[], %(codes)s::text[], %(positions)s::int[])
    AS place (id, code, walk_position)
ON CONFLICT DO NOTHING
"""


class Preview(NamedTuple):
    """What would be made: how many, how many are there already, and the codes at both ends."""

    number: int
    known: int
    first: list[str]
    last: list[str]

    @property
    def new(self) -> int:
        return self.number - self.known


def preview(warehouse: Warehouse, scheme: Scheme) -> Preview:
    """Count what a range would make; writes nothing. Raises DomainError."""
    check(scheme)
    codes = [code for code, _ in scheme.places()]
    _refuse_carts(warehouse, codes)
    known = Location.objects.filter(warehouse=warehouse, code__in=codes).count()
    head = codes[: 2 * SHOWN] if len(codes) <= 2 * SHOWN else codes[:SHOWN]
    return Preview(len(codes), known, head, codes[-SHOWN:] if len(codes) > 2 * SHOWN else [])


@transaction.atomic(savepoint=False)
def make_places(
    warehouse: Warehouse, scheme: Scheme, *, kind: str, is_staging: bool, zone: str = ""
) -> tuple[int, int]:
    """Make the locations of a range: (made, left as they were). Raises DomainError.

    `zone`: the one to which they belong, to which a picker may keep.
    """
    check(scheme)
    if kind == Location.Kind.TOTE:
        raise DomainError(say("Totes are added on the screen of totes."))
    places = list(scheme.places())
    # Who adds a cart with one of these codes waits here, or is waited for.
    Warehouse.objects.select_for_update(no_key=True).get(pk=warehouse.pk)
    _refuse_carts(warehouse, [code for code, _ in places])
    values: dict[str, Any] = {
        "warehouse": warehouse.pk,
        "kind": kind,
        "is_staging": is_staging,
        "zone": zone,
        "ids": [new_id() for _ in places],
        "codes": [code for code, _ in places],
        "positions": [position for _, position in places],
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        made = cursor.rowcount
    if zone and made:
        begin_zones(warehouse)
    return made, len(places) - made


def check(scheme: Scheme) -> None:
    """Raise DomainError where a range is too large, or would have the codes of something else."""
    if scheme.first_aisle > scheme.last_aisle:
        raise DomainError(say("Enter the aisles from small to large."))
    if scheme.number > MOST_PLACES:
        raise DomainError(
            say(
                "These are {n} locations: make at most {most} at once.",
                n=scheme.number,
                most=MOST_PLACES,
            )
        )
    if taken := TAKEN_ZONES.get(scheme.zone):
        raise DomainError(
            say(
                "Codes that begin with {zone}- are those of {taken}.",
                zone=scheme.zone,
                taken=say(taken),
            )
        )
    if scheme.begins_at + ZONE_STEP > LARGEST:
        raise DomainError(say("The walking order begins too far behind: enter a smaller number."))


def _refuse_carts(warehouse: Warehouse, codes: list[str]) -> None:
    """Raise DomainError where a location would have the code of a cart or a put wall."""
    known = {"warehouse": warehouse, "code__in": codes}
    carts = Cart.objects.filter(**known).values_list("code", Value("cart"))
    walls = PutWall.objects.filter(**known).values_list("code", Value("put wall"))
    if taken := carts.union(walls).order_by("code").first():
        told = CODES_OF[taken[1]]
        raise DomainError(say(told, code=taken[0]))


def begin_of(warehouse: Warehouse, zone: str) -> int:
    """Where the walk through a zone begins: with what is there of it, else behind all others.

    Where somebody has numbered to the end, it shares the last positions that a zone fits into.
    """
    here = Location.objects.filter(warehouse=warehouse).exclude(kind=Location.Kind.TOTE)
    begins: int | None = here.filter(code__startswith=f"{zone}-").aggregate(
        least=Min("walk_position")
    )["least"]
    if begins is not None:
        return min(begins // ZONE_STEP * ZONE_STEP, LAST_BEGIN)
    last: int | None = here.aggregate(most=Max("walk_position"))["most"]
    return min((last // ZONE_STEP + 1) * ZONE_STEP, LAST_BEGIN) if last else 0
