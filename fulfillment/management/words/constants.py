"""Texts that are said where a constant is shown: labels of choices, doors, tables of words."""

from collections.abc import Iterator

from django.db.models import TextChoices

from fulfillment.accounts.views.members import ROLES
from orders import errors
from orders.access import WAREHOUSE_ROLES
from orders.accounts.invitations import BY_LEAD
from orders.models import (
    Discrepancy,
    Hold,
    Order,
    Package,
    Repair,
    Return,
    ReturnLine,
    Shipment,
    Wish,
)
from orders.models.returns import EXPIRED
from orders.states import (
    DiscrepancyStatus,
    PackageStatus,
    RepairStatus,
    ReturnStatus,
    ShipmentStatus,
)
from warehouse.couriers.forms import TAKERS
from warehouse.couriers.point_form import WEEKDAYS
from warehouse.documents.files import NO_ZPL
from warehouse.documents.papers import PAPERS
from warehouse.floor.views.board import TITLES
from warehouse.floor.views.home import DOORS
from warehouse.floor.views.packing import TOLD
from warehouse.inbound.putting_away import REASONS
from warehouse.models import (
    Correction,
    CountTask,
    Inbound,
    InboundDamage,
    Location,
    Manifest,
    PickLine,
    PickList,
    Printer,
    PrintJob,
    Run,
    Stop,
)
from warehouse.places import forms as places
from warehouse.places.labels import SOURCES
from warehouse.places.making import CODES_OF
from warehouse.printing.jobs import BROKEN
from warehouse.returns.grades import Grade
from warehouse.scanning.articles import MISREAD
from warehouse.scanning.base_forms import PROBLEMS
from warehouse.scanning.commands import COMMANDS
from warehouse.scanning.looks import LOOKS
from warehouse.scanning.place_codes import TAKEN_ZONES
from warehouse.states import (
    CorrectionStatus,
    InboundStatus,
    PickListStatus,
    ReplenishStatus,
    RunStatus,
)

# Their labels stand on pages; a sentence of what cannot be done says the code too.
STATUSES: tuple[type[TextChoices], ...] = (
    CorrectionStatus, DiscrepancyStatus, InboundStatus, PackageStatus, PickListStatus,
    RepairStatus, ReplenishStatus, ReturnStatus, RunStatus, ShipmentStatus,
)  # fmt: skip
CHOICES: tuple[type[TextChoices], ...] = (
    Correction.Reason, CountTask.Cause, Discrepancy.Decision, Discrepancy.Kind, Grade,
    Hold.Reason, InboundDamage.Reason, Location.Kind, Manifest.Rest, Package.Failure,
    Package.HandedTo, Package.Loss, PickLine.ShortReason, PrintJob.Document, Printer.Labels,
    Printer.Prints, Return.Reason, ReturnLine.Condition, Stop.Outcome, Wish.Kind,
)  # fmt: skip
# What a label agrees with where the plain one does not: the name of a model, or what it is of.
NOUNS: dict[str, type[TextChoices]] = {
    "return": ReturnStatus,
    "correction": CorrectionStatus,
    "condition": ReturnLine.Condition,
    "grade": Grade,
}
# Of which an error names one.
MOVED = (Discrepancy, Inbound, Order, Package, PickList, Repair, Return, Run, Shipment)
PLACES = (places.STATES, places.USES, places.PICKED, places.ARROWS)
TABLES = (
    CODES_OF, TAKEN_ZONES,
    errors.ALREADY, errors.PRESENT, errors.WANTED, PROBLEMS, REASONS, TAKERS, TITLES, TOLD,
)  # fmt: skip


def constants() -> Iterator[str]:
    """All of them, in English."""
    yield from (errors.EXPECTED, MISREAD, BROKEN, NO_ZPL, EXPIRED)
    for choices in (*STATUSES, *CHOICES):
        yield from (str(label) for label in choices.labels)
    for statuses in STATUSES:
        yield from map(errors.wanted_of, statuses.values)
    for table in TABLES:
        yield from table.values()
    yield from (*WEEKDAYS, *(words for _, words in LOOKS))
    yield from (role.label for role in WAREHOUSE_ROLES)
    yield from ("People", *(ROLES[role] for role in BY_LEAD))
    yield from (str(model._meta.verbose_name).capitalize() for model in MOVED)
    yield from (label for choices in PLACES for _, label in choices)
    yield from (*(paper.title for paper in PAPERS.values()), "All kinds")
    yield from (source.title for source in SOURCES.values())
    yield from (command.words for command in COMMANDS)
    for door in DOORS:
        yield from filter(None, (door.name, door.wait, door.also[0]))


def agreeing() -> Iterator[tuple[str, str]]:
    """Each label of the floor with the noun that it agrees with."""
    for noun, labels in NOUNS.items():
        yield from ((noun, str(label)) for label in labels.labels)
    yield "return", EXPIRED
    yield "location", "closed"
    yield from (("return", errors.wanted_of(status)) for status in ReturnStatus.values)
