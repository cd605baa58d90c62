"""Change, close, open and delete a location, while nothing lies there."""

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, Sum
from django.utils import timezone

from orders.errors import DomainError
from orders.models import Warehouse
from warehouse.models import Location, PickFace, Stock


@transaction.atomic(savepoint=False)
def change_place(
    place: Location, *, kind: str, is_staging: bool, walk_position: int, zone: str | None = None
) -> Location:
    """Say what a location is, and where it is on the walk. Raises DomainError.

    Its goods are promised and picked, or wait: that changes only while there are none.
    `zone`: the one to which it belongs from now on, "" for none; None leaves it.
    """
    current = _lock(place)
    if Location.Kind.TOTE in (current.kind, kind):
        raise DomainError("A tote stays a tote: add another one on the screen of totes.")
    if is_staging != current.is_staging:
        _refuse_used(current)
    current.kind, current.is_staging = kind, is_staging
    current.walk_position = walk_position
    current.zone = current.zone if zone is None else zone
    current.save(update_fields=["kind", "is_staging", "walk_position", "zone"])
    if current.zone:
        begin_zones(current.warehouse)
    return current


def begin_zones(warehouse: Warehouse) -> None:
    """From now on a picker may keep to a zone of this warehouse."""
    Warehouse.objects.filter(pk=warehouse.pk, picks_by_zone=False).update(picks_by_zone=True)


@transaction.atomic(savepoint=False)
def close_place(place: Location) -> Location:
    """Let nobody put goods there from now on. Raises DomainError while some lie there."""
    current = _lock(place)
    if current.kind == Location.Kind.TOTE:
        raise DomainError(f"{current} is a tote: take it away from the others.")
    _refuse_used(current)
    current.closed_at = current.closed_at or timezone.now()
    current.save(update_fields=["closed_at"])
    return current


@transaction.atomic(savepoint=False)
def open_place(place: Location) -> Location:
    """Let goods be put there again."""
    current = _lock(place)
    current.closed_at = None
    current.save(update_fields=["closed_at"])
    return current


@transaction.atomic
def delete_place(place: Location) -> None:
    """Delete a location at which nothing ever lay and nobody has work. Raises DomainError."""
    current = _lock(place)
    if current.wall:
        raise DomainError(f"{place} is a cell of put wall {current.wall}: retire that instead.")
    if current.cart:
        raise DomainError(f"{place} is a slot of cart {current.cart}: retire that instead.")
    try:
        with transaction.atomic():
            current.delete()
            # Goods of a seller who works elsewhere now are not seen from here, but kept.
            connection.check_constraints()
    except (ProtectedError, IntegrityError) as error:
        raise DomainError(
            f"{place} is in the history of goods: close it, and nobody uses it any more."
        ) from error


def units_in(place: Location) -> int:
    """The units of all products that lie there by the books."""
    units: int = Stock.objects.filter(location=place).aggregate(units=Sum("on_hand", default=0))[
        "units"
    ]
    return units


def _lock(place: Location) -> Location:
    """The row, locked against goods that come; the stocks there first, as postings lock them."""
    list(Stock.objects.filter(location=place).order_by("pk").select_for_update(no_key=True))
    current = Location.objects.select_for_update().filter(pk=place.pk).first()
    if current is None:
        raise DomainError(f"{place} was deleted.")
    return current


def _refuse_used(place: Location) -> None:
    if units := units_in(place):
        what = "1 unit lies" if units == 1 else f"{units} units lie"
        raise DomainError(f"{what} in {place}: move {'it' if units == 1 else 'them'} first.")
    if PickFace.objects.filter(location=place).exists():
        raise DomainError(f"{place} is a pick face: remove that first.")
