"""Shipments with every kind of delay, seeded: who is late is told before the old window ends."""

import itertools
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from fulfillment.demo.people import Crew, pack, pick
from orders.models import Event, Package, Promise
from orders.promises.tomorrow import announce_tomorrow
from orders.promises.watching import watch_promises
from orders.promises.windows import first_day
from tests.support.cast import make_order, put_stock
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import deliver_stop, plan_run, start_run
from warehouse.floor.hand_over import hand_over
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BERLIN = ZoneInfo("Europe/Berlin")
SEEDS = (4711, 4712)
NUMBER = 22  # shipments of each seed: each delay at the door occurs twice
# Working days until it leaves, then until it goes out, and minutes from its hour at the door.
LEAVES = [0, 0, 0, 1, 1, 2, 4]
GOES_OUT = [1, 1, 1, 2, 2, 3, 4]
AT_DOOR = [-15, 10, 30, 50, 55, 59, 61, 80, 150, 400, 24 * 60]
STEP = timedelta(minutes=5)
WORKING_DAYS = [23, 24, 25, 26, 27, 30, 31, 32, 33, 34, 37, 38]  # counted from 0 November


def moment(day, hour, minute=0):
    """A local moment; day 31 is the first of December."""
    on = datetime(2026, 11, 1, tzinfo=BERLIN) + timedelta(days=day - 1)
    return on.replace(hour=hour, minute=minute)


class Journey:
    """One shipment: when it leaves, goes out, and is at the door, each perhaps too late."""

    def __init__(self, shipment, house, dice, delays):
        self.shipment, self.house = shipment, house
        leaves, until_out, late = delays
        out = leaves + until_out
        self.leaves_at = moment(WORKING_DAYS[leaves], dice.randint(11, 16), dice.randint(0, 59))
        self.goes_at = moment(WORKING_DAYS[out], 8, dice.randint(0, 59))
        self.starts = moment(WORKING_DAYS[out], dice.randint(9, 19))
        self.arrives_at = max(self.starts + timedelta(minutes=late), self.goes_at + STEP)

    def steps(self):
        return [
            (self.leaves_at, self.leave),
            (self.goes_at, self.go_out),
            (self.arrives_at, self.arrive),
        ]

    def leave(self):
        hand_over(self.shipment.packages.all(), actor=self.house.pat)

    def go_out(self):
        stop = StopPlan(
            list(self.shipment.packages.all()), self.starts, self.starts + timedelta(hours=1)
        )
        run = plan_run(
            warehouse=self.house.warehouse,
            courier=self.house.cory,
            on=self.goes_at.date(),
            stops=[stop],
            actor=self.house.pat,
        )
        self.run = start_run(run, actor=self.house.cory)

    def arrive(self):
        deliver_stop(self.run.stops.get(), received_by="Grace", actor=self.house.cory)


def dealt(dice, values):
    """Each of the values about as often, in a random order."""
    cards = list(itertools.islice(itertools.cycle(values), NUMBER))
    dice.shuffle(cards)
    return cards


def journeys_of(house, seed):
    """As many shipments as there are delays, packed, each with a journey before it."""
    dice = random.Random(seed)  # noqa: S311  a story that is the same each time
    put_stock(house.ada.products["LAMP"], NUMBER)
    for _ in range(NUMBER):
        make_order(house.ada, {"LAMP": 1})
    allocate_due()
    crew = Crew(house.warehouse, house.pat, house.pat)
    delays = zip(*(dealt(dice, values) for values in (LEAVES, GOES_OUT, AT_DOOR)), strict=True)
    for shipment, kinds in zip(pick(crew), delays, strict=True):
        pack(shipment, crew)
        yield Journey(shipment, house, dice, kinds)


def simulate(journeys):
    """Every step at its minute, and the watcher every five minutes."""
    steps = sorted(
        (step for journey in journeys for step in journey.steps()), key=lambda step: step[0]
    )
    now = moment(23, 10)
    while steps:
        with time_machine.travel(now.astimezone(UTC), tick=False) as clock:
            while steps and steps[0][0] <= now:
                at, act = steps.pop(0)
                clock.move_to(at.astimezone(UTC))
                act()
            clock.move_to(now.astimezone(UTC))
            watch_promises()
            if now.minute == 0:
                announce_tomorrow()
        is_day = now.weekday() < 5 and 8 <= now.hour < 21
        now += STEP if is_day else timedelta(hours=1)


def test_who_is_late_is_told_before_the_old_window_ends(monday_house):
    """The shipments of both seeds in the same days: most of the work is that of the watcher."""
    journeys = [journey for seed in SEEDS for journey in journeys_of(monday_house, seed)]
    simulate(journeys)

    assert Package.objects.filter(status="delivered").count() == len(journeys) == 2 * NUMBER
    promises = {str(row.pk): row for row in Promise.objects.all()}
    told = defaultdict(list)  # order -> when it was told of a new date
    for event in Event.objects.filter(kind="promise.moved"):
        told[event.order_id].append(promises[event.data["promise"]].made_at)

    missed = [row for row in promises.values() if row.done_at and row.done_at > row.latest]
    silent = [
        row
        for row in missed
        if not any(row.made_at <= at < row.latest for at in told[row.order_id])
    ]
    assert len(missed) > len(journeys) / 2
    assert silent == []
    assert [row for row in promises.values() if row.broken_at] == []
    assert [row for row in promises.values() if row.is_open] == []

    grown = [
        row
        for row in promises.values()
        if row.replaces_id and width(row) > width(promises[str(row.replaces_id)])
    ]
    assert [row for row in grown if row.made_at not in told[row.order_id]] == []


def width(row):
    """How much a window leaves open: the days between its first and last, or the hours."""
    if row.kind == Promise.Kind.AT_DOOR:
        return row.latest - row.earliest
    return row.local_on - first_day(row)
