"""Accept orders in one statement: idempotency key, answer, orders, lines, promises, events.

No stock is locked here: the allocator, woken after the commit, reserves supply for new orders.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.module_loading import import_string

from orders.accounts.connections import while_it_exists
from orders.crash import crash_point
from orders.errors import InvalidInput
from orders.events.spans import trace
from orders.events.wakeups import wake_after_commit
from orders.intake.grouping import Grouped
from orders.intake.idempotency import (
    KNOWN,
    REFUSED,
    IdempotentRequest,
    KeptAnswer,
    RefusedBefore,
    keep_answer,
    kept_answer,
)
from orders.intake.notices import notices_of
from orders.intake.plain import tried
from orders.intake.proving import KeyProof, Unproven
from orders.intake.rows import RowMaker, Rows
from orders.intake.statement import accept_statement
from orders.models import Charge, Event, Order, SalesChannel
from orders.models.base import unsaved
from orders.routing.applying import Decisions, grams_of, keep_routed, route
from orders.shops.base import Cost, IncomingLine, IncomingOrder
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

# Of the orders that share a statement: so many, of so many lines each.
MOST_TOGETHER, FEW_LINES = 20, 50

Extra = Callable[[Sequence[tuple[Order, Event]]], list[Model]]


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted order: created by this call (`is_new`), or known from an earlier one."""

    order_id: UUID
    is_new: bool
    answer: dict[str, Any]


def accept_orders(channel: SalesChannel, incoming: Sequence[IncomingOrder]) -> list[Accepted]:
    """Accept orders of one channel, whose seller and warehouse are loaded with it.

    The same (seller, channel, reference) is the same order, whenever it comes. Unknown SKUs and a
    missing address put a hold on the order. Raises InvalidInput with the problems by field path;
    then no order is stored.
    """
    if problems := [problem for order in incoming for problem in problems_of(order)]:
        raise InvalidInput(problems)
    return accept_checked(channel, incoming)


def accept_checked(channel: SalesChannel, incoming: Sequence[IncomingOrder]) -> list[Accepted]:
    """Accept orders in which `problems_of` found nothing."""
    now, began = timezone.now(), monotonic()
    decisions = route(channel, incoming)
    weights = grams_of(channel, incoming)
    maker = RowMaker(channel, now)
    written = [
        _Written.of(maker, order, decided, grams)
        for order, decided, grams in zip(incoming, decisions, weights, strict=True)
    ]
    new_ids = _write(written)
    trace(new_ids, "order accepted", began=began)
    known = {} if len(new_ids) == len(written) else _existing(channel, written)
    return [
        Accepted(one.order_id, True, one.answer)
        if one.order_id in new_ids
        else known[one.rows.order.reference]
        for one in written
    ]


def accept_order(
    channel: SalesChannel,
    incoming: IncomingOrder,
    idempotency: IdempotentRequest,
    *,
    proof: KeyProof | None = None,
) -> Accepted:
    """Accept an order under the idempotency key of its request, as `accept_orders` does.

    Orders of one channel that come at the same time share a statement, whose commit is that of
    each. Raises InvalidInput, IdempotencyKeyReused, or RefusedBefore; then no order is stored. With
    a `proof` it raises Unproven for all but a new order of a key that is as it was.
    """
    if problems := problems_of(incoming):
        raise InvalidInput(problems)
    began = monotonic()
    [decisions] = route(channel, [incoming])
    [grams] = grams_of(channel, [incoming])
    written = _Written.of(
        RowMaker(channel, timezone.now()), incoming, decisions, grams, idempotency, proof
    )
    try:
        is_new = _is_new(written)
    except IntegrityError as error:
        # The idempotency key exists: a repeated request, or a concurrent one that was faster.
        if violated_constraint(error) != "orders_idempotencykey_pkey":
            raise
        is_new = False
    if not is_new and proof:
        raise Unproven
    if not is_new:
        return _accepted_before(channel, written, idempotency)
    trace([written.order_id], "order accepted", began=began)
    return Accepted(written.order_id, True, written.answer)


@dataclass(frozen=True, slots=True)
class _Written:
    """What an order writes: its rows, those of other apps, and the answer under its key."""

    channel: SalesChannel
    rows: Rows
    extras: list[Model]
    answer: dict[str, Any]
    decisions: Decisions
    proof: KeyProof | None

    @classmethod
    def of(
        cls,
        maker: RowMaker,
        incoming: IncomingOrder,
        decisions: Decisions,
        grams: int = 0,
        idempotency: IdempotentRequest | None = None,
        proof: KeyProof | None = None,
    ) -> Self:
        channel, rows = maker.channel, maker.rows_of(incoming, grams)
        answer = answer_of(rows.order)
        if notices := notices_of(incoming, rows.order):
            answer["notices"] = notices
        if idempotency:
            rows.order_row |= {
                "key": idempotency.key,
                "request_hash": idempotency.request_hash.hex(),
                "answer": answer,
            }
        extras = [row for extra in _extras() for row in extra([(rows.order, rows.event)])]
        if incoming.cost:
            cost = incoming.cost._asdict()
            extras.append(
                unsaved(Charge, seller_id=channel.seller_id, order_id=rows.order.pk, **cost)
            )
        return cls(channel, rows, extras, answer, decisions, proof)

    @property
    def order_id(self) -> UUID:
        return self.rows.order.pk


def _is_new(written: _Written) -> bool:
    if len(written.rows.line_rows) > FEW_LINES:  # nobody waits for it
        return bool(_write([written]))
    return _grouped((written.channel.pk, written.proof), written)


def _are_new(together: list[_Written]) -> list[bool]:
    new_ids = _write(together)
    return [one.order_id in new_ids for one in together]


_grouped = Grouped(_are_new, most=MOST_TOGETHER)


def _accepted_before(
    channel: SalesChannel, written: _Written, idempotency: IdempotentRequest
) -> Accepted:
    """The order of a request that created none: its key is known, or at least its reference."""
    kept = kept_answer(channel, idempotency)
    if kept is None:
        (known,) = _existing(channel, [written]).values()
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
    _check_cost(problems, order.cost or Cost())
    if not order.lines:
        problems.add("lines", "expected at least one line")
    if len(order.lines) > MOST_LINES:
        problems.add("lines", f"expected at most {MOST_LINES} lines")
    else:
        for index, line in enumerate(order.lines):
            _check_line(problems, f"lines[{index}]", line)
    return problems.found


def _check_cost(problems: Problems, cost: Cost) -> None:
    for name, amount in cost._asdict().items():
        if not 0 <= amount <= MOST_MONEY:
            problems.add(name, f"expected 0 to {MOST_MONEY}")


def _check_line(problems: Problems, path: str, line: IncomingLine) -> None:
    if not 0 < line.quantity <= MOST_UNITS:
        problems.add(f"{path}.quantity", f"expected 1 to {MOST_UNITS}")
    if not 0 <= line.unit_price <= MOST_MONEY:
        problems.add(f"{path}.unit_price", f"expected 0 to {MOST_MONEY}")
    if not one_line(line.sku) and not one_line(line.title):
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


def _write(written: Sequence[_Written]) -> set[UUID]:
    """Write what is new of orders of one channel and proof, and wake who works on it: the new ids.

    By reference, so that two statements with the same orders wait for each other, and not both.
    """
    ordered = sorted(written, key=lambda one: one.rows.order.reference)
    crash_point("intake-before-commit")
    if any(one.decisions for one in ordered):
        with while_it_exists(), transaction.atomic():
            new_ids = _inserted(ordered)
            for one in ordered:
                one.rows.order.seller = ordered[0].channel.seller
            decisions = [one.decisions for one in ordered]
            keep_routed([one.rows.order for one in ordered], decisions, new_ids)
    else:
        with while_it_exists():
            new_ids = _inserted(ordered)
    # The statement inserts the events itself, so record() does not wake the tasks.
    if new_ids:
        wake_after_commit({"order.received"})
    return new_ids


def _inserted(ordered: Sequence[_Written]) -> set[UUID]:
    """Run the statement for these orders, its short text first where they may be plain: the ids of
    those that are new.
    """
    channel = ordered[0].channel
    may_be_plain = tried.is_due(channel.pk) and not any(one.rows.is_stopped for one in ordered)
    if may_be_plain:
        if rows := run(*_statement(ordered, is_plain=True)):
            return _ids_in(rows)
        tried.was_in_vain(channel.pk)
    return _ids_in(run(*_statement(ordered)))


def _statement(ordered: Sequence[_Written], *, is_plain: bool = False) -> tuple[str, list[Any]]:
    return accept_statement(
        ordered[0].channel,
        [one.rows for one in ordered],
        [extra for one in ordered for extra in one.extras],
        proof=ordered[0].proof,
        is_plain=is_plain,
    )


def _ids_in(rows: Sequence[tuple[Any, ...]]) -> set[UUID]:
    """The new ones; there is no id in the row of an order that was known."""
    return {order_id for (order_id,) in rows if order_id}


def _existing(channel: SalesChannel, written: Sequence[_Written]) -> dict[str, Accepted]:
    orders = Order.objects.filter(
        seller_id=channel.seller_id,
        channel=channel,
        reference__in=[one.rows.order.reference for one in written],
    )
    return {order.reference: Accepted(order.pk, False, answer_of(order)) for order in orders}


@cache
def _extras() -> list[Extra]:
    return [import_string(path) for path in settings.INTAKE_ROWS]
