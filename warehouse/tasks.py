"""Celery tasks of the warehouse."""

from celery import shared_task
from django.utils import timezone

from orders.returns import closing
from warehouse.corrections import rules
from warehouse.couriers import tomorrow
from warehouse.floor.leading import foreseeing
from warehouse.inbound import replenishing
from warehouse.lots import keeping
from warehouse.stock import allocation


@shared_task
def allocate_due() -> None:
    """Run the allocator."""
    allocation.allocate_due()


@shared_task
def promise_planned_runs() -> None:
    """Promise tomorrow to the parcels of tomorrow's runs."""
    tomorrow.promise_planned_runs()


@shared_task
def plan_counts() -> None:
    """Make the count tasks that the rules want."""
    rules.plan_due_counts(timezone.now())


@shared_task
def plan_replenishment() -> None:
    """Make the tasks to refill pick faces."""
    replenishing.plan_all_replenishment()


@shared_task
def withdraw_expired() -> None:
    """Take back what was promised to orders and has expired."""
    keeping.withdraw_expired()


@shared_task
def foresee_lateness() -> None:
    """Mark the shipments that will miss their deadline at the present rate of picking."""
    foreseeing.foresee_all(timezone.now())


@shared_task
def close_finished_returns() -> None:
    """Close returns that were inspected and that nobody has finished."""
    closing.close_finished(timezone.now())
