"""Wake-ups of the warehouse."""

from celery import shared_task

from warehouse.actions import allocation


@shared_task
def allocate_due():
    """Give supply to the orders that wait for it."""
    allocation.allocate_due()
