"""What a scan or a button means at the inspection: the units in hand, their grade, their end."""

from typing import NamedTuple
from uuid import UUID

from django.shortcuts import get_object_or_404

from orders.errors import DomainError, WrongScan
from orders.models import Product, Return, ReturnLine
from orders.values.counts import MOST_ENTERED, whole
from orders.values.unfit import Unfit
from orders.words import say
from warehouse.returns.arrivals import set_aside_worn
from warehouse.returns.inspection import inspect_return_line, set_aside_to_repair
from warehouse.returns.places import said_of, strange_lot, unread_lot
from warehouse.returns.serials import is_serial_scan, note_beside, note_serial
from warehouse.scanning.cases import units_of
from warehouse.scanning.codes import location_of, products_of
from warehouse.scanning.lot_codes import lot_in
from warehouse.scanning.screens import FloorRequest, Sent


class Chosen(NamedTuple):
    """The line in hand: by which code, how many of its units were scanned, and their grade.

    `left`: how many of the line were to be inspected as the address of a screen was made.
    """

    line: str = ""
    scanned: str = ""
    counted: int = 0
    grade: str = ""
    left: int = 0


def chosen_in(request: FloorRequest, order_return: Return) -> Chosen:
    """What is in hand by the address of the screen: a line, or a grade for units in hand.

    None is in hand any more where units of the line were decided about or set aside since: by a
    button before a reload or a step back, or by somebody else.
    """
    names = ("line", "scanned", "grade")
    line, scanned, grade = (request.GET.get(name, "") for name in names)
    counted, left = _count(request, "counted"), _count(request, "left")
    if counted:
        lines = lines_of(order_return)
        stand = {(str(one.pk), one.received - one.inspected) for one in lines}
        if (line, left) not in stand:
            return Chosen(line, grade=grade)
    return Chosen(line, scanned, counted, grade, left)


def _count(request: FloorRequest, name: str) -> int:
    try:
        return whole(request.GET.get(name, ""), least=0, most=MOST_ENTERED)
    except Unfit:  # an address that somebody has typed
        return 0


def lines_of(order_return: Return) -> list[ReturnLine]:
    """The lines of a return, as they stand in its order."""
    rows = order_return.lines.select_related("line__product").order_by("line__position")
    return list(rows)


def line_of(order_return: Return, pk: UUID) -> ReturnLine:
    """One of its lines."""
    return get_object_or_404(order_return.lines.select_related("line__product"), pk=pk)


def read_scan(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    """Apply a scan: a place restocks what is in hand, an article or a serial number comes to it."""
    chosen = line_of(order_return, sent["line"]) if sent["line"] else None
    if chosen and sent["scanned"] and location_of(sent["code"], request):
        return _restock(request, chosen, sent)
    if chosen and is_serial_scan(request, chosen, sent):
        return note_serial(chosen, sent["code"], sent["looked_at"], actor=request.user)
    line = chosen or _line_by_code(request, order_return, sent["code"])
    units, left = _counted(request, line, sent), line.received - line.inspected
    if units > left:
        raise DomainError(
            say("{title}: only {left} left to inspect.", title=title_of(line), left=left)
        )
    told = title_of(line)
    if left > 1:
        told = say("{title}: {units} of {left}", title=told, units=units, left=left)
    noted = note_beside(line, sent["code"], actor=request.user)
    return f"{told}. {noted}" if noted else told


def next_in_hand(request: FloorRequest, order_return: Return, sent: Sent) -> Chosen:
    """What is in hand after a scan: none after a place."""
    chosen = line_of(order_return, sent["line"]) if sent["line"] else None
    if chosen and sent["scanned"] and location_of(sent["code"], request):
        return Chosen()
    if chosen and is_serial_scan(request, chosen, sent):
        return Chosen(str(chosen.pk), sent["scanned"], sent["counted"], sent["grade"])
    line = chosen or _line_by_code(request, order_return, sent["code"])
    return Chosen(str(line.pk), sent["code"], _counted(request, line, sent), sent["grade"])


def write_units_off(request: FloorRequest, order_return: Return, sent: Sent) -> str:
    """Write units off, or set them aside: to be repaired, or until the seller decides."""
    line, units, grade = line_of(order_return, sent["line"]), sent["quantity"], sent["grade"]
    if sent["worn"]:
        return set_aside_worn(line, quantity=units, actor=request.user)
    if sent["repair"]:
        set_aside_to_repair(line, units=units, grade=grade, actor=request.user)
        return say(
            "Set aside with {order_return} on it, to be repaired: {units} × {title}",
            order_return=order_return,
            units=units,
            title=title_of(line),
        )
    inspect_return_line(
        line, restocked=0, written_off=units, may_close=False, actor=request.user, grade=grade
    )
    return say("Written off: {units} × {title}", units=units, title=title_of(line))


def article_of(request: FloorRequest, seller_id: UUID, code: str) -> Product | None:
    """The product of this seller that a code names."""
    found = products_of(code, request)
    return next((row for row in found if row.seller_id == seller_id), None)


def lot_not_sent(line: ReturnLine | None, chosen: Chosen) -> str:
    """The lot of the units in hand, where their order was sent others."""
    return strange_lot(line.line, chosen.scanned) if line and chosen.counted else ""


def _counted(request: FloorRequest, line: ReturnLine, sent: Sent) -> int:
    """The units that were scanned with this scan. Raises WrongScan for another product."""
    code = sent["code"]
    if line.line.product not in products_of(code, request):
        sku = (line.line.product or line.line).sku
        expected = say("{sku}, or a bin or a shelf", sku=sku) if sent["scanned"] else sku
        raise WrongScan(code, expected)
    before = sent["counted"] if sent["line"] and sent["scanned"] else 0
    if before and lot_in(code) != lot_in(sent["scanned"]):
        raise DomainError(say("This is another lot: decide about the units in hand first."))
    return int(before + units_of(code, line.seller_id))


def _line_by_code(request: FloorRequest, order_return: Return, code: str) -> ReturnLine:
    """The line of the scanned product that has units left. Raises DomainError."""
    products = products_of(code, request)
    lines = [line for line in lines_of(order_return) if line.line.product in products]
    for line in lines:
        if line.received > line.inspected:
            return line
    if lines:
        raise DomainError(say("{title}: nothing left to inspect.", title=title_of(lines[0])))
    raise WrongScan(code, say("a product of return {order_return}", order_return=order_return))


def title_of(line: ReturnLine) -> str:
    """What the floor calls the product of a line."""
    return (line.line.product or line.line).title


def _restock(request: FloorRequest, line: ReturnLine, sent: Sent) -> str:
    """Restock the units that were scanned: the article in hand, never the ordered one unseen."""
    place, units = location_of(sent["code"], request), sent["counted"]
    scanned = article_of(request, line.seller_id, sent["scanned"])
    if scanned is None or scanned != line.line.product:
        raise WrongScan(sent["scanned"], (line.line.product or line.line).sku)
    inspect_return_line(
        line,
        restocked=units,
        written_off=0,
        location=place,
        may_close=False,
        actor=request.user,
        grade=sent["grade"],
        code=sent["scanned"],
    )
    where, unread = "", ""
    if place:
        where, unread = said_of(place, scanned), unread_lot(line.line, sent["scanned"], place)
    told = say(
        "{quantity} × {title} into {location}",
        quantity=units,
        title=title_of(line),
        location=where,
    )
    return f"{told}. {unread}" if unread else told
