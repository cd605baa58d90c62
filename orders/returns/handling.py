"""Actions on returns: the customer requests, the seller approves or refuses."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from orders.errors import DomainError, InvalidInput, MoveRefused, Refusal
from orders.events.recording import record
from orders.lifecycle.changes import LONGEST_REASON, keep_changes
from orders.lifecycle.transitions import lock_orders, move
from orders.models import (
    Event,
    Order,
    Problem,
    Return,
    ReturnLine,
    User,
    Warehouse,
)
from orders.returns.ahead import send_ahead
from orders.returns.asked.by_seller import BySeller, refuse_unexplained
from orders.returns.asked.conditions import asks_condition, refuse_unconditioned
from orders.returns.asked.limits import (
    closed_on,
    last_delivery,
    refuse_coming,
    refuse_late,
    refuse_often,
    refuse_outdated,
    refuse_too_many,
)
from orders.returns.buildings import building_for
from orders.returns.due.days import last_hand_in_day
from orders.returns.exchanged import call_off
from orders.returns.keeping import close_kept, stays_there
from orders.returns.labels.requests import refuse_handed_in
from orders.returns.photos import Drawn, keep_photos
from orders.returns.reasons import (
    Choice,
    chosen_reason,
    postage_by,
    refuse_unfit,
    refuse_unsaid,
)
from orders.returns.rules import Outcome, Verdict, judge_request
from orders.returns.terms import REPAIR, fee_of, offers_credit, offers_repair, wants_credit
from orders.states import ReturnStatus
from orders.values.texts import one_line
from orders.words import predicate, say, state

# No 0 and O, no 1, I and L: the number is written on a parcel by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NUMBER_LENGTH = 8
DECIDED: dict[str, ReturnStatus] = {
    Outcome.APPROVE: ReturnStatus.APPROVED,
    Outcome.REFUSE: ReturnStatus.REFUSED,
}


class _Asked(NamedTuple):
    """What is asked for, beside the units."""

    reason: Choice
    comment: str = ""
    wish: str = ""
    fee: int = 0
    photos: Sequence[Drawn] = ()
    problem: Problem | None = None  # to which the shop answers by asking for the units
    by: BySeller | None = None
    conditions: Mapping[UUID, str] = {}  # by order line


class Extras(TypedDict, total=False):
    """What a customer may say beside units and reason.

    `wish`: what they want instead of money (`terms.py`). `shown_fee`: what they read that it may
    cost; no more than that is deducted. `by`: who says it for them. `conditions`: by order line.
    """

    comment: str
    wish: str
    shown_fee: int | None
    photos: Sequence[Drawn]
    by: BySeller | None
    conditions: Mapping[UUID, str]


def request_return(
    order: Order, *, units: dict[UUID, int], reason: str, **more: Unpack[Extras]
) -> Return:
    """Request a return of {order line id: units}. Raises DomainError when late or too many.

    `reason`: the key of one that the seller offers (`reasons.py`).
    """
    chosen = chosen_reason(order.seller, reason)
    comment, photos, by = more.get("comment", "").strip(), more.get("photos", ()), more.get("by")
    fee, shown_fee, wish = fee_of(order, chosen.meaning), more.get("shown_fee"), more.get("wish")
    if by is None:
        refuse_unsaid(chosen, comment=comment, photos=len(photos))
    elif not by.takes_fee:
        fee = 0
    if shown_fee is not None and fee > shown_fee:
        raise Refusal("fee", "The fee for a return has changed: look at it first.")
    if wish and wants_credit(wish) and not (by or offers_credit(order.seller)):
        raise Refusal("no_credit", "The shop offers no store credit.")
    if wish == REPAIR and not ((by or offers_repair(order.seller)) and order.has_address):
        raise Refusal("no_repair", "The shop offers no repair.")
    said, wanted = more.get("conditions", {}), [pk for pk, number in units.items() if number]
    is_asked = by is None and asks_condition(order.seller)
    refuse_unconditioned(order, wanted, said, is_asked=is_asked)
    asked = _Asked(chosen, comment, wish or "", fee, photos, by=by, conditions=said)
    return _request(order, units, asked)


def ask_back(problem: Problem, units: dict[UUID, int], *, reason: str) -> Return:
    """Request a return of what a customer reported: so the shop has answered it."""
    return _request(problem.order, units, _Asked(Choice(reason, reason), problem=problem))


@transaction.atomic(savepoint=False)
def _request(order: Order, units: dict[UUID, int], asked: _Asked) -> Return:
    problem = asked.problem
    wanted = {line_id: number for line_id, number in units.items() if number}
    if not wanted or min(wanted.values()) < 1:
        raise Refusal("nothing", "Choose at least one product to return.")
    lock_orders([order.pk])
    now = timezone.now()
    delivered_at, by = last_delivery(order), asked.by
    if by:
        refuse_unexplained(order, by, closed_on(order, delivered_at, now))
    else:
        refuse_late(order, delivered_at, now)
        refuse_often(order, now)
    refuse_coming(wanted)
    refuse_too_many(order, wanted)
    refuse_unfit(asked.reason, wanted)
    row = _write(order, wanted, asked)
    is_decided = bool(problem or by)
    verdict = None if is_decided else judge_request(row, delivered_at, now)
    decided = verdict and DECIDED.get(verdict.outcome)
    known: dict[str, Any] = {"decided": True} if is_decided or decided else {}
    about = {"units": sum(wanted.values()), **known, **_about(problem)}
    record([Event.of(row, "requested", actor=by.actor if by else None, **about)])
    if by:
        _keep_reason(row, "requested", by.why)
        return _decide(row, ReturnStatus.APPROVED, by.actor)
    return _follow(row, verdict, decided) if verdict else row


def _write(order: Order, wanted: dict[UUID, int], asked: _Asked) -> Return:
    row = Return.objects.create(
        seller_id=order.seller_id,
        order=order,
        warehouse_id=building_for(order, wanted),
        number=_new_number(),
        reason=asked.reason.meaning,
        reason_words=dict(asked.reason.words),
        comment=asked.comment,
        wish=asked.wish,
        fee=asked.fee,
        postage_by=postage_by(order.seller, asked.reason.meaning),
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(
            seller_id=order.seller_id,
            order_return=row,
            line_id=pk,
            requested=number,
            condition=asked.conditions.get(pk, ""),
            is_coming=True,
        )
        for pk, number in wanted.items()
    )
    keep_photos(row, asked.photos)
    return row


def _follow(asked: Return, verdict: Verdict, decided: ReturnStatus | None) -> Return:
    """Do what the rule of the policy says; its words are the customer's where it decides."""
    if verdict.rule is None:
        return asked
    words = verdict.rule.words if decided else ""
    Return.objects.filter(pk=asked.pk).update(rule=verdict.rule, words=words)
    asked.rule = verdict.rule
    return _decide(asked, decided, None, rule=str(verdict.rule.pk)) if decided else asked


@transaction.atomic(savepoint=False)
def open_undeliverable(
    order: Order, *, units: dict[UUID, int], warehouse_id: UUID, actor: User | None
) -> Return:
    """Open the return of an undeliverable parcel: {order line id: units}, to be inspected."""
    lock_orders([order.pk])
    back = Return.objects.create(
        seller_id=order.seller_id,
        order=order,
        warehouse_id=warehouse_id,
        number=_new_number(),
        status=ReturnStatus.RECEIVED,
        reason=Return.Reason.UNDELIVERABLE,
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(
            seller_id=order.seller_id,
            order_return=back,
            line_id=pk,
            requested=number,
            approved=number,
            received=number,
        )
        for pk, number in units.items()
    )
    record([Event.of(back, "received", actor=actor, units=sum(units.values()))])
    return back


@transaction.atomic(savepoint=False)
def open_unannounced(order: Order, *, warehouse: Warehouse, actor: User | None) -> Return:
    """Open the return of a parcel that nobody announced; what is in it is scanned next."""
    lock_orders([order.pk])
    back = Return.objects.create(
        seller_id=order.seller_id,
        order=order,
        warehouse=warehouse,
        number=_new_number(),
        status=ReturnStatus.RECEIVED,
        reason=Return.Reason.UNANNOUNCED,
    )
    record([Event.of(back, "received", actor=actor, units=0)])
    return back


@transaction.atomic(savepoint=False)
def approve_return(
    order_return: Return, *, reason: str = "", actor: User | None, problem: Problem | None = None
) -> Return:
    """Approve all units that were requested. `problem`: as requested; `reason`: for the team."""
    approved = _decide(order_return, ReturnStatus.APPROVED, actor, **_about(problem))
    _keep_reason(approved, ReturnStatus.APPROVED, reason)
    return approved


@transaction.atomic(savepoint=False)
def refuse_return(
    order_return: Return, *, words: str, seen: str = "", actor: User | None
) -> Return:
    """Refuse all units that were requested.

    `words`: why, as the customer reads it. Raises InvalidInput where there are none, or too many.
    `seen`: the status that the page has shown; Outdated where a colleague has decided since.
    """
    lock_orders([order_return.order_id])
    refuse_outdated(order_return, seen)
    return _decide(order_return, ReturnStatus.REFUSED, actor, said=_said(words))


@transaction.atomic(savepoint=False)
def cancel_return(order_return: Return) -> Return:
    """Cancel a return that the customer does not send after all.

    What was kept in exchange is called off, and its photos are deleted. DomainError once that is
    picked, or the parcel of the return is handed in.
    """
    lock_orders([order_return.order_id])
    refuse_handed_in(order_return)
    cancelled = move([order_return], ReturnStatus.CANCELLED, changes={"words": ""})[0]
    cancelled.photos.all().delete()
    cancelled.lines.update(is_coming=False, approved=0)
    call_off(cancelled, actor=None)
    return cancelled


@transaction.atomic(savepoint=False)
def revise_return(
    order_return: Return, *, words: str = "", reason: str = "", seen: str = "", actor: User | None
) -> Return:
    """Decide the other way, until the parcel is on its way; the customer is told of that, too.

    `words` and `seen`: as `refuse_return` takes them, where it was approved. `reason`: for the
    team, why what a rule of the policy has refused is approved all the same. Raises InvalidInput
    without.
    """
    lock_orders([order_return.order_id])
    refuse_outdated(order_return, seen)
    current = Return.objects.select_related("order").get(pk=order_return.pk)
    if current.status == ReturnStatus.APPROVED:
        refuse_handed_in(current)
        return _decided(current, ReturnStatus.REFUSED, actor, said=_said(words))
    if current.status != ReturnStatus.REFUSED:
        present = predicate(state(current))
        raise DomainError(
            say(
                "Return {current} is {present}: its decision cannot be revised.",
                current=current,
                present=present,
            )
        )
    if is_refused_by_rule(current) and not one_line(reason):
        raise InvalidInput([("reason", say("say why: your return policy has refused it"))])
    wanted = dict(current.lines.values_list("line", "requested"))
    refuse_coming(wanted)
    refuse_too_many(current.order, wanted)
    revised = _decided(current, ReturnStatus.APPROVED, actor)
    _keep_reason(revised, ReturnStatus.APPROVED, reason)
    return revised


def is_refused_by_rule(order_return: Return) -> bool:
    """Whether the policy has refused it, and no person."""
    refused = Event.objects.filter(
        order=order_return.order_id, kind="return.refused", subject_id=order_return.pk
    )
    last = refused.order_by("pk").last()
    return last is not None and "rule" in last.data


def _said(words: str) -> str:
    """Why a return is refused, as its customer reads it."""
    said = one_line(words)
    if not said:
        raise InvalidInput([("words", say("say why: the customer reads it"))])
    if len(said) > LONGEST_REASON:
        problem = say("use at most {longest} characters", longest=LONGEST_REASON)
        raise InvalidInput([("words", problem)])
    return said


def _about(problem: Problem | None) -> dict[str, Any]:
    """What an event says of the reported problem that it answers."""
    return {"problem": str(problem.pk)} if problem else {}


def _new_number() -> str:
    return "R-" + "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH))


@transaction.atomic(savepoint=False)
def _decide(
    order_return: Return, to: ReturnStatus, actor: User | None, *, said: str = "", **data: Any
) -> Return:
    lock_orders([order_return.order_id])
    current = Return.objects.get(pk=order_return.pk)
    if current.status != ReturnStatus.REQUESTED:
        raise MoveRefused([current], to)
    if to == ReturnStatus.APPROVED:
        refuse_coming(current.lines.values_list("line", flat=True), but=current)
    return _decided(current, to, actor, said=None if "rule" in data else said, **data)


def _decided(
    order_return: Return,
    to: ReturnStatus,
    actor: User | None,
    *,
    said: str | None = "",
    **data: Any,
) -> Return:
    """Move a return whose order is locked. `said`: why, to the customer; None: a rule said it.

    The words of a decision go with it; in the history they stay.

    What is worth too little for the way back is closed at once, unless the shop has asked for it.
    """
    changes: dict[str, Any] = {} if said is None else {"words": said}
    is_approved = to == ReturnStatus.APPROVED
    kept: dict[str, Any] = {}
    if is_approved and "problem" not in data and _stays_there(order_return):
        kept = {"kept": True}
    is_awaited = is_approved and not kept
    changes["hand_in_by"] = last_hand_in_day(order_return, timezone.now()) if is_awaited else None
    decided = move([order_return], to, actor=actor, changes=changes, **data, **kept)[0]
    units: dict[str, Any] = {"approved": 0, "refused": 0, to.value: F("requested")}
    decided.lines.update(**units, is_coming=is_approved)
    _keep_reason(decided, to, said or "")
    if kept:
        return close_kept(decided, actor=actor)
    if is_approved:
        send_ahead(decided, actor=actor)
    else:
        call_off(decided, actor=actor)
    return decided


def _keep_reason(order_return: Return, status: str, said: str) -> None:
    """Keep beside its event why a return was moved; nothing where nobody has said it."""
    if said:
        order = Order.objects.get(pk=order_return.order_id)
        events = order.events.filter(kind=f"return.{status}", subject_id=order_return.pk)
        keep_changes(order, events.latest("pk"), {}, reason=said)


def _stays_there(order_return: Return) -> bool:
    order = Order.objects.select_related("seller").get(pk=order_return.order_id)
    return stays_there(order, order_return, order_return.lines.select_related("line"))
