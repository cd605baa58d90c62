"""Anybody does anything in a building, in any order: the books say what happened, and balance."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
import time_machine

from tests.balance import findings
from tests.support import examples
from tests.support.cast import MONDAY
from tests.warehouse.any_day.goods import GoodsActs
from tests.warehouse.any_day.model import differences
from tests.warehouse.any_day.orders import OrderActs
from tests.warehouse.any_day.walls import WallActs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
STEPS = 80
# What lies far from the beginning: a day on which little happens shows little.
FAR = {"put back", "count", "hand over", "deliver", "come back", "inspect", "put"}
STOCK = (("LAMP", "A-01-1", 12), ("SHADE", "A-02-1", 8), ("LAMP", "B-01-1", 4))


class AnyDay(GoodsActs, WallActs, OrderActs):
    """All acts at once."""


def days(seeds):
    """What was carried out on the days of these seeds; after each step the books are compared."""
    done = Counter()
    for seed in seeds:
        day = AnyDay(Random(seed))  # noqa: S311 - to be repeated, not a secret
        for sku, place, units in STOCK:
            day.receive(sku, place, units, "pat")
        for _ in range(4):
            day.order(2, 1)
        for _ in range(STEPS):
            day.go_on()
            wrong = [*differences(day.model, day.here), *findings()]
            assert not wrong, "\n".join([f"seed {seed}", *day.diary, *wrong])
        done += day.carried_out
    return done


def test_the_books_say_what_happened():
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=True):
        done = days(range(examples(6, 200)))
    assert done.keys() >= FAR, done
