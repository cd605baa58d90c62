"""Until when a seller decides about a return: two working days, on the pages that ask for it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from fulfillment.dashboard.queries.worklist import MOST_OF_A_KIND
from orders.models import Return, Warehouse
from orders.returns.due.days import decided_by
from orders.returns.handling import approve_return
from tests.orders.return_labels.stories import requested
from tests.support.stages import open_house
from tests.test_doors import signed_in

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
LATE = '<span class="pill" data-status="late">Late</span>'


@pytest.fixture
def house(once):
    return once(open_house)


def at(year, month, day, hour=9, minute=0, zone=UTC):
    return datetime(year, month, day, hour, minute, tzinfo=zone)


def rows_of(house):
    """The page of the returns that wait for a decision, a row each."""
    page = signed_in(house.ada.owner).get("/dashboard/", {"kind": "return_requested"})
    return page.content.decode().split('<li class="matter">')[1:]


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        (at(2026, 11, 23), (2026, 11, 25)),  # Monday
        (at(2026, 11, 26), (2026, 11, 30)),  # Thursday: Friday, Monday
        (at(2026, 11, 28), (2026, 12, 1)),  # Saturday
        (at(2026, 12, 23), (2026, 12, 28)),  # two days of Christmas, the second on a Saturday
        (at(2026, 11, 23, 23, 30), (2026, 11, 26)),  # it is Tuesday there
    ],
)
def test_a_seller_has_two_working_days_where_their_goods_lie(asked, until):
    house = Warehouse(country="DE", time_zone="Europe/Berlin")

    assert decided_by(asked, house) == at(*until, hour=18, zone=BERLIN)


def test_the_row_says_until_when_and_that_it_is_late(house):
    first, second = requested(house), requested(house)
    Return.objects.filter(pk=second.pk).update(created_at=at(2020, 3, 2))

    late, fresh = rows_of(house)

    assert second.number in late
    assert "To be decided by Wed 4 Mar, 18:00." in late
    assert LATE in late
    due = decided_by(Return.objects.get(pk=first.pk).created_at, house.warehouse)
    due = due.astimezone(ZoneInfo(house.warehouse.time_zone))
    assert first.number in fresh
    assert f"To be decided by {due:%a} {due.day} {due:%b}, 18:00." in fresh
    assert LATE not in fresh


def bands_of(client, **asked):
    """(band, kind, number of matters, whether there are more) of *Needs attention*."""
    return [
        (band.code, group.kind, group.total, group.has_more)
        for band in client.get("/dashboard/", asked).context["bands"]
        for group in band.groups
    ]


def test_what_is_past_its_date_is_urgent_and_keeps_who_has_taken_it(house):
    first, second = requested(house), requested(house)
    client = signed_in(house.ada.owner)
    assert bands_of(client) == [("today", "return_requested", 2, False)]

    Return.objects.filter(pk=second.pk).update(created_at=at(2020, 3, 2))

    late, rest = ("now", "return_late", 1, False), ("today", "return_requested", 1, False)
    assert bands_of(client) == [late, rest]
    assert bands_of(client, kind="return_requested") == [late, rest]
    assert bands_of(client, kind="return_late") == [late]
    client.post(f"/dashboard/attention/return_requested/{second.pk}/", {"take": "1"})
    [row] = client.get("/dashboard/", {"kind": "return_late"}).context["bands"][0].groups[0].rows
    assert row.mark.owner == house.ada.owner
    approve_return(second, actor=house.ada.owner)
    assert bands_of(client) == [rest]
    assert first.number in rows_of(house)[0]


def test_where_more_are_late_than_the_page_shows_it_says_so(house):
    old = at(2020, 3, 2)
    for _ in range(MOST_OF_A_KIND + 1):
        requested(house)
    Return.objects.update(created_at=old)
    client = signed_in(house.ada.owner)
    assert bands_of(client) == [("now", "return_late", MOST_OF_A_KIND, True)]
    assert bands_of(client, kind="return_late") == [
        ("now", "return_late", MOST_OF_A_KIND + 1, False)
    ]

    Return.objects.filter(pk=Return.objects.latest("pk").pk).update(created_at=timezone.now())

    assert bands_of(client) == [
        ("now", "return_late", MOST_OF_A_KIND, False),
        ("today", "return_requested", 1, True),
    ]


def test_the_page_of_the_order_says_it_until_it_is_decided(house):
    asked = requested(house)
    client = signed_in(house.ada.owner)

    before = client.get(f"/dashboard/orders/{asked.order_id}/").content.decode()
    approve_return(asked, actor=house.ada.owner)
    after = client.get(f"/dashboard/orders/{asked.order_id}/").content.decode()

    assert "To be decided by " in before
    assert "To be decided by " not in after
    assert rows_of(house) == []
