"""The counts of settled promises: changes that a trigger has appended are added up to sums."""

from django.db import connection

BATCH = 5000
KEYS = "seller_id, settled_on, kind, outcome, carrier, courier_id, is_of_shipment"
# Two at once take other changes; at worst they leave two sums of a day, which add up as well.
ADD_UP = f"""
WITH
-- Changes that were not added up yet.
change AS MATERIALIZED (
    SELECT id, seller_id, settled_on FROM orders_promisecount
    WHERE NOT is_sum ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
),
-- The sums of their days.
former AS MATERIALIZED (
    SELECT id FROM orders_promisecount
    WHERE is_sum AND (seller_id, settled_on) IN (SELECT seller_id, settled_on FROM change)
),
-- Both are taken away …
gone AS (
    DELETE FROM orders_promisecount
    WHERE id IN (SELECT id FROM change UNION ALL SELECT id FROM former)
    RETURNING {KEYS}, number
),
-- … and their sum comes into their place.
summed AS (
    INSERT INTO orders_promisecount ({KEYS}, number, is_sum)
    SELECT {KEYS}, sum(number), true FROM gone GROUP BY {KEYS} HAVING sum(number) <> 0
)
SELECT count(*) FROM change
"""  # noqa: S608


# What is missing: what the promises say, less what is counted; one statement sees both.
RECOUNT = f"""
INSERT INTO orders_promisecount ({KEYS}, number, is_sum)
SELECT {KEYS}, sum(number), true
FROM (
    SELECT seller_id, (settled_at AT TIME ZONE 'UTC')::date AS settled_on, kind,
        orders_promise_outcome(promise) AS outcome, carrier, courier_id,
        shipment_id IS NOT NULL AS is_of_shipment, 1 AS number
    FROM orders_promise promise WHERE settled_at IS NOT NULL
    UNION ALL
    SELECT {KEYS}, -number FROM orders_promisecount
) counted
WHERE outcome IS NOT NULL GROUP BY {KEYS} HAVING sum(number) <> 0
"""  # noqa: S608


def recount_promises() -> None:
    """Count what no trigger has counted, as rows of COPY; reads every promise."""
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)


def add_up_promises() -> None:
    """Add up all changes, some thousands at a time, each in a transaction of its own."""
    while _add_up() == BATCH:
        pass


def _add_up() -> int:
    with connection.cursor() as cursor:
        cursor.execute(ADD_UP, {"most": BATCH})
        (number,) = cursor.fetchone()
        return int(number)
