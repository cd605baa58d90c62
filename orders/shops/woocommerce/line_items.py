"""The lines of a WooCommerce order: whole units, prices, and which of a bundle's lines are sent."""

from html import unescape
from typing import Any

import msgspec

from orders.shops.base import IncomingLine, Units
from orders.shops.reading import JsonProblems, whole_units
from orders.shops.texts import Code, Text, Title, text
from orders.values.counts import MOST_LINES

# What the extensions Product Bundles and Composite Products note of a line: whether a part is sent
# as it is ("no": packed into its parent, or nothing to send), and the weight of a parent that is.
SENT_ITSELF = ("_bundled_item_needs_shipping", "_composite_item_needs_shipping")
PARENT_IS_SENT = ("_bundle_weight", "_composite_weight")


class LineItem(msgspec.Struct):
    """A line as sold. It does not say whether its product is one to send."""

    id: Code | int | None = None
    name: Title | None = None
    sku: Text = None
    quantity: Any = None
    price: Any = None
    bundled_by: Any = None
    composite_parent: Any = None
    meta_data: Any = None


class SoldLine(msgspec.Struct):
    """A line with its whole units, by the shop's id of it."""

    item: LineItem
    path: str
    key: str
    units: int
    meta: dict[str, Any]

    @property
    def parent(self) -> str:
        """The id of the bundle or composite that it is a part of."""
        return _id(self.item.bundled_by) or _id(self.item.composite_parent)

    @property
    def is_inside(self) -> bool:
        """Whether it is not sent as it is."""
        return any(self.meta.get(name) == "no" for name in SENT_ITSELF)


def read_lines(items: Any, problems: JsonProblems) -> list[SoldLine]:
    """The lines of an order; there may be none left, or only fees."""
    if not isinstance(items, list):
        problems.add("line_items", "expected a list of lines")
        return []
    if (count := len(items)) > MOST_LINES:
        problems.add("line_items", f"expected at most {MOST_LINES} lines, got {count}")
        return []
    found = []
    for place, value in enumerate(items):
        path = f"line_items[{place}]"
        if not problems.is_object(value, path):
            continue
        item = problems.read(LineItem, value, path)
        key = text(item.id) or f"#{place + 1}"
        units = whole_units(item.quantity, problems, f"{path}.quantity")
        found.append(SoldLine(item, path, key, units, by_key(item.meta_data)))
    return found


def sent_lines(sold: list[SoldLine]) -> set[str]:
    """The ids of the lines that are sent: of a bundle its parts or its parent, never both.

    The parts, unless they are packed into their parent, which then is a product of its own.
    """
    parts: dict[str, list[SoldLine]] = {}
    for line in sold:
        if line.units and line.parent != line.key:
            parts.setdefault(line.parent, []).append(line)
    return {line.key for line in sold if not line.is_inside and _is_sent(line, parts)}


def units_of(sold: list[SoldLine], sent: set[str]) -> dict[str, Units]:
    """What the shop wants of the lines that are sent."""
    return {line.key: Units(line.units, line.units) for line in sold if line.key in sent}


def incoming_lines(
    sold: list[SoldLine], sent: set[str], paid_in: str, problems: JsonProblems
) -> list[IncomingLine]:
    """The lines with units; those that are not sent are kept and not picked."""
    lines = [_incoming(line, line.key in sent, paid_in, problems) for line in sold]
    return [line for line in lines if line.quantity]


def by_key(meta_data: Any) -> dict[str, Any]:
    """{key: value} of a `meta_data` list; what is written otherwise says nothing."""
    entries = meta_data if isinstance(meta_data, list) else []
    return {
        entry["key"]: entry.get("value")
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("key"), str)
    }


def _is_sent(line: SoldLine, parts: dict[str, list[SoldLine]]) -> bool:
    mine = parts.get(line.key, [])
    if any(name in line.meta for name in PARENT_IS_SENT):
        return True
    return all(part.is_inside for part in mine)


def _incoming(line: SoldLine, is_sent: bool, paid_in: str, problems: JsonProblems) -> IncomingLine:
    item = line.item
    # WordPress writes names with entities: “Lamp &ndash; Red”.
    title = unescape(text(item.name)) or text(item.sku)
    if not title:
        problems.add(f"{line.path}.name", "expected the name of what was sold, got nothing")
    return IncomingLine(
        sku=text(item.sku),
        title=title,
        quantity=line.units,
        unit_price=problems.price(item.price, paid_in, f"{line.path}.price"),
        ships=is_sent,
        shop_line=line.key,
    )


def _id(value: Any) -> str:
    """The id of another line; "" or 0 where there is none."""
    return str(value) if value and isinstance(value, int | str) else ""
