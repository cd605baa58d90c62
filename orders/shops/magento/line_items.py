"""The lines of a Magento order: what is sent of configurables and bundles, and how many units."""

from typing import Any

import msgspec

from orders.shops.base import IncomingLine, Units
from orders.shops.reading import JsonProblems, whole_units
from orders.shops.texts import Code, Text, Title, text
from orders.values.counts import MOST_LINES

CONFIGURABLE, BUNDLE = "configurable", "bundle"
VIRTUAL = {"virtual", "downloadable"}
COUNTS = ("qty_canceled", "qty_refunded", "qty_shipped")


class Item(msgspec.Struct):
    """An item as sold. A child has the id of its parent; its own counts may be left at zero."""

    item_id: Code | int | None = None
    parent_item_id: Any = None
    product_type: str | None = None
    name: Title | None = None
    sku: Text = None
    price: Any = None
    is_virtual: Any = None
    qty_ordered: Any = None
    qty_canceled: Any = None
    qty_refunded: Any = None
    qty_shipped: Any = None


class Sold:
    """An item with its counts in whole units, by the shop's id of it."""

    def __init__(self, item: Item, path: str, place: int, problems: JsonProblems) -> None:
        self.item, self.path = item, path
        self.key = text(item.item_id) or f"#{place + 1}"
        self.bought = whole_units(item.qty_ordered, problems, f"{path}.qty_ordered")
        self.counts = {
            name: whole_units(getattr(item, name) or 0, problems, f"{path}.{name}")
            for name in COUNTS
        }
        self.parent: Sold | None = None
        self.children: list[Sold] = []

    @property
    def kind(self) -> str:
        return self.item.product_type or ""

    @property
    def is_virtual(self) -> bool:
        """Whether there is nothing to put into a box."""
        return self.kind in VIRTUAL or self.item.is_virtual in (1, True, "1")

    @property
    def is_sent(self) -> bool:
        """Whether it is a thing in a box: of a bundle its parts are, and the bundle is not."""
        return not self.is_virtual and not (self.kind == BUNDLE and self.children)

    def units(self) -> Units:
        """What the shop wants; of a part at least what was done with its bundle."""
        done = {name: self._count(name) for name in COUNTS}
        wanted = max(0, self.bought - done["qty_canceled"] - done["qty_refunded"])
        return Units(self.bought, wanted, max(0, wanted - done["qty_shipped"]))

    def _count(self, name: str) -> int:
        of_bundle = 0
        if self.parent and self.parent.bought:
            of_bundle = self.parent.counts[name] * self.bought // self.parent.bought
        return max(self.counts[name], of_bundle)


def read_items(items: Any, problems: JsonProblems) -> list[Sold]:
    """The items that are lines of ours; the child of a configurable is no line beside it.

    Both have the same SKU and stand for the same thing: its counts are those of the parent, its
    name that of the child.
    """
    if not isinstance(items, list):
        problems.add("items", "expected a list of items")
        return []
    if len(items) > MOST_LINES:
        problems.add("items", f"expected at most {MOST_LINES} items, got {len(items)}")
        return []
    sold = [
        Sold(problems.read(Item, value, path), path, place, problems)
        for place, value in enumerate(items)
        if problems.is_object(value, path := f"items[{place}]")
    ]
    known = {one.key: one for one in sold}
    for one in sold:
        parent = known.get(_id(one.item.parent_item_id))
        if parent is not None and parent is not one and parent.kind in (CONFIGURABLE, BUNDLE):
            one.parent = parent
            parent.children.append(one)
    return [one for one in sold if not (one.parent and one.parent.kind == CONFIGURABLE)]


def incoming_line(one: Sold, paid_in: str, problems: JsonProblems) -> IncomingLine:
    """The line as we keep it."""
    child = one.children[0].item if one.kind == CONFIGURABLE and one.children else one.item
    title = text(child.name) or text(one.item.name) or text(one.item.sku)
    if not title:
        problems.add(f"{one.path}.name", "expected the name of what was sold, got nothing")
    price = problems.price(one.item.price, paid_in, f"{one.path}.price")
    if one.kind == BUNDLE and any(part.item.price for part in one.children):
        price = 0  # it is the sum of its parts, which have theirs
    units = one.units()
    return IncomingLine(
        sku=text(child.sku) or text(one.item.sku),
        title=title,
        quantity=(units.to_send or 0) if one.is_sent else units.wanted,
        unit_price=price,
        ships=one.is_sent,
        shop_line=one.key,
    )


def _id(value: Any) -> str:
    """The id of another item; "" where there is none."""
    return str(value) if value and isinstance(value, int | str) else ""
