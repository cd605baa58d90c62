"""Kinds of messages to customers about the order as a whole."""

from notifications.kinds.record import Dates, Kind, Markup, Sample

KINDS = (
    Kind(
        name="confirmed",
        title="Order confirmed",
        on="order.received",
        occasion="When the order is received.",
        essential="it says what was bought and when it arrives",
        awaits_stock=True,
        only_of_new_orders=True,
        markup=Markup.ORDER,
        sample=Sample(),
    ),
    Kind(
        name="backordered",
        title="Backordered",
        on="order.backordered",
        occasion="When products of the order are out of stock.",
        needs_backorder=True,
        markup=Markup.ORDER,
        sample=Sample(backordered=1),
    ),
    Kind(
        name="dated",
        title="Date set",
        on="promise.given",
        occasion="When an order that was on hold or backordered has a date.",
        essential="customers were told that they will get the date",
        dates=Dates.GIVEN,
        markup=Markup.ORDER,
        sample=Sample(),
    ),
    Kind(
        name="cancelled",
        title="Cancelled",
        on="order.cancelled",
        occasion="When the order, or the rest of it, is cancelled.",
        essential="the products will not arrive",
        outlives_cancel=True,
        sample=Sample(cancelled=1, promise=""),
    ),
    Kind(
        name="partly_cancelled",
        title="Partly cancelled",
        on="order.lines_cancelled",
        occasion="When some products of the order are cancelled, and the others will ship.",
        essential="the products will not arrive",
        sample=Sample(cancelled=1, promise=""),
    ),
)
