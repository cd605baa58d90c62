"""Change, close, open and delete a location, while nothing lies there."""

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, Sum
from django.utils import timezone

from orders.errors import DomainError
from orders.models import Warehouse
from orders.words import say, say_count
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
        raise DomainError(say("A tote stays a tote: add another one on the screen of totes."))
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
        raise DomainError(say("{place} is a tote: take it away from the others.", place=current))
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
        raise DomainError(
            say(
                "{place} is a cell of put wall {wall}: retire that instead.",
                place=place,
                wall=current.wall,
            )
        )
    if current.cart:
        raise DomainError(
            say(
                "{place} is a slot of cart {cart}: retire that instead.",
                place=place,
                cart=current.cart,
            )
        )
    try:
        with transaction.atomic():
            current.delete()
            # Goods of a seller who works elsewhere now are not seen from here, but kept.
            connection.check_constraints()
    except (ProtectedError, IntegrityError) as error:
        raise DomainError(
            say(
                "{place} is in the history of goods: close it, and nobody uses it any more.",
                place=place,
            )
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
        raise DomainError(say("{place} was deleted.", place=place))
    return current


def _refuse_used(place: Location) -> None:
    if units := units_in(place):
        raise DomainError(
            say_count(
                units,
                "{n} unit lies in {place}: move it first.",
                "{n} units lie in {place}: move them first.",
                n=units,
                place=place,
            )
        )
    if PickFace.objects.filter(location=place).exists():
        raise DomainError(say("{place} is a pick face: remove that first.", place=place))
