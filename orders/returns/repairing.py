"""What becomes of units that were to be repaired: repaired, sent back as they are, or refunded."""

from django.db import transaction
from django.db.models import F

from orders.errors import DomainError
from orders.lifecycle.transitions import move
from orders.models import Repair, Return, ReturnLine, User
from orders.returns.closing import close_when_done
from orders.returns.exchanged import lock_with_exchanges
from orders.states import RepairStatus
from orders.values.texts import one_line
from orders.words import say

LONGEST = 250  # the column of the return
FAILED = (RepairStatus.FAILED, RepairStatus.REFUNDED)
DECISIONS = (RepairStatus.REPAIRED, *FAILED)


@transaction.atomic(savepoint=False)
def decide_repair(repair: Repair, decision: str, *, words: str = "", actor: User | None) -> Repair:
    """Say what becomes of a repair, once: one of DECISIONS. With the last one the return closes.

    `words`: why it could not be repaired, which the customer reads. Raises DomainError.
    """
    lock_with_exchanges(repair.order_id)
    if decision not in DECISIONS:
        raise DomainError(say("Choose one of the ways to go on with it."))
    rows = Repair.objects.select_related("order_return", "return_line__line")
    current = rows.get(pk=repair.pk)
    if current.status != RepairStatus.WAITING:
        raise DomainError(say("{current} was decided already.", current=current))
    if current.order_return.is_undeliverable and decision != RepairStatus.REPAIRED:
        raise DomainError(say("It is the customer's, and has to be sent again."))
    is_failed = decision in FAILED
    said = _said(current, words) if is_failed else ""
    [decided] = move([current], decision, actor=actor, changes={"is_failed": is_failed})
    if decision == RepairStatus.REFUNDED:
        units = decided.quantity
        ReturnLine.objects.filter(pk=decided.return_line_id).update(
            sent_back=F("sent_back") - units, written_off=F("written_off") + units
        )
    if is_failed:
        Return.objects.filter(pk=decided.order_return_id).update(words=said)
    close_when_done(current.order_return, actor=actor)
    return decided


def _said(repair: Repair, words: str) -> str:
    """What the customer reads of all that could not be repaired in this return. DomainError."""
    said = one_line(words)
    if not said:
        raise DomainError(say("Tell the customer why it cannot be repaired."))
    back = repair.order_return
    if back.words and said != back.words and back.repairs.filter(is_failed=True).exists():
        said = f"{back.words} {said}"
    if len(said) > LONGEST:
        raise DomainError(say("Use at most {longest} characters.", longest=LONGEST))
    return said
