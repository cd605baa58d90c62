"""Check the weight of a box before it is closed; a lead may close it in spite of its weight."""

from django.db.models import F

from orders.errors import DomainError
from orders.models import Package
from orders.words import say
from warehouse.floor.weighing import CANNOT_TELL, OFF, Judgement, Packed, Tare, judge
from warehouse.models import Carton

ACCEPTED = "accepted"


def check_weight(
    box: Package, measured: int | None, *, carton: Carton | None, because: str
) -> Judgement | None:
    """Judge the weight in grams; None where none was measured.

    Raises DomainError where the weight is off and nobody says why the box is closed `because`.
    """
    if measured is None:
        return None
    if box.shipment.together:
        return Judgement(CANNOT_TELL, say("what other orders have in this box is weighed with it"))
    tare = Tare(carton.grams, carton.varies_grams) if carton else None
    found = judge(contents_of(box), tare, measured)
    if found.verdict != OFF:
        return found
    if not because:
        raise DomainError(
            say(
                "Box {box}: {why}. Not closed: look into it, or weigh it again.",
                box=box,
                why=found.why,
            )
        )
    return Judgement(ACCEPTED, found.why)


def contents_of(box: Package) -> list[Packed]:
    """What is in a box, by line."""
    rows = box.lines.order_by("shipment_line__line__position", "pk").values_list(
        F("shipment_line__line__product__sku"),
        F("shipment_line__line__product__weight_grams"),
        "quantity",
    )
    return [Packed(sku, grams or 0, units) for sku, grams, units in rows]
