"""Tell a WooCommerce shop our stock: `stock_quantity` of products and variations, in batches."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from orders.shops.stock import Place, Shown, Wanted
from orders.shops.telling import Door, Refused
from orders.shops.woocommerce.rest import ask
from orders.words import say

FIELDS = "id,parent_id,sku,type,manage_stock,stock_quantity"
COUNTED = ("simple", "variation", "variable")
LONGEST_LIST = 3000
NOT_COUNTED = "A product of this type has no stock in the shop."
WITH_A_COMMA = "The shop cannot be asked for a SKU with a comma."


class WooCommerceStock:
    """The stock quantity of a product; the shop is told to manage its stock."""

    has_places = False
    most = 20
    hint = "“Manage stock” is switched on in the shop for the products that we tell."

    def places(self, door: Door, token: str) -> list[Place]:
        """None: WooCommerce knows one stock."""
        return []

    def shown(
        self, skus: Sequence[str], places: Sequence[str], door: Door, token: str
    ) -> list[Shown]:
        """What the shop shows; asked by SKU, it gives variations too."""
        # A list is divided at commas.
        found = [Shown(sku, "", "", None, WITH_A_COMMA) for sku in skus if "," in sku]
        for wanted in _lists([quote(sku, safe="") for sku in skus if "," not in sku]):
            path = f"products?sku={wanted}&per_page=100&_fields={FIELDS}"
            rows = ask(door, token, "GET", path)
            found += [_shown(row) for row in rows or () if isinstance(row, dict)]
        return found

    def tell(self, wanted: Sequence[Wanted], door: Door, token: str) -> list[str]:
        """Set them, one batch for products and one for the variations of each product."""
        problems = [""] * len(wanted)
        batches: dict[str, dict[str, int]] = {}
        for place, one in enumerate(wanted):
            parent, _, item = one.shown.item.rpartition("/")
            batches.setdefault(parent, {})[item] = place
        for parent, items in batches.items():
            path = f"products/{parent}/variations/batch" if parent else "products/batch"
            given = [
                {"id": int(item), "manage_stock": True, "stock_quantity": wanted[place].units}
                for item, place in items.items()
            ]
            answer = ask(door, token, "POST", path, {"update": given})
            for item, problem in _refused(answer):
                if item in items:
                    problems[items[item]] = problem
        return problems


def _lists(skus: list[str]) -> list[str]:
    """SKUs with commas between, in as few lists as a URL has room for."""
    lists: list[str] = []
    for sku in skus:
        if lists and len(lists[-1]) + len(sku) < LONGEST_LIST:
            lists[-1] += f",{sku}"
        else:
            lists.append(sku)
    return lists


def _shown(row: dict[str, Any]) -> Shown:
    parent, kind = row.get("parent_id") or "", row.get("type")
    item = f"{parent}/{row.get('id')}" if kind == "variation" else f"{row.get('id')}"
    units = row.get("stock_quantity")
    own = row.get("manage_stock") is True  # of a variation it may be "parent"
    return Shown(
        sku=str(row.get("sku") or ""),
        item=item,
        place="",
        units=int(units) if own and isinstance(units, int | float) else None,
        problem="" if kind in COUNTED else NOT_COUNTED,
    )


def _refused(answer: Any) -> Iterator[tuple[str, str]]:
    """(id, why) of the products of a batch that were not set."""
    rows = answer.get("update") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise Refused(say("The shop's answer is no batch."))
    for row in rows:
        error = row.get("error") if isinstance(row, dict) else None
        if isinstance(error, dict):
            yield str(row.get("id")), str(error.get("message"))
