"""Routing rules in words, and what a dry run of them found."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from fulfillment.dashboard.edit_forms import PRIORITIES
from fulfillment.dashboard.rule_forms import amount
from orders.models import Order, RoutingRule, Seller
from orders.routing.dry_run import Difference, Tried
from orders.routing.rules import rules_of, warnings_of
from orders.states import ShippingRule
from orders.words import inside, say, say_count
from orders.words.writing import any_of, figure, grouped, isolated, with_commas

LABELS = {"priority": "Priority", "ships_as": "Ships", "hold": "Hold"}
GIFTS, NOTES = ("that are gifts", "that are no gifts"), ("with a note", "without a note")


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
    if found.rule:
        why = say("by “{name}”", name=found.rule.name)
    else:
        why = say("no rule decides it any more")
    before, after = (_value(found.effect, value) for value in (found.before, found.after))
    return ShownDifference(say(LABELS[found.effect]), before, after, why)


def _value(effect: str, value: Any) -> str:
    if effect == "priority":
        return inside(say(PRIORITIES[value])) if value in PRIORITIES else str(value)
    if effect == "ships_as":
        return inside(say(ShippingRule(value).label))
    return say("“{words}”", words=value) if value else say("not held")


def _conditions(rule: RoutingRule) -> str:
    parts = list(_asked(rule))
    return (
        say("Orders {conditions}", conditions=with_commas(parts)) if parts else say("Every order")
    )


def _asked(rule: RoutingRule) -> Iterator[str]:
    yield from _place_and_goods(rule)
    yield from _size(rule)
    for asked, (yes, no) in ((rule.is_gift, GIFTS), (rule.has_note, NOTES)):
        if asked is not None:
            yield say(yes if asked else no)


def _place_and_goods(rule: RoutingRule) -> Iterator[str]:
    if rule.countries:
        yield say("to {countries}", countries=any_of(list(map(isolated, rule.countries))))
    if rule.postcodes:
        told = "with a postcode that begins with {postcodes}"
        yield say(told, postcodes=any_of(list(map(isolated, rule.postcodes))))
    if rule.channel:
        yield say("through {channel}", channel=isolated(str(rule.channel)))
    if rule.product:
        yield say("with {sku}", sku=isolated(rule.product.sku))


def _size(rule: RoutingRule) -> Iterator[str]:
    if rule.value_from is not None or rule.value_to is not None:
        low, high = (amount(value, rule.currency) for value in (rule.value_from, rule.value_to))
        yield _worth(figure(low), figure(high), rule.currency)
    elif rule.currency:
        yield say("in {currency}", currency=rule.currency)
    if rule.units_from is not None or rule.units_to is not None:
        yield _of_units(rule.units_from or 0, rule.units_to or 0)


def _worth(low: str, high: str, currency: str) -> str:
    if low and low == high:
        return say("worth {value} {currency}", value=low, currency=currency)
    if low and high:
        return say("worth {low} to {high} {currency}", low=low, high=high, currency=currency)
    if low:
        return say("worth {value} {currency} or more", value=low, currency=currency)
    return say("worth {value} {currency} or less", value=high, currency=currency)


def _of_units(low: int, high: int) -> str:
    if low and low == high:
        return say_count(low, "of {n} unit", "of {n} units", n=grouped(low))
    if low and high:
        first, last = grouped(low), grouped(high)
        return say_count(high, "of {low} to {high} units", "of {low} to {high} units",
                         low=first, high=last)  # fmt: skip
    if low:
        return say_count(low, "of {n} unit or more", "of {n} units or more", n=grouped(low))
    return say_count(high, "of {n} unit or less", "of {n} units or less", n=grouped(high))


def _effects(rule: RoutingRule) -> str:
    parts = []
    if rule.priority is not None:
        parts.append(say("priority {level}", level=_value("priority", rule.priority)))
    if rule.ships_as:
        parts.append(say("ship {rule}", rule=_value("ships_as", rule.ships_as)))
    if rule.hold:
        parts.append(say("hold for review: {words}", words=_value("hold", rule.hold)))
    text = with_commas(parts)
    return text[:1].upper() + text[1:]
