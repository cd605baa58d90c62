"""The variables of a return: its address, what is wished for it, and its verdict per line."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from babel import Locale

from notifications.channels.base import one_line
from notifications.facts import Facts
from notifications.kinds.catalogue import kind_of
from notifications.languages import phrases
from notifications.words import wording
from notifications.words.contents import (
    decided_of,
    goods_of,
    open_differences,
    refund_of,
    repaired_of,
    returned_goods,
    title_of,
    unrepaired_goods,
    unsent_of,
)
from orders.carriers import CARRIERS, OWN
from orders.models import Discrepancy, Order, Refund, Return, Seller, Warehouse
from orders.models.returns import OURS
from orders.returns.buildings import address_of
from orders.returns.due.after_all import is_late
from orders.returns.due.days import FOLLOWED, decided_by
from orders.returns.exchanged import ends_of
from orders.returns.policy import local_day
from orders.returns.terms import BOTH, CREDIT, EXCHANGE, wants_credit
from orders.states import OrderStatus, RefundStatus, ReturnStatus

MONEY = "refund"  # what is wished where nothing else is, and something was paid
LONGEST_COMMENT = 250  # characters; the page of the order has all of it
PART = "part"  # exchanged, and the rest refunded
# Variables, and which units they are.
FATES = {
    "restocked": ("restocked", "refurbished"),
    "written_off": ("written_off",),
    "sent_back": ("sent_back",),
}
# These are in the return now, and have the verdict of the rest of their line.
TAKEN_IN = (Discrepancy.Decision.ACCEPT, Discrepancy.Decision.ARRIVED)


def returned_values(facts: Facts, now: datetime, language: str) -> dict[str, Any]:
    """The values of the variables that are about a return; none without one."""
    row, order = facts.order_return, facts.order
    if row is None:
        return {}
    reasons, unrepaired = phrases(language).return_reasons, unrepaired_goods(facts)
    has_fee = bool(row.fee and not order.is_gift)
    unsent = goods_of(facts, unsent_of(facts))
    ahead = _ahead(row, local_day(order, now), language)
    return {
        "rma": wording.isolated(row.number, language),
        "reason": "" if row.reason in OURS else row.own_words(language) or reasons[row.reason],
        "return_address": "\n".join(_address_of(address_of(row), order.seller, language)),
        "postage": row.postage_by,
        **_labelled(facts, row, language),
        "fee": wording.money(row.fee, order.currency, language) if has_fee else "",
        **{fate: wording.listed(returned_goods(facts, *FATES[fate]), language) for fate in FATES},
        **(ahead or _hand_in(row, local_day(order, now), language)),
        "decide_by": _decide_by(facts, row, now, language),
        **_wished(row, language),
        "wishes": "\n".join(_wishes(facts, row, language)),
        "comment": _comment(facts, row),
        **_verdict(facts, row, now, language),
        "repaired": wording.listed(goods_of(facts, repaired_of(facts)), language),
        "unrepaired": wording.listed(unrepaired, language),
        "unsent": wording.listed(unsent, language),
        "repair_words": one_line(row.words) if unrepaired or unsent else "",
        "refusal": one_line(row.words) if row.status == ReturnStatus.REFUSED else "",
    }


def _labelled(facts: Facts, row: Return, language: str) -> dict[str, str]:
    """Whether it has a label, is to have one, or neither; what we draw has a code, no carrier."""
    if FOLLOWED in facts.message.event.data:
        return {"return_label": "unused"}
    label = next(iter(row.labels.all()), None)
    if label is None or label.failed_at or label.unwanted_at:
        return {}
    if not label.answered_at:
        return {"return_label": "asked"}
    if label.carrier == OWN:
        return {"return_label": "ready"}
    carrier = CARRIERS.get(label.carrier)
    number = wording.isolated(label.tracking_number, language)
    told = f"{number} ({carrier.name})" if carrier else number
    return {"return_label": "ready", "return_tracking": told}


def refund_is_told_elsewhere(facts: Facts) -> bool:
    """Whether a decision is told of a return whose end has a message of its own, with the refund.

    What was decided after the end, or ended a return of which nothing was inspected, has none.
    """
    row, event = facts.order_return, facts.message.event
    if row is None or event.kind != "return.settled" or "closed" in event.data:
        return False
    return any(part.inspected for part in row.lines.all())


def _verdict(facts: Facts, row: Return, now: datetime, language: str) -> dict[str, Any]:
    """What became of the units: accepted, exchanged, and what differs with what was decided."""
    taken = Counter({part.line_id: part.inspected - part.sent_back for part in row.lines.all()})
    if row.is_kept:
        taken = Counter({part.line_id: part.approved for part in row.lines.all()})
    swapped = taken & _exchanged(row)
    damaged = Counter({part.line_id: part.grade_c for part in row.lines.all()})
    return {
        "accepted": wording.listed(goods_of(facts, taken - swapped), language),
        "swapped": wording.listed(goods_of(facts, swapped), language),
        "used": wording.listed(returned_goods(facts, "grade_b"), language),
        "damaged": wording.listed(goods_of(facts, damaged - repaired_of(facts)), language),
        "has_photo": bool(getattr(row, "has_photo", False)) and not facts.order.is_gift,
        "differences": "\n".join(_differing(facts, row, language)),
        **_owed(facts, row, now, language),
    }


def _owed(facts: Facts, row: Return, now: datetime, language: str) -> dict[str, Any]:
    """Whether it is refunded, where no amount is told; whether nothing of it is left to refund."""
    owed = refund_of(facts)
    if owed is None or refund_is_told_elsewhere(facts):
        return {}
    has_amount = owed.is_exact and owed.amount > 0 and not facts.order.is_gift
    # Of what fell to nothing since, the seller decides.
    is_left = not owed.is_exact or owed.amount > 0
    is_due = owed.status == RefundStatus.OWED and is_left and not has_amount
    by = owed.promise if is_due else None
    by = by if by and by.is_open and by.latest > now else None
    today = local_day(facts.order, now)
    told = {"refund_by": wording.day(by.local_on, today=today, language=language)} if by else {}
    return {"refund_due": is_due, "no_refund": owed.is_nothing, **told}


def _exchanged(row: Return) -> Counter[UUID]:
    """{order line id: units} for which the customer gets another one."""
    units: Counter[UUID] = Counter()
    for line in row.exchange.lines.all() if row.exchange else ():
        if line.replaces_id:
            units[line.replaces_id] += line.ordered - line.cancelled
    return units


def _differing(facts: Facts, row: Return, language: str) -> Iterator[str]:
    """What differs and what was decided, a line each, as the tracking page says it."""
    is_decision = facts.message.event.kind == "return.settled"
    is_for_customer = kind_of(facts.message.template).is_for_customer  # a seller has decided it
    asked = open_differences(facts) or list(row.discrepancies.all())
    told = decided_of(facts) if is_decision else asked
    refund: Refund | None = getattr(row, "refund", None)
    is_waived = refund is not None and refund.status == RefundStatus.WAIVED
    is_waived |= getattr(row, "was_waived", False)
    words = phrases(language)
    for one in told:
        if one.decision in TAKEN_IN and not is_decision:
            continue
        came_late = is_late(one.kind, one.line_id, getattr(row, "late_lines", ()))
        what = words.found_late if came_late else words.found_kinds[one.kind]
        said = words.found.format(count=one.quantity, title=title_of(facts, one), what=what)
        is_untold = is_waived and one.decision == Discrepancy.Decision.CREDIT
        is_said = is_for_customer and not is_untold
        blank = "" if said.endswith("。") else " "
        ends = [
            words.found_ends[code] for code in ends_of(one.decision, is_sold=_is_sold(row, one))
        ]
        yield blank.join([said, *ends]) if is_said else said


def _is_sold(row: Return, one: Discrepancy) -> bool:
    """Whether something was sent in exchange for such units, which have not come."""
    if getattr(row, "exchange_waits", True):
        return False
    came = Counter({part.line_id: part.received for part in row.lines.all()})
    return (_exchanged(row) - came)[one.line_id] > 0 if one.line_id else False


def _wished(row: Return, language: str) -> dict[str, Any]:
    """What the customer wants for it, as a code; and what is sent in exchange, in which order."""
    kept = _kept_order(row)
    wish = row.wish or (MONEY if _may_be_refunded(row) else "")
    if kept is None and wish in (EXCHANGE, BOTH):  # it was called off
        wish = CREDIT if wish == BOTH else MONEY
    if kept is None:
        return {"wish": wish}
    if wish == EXCHANGE and _asked(row) - _exchanged(row):
        wish = PART
    sold = [line for line in kept.lines.all() if line.kit_line_id is None]
    goods = [(line.ordered - line.cancelled, line.title) for line in sold]
    named = [wording.Goods(units, one_line(title)) for units, title in goods if units]
    return {
        "wish": wish,
        "new_order": wording.order_label(kept.number, language),
        "new_goods": wording.listed(named, language),
        "costs_more": getattr(row, "costs_more", False),
    }


def _wishes(facts: Facts, row: Return, language: str) -> Iterator[str]:
    """What the customer wants for each product, a line each, if something is exchanged of several.

    What is exchanged is a whole line of the return, each for one product.
    """
    kept, parts = _kept_order(row), list(row.lines.all())
    if kept is None or len(parts) < 2:
        return
    given = {line.replaces_id: line for line in kept.lines.all() if line.ordered > line.cancelled}
    rest = CREDIT if wants_credit(row.wish) else MONEY if _may_be_refunded(row) else ""
    sold, words = {line.pk: line for line in facts.lines}, phrases(language)
    for part in parts:
        new, line = given.get(part.line_id), sold.get(part.line_id)
        wish = EXCHANGE if new else rest
        if line is None or not wish:
            continue
        goods = [wording.Goods(new.ordered - new.cancelled, one_line(new.title))] if new else []
        what = words.wishes[wish].format(goods=wording.listed(goods, language))
        title = one_line(line.title)
        yield words.found.format(count=part.requested, title=title, what=what)


def _may_be_refunded(row: Return) -> bool:
    return bool(getattr(row, "may_be_refunded", True))


def _comment(facts: Facts, row: Return) -> str:
    """What the customer wrote, for the seller who decides: its beginning, where it is long."""
    if kind_of(facts.message.template).is_for_customer:
        return ""
    said = one_line(row.comment)
    return said if len(said) <= LONGEST_COMMENT else f"{said[: LONGEST_COMMENT - 1].rstrip()}…"


def _asked(row: Return) -> Counter[UUID]:
    return Counter({part.line_id: part.requested for part in row.lines.all()})


def _kept_order(row: Return) -> Order | None:
    """The order in exchange for it, unless that was called off."""
    kept = row.exchange
    return kept if kept and kept.status != OrderStatus.CANCELLED else None


def _ahead(row: Return, today: date, language: str) -> dict[str, str]:
    """What is sent in exchange without waiting for the goods, and by when these have to come."""
    kept, last = _kept_order(row), row.exchange_until
    waits = row.status != ReturnStatus.APPROVED or getattr(row, "exchange_waits", True)
    if kept is None or last is None or waits:
        return {}
    return {
        "exchange_order": wording.order_label(kept.number, language),
        "back_by": wording.day(last, today=today, language=language) if last >= today else "",
    }


def _hand_in(row: Return, today: date, language: str) -> dict[str, str]:
    """The last day to hand its parcel in, while it is awaited and no carrier has it; or was."""
    last = row.hand_in_by
    is_out = any(label.handed_in_at for label in row.labels.all())
    is_ahead = row.status == ReturnStatus.APPROVED and last and last >= today and not is_out
    if last is None or not (is_ahead or row.is_expired):
        return {}
    return {"hand_in_by": wording.day(last, today=today, language=language)}


def _decide_by(facts: Facts, row: Return, now: datetime, language: str) -> str:
    """The day by which its seller decides, whom alone it is told; none that is past."""
    if row.status != ReturnStatus.REQUESTED or kind_of(facts.message.template).is_for_customer:
        return ""
    last = decided_by(row.created_at, facts.order.seller.warehouse)
    if last <= now:
        return ""
    today = now.astimezone(last.tzinfo).date()
    return wording.day(last.date(), today=today, language=language)


def _address_of(house: Warehouse, seller: Seller, language: str) -> list[str]:
    town = f"{house.postcode} {house.city}".strip()
    country = Locale.parse(language).territories.get(house.country, house.country)
    parts = (seller.name, house.name, house.street, town, country)
    return [one_line(part) for part in parts if part]
