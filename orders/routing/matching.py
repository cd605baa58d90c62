"""Which routing rules an order meets, and what they decide: pure functions without the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from orders.models import RoutingRule
from orders.values.texts import one_line


@dataclass(frozen=True, slots=True)
class Traits:
    """What rules ask of an order; `products`: those of its lines that are known."""

    country: str
    postcode: str
    channel_id: UUID
    currency: str
    value: int
    units: int
    products: frozenset[UUID]
    is_gift: bool
    has_note: bool


class Decided(NamedTuple):
    """What a rule decides of an effect."""

    value: Any
    rule: RoutingRule


def decide(rules: Iterable[RoutingRule], traits: Traits) -> dict[str, Decided]:
    """{effect: what is decided}: of each effect the first rule that has it and is met."""
    found: dict[str, Decided] = {}
    for rule in rules:
        if rule.is_active and is_met(rule, traits):
            for effect in RoutingRule.EFFECTS:
                if (value := getattr(rule, effect)) not in (None, ""):
                    found.setdefault(effect, Decided(value, rule))
    return found


def is_met(rule: RoutingRule, traits: Traits) -> bool:
    """Whether all conditions of a rule hold; a rule without any is met by every order."""
    return (
        (not rule.countries or traits.country in rule.countries)
        and (not rule.postcodes or traits.postcode.startswith(tuple(rule.postcodes)))
        and rule.channel_id in (None, traits.channel_id)
        and (rule.product_id is None or rule.product_id in traits.products)
        and rule.currency in ("", traits.currency)
        and _is_between(traits.value, rule.value_from, rule.value_to)
        and _is_between(traits.units, rule.units_from, rule.units_to)
        and rule.is_gift in (None, traits.is_gift)
        and rule.has_note in (None, traits.has_note)
    )


def beginning(postcode: str) -> str:
    """A postcode, or the beginning of one, as it is compared: in capitals, without blanks."""
    return "".join(one_line(postcode).upper().split())


def _is_between(number: int, least: int | None, most: int | None) -> bool:
    return (least is None or number >= least) and (most is None or number <= most)
