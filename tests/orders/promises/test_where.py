"""Dates of 40 destinations from three warehouses, against a calendar of this test's own."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import pytest

from orders.models import Seller, Warehouse
from orders.promises.explaining import explain
from orders.services.known import remember
from orders.services.reach import Goal, Offer, Place, Size
from orders.zones import zone_of

# Another carrier is connected: the two that name none go where own couriers do not.
pytestmark = pytest.mark.usefixtures("carrier_peer")
NEW_YORK = "America/New_York"
HOUSES = {  # time zone, country, cut-off
    "BER": ("Europe/Berlin", "DE", 14),
    "LDS": ("Europe/London", "GB", 16),
    "EWR": (NEW_YORK, "US", 12),
}
OWN_AREAS = {"BER": ("10", "12", "13000-14199"), "LDS": ("LS", "BD1-BD9"), "EWR": ("070-073",)}
POST, AIR = "Post", "Air"
POST_GOALS = [
    ("DE", "", 1, 2), ("DE", "18565, 25992-25999, 27498", 2, 4), ("FR", "", 2, 3),
    ("FR", "20", 4, 7), ("FR", "97-98", None, None), ("ES", "", 2, 4), ("ES", "35, 38", 5, 9),
    ("ES", "51, 52", None, None), ("ES", "07", 3, 5), ("IT", "", 2, 4),
    ("IT", "07-09, 90-98", 4, 6),
    ("PT", "", 3, 5), ("PT", "9000-9999", 6, 9), ("GB", "", 2, 3),
    ("GB", "BT, ZE, KW15-KW17", 4, 6),
    ("GB", "IM, JE, GY", None, None), ("EU", "", 3, 5), ("NO", "", 4, 6), ("CH", "", 2, 4),
    ("US", "", 2, 5), ("US", "995-999, 967-968", 6, 9), ("US", "00600-00999", None, None),
]  # fmt: skip
AIR_GOALS = [("*", "", 6, 9), ("JP", "", 4, 6), ("JP", "90", 5, 8), ("AU", "", 5, 8),
             ("KP", "", None, None), ("CA", "", 3, 6), ("FR", "97-98", None, None),
             ("ES", "51, 52", None, None), ("GB", "IM, JE, GY", None, None),
             ("US", "00600-00999", None, None)]  # fmt: skip
# Where it goes, and by which service in how many days; own couriers are none of these.
DESTINATIONS = [
    ("DE", "80331", "Europe/Berlin", POST, 1, 2), ("DE", "18565", "Europe/Berlin", POST, 2, 4),
    ("DE", "25996", "Europe/Berlin", POST, 2, 4), ("FR", "75001", "Europe/Paris", POST, 2, 3),
    ("FR", "20090", "Europe/Paris", POST, 4, 7), ("FR", "13001", "Europe/Paris", POST, 2, 3),
    ("FR", "97400", "Europe/Paris", None, 0, 0), ("ES", "28001", "Europe/Madrid", POST, 2, 4),
    ("ES", "38001", "Europe/Madrid", POST, 5, 9), ("ES", "51001", "Europe/Madrid", None, 0, 0),
    ("ES", "07001", "Europe/Madrid", POST, 3, 5), ("IT", "00184", "Europe/Rome", POST, 2, 4),
    ("IT", "09124", "Europe/Rome", POST, 4, 6), ("IT", "90133", "Europe/Rome", POST, 4, 6),
    ("PT", "1000-205", "Europe/Lisbon", POST, 3, 5),
    ("PT", "9000-017", "Europe/Lisbon", POST, 6, 9),
    ("GB", "EC1A 1BB", "Europe/London", POST, 2, 3), ("GB", "bt1 5gs", "Europe/London", POST, 4, 6),
    ("GB", "KW17 2AA", "Europe/London", POST, 4, 6), ("GB", "KW1 4AA", "Europe/London", POST, 2, 3),
    ("GB", "IM1 1AG", "Europe/London", None, 0, 0), ("AT", "1010", "Europe/Vienna", POST, 3, 5),
    ("NL", "1011 AB", "Europe/Amsterdam", POST, 3, 5),
    ("PL", "00-950", "Europe/Warsaw", POST, 3, 5),
    ("SE", "111 22", "Europe/Stockholm", POST, 3, 5),
    ("FI", "00100", "Europe/Helsinki", POST, 3, 5),
    ("GR", "105 57", "Europe/Athens", POST, 3, 5), ("IE", "D02 X285", "Europe/Dublin", POST, 3, 5),
    ("NO", "0150", "Europe/Oslo", POST, 4, 6), ("CH", "8001", "Europe/Zurich", POST, 2, 4),
    ("US", "90001", NEW_YORK, POST, 2, 5), ("US", "99501", NEW_YORK, POST, 6, 9),
    ("US", "96801-1234", NEW_YORK, POST, 6, 9), ("US", "00901", NEW_YORK, None, 0, 0),
    ("JP", "100-0001", "Asia/Tokyo", AIR, 4, 6), ("JP", "900-0001", "Asia/Tokyo", AIR, 5, 8),
    ("AU", "2000", "Australia/Sydney", AIR, 5, 8), ("NZ", "1010", "Pacific/Auckland", AIR, 6, 9),
    ("CA", "K1A 0B1", "America/Toronto", AIR, 3, 6), ("KP", "", "Asia/Pyongyang", None, 0, 0),
]  # fmt: skip
# In the time of the warehouse, each a minute before its cut-off, and at it.
DAYS = [
    date(2026, 11, 23), date(2026, 11, 25),  # Thanksgiving is on the 26th
    date(2026, 3, 27), date(2026, 3, 29), date(2026, 10, 23), date(2026, 10, 25),  # clocks change
    date(2026, 4, 2), date(2026, 4, 30), date(2026, 7, 2), date(2026, 12, 23), date(2026, 12, 30),
    date(2027, 1, 1), date(2026, 5, 22), date(2027, 12, 24),
]  # fmt: skip
CUT_OFF_OF_AIR = time(15, 30)
WEEKDAYS, WITH_SATURDAYS = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5)


@cache
def calendar(weekdays, *countries):
    """All days of three years on which none of these countries rests."""
    rests = [holidays.country_holidays(country, years=range(2026, 2029)) for country in countries]
    days = (date(2026, 1, 1) + timedelta(days=number) for number in range(3 * 365))
    return [day for day in days if day.weekday() in weekdays and not any(day in r for r in rests)]


def by_hand(now, house, country, zone, service, low, high):
    """(first day, last day) of arrival, by the place of days in lists of those that count."""
    here, home, hour = HOUSES[house]
    cut_off = CUT_OFF_OF_AIR if service == AIR else time(hour)
    local = now.astimezone(ZoneInfo(here))
    opens = calendar(WEEKDAYS, home)
    is_late = (local.hour, local.minute) >= (cut_off.hour, cut_off.minute)
    first = (bisect_right if is_late else bisect_left)(opens, local.date())
    travels = calendar(WITH_SATURDAYS if service == AIR else WEEKDAYS, country, home)

    def arrival(day, leaves_at, number):
        left = datetime(day.year, day.month, day.day, leaves_at, tzinfo=ZoneInfo(here))
        there = left.astimezone(ZoneInfo(zone)).date()
        return travels[bisect_right(travels, there) + number - 1]

    return arrival(opens[first], 8, low), arrival(opens[first + 1], 18, high)


def offer(name, days, goals, cut_off=None):
    kept = tuple(
        Goal(country, tuple(p.strip() for p in codes.split(",") if codes), low and (low, high))
        for country, codes, low, high in goals
    )
    return Offer(name, name, "", days, cut_off, kept)


def seller_of(house):
    """A seller of one of the houses, with own couriers around it, the post and air mail."""
    zone, country, hour = HOUSES[house]
    warehouse = Warehouse(time_zone=zone, country=country, cut_off_hour=hour)
    seller = Seller(warehouse=warehouse)
    seller.services_version = seller.pk
    own = Offer("1", "Own", "own", "all", None, (Goal(country, OWN_AREAS[house], (0, 1)),))
    air = offer(AIR, "saturdays", AIR_GOALS, CUT_OFF_OF_AIR)
    offers = (own, offer(POST, "weekdays", POST_GOALS), air)
    remember(seller.pk, offers, frozenset((country,)))
    return seller


def moments(house):
    """Each a minute before the two cut-offs, and at them."""
    zone, _, hour = HOUSES[house]
    for day in DAYS:
        for cut_off in (time(hour), CUT_OFF_OF_AIR):
            at = datetime.combine(day, cut_off, tzinfo=ZoneInfo(zone))
            yield from (at.astimezone(UTC) - timedelta(minutes=1), at.astimezone(UTC))


def test_forty_destinations_have_the_dates_that_are_counted_by_hand():
    assert len(DESTINATIONS) == 40
    checked = 0
    for house, (here, home, _) in HOUSES.items():
        seller = seller_of(house)
        for country, code, zone, service, low, high in DESTINATIONS:
            zone = here if country == home else zone  # noqa: PLW2901
            assert zone_of(country, home, here) == zone
            for now in moments(house):
                found = explain(seller, Place(country, code), Size(1), now)
                about = (house, country, code, now)
                assert (found.found and found.found.offer.name) == service, about
                if service is None:
                    assert found.refusal.startswith("No service reaches "), about
                    continue
                first, last = by_hand(now, house, country, zone, service, low, high)
                place = ZoneInfo(zone)
                assert found.arrives.earliest == datetime.combine(first, time(8), place), about
                assert found.arrives.latest == datetime.combine(last, time(21), place), about
                assert found.leaves.latest < found.arrives.latest, about
                checked += 1
    assert checked == 3 * 35 * 4 * len(DAYS)


def test_own_couriers_reach_their_postcodes_on_any_day():
    # The day of Christmas: the warehouse is closed until Monday, and the couriers drive.
    christmas = datetime(2026, 12, 24, 13, 1, tzinfo=UTC)
    for house, country, near, far in (
        ("BER", "DE", "13353", "14200"), ("LDS", "GB", "BD9 4AA", "BD10 8AA"),
        ("EWR", "US", "07102", "07400"),
    ):  # fmt: skip
        seller = seller_of(house)
        found = {
            code: explain(seller, Place(country, code), Size(1), christmas) for code in (near, far)
        }
        assert [row.found.offer.name for row in found.values()] == ["Own", POST], house
    arrives = explain(seller_of("BER"), Place("DE", "13353"), Size(1), christmas).arrives
    # It leaves on Monday 28 or Tuesday 29 December, and is there on the same day or the next.
    assert (str(arrives.earliest)[:10], str(arrives.local_on)) == ("2026-12-28", "2026-12-30")


def test_dates_that_were_worked_out_on_paper():
    for house, country, code, now, first, last in (
        # Monday to Tuesday in Berlin; two to three days in Paris.
        ("BER", "FR", "75001", datetime(2026, 11, 23, 9, tzinfo=UTC), "11-25", "11-27"),
        # Tuesday at six in Berlin is Wednesday in Sydney: eight days, Saturdays too.
        ("BER", "AU", "2000", datetime(2026, 11, 23, 9, tzinfo=UTC), "11-28", "12-04"),
        # Wednesday noon in Newark is past the cut-off, and Thursday is Thanksgiving.
        ("EWR", "US", "90001", datetime(2026, 11, 25, 17, tzinfo=UTC), "12-01", "12-07"),
        ("EWR", "US", "90001", datetime(2026, 11, 25, 16, 59, tzinfo=UTC), "11-30", "12-04"),
        # Good Friday rests at both ends; on Easter Monday Leeds packs, and Germany rests.
        ("LDS", "DE", "80331", datetime(2026, 4, 2, 14, 59, tzinfo=UTC), "04-07", "04-08"),
    ):  # fmt: skip
        arrives = explain(seller_of(house), Place(country, code), Size(1), now).arrives
        zone = ZoneInfo(arrives.zone)
        found = arrives.earliest.astimezone(zone).date(), arrives.local_on
        assert [str(day)[5:] for day in found] == [first, last], (house, country, now)
