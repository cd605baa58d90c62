"""When the setting of row-level security is sent: once a transaction, and never too seldom."""

import random
from contextlib import contextmanager, suppress

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, F
from django.test import Client

from orders.models import Order
from orders.prepared import PreparedQuery, is_among, parameter
from orders.row_security import ALL_SELLERS, NO_SELLER, reach_of, seeing
from orders.statements import Statement, run
from tests.support import cast
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db

SEEN = "SELECT seller_id FROM orders_order WHERE $1 = 1"
STEPS = 6


def busy_orders(*conditions):
    """Orders with sellers, warehouses, a field of JSON, an annotation and an aggregate."""
    rows = Order.objects.filter(*conditions).select_related("seller__warehouse")
    return rows.annotate(called=F("number"), products=Count("lines")).order_by("-number")


ORDERS_OF = PreparedQuery(lambda: busy_orders(is_among("orders_order.seller_id", 1)))
ORDER = PreparedQuery(lambda: Order.objects.filter(pk=parameter(1), seller=parameter(2)))


@pytest.fixture
def sides(ada, bo):
    """Ada and Bo in Berlin, each with an order."""
    for side in (ada, bo):
        cast.make_product(side, "THING", "A thing")
        side.order = cast.make_order(side, {"THING": 1})
    return ada, bo


def reaches(sides):
    """[(reach, ids of the sellers whose orders it shows)]."""
    ada, bo = (side.seller.pk for side in sides)
    return [
        (NO_SELLER, set()),
        (reach_of(sellers=[ada]), {ada}),
        (reach_of(sellers=[bo]), {bo}),
        (reach_of(buildings=[sides[0].seller.warehouse_id]), {ada, bo}),
        (ALL_SELLERS, {ada, bo}),
    ]


@contextmanager
def prepared_statements(*, are_allowed):
    """The connection as with or without a pooler before it (DATABASE_PREPARE)."""
    connection.ensure_connection()
    driver = connection.connection
    kept = driver.prepare_threshold
    driver.prepare_threshold = kept if are_allowed else None
    try:
        yield
    finally:
        driver.prepare_threshold = kept


def settings_in(sent):
    return sum("set_config" in line for line in sent)


def test_a_transaction_sends_its_reach_once(sides):
    ada, bo = (reach_of(buildings=[sides[0].seller.warehouse_id]) for _ in sides)
    with count_statements() as sent, seeing(ada), transaction.atomic():
        for _ in range(3):
            assert Order.objects.count() == 2
            assert run("SELECT count(*)::int FROM orders_order WHERE $1 = 1", [1]) == [(2,)]
        with transaction.atomic():
            assert Order.objects.count() == 2
        assert Order.objects.count() == 2
    assert settings_in(sent) == 1

    with count_statements() as sent, seeing(bo), transaction.atomic():
        for _ in range(2):
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                assert Order.objects.count() == 2
                raise ZeroDivisionError
        assert Order.objects.count() == 2
    assert settings_in(sent) == 3, "what a savepoint takes back is sent again"


def columns_of(rows):
    """What was read of these rows, and of those that came with them."""
    for row in rows:
        mine = {name: value for name, value in vars(row).items() if name != "_state"}
        beside = [row.seller, row.seller.warehouse]
        yield mine, [{**vars(one), "_state": None} for one in beside]


def test_a_kept_queryset_gives_the_rows_of_the_queryset(sides):
    sellers = [side.seller.pk for side in sides]
    for reach, seen in reaches(sides):
        with seeing(reach):
            kept = ORDERS_OF(sellers)
            assert {row.seller_id for row in kept} == seen
            assert list(columns_of(kept)) == list(columns_of(busy_orders()))
    with seeing(ALL_SELLERS):
        assert [row.seller_id for row in ORDERS_OF([str(sellers[0])])] == sellers[:1]
        with count_statements() as sent:
            assert [row.seller.warehouse.pk for row in ORDERS_OF(sellers)]
    assert len(sent) == 1, "what was joined is there already"


def test_a_kept_queryset_takes_new_values_with_each_call(sides):
    ada, bo = sides
    with seeing(ALL_SELLERS):
        found = [ORDER.first(ada.order.pk, side.seller.pk) for side in sides]
        assert found == [ada.order, None]
        assert ORDER(bo.order.pk, bo.seller.pk) == [bo.order]


def test_a_statement_is_run_with_the_values_of_its_names():
    asked = Statement("SELECT %(many)s::int, '5 %%', %(text)s::text, -%(many)s::int")
    assert asked({"text": "%s", "many": 3, "more": None}) == [(3, "5 %", "%s", -3)]


def test_a_wrapper_around_statements_sees_prepared_ones_too(sides):
    asked = []

    def count(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with seeing(ALL_SELLERS), connection.execute_wrapper(count):
        ORDER(sides[0].order.pk, sides[0].seller.pk)
        Order.objects.count()
    assert ["$1" in sql for sql in asked] == [True, False]


def test_statements_that_stand_alone_share_a_setting(sides):
    building = reach_of(buildings=[sides[0].seller.warehouse_id])
    with count_statements() as sent, seeing(building):
        assert [Order.objects.count() for _ in range(3)] == [2, 2, 2]
        with transaction.atomic():
            assert Order.objects.count() == 2
    assert settings_in(sent) == 1
    with count_statements() as sent, seeing(building):
        assert Order.objects.count() == 2
    assert settings_in(sent) == 1, "another request asks for the sellers of the building again"


class Walk:
    """Statements with reaches, savepoints and errors in any order; each sees what it may."""

    def __init__(self, sides, seed):
        self.reaches, self.random, self.looks = reaches(sides), random.Random(seed), 0  # noqa: S311 - no secret

    def steps(self, names, depth=0):
        for _ in range(STEPS):
            ways = [self.look, self.ask_prepared, self.fail]
            if depth < 4:
                ways += [self.narrow, self.keep, self.take_back]
            self.random.choice(ways)(names, depth)

    def look(self, names, depth):
        self.looks += 1
        assert set(Order.objects.values_list("seller", flat=True)) == names

    def ask_prepared(self, names, depth):
        self.looks += 1
        assert {seller for (seller,) in run(SEEN, [1])} == names

    def fail(self, names, depth):
        with pytest.raises(DatabaseError), transaction.atomic():
            Order.objects.extra(where=["1/(SELECT 0) = 1"], tables=["orders_user"]).count()

    def narrow(self, names, depth):
        reach, seen = self.random.choice(self.reaches)
        with seeing(reach):
            self.steps(seen, depth + 1)

    def keep(self, names, depth):
        with transaction.atomic():
            self.steps(names, depth + 1)

    def take_back(self, names, depth):
        with suppress(ZeroDivisionError), transaction.atomic():
            self.steps(names, depth + 1)
            raise ZeroDivisionError


@pytest.mark.parametrize("is_pooled", [False, True])
def test_no_statement_sees_what_another_saw(sides, is_pooled):
    with prepared_statements(are_allowed=not is_pooled):
        for seed in range(5):
            walk = Walk(sides, seed)
            with seeing(NO_SELLER):
                walk.steps(set())
            assert walk.looks > STEPS


@pytest.mark.parametrize("is_pooled", [False, True])
def test_a_transaction_begins_with_nothing_of_the_last_one(sides, is_pooled):
    """Also where its first statement, a savepoint or one behind the policies, carries no reach."""
    ada, bo = sides
    mine, theirs = (reach_of(sellers=[side.seller.pk]) for side in sides)
    with prepared_statements(are_allowed=not is_pooled):
        for _ in range(2):
            with seeing(mine), transaction.atomic():
                assert Order.objects.get() == ada.order
            with seeing(mine), transaction.atomic():
                run("SELECT 1 WHERE $1 = 1", [1], needs_reach=False)
                assert Order.objects.get() == ada.order
            with pytest.raises(ZeroDivisionError), seeing(mine), transaction.atomic():
                with transaction.atomic():
                    assert Order.objects.get() == ada.order
                raise ZeroDivisionError
            with seeing(mine), transaction.atomic(), transaction.atomic():
                assert Order.objects.get() == ada.order
            with seeing(theirs), transaction.atomic():
                assert Order.objects.get() == bo.order


def test_a_setting_by_hand_is_not_kept(sides):
    """Whoever sends bytes past the cursor does not change what the next statement sees."""
    ada, bo = (reach_of(sellers=[side.seller.pk]) for side in sides)
    with transaction.atomic(), seeing(ada):
        assert Order.objects.get() == sides[0].order
        connection.connection.execute(f"SELECT set_config('portal.sees', {bo}, true)".encode())
        assert Order.objects.get() == sides[0].order
    assert Client().get("/track/nobody/").status_code == 404
