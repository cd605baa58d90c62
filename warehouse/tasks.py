"""Celery tasks of the warehouse."""

from celery import shared_task

from warehouse.couriers import tomorrow
from warehouse.stock import allocation


@shared_task
def allocate_due() -> None:
    """Run the allocator."""
    allocation.allocate_due()


@shared_task
def promise_planned_runs() -> None:
    """Promise tomorrow to the parcels of tomorrow's runs."""
    tomorrow.promise_planned_runs()
