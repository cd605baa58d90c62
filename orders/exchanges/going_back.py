"""The order with which a customer's own units go back, repaired or as they were: price 0.

Nothing of it comes from stock: whoever puts the units into a tote writes it, in one transaction.
"""

from django.utils import timezone

from orders.errors import DomainError
from orders.intake.acceptance import accept_orders
from orders.models import Order, OrderLine, Repair
from orders.problems.answering import COPIED, replacement_channel
from orders.shops.base import IncomingLine, IncomingOrder
from orders.words import say


def order_to_go_back(repair: Repair) -> OrderLine:
    """Write the order for the units of a repair, whose order is locked; its only line.

    Raises DomainError where they cannot be sent.
    """
    order, line = repair.order, repair.return_line.line
    if not order.has_address:
        raise DomainError(say("Order {order} has no address to send it to.", order=order))
    if line.product is None:
        raise DomainError(say("{product} is not in the seller's catalogue.", product=line.title))
    number = _count(order) + 1
    incoming = IncomingOrder(
        reference=f"repair-{repair.pk}-{number}",
        number=f"{order.number[:50]}-W{number}",
        placed_at=timezone.now(),
        lines=[IncomingLine(sku=line.product.sku, title=line.title, quantity=repair.quantity)],
        repair=str(repair.order_return_id),
        **{name: getattr(order, name) for name in COPIED},
    )
    (accepted,) = accept_orders(replacement_channel(order, None), [incoming])
    back = OrderLine.objects.select_related("order").get(order=accepted.order_id, kit_line=None)
    if back.product_id != line.product_id or back.is_kit or not back.ships:
        raise DomainError(
            say("{product} is not sent as one product any more.", product=line.product)
        )
    back.replaces = line
    back.save(update_fields=["replaces"])
    return back


def _count(order: Order) -> int:
    """Those that were written before, also what was taken out of its tote and cancelled."""
    rows = Order.objects.filter(lines__replaces__order=order, reference__startswith="repair-")
    return rows.filter(seller=order.seller_id).distinct().count()
