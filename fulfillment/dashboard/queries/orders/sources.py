"""Why a shipment leaves its warehouse, in words: for sellers who ship from several."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from orders.accounts.buildings import buildings_of
from orders.models import Order, Shipment, Warehouse
from orders.services.choosing import BEYOND, HOUSES
from orders.states import SHIPMENT_NOT_BEGUN
from orders.words import say
from orders.words.writing import isolated, listed
from warehouse.planning.sourcing import Why
from warehouse.stock.moving import why_it_stays

BECAUSE = {
    Why.OPEN: "because a parcel of this order was to leave there already",
    Why.REACH: "because no service went there from your other warehouses",
    Why.DAYS: "because it arrived sooner from there",
    Why.NEAR: "because it was the nearest of those that had it",
    Why.FIRST: "because it was the first on your list of those that had it",
    Why.MOVED: "because it was moved there",
    Why.REACHED: "because no warehouse from which a service goes there had all of it",
}


def explain(order: Order, shipments: Sequence[Any]) -> None:
    """Set of each shipment `because`, and to which warehouses it can be moved; two statements.

    Of the order `lies_in`: the warehouses that have what is missing, and from which it cannot go.
    """
    served = [row.warehouse for row in buildings_of(order.seller)]
    names = {str(row.pk): row.name for row in served}
    beyond = (order.service or {}).get(BEYOND, {}).get(HOUSES, [])
    found = [isolated(names[pk]) for pk in beyond if pk in names]
    order.lies_in = listed(found) if found else ""  # type: ignore[attr-defined]  # for the template
    titles = {str(line.line_id): line.line.title for row in shipments for line in row.lines.all()}
    for row in shipments:
        row.because = why_from(row, names, titles)
        row.goals = _goals(row, served)
    if any(row.goals for row in shipments) and why_it_stays(order):
        for row in shipments:
            row.goals = []


def why_from(shipment: Shipment, names: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """Why it leaves there, as a clause; "" where there was nothing to choose.

    What the warehouses had is said as it was then: it changes with each order.
    """
    chosen = shipment.chosen or {}
    why = chosen.get("why", "")
    if why in BECAUSE:
        return say(BECAUSE[why])
    lacks = chosen.get("lacks", {})
    had = [
        say(
            "{warehouse} had {has} of {of} {title}",
            warehouse=isolated(names[pk]),
            has=lack["has"],
            of=lack["of"],
            title=isolated(titles.get(lack["line"]) or say("units")),
        )
        for pk, lack in lacks.items()
        if pk in names
    ]
    if not had:
        return ""
    if why == Why.SPLIT:
        return say("because no warehouse had all of it: {lacks}", lacks=listed(had))
    return say("because {lacks}", lacks=listed(had))


def _goals(shipment: Shipment, served: Sequence[Warehouse]) -> list[tuple[UUID, str]]:
    """Other warehouses, as long as nobody picks it, and no other order goes in its box."""
    if shipment.status not in SHIPMENT_NOT_BEGUN or shipment.together:
        return []
    return [(row.pk, row.name) for row in served if row.pk != shipment.warehouse_id]
