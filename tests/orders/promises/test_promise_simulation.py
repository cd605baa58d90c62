"""Shipments with every kind of delay, seeded: who is late is told before the old window ends."""

import itertools
import random
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from fulfillment.demo.people import Crew, pack, pick
from orders.access import Role
from orders.errors import DomainError
from orders.lifecycle.edit import edit_order
from orders.lifecycle.edit_lines import add_units
from orders.lifecycle.holds import hold_order, release_hold
from orders.models import Event, Hold, Order, Package, Promise, Seller
from orders.promises.reaching import reach_held_orders
from orders.promises.tomorrow import announce_tomorrow
from orders.promises.watching import watch_promises
from orders.promises.windows import first_day
from orders.services.editing import add_service, adopt_services, change_service, delete_service
from tests.support import examples
from tests.support.cast import make_order, make_user, put_stock
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import deliver_stop, plan_run, start_run
from warehouse.floor.hand_over import hand_over
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BERLIN = ZoneInfo("Europe/Berlin")
SEEDS = (4711, 4712)[: examples(1, 2)]
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
        # Many are under way at once, and each is of a courier of its own.
        email = f"{self.shipment.pk}@example.com"
        self.courier = make_user(email, "Cory", Role.COURIER, warehouse=self.house.warehouse)
        stop = StopPlan(
            list(self.shipment.packages.all()), self.starts, self.starts + timedelta(hours=1)
        )
        run = plan_run(
            warehouse=self.house.warehouse,
            courier=self.courier,
            on=self.goes_at.date(),
            stops=[stop],
            actor=self.house.pat,
        )
        self.run = start_run(run, actor=self.courier)

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
    """The shipments of all seeds in the same days: most of the work is that of the watcher."""
    journeys = [journey for seed in SEEDS for journey in journeys_of(monday_house, seed)]
    simulate(journeys)

    delivered = Package.objects.filter(status="delivered")
    assert delivered.count() == len(journeys) == len(SEEDS) * NUMBER
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


PLACES = {
    "Berlin": {"country": "DE", "postcode": "10117", "city": "Berlin"},
    "Paris": {"country": "FR", "postcode": "75001", "city": "Paris"},
    "Ajaccio": {"country": "FR", "postcode": "20090", "city": "Ajaccio"},
    "Sydney": {"country": "AU", "postcode": "2000", "city": "Sydney"},
}
GOALS = [("DE", "", 1, 2), ("FR", "", 2, 3), ("FR", "20", 4, 7)]
STORIES, STEPS = 6, 14


class Wanderer:
    """An order to which anything may happen, in any order, until it leaves."""

    def __init__(self, house, order, dice):
        self.house, self.order, self.dice = house, order, dice
        self.actor = house.ada.owner

    def now(self):
        return Order.objects.get(pk=self.order.pk)

    def move(self):
        edit_order(self.now(), PLACES[self.dice.choice(list(PLACES))], actor=self.actor)

    def hold(self):
        hold_order(self.now(), reason=Hold.Reason.SELLER, actor=self.actor)

    def release(self):
        hold = self.order.holds.filter(released_at__isnull=True).order_by("pk").first()
        if hold:
            release_hold(hold, actor=self.actor)

    def add(self):
        add_units(self.now(), {self.order.lines.get().pk: 1}, actor=self.actor)

    def receive(self):
        put_stock(self.house.ada.products["LAMP"], 1)

    def change_services(self):
        """The post gets slower or faster, and goes to Australia now and then."""
        service = self.house.ada.seller.services.get(name="Post", deleted_at=None)
        goals = [(*goal[:2], goal[2], goal[3] + self.dice.randint(0, 2)) for goal in GOALS]
        if self.dice.random() < 0.5:
            goals.append(("AU", "", 5, 8))
        names = ("country", "postcodes", "days_min", "days_max")
        rows = [dict(zip(names, goal, strict=True)) for goal in goals]
        change_service(service, {"name": "Post", "days": "weekdays"}, rows, actor=self.actor)

    def step(self):
        """One thing happens, and those who work by themselves do their work."""
        acts = (self.move, self.hold, self.release, self.add, self.receive, self.change_services)
        with suppress(DomainError):
            self.dice.choice((self.move, self.move, self.move, *acts))()
        reach_held_orders()
        allocate_due()
        watch_promises()


def told_of(order):
    """The window that a customer sees now, and how many messages about dates there were."""
    window = Promise.objects.filter(
        order=order, kind="arrives", shipment=None, settled_at__isnull=True
    ).first()
    words = ("promise.moved", "promise.withdrawn", "promise.given", "promise.broken")
    return window, Event.objects.filter(order=order, kind__in=words).count()


def test_no_window_moves_outside_the_one_before_without_a_word(monday_house):
    ada = monday_house.ada
    rows = [{"country": c, "postcodes": p, "days_min": low, "days_max": high}
            for c, p, low, high in GOALS]  # fmt: skip
    for former in adopt_services(ada.seller):
        delete_service(former, actor=None)
    post = {"name": "Post", "days": "weekdays", "carrier": "own"}
    add_service(ada.seller, post, rows, actor=None)
    ada.channel.seller = Seller.objects.select_related("warehouse").get(pk=ada.seller.pk)
    seen = set()
    for number in range(STORIES):
        dice = random.Random(number)  # noqa: S311  a story that is the same each time
        with time_machine.travel(moment(23, 10).astimezone(UTC), tick=False) as clock:
            order = make_order(ada, {"LAMP": 1}, **PLACES["Berlin"])
            wanderer = Wanderer(monday_house, order, dice)
            window, words = told_of(order)
            for _ in range(STEPS):
                clock.shift(timedelta(minutes=dice.choice((1, 30, 300, 1500))))
                wanderer.step()
                new, more = told_of(order)
                if window != new and window and new:
                    seen.add(is_outside(window, new))
                    assert more > words or not is_outside(window, new), (number, window, new)
                elif window != new:
                    seen.add(bool(new))
                    assert more > words, (number, window, new)
                window, words = new, more
    assert seen == {True, False}
    kept = Order.objects.exclude(service=None).values_list("service__name", flat=True)
    assert {"Post", None} >= set(kept)
    assert Event.objects.filter(kind="promise.withdrawn").exists()
    assert Hold.objects.filter(reason="no_service").exists()


def is_outside(old, new):
    """Whether a window ends later, begins more than a day sooner, lies before the old one, or is
    wider: a word is due.
    """
    sooner = first_day(old) - first_day(new) > timedelta(days=1)
    is_apart = new.local_on > old.local_on or new.local_on < first_day(old)
    return is_apart or sooner or width(new) > width(old)
