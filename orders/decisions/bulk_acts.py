"""What a job does with one of its orders: the same actions as on the page of the order."""

from collections.abc import Callable, Mapping
from typing import Any

from orders.decisions.tags import read_tag, tag_order, untag_order
from orders.errors import DomainError, InvalidInput
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.edit import MOST_PRIORITY, edit_order
from orders.lifecycle.holds import hold_order, release_hold
from orders.models import BulkJob, Hold, Order, User
from orders.values.counts import whole
from orders.values.texts import one_line
from orders.values.unfit import Unfit
from orders.words import say

Given = Mapping[str, Any]
LONGEST_WORDS = 250


def read_given(act: BulkJob.Act, given: Given) -> dict[str, Any]:
    """What an act needs, as it is kept. Raises InvalidInput with the name of the field."""
    readers = {field: READERS[field] for field in NEEDS[act]}
    kept = {}
    for field, reader in readers.items():
        try:
            kept[field] = reader(given.get(field, ""))
        except Unfit as error:
            raise InvalidInput([(field, str(error))]) from error
    return kept


def act_on(order: Order, act: BulkJob.Act, given: Given, *, actor: User | None) -> str:
    """Do it with one order, and return what is left to say of it. Raises DomainError: why not."""
    return ACTS[act](order, given, actor) or ""


def _hold(order: Order, given: Given, actor: User | None) -> None:
    hold_order(order, reason=Hold.Reason.SELLER, detail=given["reason"], actor=actor)


def _release(order: Order, given: Given, actor: User | None) -> str:
    """Only what the seller holds: other holds wait for something that somebody has to mend."""
    holds = Hold.objects.filter(order=order, released_at__isnull=True)
    if not (ours := list(holds.filter(reason=Hold.Reason.SELLER))):
        other = holds.order_by("opened_at").first()
        if other:
            told = say("Order {order} waits for something else: {held}.", order=order, held=other)
        else:
            told = say("Order {order} is not on hold.", order=order)
        raise DomainError(told)
    for hold in ours:
        release_hold(hold, actor=actor)
    other = holds.order_by("opened_at").first()
    return say("Still on hold: {held}.", held=other) if other else ""


def _cancel(order: Order, given: Given, actor: User | None) -> None:
    cancel_order(order, actor=actor, reason=given["reason"])


def _prioritize(order: Order, given: Given, actor: User | None) -> None:
    edit_order(order, {"priority": given["priority"]}, actor=actor)


def _tag(order: Order, given: Given, actor: User | None) -> None:
    tag_order(order, given["tag"], actor=actor)


def _untag(order: Order, given: Given, actor: User | None) -> None:
    untag_order(order, given["tag"], actor=actor)


Act = BulkJob.Act
ACTS: dict[str, Callable[[Order, Given, User | None], str | None]] = {
    Act.HOLD: _hold,
    Act.RELEASE: _release,
    Act.CANCEL: _cancel,
    Act.PRIORITY: _prioritize,
    Act.TAG: _tag,
    Act.UNTAG: _untag,
}
READERS: dict[str, Callable[[Any], Any]] = {
    "reason": lambda text: one_line(text)[:LONGEST_WORDS],
    "priority": lambda value: whole(value, least=-MOST_PRIORITY, most=MOST_PRIORITY),
    "tag": read_tag,
}
# The fields that each act reads.
NEEDS: dict[str, tuple[str, ...]] = {
    Act.HOLD: ("reason",),
    Act.RELEASE: (),
    Act.CANCEL: ("reason",),
    Act.PRIORITY: ("priority",),
    Act.TAG: ("tag",),
    Act.UNTAG: ("tag",),
}
