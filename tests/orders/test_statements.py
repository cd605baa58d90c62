"""Prepared statements: what a migration or a failed transaction means for them; new rows."""

import re
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from orders.lifecycle.transitions import computed_summaries
from orders.models import Product, SalesChannel
from orders.prepared import MOST_KEPT, PreparedAsMade, insert
from orders.statements import is_outage, run
from orders.states import OrderStatus
from tests.support.cast import make_order, make_product

pytestmark = pytest.mark.django_db

READ = "SELECT session_key FROM django_session"
# In the place of the table, as long as the connection lives; psycopg does not see that it changes.
SHADOW = "CREATE TEMP TABLE django_session (session_key varchar(10))"
WIDEN = "DO $$BEGIN ALTER TABLE django_session ALTER session_key TYPE varchar(20); END$$"


@pytest.fixture
def widened():
    """The statement is prepared here, and its column is wider since, as by a migration."""
    with connection.cursor() as cursor:
        cursor.execute(SHADOW)
        run(READ, ())
        cursor.execute(WIDEN)
    yield connection.connection
    connection.close()


def test_a_statement_is_prepared_anew_when_a_migration_has_widened_its_column(widened):
    assert run(READ, ()) == []
    assert connection.connection is not widened


def test_in_a_transaction_that_is_an_outage_until_the_next_request(widened):
    with pytest.raises(OperationalError) as caught, transaction.atomic():
        run(READ, ())
    assert is_outage(caught.value)
    connection.close_if_unusable_or_obsolete()  # as a request or a task begins
    assert run(READ, ()) == []


def test_nothing_is_done_in_a_transaction_that_will_be_rolled_back():
    with transaction.atomic():
        with suppress(KeyError), transaction.atomic(savepoint=False):
            raise KeyError
        with pytest.raises(TransactionManagementError):
            run("SELECT 1", ())


def test_a_list_of_any_length_is_compared_with_all_its_values(ada):
    ids = sorted(make_order(ada, {"LAMP": 1}).pk for _ in range(2))
    sql = "SELECT id FROM orders_order WHERE id = ANY($1::uuid[]) ORDER BY id"

    for wanted in ([], ids[:1], ids[1:], ids, [None]):
        assert [pk for (pk,) in run(sql, [wanted])] == [pk for pk in wanted if pk]


def test_what_is_asked_of_one_row_is_not_planned_with_each_call(ada):
    order = make_order(ada, {"LAMP": 1})
    for _ in range(10):
        [(pk, present, computed)] = computed_summaries([order.pk])
    assert (pk, present, computed) == (order.pk, OrderStatus.ON_HOLD, OrderStatus.ON_HOLD)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans > 0, custom_plans < 10 FROM pg_prepared_statements "
            "WHERE statement LIKE '%sum(line.ordered)%' AND statement LIKE '%uuid[])[1]%'"
        )
        assert cursor.fetchall() == [(True, True)]


def test_rows_are_inserted_as_they_are(ada):
    product = Product(seller=ada.seller, sku="LONE", title="Lamp")
    insert([product, Product(seller=ada.seller, sku="OTHER", title="Shade", low_stock_level=40)])

    assert not product._state.adding
    rows = Product.objects.filter(seller=ada.seller, sku__in=["LONE", "OTHER"]).order_by("sku")
    assert list(rows.values_list("sku", "low_stock_level")) == [("LONE", 0), ("OTHER", 40)]


def test_a_row_knows_what_the_database_gave_it(ada):
    channel = SalesChannel(seller=ada.seller, kind="api", name="Second")
    insert([channel])
    assert (channel.previous_secret, channel.mapping) == ("", {})


def test_a_text_that_is_too_long_is_refused_and_not_cut(ada):
    with pytest.raises(DataError), transaction.atomic():
        insert([Product(seller=ada.seller, sku="L" * 1000, title="Too long")])
    assert not Product.objects.filter(title="Too long").exists()


def test_of_a_queryset_as_it_was_made_each_run_gives_the_values(ada, bo):
    made = []

    def skus(seller, since):
        made.append(seller)
        rows = Product.objects.filter(seller=seller.seller, created_at__gte=since)
        return rows.exclude(sku="50 %").values_list("sku").order_by("sku")

    for side, sku in ((ada, "100 %"), (bo, "TEA")):
        make_product(side, sku, "Title")
    began, later = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)
    prepared = PreparedAsMade()

    found = [
        prepared(lambda side=side, since=since: skus(side, since), side.seller.pk, since)
        for side, since in ((ada, began), (bo, began), (ada, later))
    ]

    assert found == [[("100 %",)], [("TEA",)], []]
    assert made == [ada]


@pytest.mark.parametrize(("given", "said"), [(0, "and not given: {UUID"), (2, "queryset: {UUID")])
def test_no_value_of_one_request_is_kept_for_others(ada, given, said):
    rows = Product.objects.filter(seller=ada.seller).values_list("sku")
    with pytest.raises(ValueError, match=re.escape(said)):
        PreparedAsMade()(lambda: rows, *[ada.seller.pk, uuid4()][:given])


def test_equal_values_are_told_apart_by_making_the_queryset_anew(ada):
    make_product(ada, "LAMP", "Lamp")
    now, seen = timezone.now(), []

    def rows():
        seen.append(now)
        return Product.objects.filter(created_at__lt=now, pk__isnull=False).values_list("sku")

    prepared = PreparedAsMade()
    for _ in range(2):
        prepared(rows, now, now)
    assert len(seen) == 2


def test_few_querysets_are_kept(ada):
    make_product(ada, "LAMP", "Lamp")
    prepared = PreparedAsMade()

    def rows():
        return Product.objects.filter(seller=ada.seller).values_list("sku")

    for name in range(MOST_KEPT + 5):
        assert prepared(rows, ada.seller.pk, name=name) == [("LAMP",)]
    assert len(prepared._kept) == MOST_KEPT
