"""The delivery window of runs that leave at once, at any time of the day."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from orders.models import Warehouse


def coming_hour(warehouse: Warehouse) -> tuple[datetime, datetime]:
    """From now on one hour, or what is left of the warehouse's day."""
    starts = timezone.localtime(timezone=ZoneInfo(warehouse.time_zone))
    midnight = datetime.combine(starts.date(), time(23, 59, 59), starts.tzinfo)
    return starts, min(starts + timedelta(hours=1), midnight)
