"""A seller opens a return for a customer, also after the last day: then the reason is kept."""

from datetime import date
from typing import NamedTuple

from orders.errors import InvalidInput, Outdated
from orders.lifecycle.changes import LONGEST_REASON
from orders.models import Order, User
from orders.values.texts import one_line
from orders.words import say
from orders.words.writing import written


class BySeller(NamedTuple):
    """A seller who opens a return for a customer, who has written or called: it is approved.

    `why`: for the team; needed once the time for returns is over. `takes_fee`: whether the fee of
    the seller's terms is deducted, which this customer read nowhere.
    """

    actor: User | None
    why: str = ""
    takes_fee: bool = False
    seen: str = ""  # `opened_seen` when the form was shown


def refuse_unexplained(order: Order, by: BySeller, closed: date | None) -> None:
    """Raise where the time for returns is over and nobody says why this one is taken."""
    if by.seen and by.seen != opened_seen(order):
        raise Outdated(say("A return of this order was opened meanwhile: look at it first."))
    if len(one_line(by.why)) > LONGEST_REASON:
        problem = say("use at most {longest} characters", longest=LONGEST_REASON)
        raise InvalidInput([("why", problem)])
    if closed and not one_line(by.why):
        day = written(closed, "j M Y")
        problem = say("say why: returns for this order closed on {day}", day=day)
        raise InvalidInput([("why", problem)])


def opened_seen(order: Order) -> str:
    """Which return of an order was opened last: another one when the form is sent twice."""
    last = order.returns.order_by("-pk").values_list("pk", flat=True).first()
    return last.hex if last else "none"
