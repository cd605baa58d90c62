"""The boxes of a warehouse: kept by a lead, chosen by who packs."""

from datetime import datetime

from orders.errors import DomainError
from orders.models import Warehouse
from orders.prepared import PreparedQuery, parameter
from orders.words import say
from warehouse.models import Carton

# The boxes that a warehouse uses.
CARTONS = PreparedQuery(
    lambda: Carton.objects.filter(warehouse=parameter(1), closed_at=None).order_by("grams", "code")
)


def save_carton(
    warehouse: Warehouse, *, code: str, name: str, grams: int, varies_grams: int
) -> Carton:
    """Add a box, or change the one with this code. Raises DomainError."""
    if varies_grams > grams:
        raise DomainError(
            say(
                "A box of {grams} g cannot vary by {varies_grams} g.",
                grams=grams,
                varies_grams=varies_grams,
            )
        )
    values = {"name": name, "grams": grams, "varies_grams": varies_grams, "closed_at": None}
    carton, _ = Carton.objects.update_or_create(
        warehouse=warehouse, code=code.strip(), defaults=values
    )
    return carton


def close_carton(carton: Carton, at: datetime | None) -> None:
    """Offer a box no longer, or (None) again."""
    Carton.objects.filter(pk=carton.pk).update(closed_at=at)
