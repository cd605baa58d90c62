"""The order of the stops of a run, and how many a courier has before each open one."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from warehouse.models import Run, Stop

# Counts the open stops of a run before each of them, and writes it to their parcels. The first of a
# run has no number until a stop is over: the courier may begin hours later.
COUNT_STOPS_BEFORE = """
WITH
-- Each parcel of an open stop, and the open stops before it.
ahead AS (
    SELECT loaded.package_id, nullif(
        dense_rank() OVER (ORDER BY stop.position) - 1, CASE WHEN EXISTS (
            SELECT FROM warehouse_stop over WHERE run_id = %(run)s AND finished_at IS NOT NULL
        ) THEN NULL ELSE 0 END) AS stops
    FROM warehouse_stop stop JOIN warehouse_stop_packages loaded ON loaded.stop_id = stop.id
    WHERE stop.run_id = %(run)s AND stop.finished_at IS NULL
)
UPDATE orders_package package SET stops_before = ahead.stops
FROM ahead
WHERE package.id = ahead.package_id AND package.stops_before IS DISTINCT FROM ahead.stops
"""


def count_stops_before(run_id: UUID) -> None:
    """Write `stops_before` of all parcels of open stops anew; the caller has locked the run."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_STOPS_BEFORE, {"run": run_id})


def take_off(run: Run, package_ids: Collection[UUID]) -> None:
    """Take parcels off a run that has not started, which the caller has locked."""
    Loaded = Stop.packages.through
    Loaded.objects.filter(stop__run=run, package__in=package_ids).delete()
    Stop.objects.filter(run=run, packages__isnull=True).delete()
    _close_gaps(run.pk)
    run.loaded = [pk for pk in run.loaded if pk not in package_ids]
    run.save(update_fields=["loaded"])


def _close_gaps(run_id: UUID) -> None:
    """Number the stops of a run from 1 again."""
    for position, stop in enumerate(Stop.objects.filter(run=run_id).order_by("position"), start=1):
        if stop.position != position:  # never a number that is taken: they only become smaller
            Stop.objects.filter(pk=stop.pk).update(position=position)
