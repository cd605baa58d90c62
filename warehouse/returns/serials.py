"""Scans of serial numbers at the inspection: which scan is one, and what the worker is told."""

from typing import Any, NamedTuple

from orders.models import ReturnLine, User
from orders.words import say
from warehouse.scanning.codes import location_of, products_of
from warehouse.scanning.screens import FloorRequest
from warehouse.serials.looks import refuse_unseen
from warehouse.serials.reading import serial_beside, serial_in
from warehouse.serials.returned import Serials, has_serials, read_serial, serials_of


class InHand(NamedTuple):
    """What the screen shows of the serial numbers of the line in hand."""

    serials: Serials
    is_asked: bool  # a unit in hand has none yet


def is_serial_scan(request: FloorRequest, line: ReturnLine, sent: dict[str, Any]) -> bool:
    """Whether a scan is the serial number of a unit that was scanned before.

    A code that names the article too is one as long as a unit in hand has none; the answer is the
    same before and after the scan is applied.
    """
    code = sent["code"]
    if not sent["scanned"] or not has_serials(line):
        return False
    if line.line.product in products_of(code, request):
        number = serial_beside(code)
        read = [row for row in serials_of(line).read if row.number != number]
        return bool(number) and len(read) < line.inspected + sent["counted"]
    return not products_of(code, request) and location_of(code, request) is None


def note_serial(line: ReturnLine, code: str, looked_at: str = "", *, actor: User) -> str:
    """Keep the serial number in a code; what to tell the worker.

    Raises NotSeen for a code that may be something else, which nobody has looked at.
    """
    number, product = serial_in(code), line.line.product
    if product and number not in serials_of(line).sent:
        refuse_unseen(code, number, product, looked_at=looked_at)
    row = read_serial(line, number, actor=actor)
    if row.sent_id:
        return say("Serial number {row}: this unit was sent.", row=row)
    # The page says what differs.
    return say("Serial number {row} is noted with the return.", row=row)


def note_beside(line: ReturnLine, code: str, *, actor: User) -> str:
    """Keep the serial number that an article's code has beside it, once; "" where it has none."""
    number = serial_beside(code)
    if not number or not has_serials(line):
        return ""
    if any(row.number == number for row in serials_of(line).read):
        return ""
    return note_serial(line, code, actor=actor)


def in_hand(line: ReturnLine | None, counted: int) -> InHand | None:
    """The serial numbers of the line in hand; None where its units have none."""
    if line is None or not has_serials(line):
        return None
    serials = serials_of(line)
    return InHand(serials, bool(counted) and len(serials.read) < line.inspected + counted)
