"""The return period: `Seller.return_days` after the delivery; pure functions, no query."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from orders.models import Order


def last_return_day(order: Order, delivered_at: datetime | None) -> date | None:
    """The last day on which a return may be asked for, where the order was delivered.

    `delivered_at`: when its last parcel came; None before anything is delivered.
    """
    if delivered_at is None:
        return None
    return local_day(order, delivered_at) + timedelta(days=order.seller.return_days)


def last_day_on_page(order: Order, delivered_at: datetime | None) -> date | None:
    """The last day on which the customer may ask on the tracking page itself.

    None for a gift, of which the page shows no contents: whoever has it writes to the shop.
    """
    return None if order.is_gift else last_return_day(order, delivered_at)


def local_day(order: Order, moment: datetime) -> date:
    """The day of a moment at the place of delivery."""
    return moment.astimezone(ZoneInfo(order.time_zone)).date()
