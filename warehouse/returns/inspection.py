"""Receive a return, and inspect its units: restock, write off, or set aside to be repaired."""

from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Value, When

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import add_quantities, lock_orders, move, summarize_orders
from orders.models import Event, Repair, Return, ReturnLine, User, Warehouse
from orders.returns.closing import close_when_done, finish, may_finish
from orders.returns.exchanged import lock_with_exchanges
from orders.states import RepairStatus, ReturnStatus
from orders.words import predicate, say, state
from warehouse.models import Location, StockMovement
from warehouse.returns.arrivals import record_missing
from warehouse.returns.going_back import may_go_back
from warehouse.returns.grades import Grade, count_grade, fate_on_shelf, graded
from warehouse.returns.places import lot_back, place_for
from warehouse.stock.postings import Posting, post_into


class Seen(TypedDict, total=False):
    """What a worker saw on units: their grade, and the code that was scanned of them, which may
    name their lot.
    """

    grade: str
    code: str


@transaction.atomic(savepoint=False)
def receive_return(
    order_return: Return,
    *,
    received: dict[UUID, int],
    warehouse: Warehouse | None = None,
    actor: User | None,
) -> Return:
    """Receive a return: {return line id: units}, at most the approved units.

    `warehouse`: where it came, which may be another one than it was to go to.
    What is missing is recorded; a parcel with nothing in it has an action of its own.
    """
    lock_orders([order_return.order_id])
    lines = {line.pk: line for line in order_return.lines.select_related("line")}
    if received.keys() - lines.keys():
        raise DomainError(
            say("This product is not part of return {order_return}.", order_return=order_return)
        )
    if sum(received.values()) < 1 or min(received.values()) < 0:
        raise DomainError(say("Count at least one unit."))
    arrived = move(
        [order_return],
        ReturnStatus.RECEIVED,
        actor=actor,
        changes={"warehouse": warehouse} if warehouse else {},
    )[0]
    arrived.lines.update(is_coming=False)
    for pk, number in received.items():
        if number > lines[pk].approved:
            raise DomainError(
                say(
                    "{title}: only {approved} approved.",
                    title=lines[pk].line.title,
                    approved=lines[pk].approved,
                )
            )
    cases = [When(pk=pk, then=Value(number)) for pk, number in received.items()]
    arrived.lines.filter(pk__in=received).update(received=Case(*cases))
    record_missing(arrived, received, actor=actor)
    return arrived


@transaction.atomic(savepoint=False)
def inspect_return_line(
    return_line: ReturnLine,
    *,
    restocked: int,
    written_off: int,
    location: Location | None = None,
    may_close: bool = True,
    actor: User | None,
    **seen: Unpack[Seen],
) -> ReturnLine:
    """Restock received units to `location`, or write them off.

    Without a grade restocked units are as new, and others damaged.

    The return is closed when every received unit is inspected, and whatever differs is decided;
    unless `may_close` is false: then `finish_return` closes it, and until then it can be undone.
    """
    order_id = return_line.order_id
    lock_with_exchanges(order_id)
    line = _lock_line(return_line)
    _check_units(line, restocked, written_off)
    if restocked and line.order_return.is_undeliverable and may_go_back(line.order_return):
        raise DomainError(
            say("{title} is the customer's: set it aside to be sent again.", title=line.line.title)
        )
    if restocked:
        _restock(line, restocked, location, actor, seen)
    if written_off:
        _write_off(line, written_off, actor, seen)
    # Units of an undeliverable parcel were counted as `came_back` when it was received.
    if not line.order_return.is_undeliverable:
        add_quantities("returned", {line.line_id: restocked + written_off})
    if may_close:
        close_when_done(line.order_return, actor=actor)
    else:
        summarize_orders([order_id])
    return line


@transaction.atomic(savepoint=False)
def finish_return(order_return: Return, *, actor: User | None) -> Return:
    """Close a return of which everything is inspected: from then on nothing of it is undone.

    Where units of it are to be repaired the customer is told so, and it stays open for that.
    """
    lock_with_exchanges(order_return.order_id)
    current = Return.objects.get(pk=order_return.pk)
    if current.status == ReturnStatus.CLOSED:
        return current
    if not may_finish(current):
        raise DomainError(
            say("Return {current}: something is left to inspect, or to decide.", current=current)
        )
    return finish(current, actor=actor)


@transaction.atomic(savepoint=False)
def set_aside_to_repair(
    return_line: ReturnLine, *, units: int, grade: str = "", actor: User | None
) -> Repair:
    """Set received units aside to be repaired: they go back to their customer, into no stock.

    Raises DomainError where nobody has asked for it.
    """
    lock_orders([return_line.order_id])
    line = _lock_line(return_line)
    _check_units(line, units, 0)
    order_return = line.order_return
    if not may_go_back(order_return):
        raise DomainError(
            say(
                "The customer of {order_return} has asked for no repair.", order_return=order_return
            )
        )
    if line.line.product is None:
        raise DomainError(
            say("{title} is not in the seller's catalogue: write it off.", title=line.line.title)
        )
    seen = graded(grade, otherwise=Grade.C)
    _inspected(line, "sent_back", units, seen)
    if not order_return.is_undeliverable:
        add_quantities("returned", {line.line_id: units})
    repair = Repair.objects.create(
        seller_id=line.seller_id,
        order_id=line.order_id,
        order_return=order_return,
        return_line=line,
        quantity=units,
    )
    record([Event.of(repair, RepairStatus.ASIDE, actor=actor, quantity=units, grade=seen)])
    summarize_orders([line.order_id])
    return repair


def _lock_line(return_line: ReturnLine) -> ReturnLine:
    rows = ReturnLine.objects.select_related("order_return", "line__order__seller__warehouse")
    line = rows.select_for_update(no_key=True, of=("self", "order_return")).get(pk=return_line.pk)
    if line.order_return.status != ReturnStatus.RECEIVED:
        present = predicate(state(line.order_return))
        raise DomainError(
            say(
                "Return {order_return} is {present}: it cannot be inspected.",
                order_return=line.order_return,
                present=present,
            )
        )
    return line


def _check_units(line: ReturnLine, restocked: int, written_off: int) -> None:
    left = line.received - line.inspected
    if restocked < 0 or written_off < 0 or not restocked + written_off:
        raise DomainError(say("Inspect at least one unit."))
    if restocked + written_off > left:
        raise DomainError(
            say("{title}: only {left} left to inspect.", title=line.line.title, left=left)
        )


def _inspected(line: ReturnLine, fate: str, units: int, grade: Grade) -> None:
    """Count units with what became of them and their grade."""
    setattr(line, fate, getattr(line, fate) + units)
    line.inspected += units
    line.save(update_fields=[fate, "inspected", count_grade(line, grade, units)])


def _write_off(line: ReturnLine, units: int, actor: User | None, seen: Seen) -> None:
    grade = graded(seen.get("grade", ""), otherwise=Grade.C)
    _inspected(line, "written_off", units, grade)
    record([Event.of(line, "written_off", actor=actor, quantity=units, grade=grade)])


def _restock(
    line: ReturnLine, quantity: int, location: Location | None, actor: User | None, seen: Seen
) -> None:
    """Post units to a location, used ones once they are made good: they can be allocated again."""
    seller = line.line.order.seller
    grade = graded(seen.get("grade", ""), otherwise=Grade.A)
    fate = fate_on_shelf(grade, seller, line.line.title)
    place = place_for(location, seller)
    product = line.line.product
    if product is None:
        raise DomainError(
            say("{title} is not in the seller's catalogue: write it off.", title=line.line.title)
        )
    lot = lot_back(line.line, seen.get("code", ""), place)
    _inspected(line, fate, quantity, grade)
    posting = Posting(
        line.seller_id, product.pk, place.pk, lot, quantity=quantity, subject_id=line.pk
    )
    post_into(place, [posting], reason=StockMovement.Reason.RESTOCKED, actor=actor)
    data = {"product": str(product.pk), "location": str(place.pk), "grade": grade}
    data |= {"lot": lot} if lot else {}
    record([Event.of(line, fate, actor=actor, quantity=quantity, **data)])
