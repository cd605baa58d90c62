"""A return of which nothing has to come back: the customer keeps it, and is refunded.

A seller says up to which worth: the way back would cost more. No stock moves.
"""

from collections.abc import Iterable

from django.db.models import F, Sum

from orders.lifecycle.transitions import move
from orders.models import Order, Return, ReturnLine, User
from orders.returns.owed import owe_refund
from orders.returns.terms import BOTH, EXCHANGE
from orders.states import ReturnStatus


def stays_there(order: Order, order_return: Return, parts: Iterable[ReturnLine]) -> bool:
    """Whether the customer keeps all of a return once it is approved; its lines are loaded.

    What they keep of the order already counts, too: asked for piece by piece it is not more.
    Not what they want to exchange, nor what has no price: nobody knows what that is worth.
    """
    most, currency = order.seller.return_choices.get("keep", (None, ""))
    if most is None or order_return.wish in (EXCHANGE, BOTH) or currency != order.currency:
        return False
    prices = [(part.line.unit_price, part.requested) for part in parts]
    worth = sum(price * units for price, units in prices)
    if worth > most or not all(price for price, _ in prices):
        return False
    return bool(worth + _kept_before(order) <= most)


def close_kept(order_return: Return, *, actor: User | None) -> Return:
    """Close an approved return, whose order is locked, without goods; owe its refund."""
    order_return.lines.update(is_coming=False)
    changes = {"is_kept": True}
    closed = move([order_return], ReturnStatus.CLOSED, actor=actor, changes=changes, kept=True)[0]
    owe_refund(closed, actor=actor)
    return closed


def _kept_before(order: Order) -> int:
    """What of the order stays with the customer already, at its price."""
    kept = ReturnLine.objects.filter(
        order_return__order=order,
        order_return__is_kept=True,
        order_return__status=ReturnStatus.CLOSED,
    )
    worth = F("approved") * F("line__unit_price")
    return int(kept.aggregate(worth=Sum(worth, default=0))["worth"])
