"""Load a van by scan: what was not scanned stays here when the run starts."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from orders.errors import DomainError, WrongScan
from orders.models import Package
from orders.words import say
from warehouse.couriers.stop_order import take_off
from warehouse.models import Run, Stop
from warehouse.scanning.codes import spellings
from warehouse.states import RunStatus


@transaction.atomic(savepoint=False)
def load(run: Run, code: str) -> tuple[Package, int]:
    """(parcel, how many are on the van): mark the parcel with this number as loaded.

    Raises DomainError unless it is on this run, which has not started, and for a repeated scan.
    """
    current = _lock_planned(run)
    package = _parcels(current).filter(tracking_number__in=spellings(code)).first()
    if package is None:
        raise _not_on(current, code)
    if package.pk in current.loaded:
        raise DomainError(say("Parcel {code} is already on the van.", code=code))
    current.loaded = [*current.loaded, package.pk]
    current.save(update_fields=["loaded"])
    return package, len(current.loaded)


@transaction.atomic(savepoint=False)
def unload(run: Run, package_id: UUID) -> None:
    """Take a parcel off the van again."""
    current = _lock_planned(run)
    current.loaded = [pk for pk in current.loaded if pk != package_id]
    current.save(update_fields=["loaded"])


def leave_out(run: Run) -> list[Package]:
    """Take what is not on the van off a run that starts, where it was loaded by scan.

    The caller has locked the run and its orders. Returns the parcels that stay here.
    """
    left = not_on_van(run)
    boxes = {package.pk for package in left}
    inner = Package.objects.filter(stops__run=run, inside__in=boxes)
    take_off(run, boxes.union(inner.values_list("pk", flat=True)))
    return left


def not_on_van(run: Run) -> list[Package]:
    """The parcels that stay here when it starts: none where nothing was scanned."""
    parcels = list(_parcels(run).order_by("pk"))
    loaded = {package.pk for package in parcels}.intersection(run.loaded)
    return [package for package in parcels if loaded and package.pk not in loaded]


def _parcels(run: Run) -> QuerySet[Package]:
    """What the courier carries: not what is inside the box of another order."""
    return Package.objects.filter(stops__run=run, inside__isnull=True)


def _lock_planned(run: Run) -> Run:
    current = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
    if current.status != RunStatus.PLANNED:
        raise DomainError(say("This run has started: nothing more can be loaded."))
    return current


def _not_on(run: Run, code: str) -> DomainError:
    """Say where the parcel belongs, if it is one of this warehouse."""
    other = Stop.objects.filter(
        run__warehouse=run.warehouse_id,
        packages__tracking_number__in=spellings(code),
        finished_at__isnull=True,
    )
    if stop := other.select_related("run__courier").first():
        return DomainError(
            say("Parcel {code} is on the run of {run}: leave it here.", code=code, run=stop.run)
        )
    return WrongScan(code, say("the tracking number of a parcel of this run"))
