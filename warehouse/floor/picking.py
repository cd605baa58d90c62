"""Picking: take the next pick list, confirm scans of place and product, report short picks."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from orders.errors import DomainError, WrongScan
from orders.events.recording import record
from orders.lifecycle.transitions import add_quantities, locked_rows, move, summarize_orders
from orders.models import (
    Event,
    Product,
    Promise,
    Shipment,
    ShipmentLine,
    User,
    Warehouse,
)  # fmt: skip
from orders.prepared import insert
from orders.promises.making import newest_promises
from orders.statements import Statement
from orders.states import ShipmentStatus
from orders.words import say
from warehouse.floor.claiming import claim
from warehouse.floor.pausing import continue_walk, first_paused, going_on
from warehouse.floor.totes import free_tote, scanned_tote
from warehouse.floor.walks import add_stops, end_walk, finish_walk, open_line, pick, refuse_closed
from warehouse.floor.zones.choosing import own, zone_of
from warehouse.floor.zones.passing import pass_on, take_passed
from warehouse.models import PickLine, PickList, Stock, StockMovement
from warehouse.planning.pick_route import Want
from warehouse.scanning.articles import in_full
from warehouse.scanning.cases import barcode_of, in_words, units_scanned
from warehouse.scanning.gtins import plain_code
from warehouse.scanning.lot_codes import lot_in
from warehouse.stock.closing import IS_KEPT, promisable
from warehouse.stock.lots import dates_of, named, others_here, why_withheld
from warehouse.stock.postings import Posting, lock_supplies, post
from warehouse.stock.reservations import release_reservations

WANTED = Statement("""
SELECT part.id, line.product_id, part.quantity
FROM orders_shipmentline AS part JOIN orders_orderline AS line ON line.id = part.line_id
WHERE part.shipment_id = %(shipment)s
ORDER BY line.position, part.id
""")
MOST_PASSED = 5  # shipments that one look passes over, because their units are in no location


class BeginsElsewhere(DomainError):
    """All stops of a walk would be in other zones: since it was claimed, others took the goods."""


class Scans(NamedTuple):
    """What was scanned at a stop; `is_entered`: another number than the screen proposed."""

    location_code: str
    product_code: str
    quantity: int
    is_entered: bool


@transaction.atomic(savepoint=False)
def take_next_pick_list(*, warehouse: Warehouse, actor: User, tote: str = "") -> PickList | None:
    """The open pick list of this picker, else a new one for the most urgent released shipment.

    An open one on hold is paused; it comes first when the hold has ended. Others that this picker
    has paused come last. What goes out in one box with a shipment comes right after it. None when
    no shipment waits. Concurrent pickers get different shipments (SKIP LOCKED).
    Where totes are scanned, a new one is for the tote with this code, which has to be empty.
    Who keeps to a zone gets what begins there; what was passed on to it comes before what is new.
    """
    # Serializes two taps of one picker, who would get two pick lists otherwise.
    locked_rows(User, [actor.pk])
    if taken := going_on(actor):
        return taken
    # Those that a hold has let go come first.
    left = first_paused(actor, warehouse)
    if left and left.is_let_go:
        return continue_walk(left, actor=actor)
    # Who has scanned an empty tote gets it: the tote of what was passed on is scanned itself.
    if not tote and (walk := take_passed(warehouse, actor)):
        return walk
    if walk := _take_new(warehouse, actor, tote):
        return walk
    return continue_walk(left, actor=actor) if left else None


def _take_new(warehouse: Warehouse, actor: User, tote: str) -> PickList | None:
    """A walk for the most urgent shipment whose units are there; None where none waits.

    Raises DomainError, which says what is missing, where the units of none are there.
    """
    passed: tuple[UUID, ...] = ()
    refusals: list[DomainError] = []
    zone = zone_of(actor, warehouse)
    if warehouse.scans_totes:
        if not tote and claim(warehouse, actor, zone=zone):
            raise DomainError(say("Scan an empty tote first."))
        if not tote:
            return None
        scanned_tote(warehouse, tote)
    while len(refusals) < MOST_PASSED and (claimed := claim(warehouse, actor, passed, zone=zone)):
        passed = (*passed, claimed.pk)
        try:
            with transaction.atomic():
                return _begin(claimed, warehouse, actor, tote, zone)
        except BeginsElsewhere:
            continue
        except DomainError as missing:  # its units are to be counted: the next one goes on
            refusals.append(missing)
    if refusals:
        raise refusals[0]
    return None


def _begin(claimed: Shipment, warehouse: Warehouse, actor: User, tote: str, zone: str) -> PickList:
    """Take a walk for this shipment. Raises DomainError where its units are in no open location."""
    [shipment] = move([claimed], ShipmentStatus.PICKING, actor=actor, are_locked=True)
    pick_list = PickList(
        seller_id=shipment.seller_id,
        warehouse=warehouse,
        shipment=shipment,
        tote=scanned_tote(warehouse, tote) if warehouse.scans_totes else free_tote(warehouse),
        picker=actor,
        zone=zone,
    )
    insert([pick_list])
    wants = [Want(*row) for row in WANTED({"shipment": shipment.pk})]
    # Reserved units that lie in no location: the refusal rolls back, the shipment stays released.
    if missing := add_stops(pick_list, wants, is_new=True):
        raise DomainError(
            say(
                "Shipment {shipment}: {missing} units are in no location. Count them.",
                shipment=shipment,
                missing=missing,
            )
        )
    if zone and not pick_list.lines.filter(own(zone, "stock__location__")).exists():
        raise BeginsElsewhere(str(shipment))
    return pick_list


@transaction.atomic(savepoint=False)
def confirm_pick(
    pick_line: PickLine,
    *,
    location_code: str,
    product_code: str,
    quantity: int,
    actor: User | None,
    is_entered: bool = True,
) -> PickLine:
    """Pick units of a stop into the tote. Raises WrongScan for a wrong place or product.

    A case counts its units, whatever `quantity` the screen proposed; entered ones are of units.
    """
    return confirm_now(
        open_line(pick_line, actor=actor),
        location_code=location_code,
        product_code=product_code,
        quantity=quantity,
        actor=actor,
        is_entered=is_entered,
    )


def confirm_now(line: PickLine, *, actor: User | None, **scans: Any) -> PickLine:
    """Like `confirm_pick`, of a stop that `stop_now` has read in this transaction."""
    units = check_pick(line, Scans(**scans), actor=actor)
    if pick(line, units, actor=actor):
        pass_on(line.pick_list, actor=actor)
    else:
        end_walk(line.pick_list, actor=actor)
    return line


def check_pick(line: PickLine, scans: Scans, *, actor: User | None, wanted: int = 0) -> int:
    """How many units of a `stop_now` would be picked; refuses as `confirm_pick`.

    `wanted` are those of several stops at this stock, where they are picked together.
    """
    refuse_closed(line, actor=actor)
    case = _check_scans(line, scans.location_code, scans.product_code)
    if why := why_withheld(line.stock):
        raise DomainError(say("Leave it there: {why}. Report short.", why=why))
    code, wanted = scans.product_code.strip(), wanted or line.open_quantity
    units = units_scanned(code, case, scans.quantity, is_entered=scans.is_entered)
    if case > 1 and units > wanted:
        raise WrongScan(in_words(code, case, wanted), f"{wanted} × {line.stock.product}")
    if not 1 <= units <= wanted:
        raise DomainError(say("Pick 1 to {wanted} here, not {units}.", wanted=wanted, units=units))
    return units


@transaction.atomic(savepoint=False)
def report_short(pick_line: PickLine, *, found: int, reason: str, actor: User | None) -> PickLine:
    """Short pick: take the `found` units, post the rest as missing, add stops at other places.

    Units that no other place has unreserved are backordered. `reason` is a PickLine.ShortReason.
    A place that is empty has nothing left in the books either, but for what others are promised.
    What is blocked or expired stays where it lies, and in the books.
    """
    line = open_line(pick_line, actor=actor)
    if not 0 <= found < line.open_quantity:
        raise DomainError(
            say(
                "Enter 0 to {number} units found, not {found}.",
                number=line.open_quantity - 1,
                found=found,
            )
        )
    # Supplies before stocks: the lock order; `pick` below locks stocks only.
    key = line.stock.product_id, line.pick_list.warehouse_id
    supply = lock_supplies([key])[key]
    is_withheld = _is_left(line, found, reason)
    free = max(promisable(supply), 0)  # what is kept or closed makes no other order's units free
    if found:
        pick(line, found, actor=actor)
    missing = line.open_quantity
    line.short, line.short_reason = line.short + missing, reason
    line.save(update_fields=["short", "short_reason"])
    elsewhere = _pick_elsewhere(line, min(missing, free))
    rest = _rest_of_place(line, free - elsewhere) if reason == PickLine.ShortReason.EMPTY else []
    order = line.pick_list.shipment.order
    ran_short = Event.of(
        line.stock, "ran_short", actor=actor, line=str(line.shipment_line.line_id),
        location=str(line.stock.location_id), missing=missing, short_reason=reason,
        stop=str(line.pk), elsewhere=elsewhere, rest=-sum(posting.quantity for posting in rest),
    )  # fmt: skip
    # A Stock row has no order, but the event belongs to the history of this one.
    ran_short.order = order
    record([ran_short])
    _backorder(line, missing - elsewhere, actor=actor)
    # Posted after the release: a supply never has more reserved than on hand.
    gone = 0 if is_withheld else missing
    missed = Posting.at(line.stock, -gone, pinned=-missing, subject_id=line.pk)
    post([missed, *rest], reason=StockMovement.Reason.MISSING, actor=actor)
    finish_walk(line.pick_list, actor=actor)
    summarize_orders([order.pk])
    return line


def _is_left(line: PickLine, found: int, reason: str) -> bool:
    """Whether the units are there and no order gets them. Raises DomainError where that is said
    of others, or some of them would be sent.
    """
    why = why_withheld(line.stock)
    is_said = reason == PickLine.ShortReason.WITHHELD
    if is_said and not why:
        raise DomainError(
            say("{product} is neither blocked nor expired there.", product=line.stock.product)
        )
    if why and found:
        raise DomainError(say("Leave all of it there: {why}. Enter 0 units.", why=why))
    return is_said


def refuse_picked(walk: PickList, code: str) -> None:
    """Say that a product is picked already: a trigger, or a hand, has read it once more."""
    for stop in walk.lines.filter(picked__gt=0).select_related("stock__product"):
        if not stop.open_quantity and stands_for(code.strip(), stop.stock.product):
            raise DomainError(say("{product} is already picked.", product=stop.stock.product))


def stands_for(code: str, product: Product) -> bool:
    """Whether the code is the SKU or a barcode of the product."""
    return units_counted(code, product) > 0


def units_counted(code: str, product: Product) -> int:
    """The units that a scan of this code counts of the product; 0 where it is not its code.

    Its letters may be small or capital, unless the scanned ones are exactly another code.
    """
    known = plain_code(code, product.seller_id)
    mine = {"seller": product.seller_id}
    found = barcode_of(known, product.seller_id)
    of_product, units = found or (None, 1)
    if product.pk == of_product or code == product.sku:
        return units
    if not _same(code, product.sku) or (found and known == code):
        return 0
    return 0 if Product.objects.filter(**mine, sku=code).exists() else units


def _pick_elsewhere(line: PickLine, most: int) -> int:
    """Add stops at other places for up to `most` units; returns how many these have."""
    here = [line.stock_id, *_unpinned_here(line).values_list("pk", flat=True)]
    empty = line.short_reason == PickLine.ShortReason.EMPTY
    want = Want(line.shipment_line_id, line.stock.product_id, most)
    return most - add_stops(line.pick_list, [want], avoid=here if empty else here[:1])


def _rest_of_place(line: PickLine, most: int) -> list[Posting]:
    """Postings of what the books have in an empty place, up to the `most` units that are free.

    Else the next walk would be sent there at once, and its customers be promised what is not there.
    A count of the place puts back what somebody finds. What no order gets stays: no walk goes
    there, and a count would find it as units of another lot.
    """
    postings = []
    for stock in _unpinned_here(line).exclude(IS_KEPT):
        units = min(stock.on_hand - stock.pinned, most)
        most -= units
        postings.append(Posting.at(stock, -units, subject_id=line.pk))
    return [posting for posting in postings if posting.quantity]


def _unpinned_here(line: PickLine) -> QuerySet[Stock]:
    """The product's lots at the place of a stop, with units that no walk was sent for."""
    lots = Stock.objects.filter(product=line.stock.product_id, location=line.stock.location_id)
    return lots.filter(on_hand__gt=F("pinned")).order_by("pk")


def _backorder(line: PickLine, units: int, *, actor: User | None) -> None:
    """Take units out of the shipment: from allocated to backordered."""
    if not units:
        return
    ordered, order = line.shipment_line.line_id, line.pick_list.shipment.order
    release_reservations({(ordered, line.pick_list.warehouse_id): units})
    add_quantities("allocated", {ordered: -units})
    add_quantities("backordered", {ordered: units})
    left = ShipmentLine.objects.filter(pk=line.shipment_line_id)
    left.update(quantity=F("quantity") - units)
    if not left.get().quantity:
        # No unit of the line is left in the shipment: delete it with its stops, at all of which
        # nothing was found.
        PickLine.objects.filter(shipment_line=line.shipment_line_id).delete()
        left.delete()
    promised = newest_promises([order.pk], Promise.Kind.ARRIVES, shipment__isnull=True)
    promise = str(promised[order.pk].pk) if promised else ""
    waiting = {str(ordered): units}
    record([Event.of(order, "backordered", actor=actor, units=waiting, here={}, promise=promise)])


def _check_scans(line: PickLine, location_code: str, product_code: str) -> int:
    """The units that the scan of the product counts.

    Raises WrongScan, which names what was expected, unless both scans are right.
    """
    location, product = line.stock.location, line.stock.product
    if not _same(location_code, location.code):
        raise WrongScan(location_code, location.code)
    code, lot = product_code.strip(), line.stock.lot
    if lot and _same(code, lot):  # the lot alone, as it is printed
        return 1
    units = units_counted(code, product)
    if not units:
        wrong = in_full(code, location.warehouse)
        raise WrongScan(
            wrong,
            say(
                "{sku} {title} from {code}",
                sku=product.sku,
                title=product.title,
                code=location.code,
            ),
        )
    if lot:
        _check_lot(line, lot_in(code))
    elif product.is_lot_tracked:
        _refuse_lot_here(line, lot_in(code))
    return units


def _check_lot(line: PickLine, scanned: str) -> None:
    """Refuse another lot of the product, and a code that names none where several lots lie."""
    stock, sku = line.stock, line.stock.product.sku
    wanted = say("{lot}, of {sku} {title}", lot=_dated(stock), sku=sku, title=stock.product.title)
    if scanned and not _same(scanned, stock.lot):
        raise WrongScan(say("lot {lot} of {sku}", lot=scanned, sku=sku), wanted)
    if not scanned and stock.product.is_lot_tracked and others_here(stock):
        raise WrongScan(say("{sku}, of which several lots lie here", sku=sku), wanted)


def _refuse_lot_here(line: PickLine, scanned: str) -> None:
    """Refuse a unit of a lot that lies there by the books, where one without a lot is wanted."""
    stock, product = line.stock, line.stock.product
    same = Stock.objects.filter(product=product, location=stock.location_id, on_hand__gt=0)
    if scanned and same.filter(lot__iexact=scanned).exists():
        wanted = say("{sku} {title} without a lot", sku=product.sku, title=product.title)
        raise WrongScan(say("lot {lot} of {sku}", lot=scanned, sku=product.sku), wanted)


def _dated(stock: Stock) -> str:
    return named(stock.lot, dates_of([stock]).get((stock.product_id, stock.lot)))


def _same(scanned: str, expected: str) -> bool:
    return scanned.strip().casefold() == expected.casefold()
