"""Actions on returns: the customer requests, the seller approves or refuses."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
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
from orders.models.returns import OURS
from orders.returns.ahead import send_ahead
from orders.returns.buildings import building_for
from orders.returns.exchanged import call_off
from orders.returns.keeping import close_kept, stays_there
from orders.returns.left import returnable_units
from orders.returns.photos import Drawn, keep_photos
from orders.returns.policy import last_return_day, local_day
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
MOST_A_DAY = 5  # returns of one order that customers may request
ONE_DAY = timedelta(days=1)
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


class Extras(TypedDict, total=False):
    """What a customer may say beside units and reason.

    `wish`: what they want instead of money (`terms.py`). `shown_fee`: what they read that it may
    cost; no more than that is deducted.
    """

    comment: str
    wish: str
    shown_fee: int | None
    photos: Sequence[Drawn]


def request_return(
    order: Order, *, units: dict[UUID, int], reason: str, **more: Unpack[Extras]
) -> Return:
    """Request a return of {order line id: units}. Raises DomainError when late or too many.

    `reason`: the key of one that the seller offers (`reasons.py`).
    """
    chosen = chosen_reason(order.seller, reason)
    comment, photos = more.get("comment", "").strip(), more.get("photos", ())
    refuse_unsaid(chosen, comment=comment, photos=len(photos))
    fee, shown_fee, wish = fee_of(order, chosen.meaning), more.get("shown_fee"), more.get("wish")
    if shown_fee is not None and fee > shown_fee:
        raise Refusal("fee", "The fee for a return has changed: look at it first.")
    if wish and wants_credit(wish) and not offers_credit(order.seller):
        raise Refusal("no_credit", "The shop offers no store credit.")
    if wish == REPAIR and not (offers_repair(order.seller) and order.has_address):
        raise Refusal("no_repair", "The shop offers no repair.")
    return _request(order, units, _Asked(chosen, comment, wish or "", fee, photos))


def ask_back(problem: Problem, units: dict[UUID, int], *, reason: str) -> Return:
    """Request a return of what a customer reported: so the shop has answered it."""
    return _request(problem.order, units, _Asked(Choice(reason, reason), problem=problem))


@transaction.atomic(savepoint=False)
def _request(order: Order, units: dict[UUID, int], asked: _Asked) -> Return:
    problem, meaning = asked.problem, asked.reason.meaning
    wanted = {line_id: number for line_id, number in units.items() if number}
    if not wanted or min(wanted.values()) < 1:
        raise Refusal("nothing", "Choose at least one product to return.")
    lock_orders([order.pk])
    now = timezone.now()
    delivered_at = _refuse_late(order, now)
    _refuse_often(order, now)
    _refuse_coming(wanted)
    _refuse_too_many(order, wanted)
    refuse_unfit(asked.reason, wanted)
    row = _write(order, wanted, asked)
    verdict = None if problem else judge_request(order, wanted, meaning, delivered_at, now)
    decided = verdict and DECIDED.get(verdict.outcome)
    known: dict[str, Any] = {"decided": True} if problem or decided else {}
    units_asked = sum(wanted.values())
    record([Event.of(row, "requested", units=units_asked, **known, **_about(problem))])
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
        postage_by="" if asked.problem else postage_by(order.seller, asked.reason.meaning),
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(
            seller_id=order.seller_id,
            order_return=row,
            line_id=pk,
            requested=number,
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


def approve_return(
    order_return: Return, *, actor: User | None, problem: Problem | None = None
) -> Return:
    """Approve all units that were requested; `problem` as with the request."""
    return _decide(order_return, ReturnStatus.APPROVED, actor, **_about(problem))


def refuse_return(order_return: Return, *, words: str, actor: User | None) -> Return:
    """Refuse all units that were requested.

    `words`: why, as the customer reads it. Raises InvalidInput where there are none, or too many.
    """
    return _decide(order_return, ReturnStatus.REFUSED, actor, said=_said(words))


@transaction.atomic(savepoint=False)
def cancel_return(order_return: Return) -> Return:
    """Cancel a return that the customer does not send after all, before it has come.

    What was kept in exchange is called off, and its photos are deleted. DomainError once that is
    picked.
    """
    lock_orders([order_return.order_id])
    cancelled = move([order_return], ReturnStatus.CANCELLED, changes={"words": ""})[0]
    cancelled.photos.all().delete()
    cancelled.lines.update(is_coming=False, approved=0)
    call_off(cancelled, actor=None)
    return cancelled


@transaction.atomic(savepoint=False)
def revise_return(order_return: Return, *, words: str = "", actor: User | None) -> Return:
    """Decide the other way, as long as nothing has come; the customer is told of that, too.

    `words`: as `refuse_return` asks for them, where it was approved.
    """
    lock_orders([order_return.order_id])
    current = Return.objects.select_related("order").get(pk=order_return.pk)
    if current.status == ReturnStatus.APPROVED:
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
    wanted = dict(current.lines.values_list("line", "requested"))
    _refuse_coming(wanted)
    _refuse_too_many(current.order, wanted)
    return _decided(current, ReturnStatus.APPROVED, actor)


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


def _refuse_late(order: Order, now: datetime) -> datetime:
    """When the last parcel came. Raises Refusal before that, and after the last day."""
    delivered_at = order.packages.aggregate(last=Max("delivered_at"))["last"]
    last_day = last_return_day(order, delivered_at)
    if delivered_at is None or last_day is None:
        raise Refusal("early", "Nothing in this order has been delivered yet.")
    if local_day(order, now) > last_day:
        text = f"Returns for this order closed on {last_day:%d %B %Y}."
        raise Refusal("late", text, day=last_day)
    at: datetime = delivered_at
    return at


def _refuse_often(order: Order, now: datetime) -> None:
    """Whoever has the link of an order may not make returns, and mails about them, without end."""
    asked = order.returns.filter(created_at__gt=now - ONE_DAY)
    if asked.exclude(reason__in=OURS).count() >= MOST_A_DAY:
        raise Refusal(
            "often",
            f"{MOST_A_DAY} returns of this order were requested within a day: wait until tomorrow, "
            "or write to the shop.",
            count=MOST_A_DAY,
        )


def _refuse_coming(wanted: Iterable[UUID], but: Return | None = None) -> None:
    """A line is in one return that is requested or approved: it is cancelled before another."""
    rows = ReturnLine.objects.filter(line__in=wanted, is_coming=True)
    rows = rows.exclude(order_return=but) if but else rows
    if row := rows.select_related("order_return", "line").order_by("pk").first():
        text = f"{row.line.title} is in return {row.order_return} already."
        raise Refusal("coming", text, title=row.line.title, number=row.order_return.number)


def _refuse_too_many(order: Order, wanted: dict[UUID, int]) -> None:
    left = returnable_units(order)
    for line_id, number in wanted.items():
        if number > left.get(line_id, 0):
            raise _too_many(order, line_id, left.get(line_id, 0))


def _too_many(order: Order, line_id: UUID, left: int) -> Refusal:
    line = order.lines.filter(pk=line_id).first()
    if line is None:
        return Refusal("not_part", "That product is not part of this order.")
    text = f"{line.title}: {left} can still be returned."
    return Refusal("left", text, title=line.title, count=left)


@transaction.atomic(savepoint=False)
def _decide(
    order_return: Return, to: ReturnStatus, actor: User | None, *, said: str = "", **data: Any
) -> Return:
    lock_orders([order_return.order_id])
    current = Return.objects.get(pk=order_return.pk)
    if current.status != ReturnStatus.REQUESTED:
        raise MoveRefused([current], to)
    if to == ReturnStatus.APPROVED:
        _refuse_coming(current.lines.values_list("line", flat=True), but=current)
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
    changes = {} if said is None else {"words": said}
    is_approved = to == ReturnStatus.APPROVED
    kept: dict[str, Any] = {}
    if is_approved and "problem" not in data and _stays_there(order_return):
        kept = {"kept": True}
    decided = move([order_return], to, actor=actor, changes=changes, **data, **kept)[0]
    units: dict[str, Any] = {"approved": 0, "refused": 0, to.value: F("requested")}
    decided.lines.update(**units, is_coming=is_approved)
    if said:
        _keep_in_history(decided, said)
    if kept:
        return close_kept(decided, actor=actor)
    if is_approved:
        send_ahead(decided, actor=actor)
    else:
        call_off(decided, actor=actor)
    return decided


def _keep_in_history(refused: Return, said: str) -> None:
    order = Order.objects.get(pk=refused.order_id)
    event = order.events.filter(kind="return.refused", subject_id=refused.pk).latest("pk")
    keep_changes(order, event, {}, reason=said)


def _stays_there(order_return: Return) -> bool:
    order = Order.objects.select_related("seller").get(pk=order_return.order_id)
    return stays_there(order, order_return, order_return.lines.select_related("line"))
