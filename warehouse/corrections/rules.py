"""Rules that make count tasks: no units left by the books, and how often a product is picked.

Products that make up the first 80 % of the picks of 90 days (A) are counted each month, the next
15 % (B) each quarter, the rest (C) once a year.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from orders.lifecycle.dead_letters import one_by_one
from orders.models import Warehouse
from orders.statements import with_codes
from warehouse.corrections.tasks_to_count import plan_counts
from warehouse.models import CountTask, Location, StockMovement

MOST_A_DAY = 20  # tasks by rule that a warehouse gets at once
PICKS_OF = timedelta(days=90)
EVERY = {"A": timedelta(days=30), "B": timedelta(days=91), "C": timedelta(days=365)}
SHARE_OF_A, SHARE_OF_B = 0.8, 0.95
EMPTY_FOR = timedelta(days=30)
# The most urgent location is the one that is overdue for the longest part of its term.
DUE = with_codes(
    """
WITH
-- Units of each product that were picked in this warehouse.
picked AS (
    SELECT moved.product_id, sum(moved.quantity) AS units
    FROM warehouse_stockmovement moved
    JOIN warehouse_location place ON place.id = moved.location_id
    WHERE place.warehouse_id = %(warehouse)s AND moved.reason = {picked} AND moved.quantity > 0
        AND moved.at >= %(since)s
    GROUP BY moved.product_id
),
-- Which part of all picks the products before each one make up.
ranked AS (
    SELECT product_id, (sum(units) OVER (ORDER BY units DESC, product_id) - units)
        / sum(units) OVER () AS before
    FROM picked
),
-- The shortest term of the products that lie at each location.
term AS (
    SELECT stock.location_id, min(CASE WHEN ranked.before < %(share_of_a)s THEN %(a)s
        WHEN ranked.before < %(share_of_b)s THEN %(b)s ELSE %(c)s END::interval) AS every
    FROM warehouse_stock stock
    JOIN warehouse_location place ON place.id = stock.location_id
    LEFT JOIN ranked ON ranked.product_id = stock.product_id
    WHERE place.warehouse_id = %(warehouse)s AND stock.on_hand > 0 AND place.kind <> {tote}
    GROUP BY stock.location_id
),
-- When each location was counted last; one that never was counts from its first movement.
counted AS (
    SELECT term.location_id, term.every, coalesce(
        (SELECT max(task.ended_at) FROM warehouse_counttask task
            WHERE task.location_id = term.location_id),
        (SELECT min(moved.at) FROM warehouse_stockmovement moved
            WHERE moved.location_id = term.location_id)) AS at
    FROM term
)
SELECT location_id FROM counted WHERE at + every <= %(now)s
ORDER BY extract(epoch FROM %(now)s - at) / extract(epoch FROM every) DESC, location_id
LIMIT %(most)s
""",
    picked=StockMovement.Reason.PICKED,
    tote=Location.Kind.TOTE,
)


def plan_due_counts(now: datetime, *, most: int = MOST_A_DAY) -> int:
    """Make the tasks that the rules want in every warehouse; returns their number.

    A warehouse never has more than `most` open ones by rule: work that nobody does is not piled up.
    """
    houses = Warehouse.objects.order_by("pk")
    return one_by_one("planning counts", houses, lambda warehouse: _plan(warehouse, now, most))


def _plan(warehouse: Warehouse, now: datetime, most: int) -> int:
    by_rule = (CountTask.Cause.ZERO, CountTask.Cause.CLASS)
    waiting = CountTask.objects.filter(warehouse=warehouse, ended_at=None, cause__in=by_rule)
    room = most - waiting.count()
    if room <= 0:
        return 0
    made = plan_counts(_emptied(warehouse, now)[:room], cause=CountTask.Cause.ZERO, actor=None)
    due = Location.objects.filter(pk__in=_due(warehouse, now, room - len(made)))
    return len(made) + len(plan_counts(due, cause=CountTask.Cause.CLASS, actor=None))


def _emptied(warehouse: Warehouse, now: datetime) -> "QuerySet[Location]":
    """Locations that the books say are empty since a pick of the last days: quick to count."""
    places = Location.objects.filter(warehouse=warehouse).exclude(kind=Location.Kind.TOTE)
    recent = Q(stocks__pick_lines__pick_list__created_at__gte=now - EMPTY_FOR)
    counted = CountTask.objects.filter(warehouse=warehouse).filter(
        Q(ended_at=None) | Q(ended_at__gte=now - EMPTY_FOR)
    )
    emptied = places.filter(recent).exclude(stocks__on_hand__gt=0)
    return emptied.exclude(pk__in=counted.values("location")).distinct().order_by("pk")


def _due(warehouse: Warehouse, now: datetime, most: int) -> list[Any]:
    values: dict[str, Any] = {
        "warehouse": warehouse.pk,
        "since": now - PICKS_OF,
        "now": now,
        "most": most,
        "share_of_a": SHARE_OF_A,
        "share_of_b": SHARE_OF_B,
    }
    terms = {name.lower(): term for name, term in EVERY.items()}
    with connection.cursor() as cursor:
        cursor.execute(DUE, values | terms)
        return [location_id for (location_id,) in cursor.fetchall()]
