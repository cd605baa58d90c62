"""Routing rules in words, and what a dry run of them found."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from fulfillment.dashboard.rule_forms import amount
from orders.models import Order, RoutingRule, Seller
from orders.routing.dry_run import Difference, Tried
from orders.routing.rules import rules_of, warnings_of
from orders.states import ShippingRule

LABELS = {"priority": "Priority", "ships_as": "Ships", "hold": "Hold"}
GIFTS, NOTES = ("that are gifts", "that are no gifts"), ("with a note", "without a note")
PRIORITIES = {0: "normal", 10: "high", 20: "urgent"}


class Shown(NamedTuple):
    """A rule in words, with what may hinder it."""

    rule: RoutingRule
    conditions: str
    effects: str
    warnings: Sequence[str]


class ShownDifference(NamedTuple):
    """What of a past order would have been decided otherwise."""

    label: str
    before: str
    after: str
    why: str


class ShownOrder(NamedTuple):
    """A past order about which the rules would have decided otherwise."""

    order: Order
    differences: Sequence[ShownDifference]


def shown_rules(sellers: Iterable[Seller]) -> list[tuple[Seller, list[Shown]]]:
    """The rules of each seller, in order."""
    return [(seller, [shown(rule) for rule in rules_of(seller)]) for seller in sellers]


def shown(rule: RoutingRule) -> Shown:
    """A rule in words."""
    return Shown(rule, _conditions(rule), _effects(rule), warnings_of(rule))


def shown_orders(tried: Tried) -> list[ShownOrder]:
    """The orders of a dry run, with old and new in words."""
    return [
        ShownOrder(order, [_difference(found) for found in differences])
        for order, differences in tried.orders
    ]


def _difference(found: Difference) -> ShownDifference:
    why = f"by “{found.rule.name}”" if found.rule else "no rule decides it any more"
    before, after = (_value(found.effect, value) for value in (found.before, found.after))
    return ShownDifference(LABELS[found.effect], before, after, why)


def _value(effect: str, value: Any) -> str:
    if effect == "priority":
        return PRIORITIES.get(value, str(value))
    if effect == "ships_as":
        return str(ShippingRule(value).label).lower()
    return f"“{value}”" if value else "not held"


def _conditions(rule: RoutingRule) -> str:
    parts = list(_asked(rule))
    return f"Orders {', '.join(parts)}" if parts else "Every order"


def _asked(rule: RoutingRule) -> Iterator[str]:
    yield from _place_and_goods(rule)
    yield from _size(rule)
    for asked, (yes, no) in ((rule.is_gift, GIFTS), (rule.has_note, NOTES)):
        if asked is not None:
            yield yes if asked else no


def _place_and_goods(rule: RoutingRule) -> Iterator[str]:
    if rule.countries:
        yield f"to {_any_of(rule.countries)}"
    if rule.postcodes:
        yield f"with a postcode that begins with {_any_of(rule.postcodes)}"
    if rule.channel:
        yield f"through {rule.channel}"
    if rule.product:
        yield f"with {rule.product.sku}"


def _size(rule: RoutingRule) -> Iterator[str]:
    if rule.value_from is not None or rule.value_to is not None:
        low, high = (amount(value, rule.currency) for value in (rule.value_from, rule.value_to))
        yield f"worth {_range(low, high, rule.currency)}"
    elif rule.currency:
        yield f"in {rule.currency}"
    if rule.units_from is not None or rule.units_to is not None:
        low, high = (str(value or "") for value in (rule.units_from, rule.units_to))
        yield f"of {_range(low, high, 'units')}"


def _range(low: str, high: str, of: str) -> str:
    if low and high:
        return f"{low} {of}" if low == high else f"{low} to {high} {of}"
    return f"{low} {of} or more" if low else f"{high} {of} or less"


def _any_of(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _effects(rule: RoutingRule) -> str:
    parts = []
    if rule.priority is not None:
        parts.append(f"priority {_value('priority', rule.priority)}")
    if rule.ships_as:
        parts.append(f"ship {_value('ships_as', rule.ships_as)}")
    if rule.hold:
        parts.append(f"hold for review: {_value('hold', rule.hold)}")
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]
