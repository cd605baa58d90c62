"""A tour planned for tomorrow makes tomorrow the promised day, and each parcel is announced."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from orders.models import Event, Promise
from orders.promises.tomorrow import announce_tomorrow
from tests.support.cast import MONDAY
from tests.support.stages import open_house, planned_run, sent_packages
from warehouse.couriers.tomorrow import promise_planned_runs

pytestmark = pytest.mark.django_db

EVENING = datetime(2026, 11, 23, 17, tzinfo=UTC)  # 18:00 in Berlin
TOMORROW = date(2026, 11, 24)


@pytest.fixture
def house(once):
    with time_machine.travel(MONDAY, tick=False):
        yield once(open_house)


def test_the_promised_day_is_the_day_of_the_tour(house):
    boxes = sent_packages(house, {"LAMP": 1})
    planned_run(house, boxes, on=TOMORROW)
    with time_machine.travel(EVENING, tick=False):
        assert (promise_planned_runs(), promise_planned_runs()) == (1, 0)
        assert (announce_tomorrow(), announce_tomorrow()) == (1, 0)

    new = Promise.objects.get(reason=Promise.Reason.PLANNED)
    assert (new.local_on, new.earliest.date(), new.is_open) == (TOMORROW, TOMORROW, True)
    assert (new.replaces.local_on, new.replaces.outcome) == (date(2026, 11, 25), "refined")
    told = Event.objects.filter(kind__in=("promise.adjusted", "package.due_tomorrow"))
    assert [(event.kind, event.subject_id) for event in told.order_by("pk")] == [
        ("promise.adjusted", new.pk),
        ("package.due_tomorrow", boxes[0].pk),
    ]
    due = told.get(kind="package.due_tomorrow")
    assert due.data == {"promise": str(new.pk), "on": "2026-11-24"}


def test_a_tour_is_not_promised_by_day(house):
    planned_run(house, sent_packages(house, {"LAMP": 1}), on=TOMORROW)

    assert promise_planned_runs() == 0
    assert not Promise.objects.filter(reason=Promise.Reason.PLANNED).exists()


def test_every_parcel_of_the_tours_of_tomorrow_is_promised_once(house):
    doors = [sent_packages(house, {"LAMP": 1}) for _ in range(3)]
    planned_run(house, *doors, on=TOMORROW)

    with time_machine.travel(EVENING, tick=False):
        assert (promise_planned_runs(limit=2), promise_planned_runs(limit=2)) == (3, 0)

    days = Promise.objects.filter(reason=Promise.Reason.PLANNED).values_list("latest", flat=True)
    assert [latest.date() for latest in days] == [TOMORROW] * 3


def test_a_tour_of_another_day_is_not_promised_tonight(house):
    planned_run(house, sent_packages(house, {"LAMP": 1}), on=date(2026, 11, 25))

    with time_machine.travel(EVENING, tick=False):
        assert promise_planned_runs() == 0

    assert not Promise.objects.filter(reason=Promise.Reason.PLANNED).exists()


def test_a_parcel_without_a_tour_keeps_its_window(house):
    sent_packages(house, {"LAMP": 1})
    with time_machine.travel(EVENING, tick=False):
        assert (promise_planned_runs(), announce_tomorrow()) == (0, 0)
