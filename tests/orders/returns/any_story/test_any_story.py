"""Anybody does anything about returns, in any order: counts, stock and money hold after each step.

At the end of a story its numbers are read on the pages and by the API.
"""

from collections import Counter
from copy import deepcopy
from datetime import timedelta
from random import Random

import pytest
import time_machine

from orders.returns.terms import change_terms
from orders.shops.base import Cost
from tests.orders.returns.any_story.inside import Carrier, Courier, Days, Worker
from tests.orders.returns.any_story.outside import Customer, SellerActs, Shop
from tests.orders.returns.any_story.shown import differences
from tests.orders.returns.any_story.town import AHEAD, open_town
from tests.support import examples
from tests.support.cast import MONDAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
STEPS = 50
# What lies far from the beginning: stories in which little happens show little.
FAR = {
    "ask", "exchange", "cancel", "approve", "refuse", "revise", "decide", "receive", "inspect",
    "undo", "finish", "find", "carry out", "deliver",
}  # fmt: skip


class AnyStory(Customer, SellerActs, Shop, Worker, Courier, Carrier, Days):
    """All acts at once."""

    def begin(self):
        """Orders that are delivered, delivered in part, on the way, and not sent."""
        ahead = {"exchange_ahead": self.luck.choice(AHEAD)}
        self.house.ada.seller = change_terms(self.house.ada.seller, ahead, actor=None)
        lamps, shades = self.luck.randint(1, 3), self.luck.randint(1, 3)
        cost, both = Cost(*self.luck.choices(range(900), k=3)), {"LAMP": lamps, "SHADE": shades}
        boxes = self.luck.choice(([{"LAMP": lamps}, {"SHADE": shades}], [both]))
        self.deliver(self.drive(self.send(self.sell(both, cost), boxes)).stops.get())
        split = self.sell({"LAMP": lamps + 1}, cost)
        self.deliver(self.drive(self.send(split, [{"LAMP": 1}, {"LAMP": lamps}])[:1]).stops.get())
        self.send(self.sell({"LAMP": 2}, cost), [{"LAMP": 2}])
        self.sell(both, Cost())


def stories(sweeper, seeds):
    """What was carried out in the stories of these seeds; after each step all has to hold."""
    house, done = open_town(), Counter()
    kept = sweeper.keep()
    for seed in seeds:
        sweeper.sweep()
        sweeper.bring_back(kept)
        story = AnyStory(Random(seed), deepcopy(house))  # noqa: S311 - to be repeated, no secret
        try:
            story.begin()
            assert story.look_again() == []
            for _ in range(STEPS):
                story.go_on()
                assert story.look_again() == []
            assert differences(story) == []
        except Exception as error:
            error.add_note("\n".join([f"The story of seed {seed}:", *story.diary]))
            raise
        done += story.carried_out
    return done


def test_counts_stock_and_money_hold_whatever_happens(django_db_setup, carrier_peer):
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=True):
        done = stories(django_db_setup, range(examples(2, 150)))
    assert done.keys() >= FAR, done
