"""What lies where, reckoned beside the portal: a model of the books of one small building.

It knows nothing of the portal's tables but what an action was asked to do; `differences` compares.
"""

from collections import Counter
from uuid import UUID

from django.db.models import Sum

from orders.models import OrderLine
from tests.warehouse.any_day.building import Building
from warehouse.models import Location, Stock

TOTE = Location.Kind.TOTE


class Model:
    """Units by place, in totes by shipment, and with the customers by order line."""

    def __init__(self) -> None:
        self.lying: Counter[tuple[str, str]] = Counter()  # (SKU, location code)
        self.held: Counter[tuple[str, UUID]] = Counter()  # (SKU, shipment): picked and not left
        self.sent: Counter[UUID] = Counter()  # order line: handed over, and not taken back
        self.delivered: Counter[UUID] = Counter()
        self.came_back: Counter[UUID] = Counter()
        self.ordered: Counter[UUID] = Counter()
        self.cancelled: Counter[UUID] = Counter()

    def pick(self, sku: str, place: str, shipment: UUID, units: int) -> None:
        """Units go from a place into the tote of a shipment; fewer than 0 go back."""
        self.lying[sku, place] -= units
        self.held[sku, shipment] += units

    def hand_over(self, lines: dict[UUID, tuple[str, int]], shipment: UUID, *, times: int) -> None:
        """{order line: (SKU, units)} leave the house once, or come back into it: `times` -1."""
        for line, (sku, units) in lines.items():
            self.held[sku, shipment] -= times * units
            self.sent[line] += times * units


def differences(model: Model, here: Building) -> list[str]:
    """Where the portal's books say otherwise than the model."""
    rows = Stock.objects.filter(location__warehouse=here.warehouse, on_hand__gt=0)
    places = rows.exclude(location__kind=TOTE).values_list("product__sku", "location__code")
    totes = rows.filter(location__kind=TOTE).values_list("product__sku")
    lying = {(sku, code): units for sku, code, units in places.annotate(units=Sum("on_hand"))}
    held = dict(totes.annotate(units=Sum("on_hand")))
    wanted: Counter[str] = Counter()
    for (sku, _), units in model.held.items():
        wanted[sku] += units
    lines = OrderLine.objects.filter(order__seller=here.ada.seller)
    counters = ("ordered", "cancelled", "shipped", "delivered", "came_back")
    booked = {pk: tuple(counts) for pk, *counts in lines.values_list("pk", *counters)}
    reckoned = {
        pk: (
            model.ordered[pk], model.cancelled[pk], model.sent[pk], model.delivered[pk],
            model.came_back[pk],
        )
        for pk in model.ordered
    }  # fmt: skip
    pairs = {
        "lies": (lying, +model.lying),
        "in totes": (held, +wanted),
        f"lines ({', '.join(counters)})": (booked, reckoned),
    }
    return [
        f"{what}: {books} in the books, not {own}"
        for what, (books, own) in pairs.items()
        if books != dict(own)
    ]
