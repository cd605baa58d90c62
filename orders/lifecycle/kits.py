"""Kits in orders: the line of a kit does not ship, those of its parts do, and change with it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from orders.errors import DomainError
from orders.models import KitPart, Order, OrderLine, Product
from orders.values.counts import MOST_UNITS
from orders.words import say
from orders.words.writing import grouped

LAST_POSITION = 2**15 - 1  # what the column holds; lines behind it share it
# Counters of a kit: as many as all its parts have come so far.
WHOLE = ("allocated", "packed", "shipped", "delivered", "lost", "came_back", "returned")


class SoldLine(Protocol):
    """An order line, or what a page knows of one."""

    @property
    def id(self) -> UUID: ...
    @property
    def kit_line_id(self) -> UUID | None: ...
    @property
    def units_per_kit(self) -> int: ...


Line = TypeVar("Line", bound=SoldLine)


class Sold(NamedTuple):
    """Units of a line as the customer bought it: a kit with its parts, else a product by itself.

    `kit`: of a part that is here without the rest of its kit.
    """

    units: int
    line: Any
    parts: list[tuple[int, Any]]
    kit: Any = None


def unpack_kits(lines: Iterable[OrderLine]) -> list[OrderLine]:
    """Give those of these lines whose product is a kit the lines of its parts; these are returned.

    What the kit is made of later does not change them. Their orders are locked, and nothing of
    them is allocated. Raises DomainError where a part would have too many units.
    """
    given = [line for line in lines if line.ships and line.product_id]
    products = {line.product_id for line in given}
    made_of: dict[UUID, list[KitPart]] = defaultdict(list)
    parts = KitPart.objects.filter(kit__in=products).select_related("part")
    for row in parts.order_by("part__sku"):
        made_of[row.kit_id].append(row)
    kits = [line for line in given if line.product_id in made_of]
    if not kits:
        return []
    last = _last_positions(kits)
    rows = []
    for line in kits:
        line.is_kit, line.ships = True, False
        for part in made_of[line.product_id]:  # type: ignore[index]
            last[line.order_id] += 1
            rows.append(_part_line(line, part, min(last[line.order_id], LAST_POSITION)))
    OrderLine.objects.bulk_update(kits, ["is_kit", "ships"])
    return OrderLine.objects.bulk_create(rows)


def unpackable(meant: Iterable[tuple[OrderLine, Product]]) -> list[tuple[OrderLine, Product]]:
    """Those of these lines of which no part would have more units than a line may have."""
    given = list(meant)
    rows = KitPart.objects.filter(kit__in=[product for _, product in given])
    most = dict(rows.values_list("kit").annotate(most=Max("units")).order_by())
    return [
        (line, product)
        for line, product in given
        if line.ordered * most.get(product.pk, 1) <= MOST_UNITS
    ]


def _last_positions(lines: Iterable[OrderLine]) -> Counter[UUID]:
    there = OrderLine.objects.filter(order__in={line.order_id for line in lines})
    found = there.order_by().values_list("order").annotate(last=Max("position"))
    return Counter(dict(found))


def _part_line(line: OrderLine, part: KitPart, position: int) -> OrderLine:
    ordered = line.ordered * part.units
    if ordered > MOST_UNITS:
        raise DomainError(
            say(
                "{ordered} × {title} have {ordered2} × {title2}: a line has at most {most_units} "
                "units.",
                ordered=grouped(line.ordered),
                title=line.title,
                ordered2=grouped(ordered),
                title2=part.part.title,
                most_units=grouped(MOST_UNITS),
            )
        )
    return OrderLine(
        seller_id=line.seller_id,
        order_id=line.order_id,
        position=position,
        product=part.part,
        sku=part.part.sku,
        title=part.part.title,
        ordered=ordered,
        cancelled=line.cancelled * part.units,
        kit_line=line,
        units_per_kit=part.units,
    )


def why_not_wanted(lines: Iterable[OrderLine]) -> str:
    """Say that the product of a line became a kit: more units of it would wait for ever; else "".

    Of a line of which nothing was allocated yet the allocator unpacks the kit.
    """
    begun = [line for line in lines if line.ships and (line.allocated or line.backordered)]
    kits = KitPart.objects.filter(kit__in=[line.product_id for line in begun])
    became = set(kits.values_list("kit", flat=True))
    for line in begun:
        if line.product_id in became:
            return say(
                "{title} has become a kit since: add it to the order as a new line.",
                title=line.title,
            )
    return ""


def with_parts(order: Order, line_ids: Iterable[UUID]) -> "QuerySet[OrderLine]":
    """These lines of an order, and the parts of those that are kits."""
    ids = list(line_ids)
    return OrderLine.objects.filter(Q(pk__in=ids) | Q(kit_line__in=ids), order=order)


def parts_by_kit(lines: Iterable[Line]) -> dict[UUID, list[Line]]:
    """{kit's line: the lines of its parts}."""
    found: dict[UUID, list[Line]] = defaultdict(list)
    for line in lines:
        if line.kit_line_id:
            found[line.kit_line_id].append(line)
    return found


def fan_out(lines: Iterable[OrderLine], units: Mapping[UUID, int]) -> dict[UUID, int]:
    """These units of lines, and the units of the parts of those that are kits."""
    return {
        **units,
        **{
            line.pk: units[kit_id] * line.units_per_kit
            for line in lines
            if (kit_id := line.kit_line_id) and kit_id in units
        },
    }


def refuse_parts(lines: Iterable[OrderLine], chosen: Iterable[UUID]) -> None:
    """Raise DomainError where a part of a kit was chosen by itself."""
    ids = set(chosen)
    for line in lines:
        if line.pk in ids and line.kit_line_id:
            kit = OrderLine.objects.get(pk=line.kit_line_id)
            raise DomainError(
                say(
                    "{title} is part of {title2}: change or cancel the kit.",
                    title=line.title,
                    title2=kit.title,
                )
            )


def free_units(lines: Iterable[OrderLine]) -> dict[UUID, int]:
    """{line id: units that may be cancelled} of whole orders; a part has none without its kit."""
    there = list(lines)
    parts = parts_by_kit(there)
    return {line.pk: _free(line, parts.get(line.pk, ())) for line in there}


def _free(line: OrderLine, parts: Sequence[OrderLine]) -> int:
    if line.kit_line_id:
        return 0
    if line.is_kit:
        return min((not_picked(part) // part.units_per_kit for part in parts), default=0)
    return not_picked(line) if line.ships else 0


def not_picked(line: OrderLine) -> int:
    """Units of a line that are neither cancelled nor picked."""
    return line.ordered - line.cancelled - line.picked


def as_sold(lines: Iterable[OrderLine]) -> list[OrderLine]:
    """The lines of an order as they were sold: those that ship, a kit in the place of its parts.

    The counters of a kit, here in memory only, say how far all its parts have come; `picked` are
    the kits of which a unit is picked.
    """
    there = list(lines)
    parts = parts_by_kit(there)
    free = free_units(there)
    for kit in there:
        if not kit.is_kit:
            continue
        for name in WHOLE:
            whole = (getattr(part, name) // part.units_per_kit for part in parts[kit.pk])
            setattr(kit, name, min(whole, default=0))
        kit.picked = kit.ordered - kit.cancelled - free[kit.pk]
    return [line for line in there if line.is_kit or (line.ships and not line.kit_line_id)]


def by_kit(lines: Sequence[Any], units: Mapping[UUID, int]) -> Iterator[Sold]:
    """Put units of the lines of an order together as they were sold; `lines` in their order.

    What is here of a kit without the rest of it stands by itself.
    """
    parts = parts_by_kit(lines)
    for line in lines:
        if line.kit_line_id:
            continue
        mine = parts.get(line.id) if parts else None
        if mine is None:
            if number := units.get(line.id, 0):
                yield Sold(number, line, [])
            continue
        kits = units.get(line.id, 0)
        left = {part.id: units.get(part.id, 0) + kits * part.units_per_kit for part in mine}
        whole = min(left[part.id] // part.units_per_kit for part in mine)
        if whole > 0:
            yield Sold(whole, line, [(whole * part.units_per_kit, part) for part in mine])
        for part in mine:
            if (rest := left[part.id] - max(whole, 0) * part.units_per_kit) > 0:
                yield Sold(rest, part, [], kit=line)
