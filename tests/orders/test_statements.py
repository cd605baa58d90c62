"""Prepared statements: what a migration or a failed transaction means for them; new rows."""

from contextlib import suppress

import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError

from orders.models import Product, SalesChannel
from orders.prepared import insert
from orders.statements import is_outage, run

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
