"""What became of units that a walk did not find: found elsewhere, in a later shipment, waiting."""

from collections import Counter
from typing import Any
from uuid import UUID

from orders.models import Event, Shipment
from orders.states import ShipmentStatus
from orders.words import say
from warehouse.models import PickLine, PickList


def say_what_became(walk: PickList, lines: list[Any]) -> None:
    """Set `became` and `is_lost` of each stop: whether this walk found its units elsewhere."""
    # Nothing is asked where no stop ran short, as of most walks.
    events = _of_shorts(walk) if any(line.short for line in lines) else []
    elsewhere = {event.data.get("stop"): event.data.get("elsewhere", 0) for event in events}
    lost = {line.pk: line.short - elsewhere.get(f"{line.pk}", line.short) for line in lines}
    of_part: Counter[UUID] = Counter()
    for line in lines:
        of_part[line.shipment_line_id] += lost[line.pk]
    for line in lines:
        line.is_lost, found = lost[line.pk] > 0, line.short - lost[line.pk]
        line.became = ""
        if line.is_lost:
            parts = [say("{found} found elsewhere", found=found)] if found else []
            line.became = ", " + ", ".join([*parts, _follows(walk, line, lost[line.pk])])
        elif not of_part[line.shipment_line_id] and f"{line.pk}" in elsewhere:
            line.became = f" {say('here, found elsewhere')}"


def _of_shorts(walk: PickList) -> list[Event]:
    return list(Event.objects.filter(order=walk.shipment.order_id, kind="stock.ran_short"))


def _follows(walk: PickList, line: PickLine, units: int) -> str:
    """Where units that were nowhere are now."""
    later = Shipment.objects.filter(
        order=walk.shipment.order_id,
        lines__line=line.shipment_line.line_id,
        created_at__gt=walk.created_at,
    ).exclude(status=ShipmentStatus.CANCELLED)
    if follows := later.order_by("created_at").first():
        return say("{units} in {follows}", units=units, follows=follows)
    waits = line.shipment_line.line.backordered
    return (
        say("{units} when there is stock", units=units)
        if waits
        else say("{units} not wanted any more", units=units)
    )
