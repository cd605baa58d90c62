"""Many rows into their tables: COPY without indexes and foreign keys, which are made again after.

All in the caller's transaction, by the owner of the tables: a seed that is killed leaves nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from itertools import count, islice
from typing import Any

from django.db import connection
from django.db.models import AutoField, Max, Model
from psycopg import sql

from fulfillment.demo.seeding.base import Base
from fulfillment.demo.seeding.reading import TABLES, columns_of
from fulfillment.demo.seeding.stamping import Texts
from orders.promises.counts import recount_promises
from orders.statements import with_codes
from warehouse.models import StockMovement

BATCH = 1_000  # orders
SPARE = 500  # units of each product that lie in its place at the end
# Foreign keys and unique constraints, and the indexes that belong to no constraint.
CONSTRAINTS = """
SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u') ORDER BY contype DESC, conname
"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
# What was taken out of the bins has been received before; the rest lies there.
RECEIVE = with_codes(
    """
INSERT INTO warehouse_stockmovement
    (id, seller_id, product_id, location_id, lot, quantity, reason, at)
SELECT gen_random_uuid(), stock.seller_id, stock.product_id, stock.location_id, '',
    %(spare)s - coalesce(moved.units, 0), {received}, %(at)s
FROM warehouse_stock stock
LEFT JOIN (
    SELECT product_id, location_id, sum(quantity) AS units
    FROM warehouse_stockmovement GROUP BY product_id, location_id
) moved USING (product_id, location_id)
WHERE stock.id = ANY(%(stocks)s) AND %(spare)s <> coalesce(moved.units, 0)
""",
    received=StockMovement.Reason.RECEIVED,
)
FILL_STOCK = "UPDATE warehouse_stock SET on_hand = %(spare)s WHERE id = ANY(%(stocks)s)"
FILL_SUPPLY = """
UPDATE warehouse_supply supply SET
    on_hand = coalesce((SELECT sum(on_hand) FROM warehouse_stock stock
        WHERE stock.product_id = supply.product_id), 0),
    reserved = coalesce((SELECT sum(quantity) FROM warehouse_reservation reservation
        WHERE reservation.supply_id = supply.id), 0)
WHERE product_id = ANY(%(products)s)
"""
SET_SEQUENCE = """
SELECT setval(pg_get_serial_sequence(%(table)s, %(column)s), %(last)s, true)
"""


def serials() -> dict[type[Model], Iterator[int]]:
    """The next number of each table that counts its rows."""
    return {
        model: count((model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1)
        for model in TABLES
        if isinstance(model._meta.pk, AutoField)
    }


def set_sequences(following: dict[type[Model], Iterator[int]]) -> None:
    """Let the sequences go on behind the rows that COPY brought."""
    with connection.cursor() as cursor:
        for model, numbers in following.items():
            table, column = model._meta.db_table, model._meta.pk.column
            if (last := next(numbers) - 1) > 0:
                cursor.execute(SET_SEQUENCE, {"table": table, "column": column, "last": last})


@contextmanager
def without_triggers() -> Iterator[None]:
    """Count no promise by itself: all are counted at the end."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE orders_promise DISABLE TRIGGER USER")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE orders_promise ENABLE TRIGGER USER")
    recount_promises()


@contextmanager
def without_indexes(said: Callable[[str], None]) -> Iterator[None]:
    """Drop foreign keys, unique constraints and indexes of the tables; make them again after."""
    tables = [model._meta.db_table for model in TABLES]
    with connection.cursor() as cursor:
        # What the rows before have to be checked for: a table that waits for it cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(CONSTRAINTS, [tables])
        constraints = cursor.fetchall()
        for name, table, _ in reversed(constraints):
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(INDEXES, [tables])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for number, (name, definition) in enumerate(indexes, start=1):
            said(f"index {number} of {len(indexes)}: {name}")
            cursor.execute(definition)
        # Unique ones come first: a foreign key may need them.
        for number, (name, table, definition) in enumerate(constraints, start=1):
            said(f"constraint {number} of {len(constraints)}: {name}")
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def copy_orders(orders: Iterable[Texts], said: Callable[[str], None]) -> Counter[str]:
    """COPY the rows of these orders; returns how many came into each table.

    One thread copies while this one makes the next batch.
    """
    counted: Counter[str] = Counter()
    done, last = 0, Future[None]()
    last.set_result(None)
    raw = connection.connection
    with ThreadPoolExecutor(1) as copier:
        stream = iter(orders)
        while batch := list(islice(stream, BATCH)):
            texts = {
                model: "".join(part for order in batch for part in order.get(model, ()))
                for model in TABLES
            }
            counted += {model._meta.db_table: text.count("\n") for model, text in texts.items()}
            last.result()
            last = copier.submit(_copy, raw, texts)
            done += len(batch)
            said(f"{done} orders")
        last.result()
    return counted


def _copy(raw: Any, texts: dict[type[Model], str]) -> None:
    with raw.cursor() as cursor:
        for model, text in texts.items():
            if not text:
                continue
            columns = [sql.Identifier(column.column or "") for column in columns_of(model)]
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(model._meta.db_table), sql.SQL(", ").join(columns)
            )
            with cursor.copy(statement) as copy:
                copy.write(text)


def balance(base: Base, at: datetime) -> None:
    """Receive what the orders took, and sum up stock and supply."""
    goods = [good for shop in base.shops for good in shop.goods]
    sold_out = [good for shop in base.shops for good in shop.sold_out]
    values: dict[str, Any] = {
        "spare": SPARE,
        "at": at,
        "stocks": [good.stock_id for good in goods],
        "products": [good.product_id for good in goods + sold_out],
    }
    with connection.cursor() as cursor:
        for statement in (RECEIVE, FILL_STOCK, FILL_SUPPLY):
            cursor.execute(statement, values)
