"""A return of which nothing has to come back: the customer keeps it, and is refunded.

A seller says up to which worth: the way back would cost more. No stock moves.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import F, Sum

from orders.lifecycle.transitions import move
from orders.models import Order, Return, ReturnLine, User
from orders.returns.owed import owe_refund
from orders.returns.terms import BOTH, EXCHANGE, REPAIR
from orders.states import ReturnStatus


def staying(rows: Iterable[Return]) -> set[UUID]:
    """Those of which the customer keeps all once they are approved; order, seller, lines loaded."""
    wanted = list(rows)
    kept = _kept_before({row.order_id for row in wanted}) if wanted else {}
    return {
        row.pk
        for row in wanted
        if _stays(row.order, row, row.lines.all(), kept.get(row.order_id, 0))
    }


def stays_there(order: Order, order_return: Return, parts: Iterable[ReturnLine]) -> bool:
    """Whether the customer keeps all of a return once it is approved; its lines are loaded.

    What they keep of the order already counts, too: asked for piece by piece it is not more.
    Not what they want to exchange, or repaired, nor what has no price: nobody knows what that is
    worth.
    """
    if not may_stay(order):
        return False
    return _stays(order, order_return, parts, _kept_before({order.pk}).get(order.pk, 0))


def may_stay(order: Order) -> bool:
    """Whether the seller lets customers keep what is worth little, in the order's currency."""
    most, currency = order.seller.return_choices.get("keep", (None, ""))
    return most is not None and currency == order.currency


def _stays(
    order: Order, order_return: Return, parts: Iterable[ReturnLine], kept_before: int
) -> bool:
    if not may_stay(order) or order_return.wish in (EXCHANGE, BOTH, REPAIR):
        return False
    most, _ = order.seller.return_choices["keep"]
    prices = [(part.line.unit_price, part.requested) for part in parts]
    worth = sum(price * units for price, units in prices)
    return all(price for price, _ in prices) and bool(worth + kept_before <= most)


def close_kept(order_return: Return, *, actor: User | None) -> Return:
    """Close an approved return, whose order is locked, without goods; owe its refund."""
    order_return.lines.update(is_coming=False)
    changes = {"is_kept": True}
    closed = move([order_return], ReturnStatus.CLOSED, actor=actor, changes=changes, kept=True)[0]
    owe_refund(closed, actor=actor)
    return closed


def _kept_before(orders: Collection[UUID]) -> dict[UUID, int]:
    """{order id: what of it stays with the customer already, at its price}."""
    kept = ReturnLine.objects.filter(
        order_return__order__in=orders,
        order_return__is_kept=True,
        order_return__status=ReturnStatus.CLOSED,
    )
    worth = Sum(F("approved") * F("line__unit_price"))
    rows = kept.order_by().values("order_return__order").annotate(worth=worth)
    return dict(rows.values_list("order_return__order", "worth"))
