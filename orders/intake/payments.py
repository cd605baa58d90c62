"""Payment in the shop: an order that is not paid as its channel wants waits on hold."""

from orders.lifecycle.holds import (
    close_holds,
    ended_with_its_order,
    has_units_to_leave,
    hold_order,
    release_hold,
)
from orders.lifecycle.transitions import lock_orders
from orders.models import Hold, SalesChannel, ShopOrder

# Of an order that the customer has to pay; and of one whose payment only the shop can settle.
REASONS = (Hold.Reason.PAYMENT, Hold.Reason.CLEARANCE)
# What the shop says of the payment may be enough, by what the channel waits for. A shop that says
# nothing of payments sends orders that are paid.
ENOUGH = {
    SalesChannel.SendsOnce.PAID: {"", ShopOrder.Payment.PAID},
    SalesChannel.SendsOnce.AUTHORISED: {"", ShopOrder.Payment.PAID, ShopOrder.Payment.AUTHORISED},
    SalesChannel.SendsOnce.RECEIVED: {
        "",
        ShopOrder.Payment.PAID,
        ShopOrder.Payment.AUTHORISED,
        ShopOrder.Payment.UNPAID,
    },
}


def is_enough(channel: SalesChannel, known: ShopOrder) -> bool:
    """Whether what the shop says of the payment is what the channel waits for."""
    return known.payment in ENOUGH[SalesChannel.SendsOnce(channel.sends_once)]


def heed_payment(channel: SalesChannel, known: ShopOrder) -> str:
    """Hold what has not left while it is not paid, once for each state of the payment.

    Returns what was done, in one sentence.

    Who releases that hold by hand sends it unpaid, and it stays released until the shop says
    something else.
    """
    order = known.order
    if order is None:
        return ""
    done = ""
    lock_orders([order.pk])
    holds = list(Hold.objects.filter(order=order, reason__in=REASONS, released_at__isnull=True))
    is_paid = is_enough(channel, known)
    if is_paid and holds:
        for hold in holds:
            release_hold(hold, actor=None)
        done = "Paid: it no longer waits for that."
    elif not is_paid and known.held_for != known.payment:
        close_holds(holds, actor=None)
        if has_units_to_leave(order):
            detail = ShopOrder.Payment(known.payment).label
            unpaid = known.payment == ShopOrder.Payment.UNPAID
            reason = Hold.Reason.PAYMENT if unpaid else Hold.Reason.CLEARANCE
            hold_order(order, reason=reason, detail=detail, actor=None)
            done = f"Held for the payment: {detail}."
            _keep(known, known.payment)
    if is_paid:
        _keep(known, "")
    return done


def heed_payment_again(known: ShopOrder) -> None:
    """Hold an order that is wanted again for what the shop says of its payment now."""
    holds = Hold.objects.filter(order=known.order_id, reason__in=REASONS)
    last = holds.order_by("-released_at").first()  # an open one before all others
    if last and last.released_at and ended_with_its_order(last):
        _keep(known, "")
    heed_payment(known.channel, known)


def heed_setting(channel: SalesChannel) -> int:
    """Release the holds that a new setting of the channel asks for no longer; their number."""
    enough = ENOUGH[SalesChannel.SendsOnce(channel.sends_once)]
    free = Hold.objects.filter(
        reason__in=REASONS,
        released_at__isnull=True,
        order__channel=channel,
        order__in_shop__payment__in=enough,
    )
    holds = list(free.order_by("order_id"))
    for hold in holds:
        release_hold(hold, actor=None)
    return len(holds)


def _keep(known: ShopOrder, held_for: str) -> None:
    if known.held_for != held_for:
        known.held_for = held_for
        known.save(update_fields=["held_for"])
