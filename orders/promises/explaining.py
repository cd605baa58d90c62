"""What would be promised to an address, and why, step by step: nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from orders.models import Seller
from orders.promises.making import order_spans, service_terms
from orders.promises.windows import first_day
from orders.promises.working_days import Span, Terms, is_before_cut_off
from orders.services.calendar import is_holiday, is_working_day
from orders.services.known import homes_of, offers_of
from orders.services.reach import Look, Place, Size, Start, chosen_of, look_at, snapshot
from orders.zones import zone_of


@dataclass(frozen=True, slots=True)
class Explained:
    """Each service that was asked, the one that was found, and its dates; or why there is none."""

    looks: Sequence[Look]
    found: Look | None
    refusal: str
    terms: Terms | None = None
    is_open: bool = False  # ordered on a working day of the warehouse
    is_in_time: bool = False  # and before the cut-off
    leaves: Span | None = None
    arrives: Span | None = None
    rests: Sequence[tuple[date, str]] = ()  # public holidays on the way, each with its country


def explain(seller: Seller, place: Place, size: Size, now: datetime) -> Explained:
    """Choose as the intake does for an order that comes `now`."""
    offers = offers_of(seller)
    start = Start(homes_of(seller))
    looks = list(look_at(offers, place, size, start))
    found, refusal = chosen_of(offers, place, size, start)
    if found is None:
        return Explained(looks, None, refusal)
    warehouse = seller.warehouse
    terms = service_terms(seller, snapshot(found), place.country)
    zone = zone_of(place.country, warehouse.country, warehouse.time_zone)
    leaves, arrives = order_spans(now, terms, zone)
    return Explained(
        looks[: looks.index(found) + 1],
        found,
        "",
        terms,
        is_working_day(now.astimezone(ZoneInfo(terms.zone)).date(), terms.country),
        is_before_cut_off(now, terms),
        leaves,
        arrives,
        _rests(first_day(leaves), arrives.local_on, terms),
    )


def _rests(first: date, last: date, terms: Terms) -> list[tuple[date, str]]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    ends = dict.fromkeys((terms.country, terms.destination or terms.country))
    return [(day, country) for day in days for country in ends if is_holiday(day, country)]
