"""The last day to hand a return in: so many days after its approval, as its seller says."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from orders.models import Return, Seller
from orders.returns.buildings import address_of

NAME = "hand_in_days"  # in `Seller.return_choices`
USUAL_DAYS, FEWEST_DAYS, MOST_DAYS = 30, 7, 120


def hand_in_days(seller: Seller) -> int:
    """How many days customers have for it."""
    return int(seller.return_choices.get(NAME, USUAL_DAYS))


def last_hand_in_day(order_return: Return, now: datetime) -> date:
    """The last day of a return that is approved now, in the day of the building it goes to."""
    days = hand_in_days(Seller.objects.get(pk=order_return.seller_id))
    return house_day(order_return, now) + timedelta(days=days)


def house_day(order_return: Return, moment: datetime) -> date:
    """The day of a moment where the return goes to; its order with its seller is loaded."""
    return moment.astimezone(ZoneInfo(address_of(order_return).time_zone)).date()
