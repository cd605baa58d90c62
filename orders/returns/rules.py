"""The return policy of a seller: rules in order; the first that fits decides, and says why."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from babel.numbers import get_currency_precision
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from orders.catalogue.categories import folded
from orders.errors import DomainError
from orders.events.recording import record
from orders.keys import new_id
from orders.models import Event, Return, ReturnLine, ReturnRule, Seller, User
from orders.models.returns import OURS
from orders.returns.policy import local_day
from orders.statements import violated_constraint
from orders.states import ReturnStatus
from orders.words import inside, say, say_as, say_later
from orders.words.writing import any_of, figure, isolated

Outcome = ReturnRule.Outcome
DAYS = (
    "up to {most} days after the delivery",
    "{least} or more days after the delivery",
    "{least} to {most} days after the delivery",
)
WORTH = (
    "worth up to {most} {currency}",
    "worth {least} or more {currency}",
    "worth {least} to {most} {currency}",
)
MOST_RULES = 50
MOST_TRIED = 500
QUARTER = timedelta(days=92)
SAVED_BEFORE = say_later("This form was saved before. Save it again to add another rule.")


class Piece(NamedTuple):
    """What rules look at of one line that is to come back; "" of what is not known."""

    sku: str = ""
    category: str = ""
    condition: str = ""  # as the customer says it


class Traits(NamedTuple):
    """What rules look at: of the order, and of the units that are to come back."""

    country: str
    reason: str
    days: int  # since the last parcel came
    value: int  # of these units, in minor units
    currency: str
    pieces: Collection[Piece]  # all that comes back


class Verdict(NamedTuple):
    """What the policy says of a return, by which rule, and why in words."""

    outcome: str
    rule: ReturnRule | None
    why: str


class TriedReturn(NamedTuple):
    """A past return: what became of it, and what the rules say."""

    order_return: Return
    happened: str
    verdict: Verdict

    @property
    def says_condition(self) -> bool:
        """Whether the customer said of each thing in which condition it is."""
        return all(part.condition for part in self.order_return.lines.all())

    @property
    def differs(self) -> bool:
        return self.happened != self.verdict.outcome

    @property
    def happened_label(self) -> str:
        return inside(say(Outcome(self.happened).label))

    @property
    def verdict_label(self) -> str:
        return inside(say(Outcome(self.verdict.outcome).label))


def judge(rules: Iterable[ReturnRule], traits: Traits) -> Verdict:
    """The verdict of the first rule that fits; without one the seller looks at it.

    So they do where a rule refuses a part of what comes back: no product in the same parcel helps
    another past it.
    """
    for rule in rules:
        if fits(rule, traits):
            return Verdict(rule.outcome, rule, conditions_of(rule))
        if rule.outcome == Outcome.REFUSE and fits(rule, traits, of_pieces=any):
            return Verdict(Outcome.REVIEW, None, _refused_part(rule))
    return Verdict(Outcome.REVIEW, None, say("no rule fits, so you decide"))


def fits(
    rule: ReturnRule, traits: Traits, *, of_pieces: Callable[[Iterable[bool]], bool] = all
) -> bool:
    """Whether all conditions of a rule hold; those on products hold if they do for all that comes.

    `of_pieces=any`: if they do for some of it.
    """
    has_value = rule.value_from is not None or rule.value_to is not None
    is_named = _named(rule)
    return (
        (not rule.countries or traits.country in rule.countries)
        and (not rule.reasons or traits.reason in rule.reasons)
        and (is_named is None or of_pieces(map(is_named, traits.pieces)))
        and _between(traits.days, rule.days_from, rule.days_to)
        and (not has_value or traits.currency == rule.currency)
        and _between(traits.value, rule.value_from, rule.value_to)
    )


def conditions_of(rule: ReturnRule) -> str:
    """The conditions of a rule as a seller reads them."""
    labels = dict(Return.Reason.choices)
    said = []
    if rule.reasons:
        said.append(any_of([inside(say(labels[reason])) for reason in rule.reasons]))
    if rule.countries:
        said.append(say("to {countries}", countries=isolated(", ".join(rule.countries))))
    if rule.skus:
        said.append(
            say(
                "only SKUs that begin with {skus}",
                skus=any_of([isolated(sku) for sku in rule.skus]),
            )
        )
    if rule.categories:
        said.append(
            say(
                "only products of the category {categories}",
                categories=any_of([isolated(category) for category in rule.categories]),
            )
        )
    if rule.conditions:
        named = [ReturnLine.Condition(one).label for one in rule.conditions]
        called = any_of([inside(say_as("condition", str(label))) for label in named])
        said.append(say("only products that the customer calls {conditions}", conditions=called))
    if days := _range(DAYS, rule.days_from, rule.days_to):
        said.append(days)
    money = [_money(value, rule.currency) for value in (rule.value_from, rule.value_to)]
    if value := _range(WORTH, *money, currency=rule.currency):
        said.append(value)
    return "; ".join(said) or say("every return")


def _named(rule: ReturnRule) -> Callable[[Piece], bool] | None:
    """Whether the conditions on products hold for one that comes back; None: there are none."""
    if not rule.skus and not rule.categories and not rule.conditions:
        return None
    beginnings, categories = tuple(rule.skus), {folded(one) for one in rule.categories}
    return lambda piece: (
        (not beginnings or piece.sku.startswith(beginnings))
        and (not categories or folded(piece.category) in categories)
        and (not rule.conditions or piece.condition in rule.conditions)
    )


def _refused_part(rule: ReturnRule) -> str:
    conditions = conditions_of(rule)
    return say("a rule refuses a part of it, so you decide: {conditions}", conditions=conditions)


def rules_of(seller_id: UUID) -> list[ReturnRule]:
    """The rules in force, in order."""
    rows = ReturnRule.objects.filter(seller=seller_id, deleted_at__isnull=True)
    return list(rows.order_by("position", "pk"))


def judge_request(asked: Return, delivered_at: datetime, now: datetime) -> Verdict:
    """What the policy says of a return that is requested now."""
    rules = rules_of(asked.seller_id)
    if not rules:
        return Verdict(Outcome.REVIEW, None, say("no rule fits, so you decide"))
    parts = list(asked.lines.select_related("line__product"))
    return judge(rules, _traits(asked, parts, delivered_at, now))


@transaction.atomic(savepoint=False)
def add_rule(
    seller: Seller, given: Mapping[str, Any], *, actor: User | None, key: UUID | None = None
) -> ReturnRule:
    """Add a rule behind the others; `key` is its id: a second click finds it.

    Raises DomainError: there are too many, or the key is that of another rule.
    """
    rules = _locked(seller)
    if key and (saved := ReturnRule.objects.filter(pk=key).first()):
        if saved not in rules or not _says(saved, given):
            raise DomainError(str(SAVED_BEFORE))
        return saved
    if len(rules) >= MOST_RULES:
        raise DomainError(
            say("A return policy has at most {most} rules: delete one first.", most=MOST_RULES)
        )
    position = rules[-1].position + 1 if rules else 1
    new = {"id": key or new_id(), "seller": seller, "position": position, **given}
    try:
        with transaction.atomic():
            rule = ReturnRule.objects.create(**new)
    except IntegrityError as error:
        if not key or violated_constraint(error) != "orders_returnrule_pkey":
            raise
        raise DomainError(str(SAVED_BEFORE)) from error  # of a seller whose rows are not seen here
    record([Event.of(rule, "added", actor=actor, outcome=rule.outcome)])
    return rule


@transaction.atomic(savepoint=False)
def shift_rule(rule: ReturnRule, *, steps: int, actor: User | None) -> None:
    """Move a rule up (below 0) or down by one."""
    rules = _locked(rule.seller)
    place = next((at for at, row in enumerate(rules) if row.pk == rule.pk), None)
    if place is None or not 0 <= place + steps < len(rules):
        raise DomainError(say("This rule cannot be moved further."))
    other = rules[place + steps]
    mine = rules[place]
    mine.position, other.position = other.position, mine.position
    ReturnRule.objects.bulk_update([mine, other], ["position"])
    record([Event.of(mine, "moved", actor=actor, position=mine.position)])


@transaction.atomic(savepoint=False)
def delete_rule(rule: ReturnRule, *, actor: User | None) -> None:
    """Delete a rule; returns that it decided still name it."""
    rules = {row.pk: row for row in _locked(rule.seller)}
    if rule.pk not in rules:
        raise DomainError(say("This rule is deleted already."))
    ReturnRule.objects.filter(pk=rule.pk).update(deleted_at=timezone.now())
    record([Event.of(rule, "deleted", actor=actor)])


def try_rules(seller: Seller, rules: Sequence[ReturnRule], now: datetime) -> list[TriedReturn]:
    """What rules say of the returns of the last quarter, the newest first. Writes nothing.

    What the customer cancelled is left out: nobody had decided on it, or it came to nothing.
    """
    rows = Return.objects.filter(seller=seller, created_at__gt=now - QUARTER)
    rows = rows.exclude(reason__in=OURS).exclude(status=ReturnStatus.CANCELLED)
    rows = rows.select_related("order__seller")
    rows = rows.annotate(delivered=Max("order__packages__delivered_at"))
    rows = rows.prefetch_related("lines__line__product").order_by("-created_at", "-pk")
    return [_tried(row, rules) for row in rows[:MOST_TRIED]]


def _tried(row: Any, rules: Sequence[ReturnRule]) -> TriedReturn:
    traits = _traits(row, row.lines.all(), row.delivered or row.created_at, row.created_at)
    happened = {ReturnStatus.REQUESTED: Outcome.REVIEW, ReturnStatus.REFUSED: Outcome.REFUSE}
    return TriedReturn(row, happened.get(row.status, Outcome.APPROVE), judge(rules, traits))


def _traits(
    asked: Return, parts: Collection[ReturnLine], delivered_at: datetime, now: datetime
) -> Traits:
    order = asked.order
    return Traits(
        country=order.country,
        reason=asked.reason,
        days=(local_day(order, now) - local_day(order, delivered_at)).days,
        value=sum(part.line.unit_price * part.requested for part in parts),
        currency=order.currency,
        pieces=[_piece(part) for part in parts],
    )


def _piece(part: ReturnLine) -> Piece:
    product = part.line.product
    known = (product.sku, product.category) if product else ("", "")
    return Piece(*known, part.condition)


def _says(rule: ReturnRule, given: Mapping[str, Any]) -> bool:
    return all(getattr(rule, name) == value for name, value in given.items())


def _locked(seller: Seller) -> list[ReturnRule]:
    """The rules in force, under the lock of their seller."""
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    return rules_of(seller.pk)


def _between(number: int, least: int | None, most: int | None) -> bool:
    return (least is None or least <= number) and (most is None or number <= most)


def _range(words: tuple[str, str, str], least: Any, most: Any, **values: str) -> str:
    """A range in words for one without a beginning, without an end, with both; "" without any."""
    if least is None and most is None:
        return ""
    told = words[0] if least is None else words[1] if most is None else words[2]
    return say(told, least=least, most=most, **values)


def _money(value: int | None, currency: str) -> str | None:
    if value is None:
        return None
    digits = get_currency_precision(currency)
    return figure(f"{Decimal(value).scaleb(-digits):.{digits}f}")
