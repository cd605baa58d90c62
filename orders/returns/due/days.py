"""Until when a return is decided, the last day to hand it in, and how long after it expires."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from orders.carriers import CARRIERS
from orders.carriers.base import Follows
from orders.models import Event, Return, ReturnLabel, Seller, Warehouse
from orders.returns.buildings import address_of
from orders.returns.exchanged import UNFOLLOWED_AFTER
from orders.services.calendar import CLOSES, add_working_days
from orders.states import ReturnStatus

DAYS_TO_DECIDE = 2  # working days: customers wait for an answer
NAME = "hand_in_days"  # in `Seller.return_choices`
USUAL_DAYS, FEWEST_DAYS, MOST_DAYS = 30, 7, 120
EXPIRE_AFTER = timedelta(days=7)  # the last day: what was handed in on it may still be on its way
FOLLOWED = "followed"  # in the data of `return.expired`: its carrier had reported no parcel
# Of a return that expired: so it was.
WAS_FOLLOWED = Exists(
    Event.objects.filter(
        order=OuterRef("order"),
        subject_id=OuterRef("pk"),
        kind="return.expired",
        data__has_key=FOLLOWED,
    )
)


def decided_by(requested_at: datetime, house: Warehouse) -> datetime:
    """Until when a return is decided: two working days of its seller, where their goods lie."""
    zone = ZoneInfo(house.time_zone)
    asked_on = requested_at.astimezone(zone).date()
    last = add_working_days(asked_on, DAYS_TO_DECIDE, house.country)
    return datetime.combine(last, CLOSES, tzinfo=zone)


def hand_in_days(seller: Seller) -> int:
    """How many days customers have for it."""
    return int(seller.return_choices.get(NAME, USUAL_DAYS))


def last_hand_in_day(order_return: Return, now: datetime) -> date:
    """The last day of a return that is approved now, in the day of the building it goes to."""
    days = hand_in_days(Seller.objects.get(pk=order_return.seller_id))
    return house_day(order_return, now) + timedelta(days=days)


def expires_on(last: date, *, is_followed: bool) -> date:
    """The first day on which a return is over that nobody has handed in by its last day."""
    return last + (EXPIRE_AFTER if is_followed else UNFOLLOWED_AFTER)


def kept_until(
    until: date | None, *, status: str, hand_in_by: date | None, is_followed: bool, is_out: bool
) -> date | None:
    """The last day on which goods are kept in exchange for a return: `until`, or as it expires.

    `is_out`: a carrier has its parcel, so it does not expire.
    """
    if until is None or hand_in_by is None or is_out or status != ReturnStatus.APPROVED:
        return until
    return min(until, expires_on(hand_in_by, is_followed=is_followed) - timedelta(days=1))


def house_day(order_return: Return, moment: datetime) -> date:
    """The day of a moment where the return goes to; its order with its seller is loaded."""
    return moment.astimezone(ZoneInfo(address_of(order_return).time_zone)).date()


def is_followed() -> Exists:
    """Of a return: its label is of a carrier that reports when it has the parcel."""
    codes = [code for code, carrier in CARRIERS.items() if isinstance(carrier, Follows)]
    return Exists(
        ReturnLabel.objects.filter(
            order_return=OuterRef("pk"),
            carrier__in=codes,
            answered_at__isnull=False,
            failed_at__isnull=True,
            unwanted_at__isnull=True,
        )
    )
