"""What becomes of units that were to be repaired: repaired, sent back as they are, or refunded."""

from django.db import transaction
from django.db.models import F, Q

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import move
from orders.models import Event, Repair, Return, ReturnLine, User
from orders.returns.closing import close_when_done
from orders.returns.exchanged import lock_with_exchanges
from orders.returns.owed import owe_refund
from orders.states import REPAIR_TO_SEND, RepairStatus, ReturnStatus
from orders.values.texts import one_line
from orders.words import say

LONGEST = 250  # the column of the return
FAILED = (RepairStatus.FAILED, RepairStatus.REFUNDED)
DECISIONS = (RepairStatus.REPAIRED, *FAILED)


@transaction.atomic(savepoint=False)
def decide_repair(
    repair: Repair,
    decision: str,
    *,
    words: str = "",
    units: int | None = None,
    actor: User | None,
) -> Repair:
    """Say what becomes of a repair: one of DECISIONS. With the last one the return closes.

    Once, but that what goes back may be refunded instead until it is sent. `words`: why it could
    not be repaired, or does not go back, which the customer reads. `units`: of so many of it; the
    others wait on. Raises DomainError.
    """
    lock_with_exchanges(repair.order_id)
    if decision not in DECISIONS:
        raise DomainError(say("Choose one of the ways to go on with it."))
    rows = Repair.objects.select_related("order_return", "return_line__line")
    current = rows.get(pk=repair.pk)
    if current.status in REPAIR_TO_SEND and decision == RepairStatus.REFUNDED:
        return _not_sent(current, words, actor)
    if current.status != RepairStatus.WAITING:
        raise DomainError(say("{current} was decided already.", current=current))
    if current.order_return.is_undeliverable and decision != RepairStatus.REPAIRED:
        raise DomainError(say("It is the customer's, and has to be sent again."))
    _part(current, current.quantity if units is None else units, actor)
    is_failed = decision in FAILED
    said = _said(current, words) if is_failed else ""
    [decided] = move([current], decision, actor=actor, changes={"is_failed": is_failed})
    if decision == RepairStatus.REFUNDED:
        _write_off(decided)
    if is_failed:
        Return.objects.filter(pk=decided.order_return_id).update(words=said)
    close_when_done(current.order_return, actor=actor)
    return decided


def _part(repair: Repair, units: int, actor: User | None) -> None:
    """Leave so many units in a repair that waits; the others are one of their own."""
    if not 1 <= units <= repair.quantity:
        raise DomainError(say("Say of how many: 1 to {most}.", most=repair.quantity))
    if not (left := repair.quantity - units):
        return
    rest = Repair.objects.create(
        seller_id=repair.seller_id,
        order_id=repair.order_id,
        order_return_id=repair.order_return_id,
        return_line_id=repair.return_line_id,
        quantity=left,
        status=RepairStatus.WAITING,
        found_at=repair.found_at,
    )
    Repair.objects.filter(pk=repair.pk).update(quantity=units)
    record([Event.of(rest, RepairStatus.WAITING, actor=actor, quantity=left)])


def _not_sent(repair: Repair, words: str, actor: User | None) -> Repair:
    """Refund what was to go back, and is not sent: the customer was told that it comes.

    What came back undelivered is written off, and the seller settles it.
    """
    back = repair.order_return
    said = "" if back.is_undeliverable else _said(repair, words)
    [decided] = move([repair], RepairStatus.REFUNDED, actor=actor)
    _write_off(decided)
    Return.objects.filter(pk=back.pk).update(words=said)
    closed = close_when_done(back, actor=actor)
    if back.status == ReturnStatus.CLOSED and not back.is_undeliverable:
        told = {"repair": str(decided.pk), "closed": True}
        record([Event.of(closed, "settled", actor=actor, **told)])
        owe_refund(closed, actor=actor)
    return decided


def _write_off(repair: Repair) -> None:
    units = repair.quantity
    ReturnLine.objects.filter(pk=repair.return_line_id).update(
        sent_back=F("sent_back") - units, written_off=F("written_off") + units
    )


def _said(repair: Repair, words: str) -> str:
    """What the customer reads of all that could not be repaired in this return. DomainError."""
    said = one_line(words)
    if not said:
        is_late = repair.status != RepairStatus.WAITING
        told = say("Tell the customer why it does not come back.") if is_late else ""
        raise DomainError(told or say("Tell the customer why it cannot be repaired."))
    back = repair.order_return
    ended = back.repairs.filter(Q(is_failed=True) | Q(status=RepairStatus.REFUNDED))
    if back.words and said != back.words and ended.exists():
        said = f"{back.words} {said}"
    if len(said) > LONGEST:
        raise DomainError(say("Use at most {longest} characters.", longest=LONGEST))
    return said
