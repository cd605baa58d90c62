"""Delivery windows of runs that leave at once, whatever the hour."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from orders.models import Warehouse


def coming_hour(warehouse: Warehouse) -> tuple[datetime, datetime]:
    """From now on one hour, or what is left of the warehouse's day."""
    starts = timezone.localtime(timezone=ZoneInfo(warehouse.time_zone))
    midnight = datetime.combine(starts.date(), time(23, 59, 59), starts.tzinfo)
    return starts, min(starts + timedelta(hours=1), midnight)


def zone_by_day() -> str:
    """The name of a time zone in which it is eight in the morning: midnight is far."""
    ahead = (8 - timezone.now().hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
