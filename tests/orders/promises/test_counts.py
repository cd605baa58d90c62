"""Settled promises are counted by day, whatever statement settles, reopens or deletes them."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection

from fulfillment.dashboard.queries.promise_outcomes import GROUPS, OUTCOMES, promise_counts
from orders.access import Viewer
from orders.books import promises_are_counted
from orders.models import Promise, PromiseCount, Seller
from orders.promises import counts
from tests.support.cast import make_order
from tests.support.stages import packed_shipment

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_books]

BEGIN = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOTHING = {"kept_at": None, "revised_at": None, "broken_at": None, "released_at": None}
USUAL = {
    "earliest": BEGIN,
    "latest": BEGIN + timedelta(days=30),
    "local_on": BEGIN.date(),
    "zone": "Europe/Berlin",
    "made_at": BEGIN,
}
SETTLED = ("kept_at", "revised_at", "broken_at", "released_at")


def some_moment(dice):
    """Also the first and the last of a day."""
    day = BEGIN.replace(hour=0) + timedelta(days=dice.randrange(4))
    return day + dice.choice(
        (timedelta(0), timedelta(hours=dice.randrange(24)), timedelta(days=1, microseconds=-1))
    )


def some_state(dice):
    how, at = dice.choice((*SETTLED, None)), some_moment(dice)
    state = NOTHING | {"done_at": None, "is_early": False, "is_moved": dice.random() < 0.5}
    if how:
        state[how] = at
    if how == "kept_at":
        state |= {"done_at": at, "is_early": dice.random() < 0.5}
    return state


def recounted(seller, since):
    """{(group, key of member, outcome): number}, from the promises themselves; of no refund."""
    found = Counter()
    for group, (key, _, limits) in GROUPS.items():
        for name, way in OUTCOMES.items():
            rows = Promise.objects.filter(limits, way, seller=seller, settled_at__gte=since)
            for member in rows.values_list(key, flat=True):
                found[group, str(member), name] += 1
    return found


def shown(seller, since):
    viewer = Viewer(seller_ids=frozenset({seller.pk}), roles=frozenset({"owner"}))
    return Counter(
        {
            (group, row.key, name): getattr(row, name)
            for group, rows in promise_counts(viewer, since).items()
            for row in rows
            for name in OUTCOMES
            if getattr(row, name)
        }
    )


def change_something(dice, orders, shipment, courier):
    """Make a promise, change several at once, settled or not, or delete one."""
    given = {
        "kind": dice.choice(Promise.Kind.values),
        "carrier": dice.choice(("", "dhl", "own")),
        "courier": dice.choice((None, courier)),
        "shipment": dice.choice((None, shipment)),
    } | some_state(dice)
    order = dice.choice(orders)
    some = list(Promise.ledger.order_by("pk").values_list("pk", flat=True))
    dice.shuffle(some)
    what = dice.randrange(10)
    if what < 5:
        Promise.objects.create(order=order, seller=order.seller, **USUAL, **given)
    elif what < 9:
        Promise.ledger.filter(pk__in=some[:3]).update(**given)
    else:
        Promise.ledger.filter(pk__in=some[:1]).delete()
    if dice.random() < 0.2:
        counts.add_up_promises()


def test_the_counts_are_what_the_promises_say(monday_house):
    house = monday_house
    dice = random.Random(20)  # noqa: S311 - the same steps in each run
    shipment = packed_shipment(house, {"LAMP": 1})
    orders = [shipment.order, make_order(house.bo, {"?": 1})]
    for step in range(60):
        change_something(dice, orders, shipment, house.cory)
        if step % 6 == 0:
            assert promises_are_counted() == []
            for order in orders:
                for since in (BEGIN, BEGIN + timedelta(days=1.5), BEGIN.replace(hour=0)):
                    assert shown(order.seller, since) == recounted(order.seller, since)

    before = shown(orders[0].seller, BEGIN)
    assert len(before) > 10
    counts.add_up_promises()
    assert not PromiseCount.objects.filter(is_sum=False).exists()
    assert shown(orders[0].seller, BEGIN) == before

    PromiseCount.objects.order_by("pk").first().delete()
    assert promises_are_counted() != []
    counts.recount_promises()
    assert promises_are_counted() == []
    PromiseCount.objects.all().delete()
    assert_filled_again()


def assert_filled_again():
    """The migration counts what was settled before, and a second time nothing."""
    fill = import_module("orders.migrations.0056_fill_promise_counts").FILL
    for _ in range(2):
        with connection.cursor() as cursor:
            for seller in Seller.objects.values_list("pk", flat=True):
                cursor.execute(fill, {"seller": seller})
        assert promises_are_counted() == []
    assert PromiseCount.objects.filter(is_sum=True).count() == PromiseCount.objects.count() > 0


def test_adding_up_goes_on_until_nothing_is_left(ada, monkeypatch):
    monkeypatch.setattr(counts, "BATCH", 2)
    PromiseCount.objects.bulk_create(
        PromiseCount(
            seller=ada.seller, settled_on=BEGIN.date() + timedelta(days=number % 2), kind="ships",
            outcome="kept", is_of_shipment=True, number=1 if number else -1,
        )
        for number in range(5)
    )  # fmt: skip

    counts.add_up_promises()

    found = PromiseCount.objects.order_by("settled_on").values_list("number", "is_sum")
    assert list(found) == [(1, True), (2, True)]
