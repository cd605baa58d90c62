"""Days of picking, seeded: what misses its deadline was named two hours before, and little else.

The days go by in minutes and without a database. Two deadlines a day, orders that keep coming, and
pickers who may be too few, of whom some go home or more come. What is foreseen helps nobody here.
"""

import random
from collections import deque
from datetime import UTC, datetime, timedelta

from orders.keys import new_id
from warehouse.planning.outlook import Work, pace, will_miss

DAYS = 60
OPENS, CLOSES = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (6, 20))
NEXT_DAY = timedelta(days=1)
MINUTE, LAST, BEFORE = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=2)
DEADLINES = {9: OPENS.replace(hour=13), 14: OPENS.replace(hour=18)}  # of orders until that hour
LINES = (1, 1, 1, 2, 2, 3, 5)  # of an order; two are usual
RECALL, PRECISION = 0.95, 0.6


class Day:
    """What is open, what was picked when, what missed its deadline, and what was named before."""

    def __init__(self, seed):
        self.dice = random.Random(seed)  # noqa: S311 - dice
        self.open, self.picks, self.done = [], deque(), 0.0
        self.missed, self.named = set(), set()
        wanted = self.dice.uniform(60, 300)  # lines an hour
        self.orders_a_minute = wanted / 2.1 / 60
        self.rate = wanted * self.dice.choice((0.7, 0.9, 1.0, 1.1, 1.4))
        self.turns_at = OPENS + timedelta(hours=self.dice.uniform(1, 10))
        self.turns_to = self.rate * self.dice.choice((0.5, 1.0, 1.0, 1.0, 1.5))
        for _ in range(round(wanted * self.dice.uniform(0.3, 1.5))):
            self.order(OPENS)

    def pass_by(self):
        now = OPENS
        while now < CLOSES:
            if self.dice.random() < self.orders_a_minute % 1:
                self.order(now)
            for _ in range(int(self.orders_a_minute)):
                self.order(now)
            self.pick(now)
            self.look(now)
            now += MINUTE
        self.missed |= {row.shipment_id for row in self.open if row.due_at < CLOSES}

    def order(self, now):
        due = next((due for hour, due in DEADLINES.items() if now.hour < hour), CLOSES + NEXT_DAY)
        self.open.append(Work(new_id(), due, self.dice.choice(LINES)))
        self.open.sort(key=lambda row: row.due_at)

    def pick(self, now):
        rate = self.rate if now < self.turns_at else self.turns_to
        self.done += rate / 60 * self.dice.uniform(0.2, 1.8)
        while self.open and self.done >= self.open[0].lines:
            row = self.open.pop(0)
            self.done -= row.lines
            self.picks += [now] * row.lines
            if now > row.due_at:
                self.missed.add(row.shipment_id)
        while self.picks and self.picks[0] <= now - LAST:
            self.picks.popleft()

    def look(self, now):
        due = [row.shipment_id for row in self.open if row.due_at == now + BEFORE]
        if due:
            since = now - self.picks[0] if self.picks else timedelta()
            rate = pace(len(self.picks), since=since)
            self.named |= set(due) & set(will_miss(self.open, now=now, lines_an_hour=rate))


def test_what_misses_its_deadline_was_named_two_hours_before():
    days = [Day(seed) for seed in range(DAYS)]
    for day in days:
        day.pass_by()

    missed = sum(len(day.missed) for day in days)
    named = sum(len(day.named) for day in days)
    right = sum(len(day.missed & day.named) for day in days)
    assert missed > 10 * DAYS
    assert right / missed >= RECALL
    assert right / named >= PRECISION
