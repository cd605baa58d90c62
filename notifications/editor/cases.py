"""Every case of a kind of message: sample orders for each reason, whole and in part."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from notifications.kinds.record import LABEL_NEWS, Dates, Kind, Sample
from notifications.kinds.undoable import UNDOABLE
from orders.models import Discrepancy, Hold, Package, Problem, Promise
from orders.returns.due.days import FOLLOWED
from orders.returns.reasons import BY_CUSTOMER, BY_SELLER
from orders.returns.terms import BOTH, CREDIT, EXCHANGE, REPAIR
from orders.states import ShippingRule

Rule = ShippingRule
# What may be owed, or was paid, for a return.
REFUNDS = {
    "return.closed": ("", "owed", "dated", "credit", "due", "none", "paid"),
    "return.refunded": ("paid", "untold", "code"),
}
# Who pays for sending a return back, and what is deducted.
POSTAGE_BY = (BY_SELLER, BY_CUSTOMER)
POSTAGE = (("", 0), ("", 499), *((by, fee) for by in POSTAGE_BY for fee in (0, 499)))
# After these may be something that differs, and a decision about it; what is owed then.
DECIDED = ("return.closed", "return.settled", "return.to_decide")
SETTLED = ("", "owed", "dated", "credit", "due", "paid")
AFTERWARDS = "afterwards"  # begins the name of a decision after the end of its return
CALLED_OFF = ("called_off", "seller_called_off")


class Case(NamedTuple):
    """A sample order of a kind of message, and what is special of it."""

    name: str
    sample: Sample


def cases_of(kind: Kind) -> list[Case]:
    """Return the cases of a kind: each reason of its event, each also of a part of an order."""
    base = kind.sample or Sample()
    plain = list(_reasons(kind, base)) or [Case("", base)]
    if kind.on == "package.found":
        again = {**base.data, "problem": "1", "answer": "replacement"}
        plain.append(Case("replaced", replace(base, data=again)))
    if kind.name in CALLED_OFF:
        free = replace(base, data={**base.data, "replaces": "1000"})
        exchange = replace(base, data={**base.data, "exchange": "1000"})
        return [*plain, *_unpaid(base), Case("replacement", free), Case("exchange", exchange)]
    if kind.on in ("order.cancelled", "order.lines_cancelled"):
        return [*plain, *_unpaid(base)]
    if kind.on.partition(".")[0] not in ("package", "shipment") and not kind.corrects:
        return plain
    if kind.offers:
        plain = [case for row in plain for case in _offered(kind, row)]
    parts = [Case(f"{name} part".strip(), replace(row, is_part=True)) for name, row in plain]
    astray = replace(plain[0].sample, is_part=True, is_astray=True)
    return [*plain, *parts, Case("astray part", astray)]


def _unpaid(base: Sample) -> Iterator[Case]:
    yield Case("unpaid", replace(base, data={**base.data, "unpaid": "1"}))


def _offered(kind: Kind, case: Case) -> Iterator[Case]:
    """A case where the tracking page takes nothing, and where it takes what it can."""
    yield Case(case.name, replace(case.sample, choices=""))
    failed = case.sample.data.get("reason")
    if kind.sample and failed in (None, Package.Failure.NOT_HOME):
        for choices in dict.fromkeys(("door", "named", "point", kind.sample.choices)):
            name = f"{case.name} can choose {choices}".strip()
            yield Case(name, replace(case.sample, choices=choices))


def _reasons(kind: Kind, base: Sample) -> Iterator[Case]:
    if kind.on.startswith("package."):
        yield from _carried(kind, base)
    elif kind.on == "order.received":
        yield from _received(base)
    elif kind.on == "order.backordered":
        yield from _backordered(replace(base, promise=""))
    elif kind.on.startswith("problem."):
        yield from _reported(kind, replace(base, promise=""))
    elif kind.corrects:
        yield from _corrected(kind, base)
    else:
        yield from _dated(kind, base)


def _carried(kind: Kind, base: Sample) -> Iterator[Case]:
    """Of a parcel; one that comes again has no date at first."""
    failed = replace(base, has_left=True, promise="")
    if kind.on == "package.attempt_failed":
        yield from _each("reason", Package.Failure.values, failed)
        for case in _each("reason", [Package.Failure.NOT_HOME], failed):
            yield Case(f"{case.name}, dated", replace(case.sample, is_again=True))
    elif kind.on == "package.found":
        yield from (Case("", base), Case("dated", replace(base, is_again=True)))
    elif kind.on == "package.delivered":
        yield from _taken(kind, replace(failed, is_delivered=True))
    elif kind.on == "package.returning":
        yield from _returning(failed)
    else:
        yield from _dated(kind, base)


def _reported(kind: Kind, base: Sample) -> Iterator[Case]:
    if kind.on == "problem.answered":
        yield from _each("answer", ("replacement", "refund", "words"), base)
    else:
        yield from _each("kind", Problem.Kind.values, base)


def _each(name: str, values: Sequence[str], base: Sample) -> Iterator[Case]:
    for value in values:
        yield Case(value, replace(base, data={**base.data, name: value}))


def _taken(kind: Kind, base: Sample) -> Iterator[Case]:
    if kind.when:
        yield from _each(kind.when.name, sorted(kind.when.values), base)
        return
    yield Case("receiver", base)
    if not kind.is_for_customer:
        yield from _each("to", ("neighbour", "safe_place"), base)


def _returning(base: Sample) -> Iterator[Case]:
    for failure in Package.Failure.values:
        yield Case(failure, replace(base, failure=failure))
    yield Case("not_collected", replace(base, pickup_days=7))


def _received(base: Sample) -> Iterator[Case]:
    yield Case("dated", base)
    for reason in Hold.Reason.values:
        yield Case(reason, replace(base, promise="", hold=reason))
    yield Case("a part waits", replace(base, backordered=1))
    yield from _backordered(replace(base, promise=""))


def _backordered(base: Sample) -> Iterator[Case]:
    for rule in Rule.values:
        yield Case(f"a part waits, {rule}", replace(base, backordered=1, ships_as=rule))
        yield Case(f"all waits, {rule}", replace(base, all_waits=True, ships_as=rule))


def _corrected(kind: Kind, base: Sample) -> Iterator[Case]:
    """Of a seller only what sellers are told: the others are customers' alone."""
    told = ("package.delivered", "package.attempt_failed", "package.returning")
    for name in sorted(UNDOABLE if kind.is_for_customer else told):
        undone = replace(base, undoes=name, has_left=name.startswith("package."), promise="")
        yield Case(name, undone)
        if name == "package.delivered":
            yield Case("collected", replace(undone, pickup_days=7))


def _dated(kind: Kind, base: Sample) -> Iterator[Case]:
    if kind.dates is Dates.CHANGED:
        yield from _moved(base)
    elif kind.dates is Dates.WITHDRAWN:
        yield Case("no stock", replace(base, hold=""))
        for reason in Hold.Reason.values:
            yield Case(reason, replace(base, hold=reason))
    elif kind.on in ("promise.at_risk", "promise.broken"):
        yield from _of_date(kind, base)
    elif kind.on == "return.expired":
        yield Case("label unused", replace(base, data={FOLLOWED: "1"}))
        yield Case("label none", base)
    elif kind.on.startswith("return."):
        yield from _asked(kind, base)
        yield from _labelled(kind, base)
        yield from _asked_back(kind, base)
        yield from _of_return(kind, base)
    elif base.promise and kind.dates is None:
        yield Case("dated", base)
        yield Case("undated", replace(base, promise=""))


def _of_date(kind: Kind, base: Sample) -> Iterator[Case]:
    yield Case("arrives", base)
    yield Case("ships", replace(base, promise="ships"))
    if kind.dates is Dates.AT_RISK:
        yield Case("held", replace(base, hold=Hold.Reason.SELLER.value))


def _asked(kind: Kind, base: Sample) -> Iterator[Case]:
    """In time for a decision, and late; with each wish."""
    if kind.on != "return.requested":
        return
    if not kind.is_for_customer:
        yield from (Case("asked", base), Case("late", replace(base, is_late=True)))
    yield from _wished(base)


def _labelled(kind: Kind, base: Sample) -> Iterator[Case]:
    if kind.awaits_label or kind.on in (*LABEL_NEWS, "return.hand_in_due", "return.due_back"):
        names = {"label ready": "ready", "label asked": "asked", "label none": ""}
        yield from (Case(name, replace(base, label=it)) for name, it in names.items())


def _asked_back(kind: Kind, base: Sample) -> Iterator[Case]:
    """What was reported is wanted back: who pays for that."""
    if kind.on == "return.approved" and kind.when:
        yield from (Case(f"postage {by}", replace(base, postage=by)) for by in POSTAGE_BY)


def _of_return(kind: Kind, base: Sample) -> Iterator[Case]:
    if kind.on in REFUNDS:
        yield from (Case(refund, replace(base, refund=refund)) for refund in REFUNDS[kind.on])
    elif kind.on == "return.approved" and kind.when is None:
        for by, fee in POSTAGE:
            said = (f"postage {by}" if by else "", "fee" if fee else "")
            yield Case(" ".join(filter(None, said)), replace(base, postage=by, fee=fee))
        yield from _wished(base)
    if kind.on == "return.closed" and kind.when is None:
        swapped = replace(base, is_swapped=True, refund="")
        yield Case("exchanged", swapped)
        yield Case("exchanged, costs more", replace(swapped, costs_more=True))
        yield Case("used", replace(base, grade="b"))
        yield Case("damaged", replace(base, grade="c"))
    yield from _repaired(kind, base)
    if kind.on in DECIDED:
        decisions = Discrepancy.Decision.values if kind.on != "return.to_decide" else ()
        for decision in ("", *decisions):
            yield Case(f"differs {decision}".strip(), replace(base, differs=decision))
    if kind.on == "return.settled":
        yield from _afterwards(base)
        yield Case("not sent", replace(base, data={"closed": "1", "repair": str(UUID(int=1))}))


def _repaired(kind: Kind, base: Sample) -> Iterator[Case]:
    """A unit is repaired, also beside another one that could not be."""
    if kind.on == "return.closed" and (not kind.is_for_customer or "unrepaired" in base.data):
        data = {**base.data, "repaired": "1"}
        yield Case("repaired", replace(base, data=data, refund=""))


def _wished(base: Sample) -> Iterator[Case]:
    """What the customer wants, and what is sent without waiting for the goods."""
    for wish in ("", CREDIT, REPAIR):
        yield Case(f"wish {wish}".strip(), replace(base, wish=wish))
    for wish in (EXCHANGE, BOTH):
        yield Case(f"wish {wish}", replace(base, wish=wish, is_swapped=True))
        more = replace(base, wish=wish, is_swapped=True, costs_more=True)
        yield Case(f"wish {wish}, costs more", more)
        two = replace(base, wish=wish, is_swapped=True, of_two=True)
        yield Case(f"wish {wish}, one of two", two)
        yield Case(f"{wish} called off", replace(base, wish=wish))
        yield Case(f"{wish} ahead", replace(base, wish=wish, is_swapped=True, is_ahead=True))


def _afterwards(base: Sample) -> Iterator[Case]:
    """A decision after the end of its return."""
    credit = Discrepancy.Decision.CREDIT.value
    late = replace(base, data={"closed": "1"}, differs=credit)
    for refund in SETTLED:
        name = ", ".join(filter(None, (AFTERWARDS, refund)))
        yield Case(name, replace(late, refund=refund))


def _moved(base: Sample) -> Iterator[Case]:
    for promise in (Promise.Kind.ARRIVES.value, Promise.Kind.SHIPS.value):
        row = replace(base, promise=promise, has_left=promise != Promise.Kind.SHIPS)
        for case in _each("reason", Promise.Reason.values, row):
            yield Case(f"{promise}, {case.name}", case.sample)
    yield Case("earlier", replace(base, in_days=0))
