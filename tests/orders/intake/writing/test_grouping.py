"""Orders at the same time share a statement; each has its own answer and its own error."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction

from orders.intake import acceptance, grouping
from orders.intake.acceptance import accept_orders
from orders.intake.grouping import Grouped
from orders.models import Event, Order, SalesChannel
from tests.orders.intake.test_intake import ORDER, post
from tests.support.cast import incoming, make_product
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """On a slow machine, too, all wait until the test goes on."""
    monkeypatch.setattr(grouping, "PATIENCE_SECONDS", 60)


def in_a_thread(call, *arguments, **options):
    try:
        return call(*arguments, **options)
    finally:
        connection.close()


def begin_in_turn(pool, grouped, key, *calls):
    """Begin calls, the first of which is served while the others wait in their order."""
    begun = []
    for call in calls:
        begun.append(pool.submit(in_a_thread, *call))
        waiting = len(begun) - 1
        wait_until(lambda waiting=waiting: len(grouped._waiting.get(key, "none")) == waiting)
    return begun


# The error of one item: the groups that are served, and who is told of the error.
FAILURES = {
    # What the database refuses is all or nothing: each alone says whose fault it was.
    DatabaseError: (["first", "a bad c", "d", "a", "bad", "c"], ["bad"]),
    # Anything else is a bug, which its leader tells.
    ZeroDivisionError: (["first", "a bad c", "d", "bad", "c"], ["a", "bad"]),
}


@pytest.mark.parametrize("error", FAILURES)
def test_who_waits_is_served_with_others_and_what_fails_alone(error):
    served, gate = [], threading.Event()

    def act(items):
        served.append(" ".join(items))
        if items == ["first"]:
            gate.wait(10)
        if "bad" in items:
            raise error("bad")
        return [item.upper() for item in items]

    grouped = Grouped(act, most=3)
    names = ["first", "a", "bad", "c", "d"]
    with ThreadPoolExecutor(8) as pool:
        calls = begin_in_turn(pool, grouped, 1, *((grouped, 1, name) for name in names))
        assert in_a_thread(grouped, 2, "another key") == "ANOTHER KEY"
        gate.set()
        failed = [name for name, call in zip(names, calls, strict=True) if call.exception(10)]

    groups, told = FAILURES[error]
    assert sorted(served) == sorted([*groups, "another key"])
    assert failed == told
    good = [call.result() for call in calls if not call.exception()]
    assert good == [name.upper() for name in names if name not in told]
    assert grouped._waiting == {}


def test_who_waits_for_long_is_served_alone(monkeypatch):
    monkeypatch.setattr(grouping, "PATIENCE_SECONDS", 0.01)
    gate = threading.Event()

    def act(items):
        assert items != ["first"] or gate.wait(10)
        return items

    grouped = Grouped(act, most=3)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(in_a_thread, grouped, 1, "first")
        wait_until(lambda: 1 in grouped._waiting)
        assert pool.submit(in_a_thread, grouped, 1, "second").result(10) == "second"
        gate.set()
        assert first.result(10) == "first"
    assert grouped._waiting == {}


def post_in_turn(side, wanted):
    """Post (reference, key) each: the first waits for a row of ours, the others for the first."""
    make_product(side, "LAMP", "Desk lamp")
    post(side, ORDER | {"reference": "earlier"}, once="earlier")
    channel = SalesChannel.objects.select_related("seller__warehouse").get(kind="api")

    def posting(reference, once):
        return (lambda: post(side, ORDER | {"reference": reference}, once=once),)

    with ThreadPoolExecutor(8) as pool:
        with transaction.atomic():
            accept_orders(channel, [incoming({"LAMP": 1}, reference=wanted[0][0])])
            calls = [posting(*one) for one in wanted]
            begun = begin_in_turn(pool, acceptance._grouped, (channel.pk, None), *calls)
            transaction.set_rollback(True)
        return [call.result(30) for call in begun]


def test_orders_at_the_same_time_share_a_transaction_and_nothing_else(ada):
    wanted = {
        ("held", "held"): 201,
        ("B", "b"): 201,
        ("A", "a"): 201,
        ("earlier", "once more"): 200,
        ("earlier", "earlier"): 200,
    }
    answers = post_in_turn(ada, list(wanted))

    assert [answer.status_code for answer in answers] == list(wanted.values())
    orders = {order.reference: str(order.pk) for order in Order.objects.all()}
    assert [answer.json()["id"] for answer in answers] == [orders[one] for one, _ in wanted]
    assert sorted(orders) == ["A", "B", "earlier", "held"]
    together = Event.objects.filter(order__reference__in="AB").values("transaction_id")
    assert together.distinct().count() == 1


def test_a_key_that_two_orders_of_a_group_have_is_refused_to_one_and_harms_no_third(ada):
    answers = post_in_turn(ada, [("held", "held"), ("A", "same"), ("B", "same"), ("C", "c")])

    first, *two, third = [answer.status_code for answer in answers]
    assert (first, sorted(two), third) == (201, [201, 422], 201)
    assert Order.objects.count() == 4
