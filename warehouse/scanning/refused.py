"""Scans that were refused or not saved: those of a worker of today, and of a warehouse by day."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from orders.models import User, Warehouse
from warehouse.models import Scan

LONGEST_LIST = 100
OWN_FOR = timedelta(hours=12)
DAYS = 14  # that can be looked at


def refused_on(day: date, warehouse: Warehouse) -> "QuerySet[Scan]":
    """The refused scans of this warehouse on one of its days, newest first."""
    zone = timezone.get_current_timezone()  # that of the warehouse
    begins = datetime.combine(day, time.min, zone)
    ends = datetime.combine(day + timedelta(days=1), time.min, zone)
    rows = Scan.objects.filter(warehouse=warehouse, is_refused=True, at__gte=begins, at__lt=ends)
    return rows.select_related("worker").order_by("-at", "-sequence")


def refused_of(worker: User, warehouse: Warehouse, now: datetime) -> "QuerySet[Scan]":
    """The refused scans of this worker in the last hours, newest first."""
    rows = Scan.objects.filter(warehouse=warehouse, is_refused=True, at__gt=now - OWN_FOR)
    return rows.filter(worker=worker).order_by("-at", "-sequence")
