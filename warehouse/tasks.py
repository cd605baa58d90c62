"""Wake-ups of the warehouse."""

from celery import shared_task

from warehouse.couriers import tomorrow
from warehouse.stock import allocation


@shared_task
def allocate_due() -> None:
    """Give supply to the orders that wait for it."""
    allocation.allocate_due()


@shared_task
def promise_planned_runs() -> None:
    """Promise the day to the parcels of tomorrow's tours."""
    tomorrow.promise_planned_runs()
