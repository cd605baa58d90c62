"""Packing: scan units into a box, close boxes, mark shipments ready."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.utils import timezone

from orders.catalogue.pictures import version_of
from orders.errors import DomainError, WrongScan
from orders.events.recording import record
from orders.lifecycle.holds import IS_HELD, LINE_IS_HELD, WAITS_FOR_THE_REST
from orders.lifecycle.labelling import refuse_held
from orders.lifecycle.together import lock_together
from orders.lifecycle.transitions import lock_orders, locked_rows, move
from orders.models import Barcode, Event, Package, PackageLine, Shipment, ShipmentLine, User
from orders.prepared import PreparedQuery, insert, is_among, parameter
from orders.promises.making import promise_shipping
from orders.statements import Statement
from orders.states import PackageStatus, ShipmentStatus
from orders.words import predicate, say, say_count, state
from warehouse.floor.totes import IS_BOXED
from warehouse.floor.weight_check import ACCEPTED, check_weight
from warehouse.models import Carton, PackedSerial, PickList
from warehouse.scanning.articles import in_full
from warehouse.scanning.cases import in_words, units_scanned
from warehouse.scanning.gtins import plain_code
from warehouse.serials.looks import refuse_unseen
from warehouse.serials.packed import (
    IN_OPEN_BOX,
    keep_in_box,
    lines_of,
    refuse_missing,
    serial_asked,
)
from warehouse.serials.reading import refuse_other_codes, serial_beside, serial_in, serial_of

WAITS = Case(When(WAITS_FOR_THE_REST, then=True), default=False)
# A shipment of a building, with what its screen shows: all are read again with each scan.
SHIPMENT = PreparedQuery(
    lambda: (
        Shipment.objects.filter(pk=parameter(1), warehouse=parameter(2))
        .select_related("order__seller__warehouse", "seller")
        .annotate(is_held=IS_HELD, waits=WAITS)
    )
)
BOXES = PreparedQuery(
    lambda: (
        Package.objects.filter(shipment=parameter(1))
        .exclude(status=PackageStatus.CANCELLED)
        .order_by("created_at", "pk")
    )
)
LAST_WALK = PreparedQuery(
    lambda: (
        PickList.objects.filter(shipment=parameter(1))
        .select_related("tote")
        .annotate(is_boxed=IS_BOXED)
        .order_by("-created_at")[:1]
    )
)
EVERY_BOX = PreparedQuery(lambda: Package.objects.filter(shipment=parameter(1)))
# Of the shipments `$1` the first box that has no label.
BARE = PreparedQuery(
    lambda: (
        Package.objects.filter(is_among("orders_package.shipment_id", 1))
        .filter(status__in=(PackageStatus.PACKING, PackageStatus.PACKED))
        .order_by("number")[:1]
    )
)
# With the status of their shipment, under the lock of its order.
BOXES_NOW = PreparedQuery(lambda: BOXES.make().select_related("shipment"))
LINES: PreparedQuery[Any] = PreparedQuery(
    lambda: _to_pack(ShipmentLine.objects.filter(shipment=parameter(1))).annotate(
        picture=version_of("line__product")
    )
)
SCANNED: PreparedQuery[Any] = PreparedQuery(lambda: _scanned(LINES.make()))
LINES_OF: PreparedQuery[Any] = PreparedQuery(lambda: lines_of(parameter(1)))
RAISE_PACKED = Statement("""
WITH
-- The lines of the shipment with their units.
part AS (
    UPDATE orders_shipmentline AS part SET packed = part.packed + given.units
    FROM unnest(%(ids)s::uuid[], %(units)s::int[]) AS given (id, units) WHERE part.id = given.id
    RETURNING part.line_id, given.units
)
-- And those of the order, which is locked with its box.
UPDATE orders_orderline AS line SET packed = line.packed + part.units
FROM part WHERE line.id = part.line_id
""")
ADD_UNITS = Statement("""
UPDATE orders_packageline SET quantity = quantity + %(units)s
WHERE package_id = %(box)s AND shipment_line_id = %(line)s
""")
# Whether a picked unit of a shipment is not packed yet.
IS_LEFT = Statement(
    "SELECT true FROM orders_shipmentline "
    "WHERE shipment_id = %(shipment)s AND picked > packed LIMIT 1"
)
LINES_NAMED = 3  # a scanner's screen is small: further lines are only counted


class Packed(NamedTuple):
    """What a scan put into a box: units of a product, or the serial number of one, or both.

    `boxes` and `lines` of the shipment are as `boxes_of` and `lines_to_pack` would read them now;
    there are no `lines` where a serial number is to be read.
    """

    box: Package
    title: str
    units: int
    serial: str = ""
    boxes: Sequence[Package] = ()
    lines: Sequence[Any] = ()


@transaction.atomic(savepoint=False)
def start_packing(shipment: Shipment, *, actor: User | None) -> Package:
    """The open box of a picked shipment; created when there is none."""
    lock_orders([shipment.order_id])
    [current] = locked_rows(Shipment, [shipment.pk])
    if current.status != ShipmentStatus.PICKED:
        present = predicate(state(current))
        raise DomainError(
            say(
                "Shipment {current} is {present}: only a picked shipment can be packed.",
                current=current,
                present=present,
            )
        )
    boxes = EVERY_BOX(current.pk)
    for box in boxes:
        if box.status == PackageStatus.PACKING:
            return box
    box = Package(
        seller_id=current.seller_id,
        order_id=current.order_id,
        shipment=current,
        # Boxes are never deleted and the order is locked, so the next number is free.
        number=f"{current.number}/{len(boxes) + 1}",
    )
    insert([box])
    record([Event.of(box, "opened", actor=actor)])
    return box


@transaction.atomic(savepoint=False)
def pack_unit(
    shipment: Shipment, *, code: str, quantity: int = 1, looked_at: str = "", actor: User | None
) -> Package:
    """Put scanned units into the open box of a shipment, by SKU or barcode; a case is its units.

    Raises WrongScan, which names what is still expected, when they do not belong in it.
    """
    packed = put_in_box(shipment, code=code, quantity=quantity, looked_at=looked_at, actor=actor)
    return packed.box


@transaction.atomic(savepoint=False)
def put_in_box(
    shipment: Shipment, *, code: str, quantity: int = 1, looked_at: str = "", actor: User | None
) -> Packed:
    """Like `pack_unit`: what was packed. While a serial number is missing, the code is that.

    `looked_at`: the code of which somebody has said that it is one. Raises NotSeen for others that
    may be something else.
    """
    if quantity < 1:
        raise DomainError(say("Scan at least one unit."))
    code = code.strip()
    lock_orders([shipment.order_id])
    boxes = BOXES_NOW(shipment.pk)
    box = _open_one(boxes) or start_packing(shipment, actor=actor)
    lines = SCANNED(shipment.pk, code, plain_code(code, shipment.seller_id))
    case = next((line.case for line in lines if line.case), 1)
    quantity = units_scanned(code, case, quantity, is_entered=quantity > 1)
    if asked := serial_asked(lines):
        return _read_serial(box, asked, code, shipment, looked_at)
    matching = [line for line in lines if line.is_scanned]
    room = sum(line.to_pack for line in matching)
    if quantity > room:
        scanned = f"{quantity} × {code}" if quantity > 1 and case == 1 else code
        if matching and not room:
            scanned = say("{scanned}: all of it is in the box", scanned=scanned)
        elif matching:
            scanned = in_words(code, case, room) if case > 1 else scanned
        else:
            scanned = in_full(code, shipment.warehouse)
        raise WrongScan(scanned, _in_words(lines_to_pack(shipment)))
    product, first = matching[0].line.product, next(line for line in matching if line.to_pack)
    _put_each(box, matching, quantity)
    if not product.is_serial_tracked:
        now = boxes if box in boxes else [*boxes, box]
        return Packed(box, product.title, quantity, boxes=now, lines=lines)
    serial = serial_beside(code) if quantity == 1 else ""
    if serial:
        keep_in_box(box, first, serial)
    return Packed(box, product.title, quantity, serial)


def _open_one(boxes: list[Package]) -> Package | None:
    """The open box among these of a shipment, if that is picked."""
    packing = [box for box in boxes if box.status == PackageStatus.PACKING]
    is_picked = packing and packing[0].shipment.status == ShipmentStatus.PICKED
    return min(packing, key=lambda box: box.pk) if is_picked else None


def boxes_of(shipment: Shipment) -> list[Package]:
    """The boxes of a shipment, but cancelled ones, in the order in which they were opened."""
    boxes = BOXES(shipment.pk)
    for box in boxes:
        box.shipment = shipment
    return boxes


def lines_to_pack(shipment: Shipment) -> list[Any]:
    """Lines of a shipment with `in_box`, units in its open box, and `to_pack`, units to scan.

    `numbers` are the serial numbers of those in the box. With the version of their `picture`, too.
    """
    lines = LINES(shipment.pk)
    for line in lines:
        line.shipment = shipment
    return lines


def _to_pack(lines: QuerySet[Any]) -> QuerySet[Any]:
    is_open = Q(package_lines__package__status=PackageStatus.PACKING)
    in_box = Sum("package_lines__quantity", filter=is_open, default=0)
    to_pack = F("picked") - F("packed") - in_box
    rows = lines.select_related("line__product").order_by("line__position")
    found: QuerySet[Any] = rows.annotate(in_box=in_box, to_pack=to_pack, numbers=IN_OPEN_BOX)
    return found


def _scanned(lines: QuerySet[Any]) -> QuerySet[Any]:
    """`is_scanned`: those for the code `$2`, which is `$3` without what a scanner adds.

    `case`: the units of the case with that barcode; `is_held`: a hold stops their shipment. Of all
    of them the same.
    """
    barcode = Barcode.objects.filter(seller=OuterRef("seller"), code=parameter(3)).order_by("pk")
    of_product = Exists(barcode.filter(product=OuterRef("line__product")))
    found: QuerySet[Any] = lines.annotate(
        is_scanned=Q(line__product__sku__iexact=parameter(2)) | of_product,
        case=Subquery(barcode.values("units")[:1]),
        is_held=LINE_IS_HELD,
    )
    return found


@transaction.atomic(savepoint=False)
def take_out(
    package: Package, shipment_line: ShipmentLine, *, serial: str = "", actor: User | None
) -> Package:
    """Take one unit of a line out of an open box, that with this serial number where it has one.

    Raises DomainError where none is in it.
    """
    box = _lock_open(package)
    there = PackageLine.objects.filter(package=box, shipment_line=shipment_line)
    numbers = PackedSerial.objects.filter(package_line__in=there)
    if serial and not numbers.filter(number=serial).delete()[0]:
        raise DomainError(say("{number} is not in box {box}.", number=serial, box=box))
    if not serial and there.filter(quantity=numbers.count()).exists():
        told = "Choose which unit of {name} is taken out, by its serial number."
        raise DomainError(say(told, name=_name(shipment_line)))
    if not there.filter(quantity=1).delete()[0] and not there.update(quantity=F("quantity") - 1):
        raise DomainError(
            say("Nothing of {name} is in box {box}.", name=_name(shipment_line), box=box)
        )
    taken = str(shipment_line.line_id)
    record([Event.of(box, "unit_taken_out", actor=actor, line=taken)])
    return box


@transaction.atomic(savepoint=False)
def empty_package(package: Package, *, actor: User | None) -> Package:
    """Delete all lines of an open box, to start again. Raises DomainError when it is empty."""
    box = _lock_open(package)
    removed, _ = box.lines.all().delete()
    if not removed:
        raise DomainError(say("Box {box} is already empty.", box=box))
    record([Event.of(box, "emptied", actor=actor)])
    return box


@transaction.atomic(savepoint=False)
def close_package(
    package: Package,
    *,
    weight_grams: int | None = None,
    carton: Carton | None = None,
    because: str = "",
    actor: User | None,
) -> Package:
    """Close a box; with the last units of a shipment the shipment becomes packed.

    `because`: why it is closed though its weight is off, which raises DomainError otherwise.
    """
    box = _lock_open(package)
    lines = LINES_OF(box.pk)
    if not lines:
        raise DomainError(say("Box {box} is empty: scan a unit into it first.", box=box))
    refuse_missing(lines)
    found = check_weight(box, weight_grams, carton=carton, because=because)
    ids, units = [row.shipment_line_id for row in lines], [row.quantity for row in lines]
    RAISE_PACKED({"ids": ids, "units": units})
    serials = {str(row.shipment_line.line_id): row.numbers for row in lines if row.numbers}
    facts: dict[str, Any] = {"serials": serials} if serials else {}
    if found:
        facts |= {"weight": found.verdict, "carton": carton.code if carton else ""}
    if found and found.verdict == ACCEPTED:
        facts |= {"why": found.why, "because": because}
    weighed = {"weight_grams": weight_grams}
    [closed] = move(
        [box], PackageStatus.PACKED, actor=actor, changes=weighed, are_locked=True, **facts
    )
    shipment = package.shipment
    if not IS_LEFT({"shipment": shipment.pk}):
        promise = promise_shipping(shipment, made_at=timezone.now())
        move([shipment], ShipmentStatus.PACKED, actor=actor, promise=str(promise.pk))
    return closed


@transaction.atomic(savepoint=False)
def mark_ready(shipment: Shipment, *, actor: User | None) -> Shipment:
    """Mark a packed shipment ready for hand-over: every box has a label, no hold is open.

    Those in the same box are ready with it.
    """
    rows = lock_together(shipment)
    refuse_held(rows)
    if box := BARE.first([row.pk for row in rows]):
        raise DomainError(say("Box {box} has no label yet: make it first.", box=box))
    ready = move(rows, ShipmentStatus.READY, actor=actor, are_locked=True)
    return next(row for row in ready if row.pk == shipment.pk)


def _lock_open(package: Package) -> Package:
    """The box, row-locked and read fresh. Raises DomainError when it is closed."""
    lock_orders([package.order_id])
    box: Package = locked_rows(Package, [package.pk])[0]
    if box.status != PackageStatus.PACKING:
        present = predicate(state(box))
        raise DomainError(
            say("Box {box} is {present}: it can no longer be changed.", box=box, present=present)
        )
    return box


def _read_serial(box: Package, line: Any, code: str, shipment: Shipment, looked_at: str) -> Packed:
    """Keep the serial number of a unit that is in the box already. Raises WrongScan."""
    product = line.line.product
    if line.is_scanned and not serial_beside(code):
        raise WrongScan(code, serial_of(product))
    refuse_other_codes(code, product, warehouse_id=shipment.warehouse_id)
    number = serial_in(code)
    refuse_unseen(code, number, product, looked_at=looked_at)
    keep_in_box(box, line, number)
    return Packed(box, product.title, 0, number)


def _put_each(box: Package, lines: list[Any], quantity: int) -> None:
    """Put units into the box; several lines of a shipment may be for the same product."""
    left = quantity
    for line in lines:
        taken = min(left, line.to_pack)
        _put(box, line, taken)
        line.in_box, line.to_pack = line.in_box + taken, line.to_pack - taken
        left -= taken


def _put(box: Package, line: Any, quantity: int) -> None:
    """Put units of a line of `lines_to_pack` into the box."""
    if not quantity:
        return
    if line.in_box:
        ADD_UNITS({"units": quantity, "box": box.pk, "line": line.pk})
    else:
        of_box = {"seller_id": box.seller_id, "package": box}
        insert([PackageLine(**of_box, shipment_line=line, quantity=quantity)])


def _in_words(lines: list[Any]) -> str:
    """The units that are still to be packed, as a phrase: “2 × LAMP and 1 × VASE”."""
    waiting = [line for line in lines if line.to_pack]
    if not waiting:
        return say("no more units, close the box")
    named = [f"{line.to_pack} × {_name(line)}" for line in waiting[:LINES_NAMED]]
    if more := len(waiting) - len(named):
        named.append(say_count(more, "{more} more product", "{more} more products", more=more))
    return f" {say('and')} ".join([", ".join(named[:-1]), named[-1]] if named[1:] else named)


def _name(line: ShipmentLine) -> str:
    return str(line.line.product or line.line.title)
