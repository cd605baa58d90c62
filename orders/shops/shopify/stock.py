"""Tell a Shopify shop our stock: inventorySetQuantities, with the number that we have just read.

So a sale in the shop between the two is no lost unit: it refuses, and is read again.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from orders.shops.shopify.graphql import Graphql
from orders.shops.stock import CHANGED, Place, Shown, Wanted
from orders.shops.telling import Door, Refused

STALE = "CHANGE_FROM_QUANTITY_STALE"
NOT_COUNTED = "The shop does not track the stock of this product: switch “Track quantity” on there."
NOT_THERE = "The shop does not stock this product in the location: add it there."

PLACES = "query Places { places: locations(first: 100) { nodes { id name } } }"
ITEMS = """
query Items($query: String!, %(names)s) {
  inventoryItems(first: 250, query: $query) {
    nodes { id sku tracked %(levels)s }
  }
}
"""
NAME = "$place%(n)d: ID!"
LEVEL = """
level%(n)d: inventoryLevel(locationId: $place%(n)d) {
  quantities(names: ["available"]) { quantity }
}
"""
SET = """
mutation Stock($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    userErrors { code field message }
  }
}
"""


class ShopifyStock:
    """The units “available” of an inventory item in a location."""

    has_places = True
    most = 25
    hint = "Its app also needs to read products and locations, and to read and write inventory."

    def places(self, door: Door, token: str) -> list[Place]:
        """The active locations."""
        found = Graphql(door, token).ask(PLACES, {})["places"]["nodes"]
        return [Place(str(node["id"]), str(node["name"])) for node in found]

    def shown(
        self, skus: Sequence[str], places: Sequence[str], door: Door, token: str
    ) -> list[Shown]:
        """What the shop shows of these SKUs, item by item and place by place."""
        numbers = range(len(places))
        document = ITEMS % {
            "names": ", ".join(NAME % {"n": n} for n in numbers),
            "levels": " ".join(LEVEL % {"n": n} for n in numbers),
        }
        given = {f"place{n}": place for n, place in enumerate(places)}
        wanted = " OR ".join(f'sku:"{_escaped(sku)}"' for sku in skus)
        found = Graphql(door, token).ask(document, {"query": wanted} | given)
        return [
            shown for node in found["inventoryItems"]["nodes"] for shown in _shown(node, places)
        ]

    def tell(self, wanted: Sequence[Wanted], door: Door, token: str) -> list[str]:
        """Set what can be set: one refused item refuses the whole mutation, so it is left out."""
        problems = [""] * len(wanted)
        left = list(range(len(wanted)))
        api = Graphql(door, token)
        while left:
            refused = _set(api, [wanted[n] for n in left])
            for place, problem in refused.items():
                problems[left[place]] = problem
            if not refused or len(refused) == len(left):
                break
            left = [n for place, n in enumerate(left) if place not in refused]
        return problems


def _set(api: Graphql, wanted: list[Wanted]) -> dict[int, str]:
    """Set all of these or, where one is refused, none: {place in the list: why}."""
    quantities = [
        {
            "inventoryItemId": one.shown.item,
            "locationId": one.shown.place,
            "quantity": one.units,
            "changeFromQuantity": one.shown.units,
        }
        for one in wanted
    ]
    given = {"name": "available", "reason": "correction", "quantities": quantities}
    # A key of its own each time: what was asked in vain is read again before it is asked again.
    made = api.ask(SET, {"input": given, "key": str(uuid4())})["inventorySetQuantities"]
    refused = dict(_refused(made["userErrors"], len(wanted)))
    if made["userErrors"] and not refused:
        raise Refused("; ".join(str(error["message"]) for error in made["userErrors"]))
    return refused


def _refused(errors: list[dict[str, Any]], count: int) -> Iterator[tuple[int, str]]:
    for error in errors:
        places = [part for part in error["field"] or () if part.isascii() and part.isdecimal()]
        if places and int(places[0]) < count:
            told = CHANGED if error["code"] == STALE else str(error["message"])
            yield int(places[0]), told


def _shown(node: dict[str, Any], places: Sequence[str]) -> Iterator[Shown]:
    for n, place in enumerate(places):
        level = node[f"level{n}"]
        problem = "" if level else NOT_THERE
        if not node["tracked"]:
            problem = NOT_COUNTED
        units = int(level["quantities"][0]["quantity"]) if level else None
        yield Shown(str(node["sku"] or ""), str(node["id"]), place, units, problem)


def _escaped(sku: str) -> str:
    return sku.replace("\\", "\\\\").replace('"', '\\"')
