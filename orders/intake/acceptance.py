"""Accept orders in one statement: idempotency key, answer, orders, lines, promises, events.

No stock is locked here: the allocator, woken after the commit, reserves supply for new orders.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.module_loading import import_string

from orders.crash import crash_point
from orders.errors import InvalidInput
from orders.events.spans import trace
from orders.events.wakeups import wake_after_commit
from orders.intake.idempotency import (
    KNOWN,
    REFUSED,
    IdempotentRequest,
    KeptAnswer,
    RefusedBefore,
    keep_answer,
    kept_answer,
)
from orders.intake.rows import Rows, rows_of
from orders.intake.statement import accept_statement
from orders.models import Event, Order, SalesChannel
from orders.routing.applying import Decisions, keep_routed, route
from orders.shops.base import IncomingLine, IncomingOrder
from orders.statements import run, violated_constraint
from orders.values.contacts import LONGEST_EMAIL
from orders.values.counts import MOST_LINES, MOST_MONEY, MOST_UNITS
from orders.values.moments import moment
from orders.values.places import country, currency, language
from orders.values.problems import Problems
from orders.values.texts import NOTE, NUMBER, PERSON, REFERENCE, SHORT, STREET, TITLE, one_line

# What the columns of an order hold, and what more is checked, whoever has read it.
LONGEST = {
    "number": NUMBER, "customer_name": PERSON, "buyer_name": PERSON, "email": LONGEST_EMAIL,
    "company": SHORT, "street": STREET, "postcode": SHORT, "city": SHORT, "region": SHORT,
    "note": NOTE,
}  # fmt: skip
READ: dict[str, Callable[[Any], Any]] = {
    "placed_at": moment, "country": country, "language": language, "currency": currency,
}  # fmt: skip

Extra = Callable[[Sequence[tuple[Order, Event]]], list[Model]]


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted order: created by this call (`is_new`), or known from an earlier one."""

    order_id: UUID
    is_new: bool
    answer: dict[str, Any]


def accept_orders(
    channel: SalesChannel,
    incoming: Sequence[IncomingOrder],
    *,
    idempotency: IdempotentRequest | None = None,
) -> list[Accepted]:
    """Accept orders of one channel, whose seller and warehouse are loaded with it.

    The same (seller, channel, reference) is the same order, whenever it comes. Unknown SKUs and a
    missing address put a hold on the order. Raises InvalidInput with the problems by field path,
    IdempotencyKeyReused, or RefusedBefore; then no order is stored.
    """
    if problems := [problem for order in incoming for problem in problems_of(order)]:
        raise InvalidInput(problems)
    now, began = timezone.now(), monotonic()
    decisions = route(channel, incoming)
    rows = [rows_of(channel, order, now) for order in incoming]
    answers = {row.order.pk: answer_of(row.order) for row in rows}
    try:
        new_ids = _write(channel, rows, idempotency, answers, decisions)
    except IntegrityError as error:
        # The idempotency key exists: a repeated request, or a concurrent one that was faster.
        is_repeated = violated_constraint(error) == "orders_idempotencykey_pkey"
        if idempotency is None or not is_repeated:
            raise
        return [_accepted_before(channel, rows, idempotency)]
    # The statement inserts the events itself, so record() does not wake the tasks.
    if new_ids:
        wake_after_commit({"order.received"})
        trace(new_ids, "order accepted", began=began)
    elif idempotency:
        return [_accepted_before(channel, rows, idempotency)]
    known = {} if len(new_ids) == len(rows) else _existing(channel, rows)
    return [
        Accepted(row.order.pk, True, answers[row.order.pk])
        if row.order.pk in new_ids
        else known[row.order.reference]
        for row in rows
    ]


def _accepted_before(
    channel: SalesChannel, rows: list[Rows], idempotency: IdempotentRequest
) -> Accepted:
    """The order of a request that created none: its key is known, or at least its reference."""
    kept = kept_answer(channel, idempotency)
    if kept is None:
        (known,) = _existing(channel, rows).values()
        kept = keep_answer(channel, idempotency, KeptAnswer(KNOWN, known.answer))
    if kept.status >= REFUSED:
        raise RefusedBefore(kept)
    return Accepted(UUID(kept.answer["id"]), False, kept.answer)


def problems_of(order: IncomingOrder) -> list[tuple[str, str]]:
    """The invalid values of an order whose types are right: [(field path, problem)]."""
    problems = Problems()
    if not one_line(order.reference) or len(order.reference) > REFERENCE:
        problems.add("reference", f"expected 1 to {REFERENCE} characters")
    for name, most in LONGEST.items():
        _check_length(problems, name, getattr(order, name), most)
    for name, read in READ.items():
        problems.kept(name, read, getattr(order, name), None)
    if not order.lines:
        problems.add("lines", "expected at least one line")
    if len(order.lines) > MOST_LINES:
        problems.add("lines", f"expected at most {MOST_LINES} lines")
    else:
        for index, line in enumerate(order.lines):
            _check_line(problems, f"lines[{index}]", line)
    return problems.found


def _check_line(problems: Problems, path: str, line: IncomingLine) -> None:
    if not 0 < line.quantity <= MOST_UNITS:
        problems.add(f"{path}.quantity", f"expected 1 to {MOST_UNITS}")
    if not 0 <= line.unit_price <= MOST_MONEY:
        problems.add(f"{path}.unit_price", f"expected 0 to {MOST_MONEY}")
    if not line.sku and not line.title:
        problems.add(f"{path}.sku", "expected a SKU or a title")
    _check_length(problems, f"{path}.sku", line.sku, SHORT)
    _check_length(problems, f"{path}.shop_line", line.shop_line, REFERENCE)
    _check_length(problems, f"{path}.title", line.title, TITLE)


def _check_length(problems: Problems, path: str, text: str, most: int) -> None:
    """A text that is too long is refused, never cut: its end may be the number of a flat."""
    if len(text) > most:
        problems.add(path, f"expected at most {most} characters, got {len(text)}")


def answer_of(order: Order) -> dict[str, Any]:
    """The answer to a client that sent the order; stored beside its idempotency key."""
    return {
        "id": str(order.pk),
        "number": order.number,
        "reference": order.reference,
        "tracking_url": f"{settings.SITE_URL}/track/{order.token}/",
    }


def _write(
    channel: SalesChannel,
    rows: list[Rows],
    idempotency: IdempotentRequest | None,
    answers: dict[UUID, dict[str, Any]],
    decisions: list[Decisions],
) -> set[UUID]:
    accepted = [(row.order, row.event) for row in rows]
    extras = [instance for extra in _extras() for instance in extra(accepted)]
    answer = answers[rows[0].order.pk] if idempotency else None
    sql, values = accept_statement(channel, rows, extras, idempotency=idempotency, answer=answer)
    crash_point("intake-before-commit")
    if not any(decisions):
        return {order_id for (order_id,) in run(sql, values)}
    with transaction.atomic():
        new_ids = {order_id for (order_id,) in run(sql, values)}
        keep_routed([row.order for row in rows], decisions, new_ids)
    return new_ids


def _existing(channel: SalesChannel, rows: list[Rows]) -> dict[str, Accepted]:
    orders = Order.objects.filter(
        seller_id=channel.seller_id,
        channel=channel,
        reference__in=[row.order.reference for row in rows],
    )
    return {order.reference: Accepted(order.pk, False, answer_of(order)) for order in orders}


@cache
def _extras() -> list[Extra]:
    return [import_string(path) for path in settings.INTAKE_ROWS]
