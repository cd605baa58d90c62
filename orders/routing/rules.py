"""Make, change, order, switch and delete the routing rules of a seller."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.edit import MOST_PRIORITY
from orders.models import Event, Product, RoutingRule, SalesChannel, Seller, User
from orders.models.orders import POSTCODE_BEGINNING, RULE_NAME, RULE_WORDS
from orders.routing.matching import beginning
from orders.states import ShippingRule
from orders.values.counts import MOST_LINES, MOST_MONEY, MOST_UNITS, whole
from orders.values.places import currency
from orders.values.postal import delivery_country
from orders.values.problems import Problems
from orders.values.texts import one_line
from orders.values.unfit import Unfit
from orders.words import say

MOST_RULES = 50
MOST_NAMED = 50  # countries, or beginnings of postcodes, of one rule
FIELDS = (
    "name", "countries", "postcodes", "channel", "product", "currency", "value_from", "value_to",
    "units_from", "units_to", "is_gift", "has_note", "priority", "ships_as", "hold",
)  # fmt: skip
LISTS = ("expected at most {most} countries", "expected at most {most} postcodes")
TYPED = ("name", "hold")  # what a person typed does not stand in events
RANGES = (("value_from", "value_to"), ("units_from", "units_to"))


def draft(seller: Seller, given: Mapping[str, Any], rule: RoutingRule | None = None) -> RoutingRule:
    """A rule with these values, not saved: at the end, or in the place of `rule`.

    Raises InvalidInput with the problems by field.
    """
    values = _checked(seller, given)
    place: dict[str, Any] = {"position": MOST_RULES + 1}
    if rule is not None:
        place = {"id": rule.pk, "position": rule.position, "is_active": rule.is_active}
    return RoutingRule(seller=seller, **place, **values)


@transaction.atomic(savepoint=False)
def add_rule(seller: Seller, given: Mapping[str, Any], *, actor: User | None) -> RoutingRule:
    """Add a rule behind the others. Raises InvalidInput, or DomainError: there are too many."""
    rules = _locked(seller)
    if len(rules) >= MOST_RULES:
        raise DomainError(
            say("A seller has at most {most} rules: delete one first.", most=MOST_RULES)
        )
    rule = draft(seller, given)
    rule.position = rules[-1].position + 1 if rules else 1
    rule.save(force_insert=True)
    _record(rule, "added", dict.fromkeys(FIELDS), _values(rule), actor)
    return _heed(seller, rule)


@transaction.atomic(savepoint=False)
def change_rule(rule: RoutingRule, given: Mapping[str, Any], *, actor: User | None) -> RoutingRule:
    """Write what a rule says; it decides about orders that come from now on."""
    former = _present(rule)
    new = draft(former.seller, given, former)
    before, after = _values(former), _values(new)
    if before == after:
        raise DomainError(say("Nothing of the rule “{name}” was changed.", name=former))
    new.created_at = former.created_at
    new.save(force_update=True)
    _record(new, "changed", before, after, actor)
    return new


@transaction.atomic(savepoint=False)
def switch_rule(rule: RoutingRule, *, is_active: bool, actor: User | None) -> RoutingRule:
    """Switch a rule on or off."""
    rule = _present(rule)
    if rule.is_active != is_active:
        before, rule.is_active = rule.is_active, is_active
        rule.save(update_fields=["is_active"])
        _record(rule, "changed", {"is_active": before}, {"is_active": is_active}, actor)
    return _heed(rule.seller, rule)


@transaction.atomic(savepoint=False)
def shift_rule(rule: RoutingRule, *, steps: int, actor: User | None) -> RoutingRule:
    """Move a rule so many places down, or up where it is below 0; at the end it stays."""
    seller = rule.seller
    rules = _locked(seller)
    places = {row.pk: place for place, row in enumerate(rules)}
    if rule.pk not in places:
        raise DomainError(say("The rule “{name}” is deleted.", name=rule))
    place = places[rule.pk]
    to = min(max(place + steps, 0), len(rules) - 1)
    rules.insert(to, rules.pop(place))
    _number_anew(rules)
    rule.position = to + 1
    if to != place:
        _record(rule, "changed", {"position": place + 1}, {"position": to + 1}, actor)
    return rule


@transaction.atomic(savepoint=False)
def delete_rule(rule: RoutingRule, *, actor: User | None) -> None:
    """Delete a rule; the orders that it decided about keep what it did, and name it."""
    rule = _present(rule)
    rule.deleted_at, rule.is_active = timezone.now(), False
    rule.save(update_fields=["deleted_at", "is_active"])
    _record(rule, "deleted", {}, {}, actor)
    _number_anew(rules_of(rule.seller))
    _heed(rule.seller, rule)


def rules_of(seller: Seller) -> list[RoutingRule]:
    """The rules of a seller, in the order in which they apply."""
    rows = RoutingRule.objects.filter(seller=seller, deleted_at__isnull=True)
    return list(rows.select_related("channel", "product").order_by("position", "pk"))


def _number_anew(rules: Sequence[RoutingRule]) -> None:
    """Positions without gaps: 1, 2, 3."""
    for position, row in enumerate(rules, start=1):
        row.position = position
    RoutingRule.objects.bulk_update(rules, ["position"])


def _locked(seller: Seller) -> list[RoutingRule]:
    """The rules of a seller; one person at a time changes them."""
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    return rules_of(seller)


def _present(rule: RoutingRule) -> RoutingRule:
    """The rule as it is now, under the lock of its seller. Raises DomainError."""
    found = [row for row in _locked(rule.seller) if row.pk == rule.pk]
    if not found:
        raise DomainError(say("The rule “{name}” is deleted.", name=rule))
    found[0].seller = rule.seller
    return found[0]


def _heed(seller: Seller, rule: RoutingRule) -> RoutingRule:
    """Keep with the seller whether the intake has to ask for rules."""
    rules = RoutingRule.objects.filter(seller=seller, is_active=True, deleted_at__isnull=True)
    Seller.objects.filter(pk=seller.pk).update(has_rules=rules.exists())
    return rule


def _values(rule: RoutingRule) -> dict[str, Any]:
    """What a rule says, with rows as their ids."""
    values = {name: getattr(rule, f"{name}_id" if name in ("channel", "product") else name)
              for name in FIELDS}  # fmt: skip
    return {name: str(value) if name in ("channel", "product") and value else value
            for name, value in values.items()}  # fmt: skip


def _record(
    rule: RoutingRule,
    what: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    actor: User | None,
) -> None:
    changed = [name for name in after if before.get(name) != after[name]]
    open_ones = [name for name in changed if name not in TYPED]
    event = Event(
        seller_id=rule.seller_id,
        kind=f"routing_rule.{what}",
        subject_id=rule.pk,
        actor=actor,
        data={
            "fields": changed,
            "before": {name: before.get(name) for name in open_ones},
            "after": {name: after[name] for name in open_ones},
        },
    )
    record([event])


def _checked(seller: Seller, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept; what is left out is empty. Raises InvalidInput."""
    problems = Problems()
    values = {
        name: problems.kept(name, read, given.get(name), None) for name, read in _READ.items()
    }
    values["channel"] = _row(problems, "channel", SalesChannel, seller, given.get("channel"))
    values["product"] = _row(problems, "product", Product, seller, given.get("product"))
    for least, most in RANGES:
        low, high = values[least], values[most]
        if None not in (low, high) and low > high:
            problems.add(most, say("expected {least} or more", least=low))
    has_value = values["value_from"] is not None or values["value_to"] is not None
    if has_value and not values["currency"] and "currency" not in problems:
        problems.add("currency", say("needed where the value matters"))
    does_something = values["priority"] is not None or values["ships_as"] or values["hold"]
    if not does_something and not set(RoutingRule.EFFECTS) & set(dict(problems.found)):
        problems.add("", say("expected something that the rule does"))
    problems.refuse()
    return values


def _row(problems: Problems, name: str, model: Any, seller: Seller, pk: Any) -> Any:
    """The row of this id, which is the seller's own; None where none is given."""
    if not pk:
        return None
    found = model.objects.filter(seller=seller, pk=pk).first()
    if found is None:
        is_channel = name == "channel"
        told = (
            "expected a channel of this seller"
            if is_channel
            else "expected a product of this seller"
        )
        problems.add(name, say(told))
    return found


def _name(value: Any) -> str:
    text = one_line(str(value or ""))
    if not 0 < len(text) <= RULE_NAME:
        raise Unfit(say("expected 1 to {most} characters", most=RULE_NAME))
    return text


def _words(value: Any) -> str:
    text = one_line(str(value or ""))
    if len(text) > RULE_WORDS:
        raise Unfit(say("expected at most {most} characters", most=RULE_WORDS))
    return text


def _several(read: Callable[[str], str], told: str) -> Callable[[Any], list[str]]:
    """Reads a list, or a text with commas between; each once, in order."""

    def reader(value: Any) -> list[str]:
        parts = value if isinstance(value, list) else str(value or "").split(",")
        found = dict.fromkeys(read(part) for text in parts if (part := one_line(text)))
        if len(found) > MOST_NAMED:
            raise Unfit(say(told, most=MOST_NAMED))
        return list(found)

    return reader


def _postcode(text: str) -> str:
    code = beginning(text)
    if not (code.replace("-", "").isalnum() and len(code) <= POSTCODE_BEGINNING):
        raise Unfit(
            say(
                "expected beginnings of postcodes, of at most {most} characters",
                most=POSTCODE_BEGINNING,
            )
        )
    return code


def _number(least: int, most: int) -> Callable[[Any], int | None]:
    return lambda value: None if value in (None, "") else whole(value, least=least, most=most)


def _either(value: Any) -> bool | None:
    if value not in (None, True, False):
        raise Unfit(say("expected yes, no, or nothing"))
    return value  # type: ignore[no-any-return]


def _ships_as(value: Any) -> str:
    if value and value not in ShippingRule.values:
        raise Unfit(say("expected one of {codes}", codes=", ".join(ShippingRule.values)))
    return value or ""


_READ: Mapping[str, Callable[[Any], Any]] = {
    "name": _name,
    "countries": _several(lambda code: delivery_country(code.upper()), LISTS[0]),
    "postcodes": _several(_postcode, LISTS[1]),
    "currency": lambda value: currency(str(value or "").strip().upper()),
    "value_from": _number(0, MOST_MONEY),
    "value_to": _number(0, MOST_MONEY),
    "units_from": _number(1, MOST_UNITS * MOST_LINES),
    "units_to": _number(1, MOST_UNITS * MOST_LINES),
    "is_gift": _either,
    "has_note": _either,
    "priority": _number(-MOST_PRIORITY, MOST_PRIORITY),
    "ships_as": _ships_as,
    "hold": _words,
}


def warnings_of(rule: RoutingRule) -> Sequence[str]:
    """Why hardly an order will meet a rule: what it names is archived or closed."""
    found = []
    if rule.product and not rule.product.is_active:
        told = "{product} is archived: is this rule still needed?"
        found.append(say(told, product=rule.product))
    if rule.channel and not rule.channel.is_active:
        told = "The channel {channel} is closed: is this rule still needed?"
        found.append(say(told, channel=rule.channel))
    return found
