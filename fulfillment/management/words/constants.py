"""Texts that are said where a constant is shown: labels of choices, doors, tables of words."""

from collections.abc import Iterator

from django.db.models import TextChoices

from orders import errors
from orders.access import WAREHOUSE_ROLES
from orders.models import Hold, Order, Package, Shipment, Wish
from orders.models.returns import EXPIRED
from orders.states import PackageStatus, ReturnStatus, ShipmentStatus
from warehouse.couriers.forms import TAKERS
from warehouse.documents.files import NO_ZPL
from warehouse.floor.views.home import DOORS
from warehouse.floor.views.packing import TOLD
from warehouse.inbound.putting_away import REASONS
from warehouse.models import (
    CountTask,
    Inbound,
    InboundDamage,
    Manifest,
    PickLine,
    PickList,
    Printer,
    PrintJob,
    Run,
    Stop,
)
from warehouse.printing.jobs import BROKEN
from warehouse.scanning.articles import MISREAD
from warehouse.scanning.base_forms import PROBLEMS
from warehouse.scanning.looks import LOOKS
from warehouse.states import InboundStatus, PickListStatus, ReplenishStatus, RunStatus

# Their labels stand on pages; a sentence of what cannot be done says the code too.
STATUSES: tuple[type[TextChoices], ...] = (
    InboundStatus, PackageStatus, PickListStatus, ReplenishStatus, ReturnStatus, RunStatus,
    ShipmentStatus,
)  # fmt: skip
CHOICES: tuple[type[TextChoices], ...] = (
    CountTask.Cause, Hold.Reason, InboundDamage.Reason, Manifest.Rest, Package.Failure,
    Package.HandedTo, PickLine.ShortReason, PrintJob.Document,
    Printer.Labels, Printer.Prints, Stop.Outcome, Wish.Kind,
)  # fmt: skip
MOVED = (Inbound, Order, Package, PickList, Run, Shipment)  # of which an error names one
TABLES = (errors.ALREADY, errors.PRESENT, errors.WANTED, PROBLEMS, REASONS, TAKERS, TOLD)


def constants() -> Iterator[str]:
    """All of them, in English."""
    yield from (errors.EXPECTED, MISREAD, BROKEN, NO_ZPL, EXPIRED)
    for choices in (*STATUSES, *CHOICES):
        yield from (str(label) for label in choices.labels)
    for statuses in STATUSES:
        yield from (errors.WANTED.get(s, s.replace("_", " ")) for s in statuses.values)
    for table in TABLES:
        yield from table.values()
    yield from (words for _, words in LOOKS)
    yield from (role.label for role in WAREHOUSE_ROLES)
    yield from (str(model._meta.verbose_name).capitalize() for model in MOVED)
    for door in DOORS:
        yield from filter(None, (door.name, door.wait, door.also[0]))
