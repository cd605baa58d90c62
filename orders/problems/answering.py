"""A seller answers a reported problem: sent again, a refund, a return, or words."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from orders.accounts.connections import open_channel
from orders.errors import DomainError
from orders.events.recording import record
from orders.intake.acceptance import accept_orders
from orders.lifecycle.transitions import count_replaced, lock_orders
from orders.models import Event, Order, OrderLine, Problem, Return, SalesChannel, Seller, User
from orders.returns.handling import approve_return, ask_back
from orders.shops.base import IncomingLine, IncomingOrder
from orders.values.texts import one_line
from orders.words import say

CHANNEL = "Replacements"
# A return says why; what never came cannot come back.
REASONS = {Problem.Kind.DAMAGED: Return.Reason.DAMAGED, Problem.Kind.WRONG: Return.Reason.WRONG}
COPIED = (
    "customer_name", "buyer_name", "email", "phone", "company", "street", "postcode", "city",
    "region", "country", "language", "currency", "is_gift",
)  # fmt: skip


@transaction.atomic(savepoint=False)
def answer_problem(problem: Problem, answer: str, *, words: str, actor: User) -> Problem:
    """Answer a problem once. Raises DomainError where it was answered, or cannot be so."""
    lock_orders([problem.order_id])
    current = (
        Problem.objects.select_for_update(no_key=True, of=("self",))
        .select_related("order__seller__warehouse", "line")
        .get(pk=problem.pk)
    )
    if current.answered_at:
        raise DomainError(say("This problem has been answered already."))
    current.answer_words = one_line(words)
    if len(current.answer_words) > Problem.LONGEST:
        raise DomainError(say("Answer in at most {longest} characters.", longest=Problem.LONGEST))
    if answer not in ANSWERS:
        raise DomainError(say("Choose an answer."))
    ANSWERS[Problem.Answer(answer)](current, actor)
    current.answer, current.answered_by, current.answered_at = answer, actor, timezone.now()
    current.save(
        update_fields=["answer", "answer_words", "answered_by", "answered_at", "replacement"]
    )
    count_replaced([current.order_id])
    again = {"replacement": str(pk)} if (pk := current.replacement_id) else {}
    record([Event.of(current, "answered", actor=actor, answer=answer, **again)])
    return current


@transaction.atomic(savepoint=False)
def settle_refund(problem: Problem, *, actor: User) -> None:
    """Tick off a refund that was paid in the shop: we move no money."""
    due = Problem.objects.filter(pk=problem.pk, answer=Problem.Answer.REFUND, settled_at=None)
    if not due.update(settled_at=timezone.now()):
        raise DomainError(say("This refund is ticked off already."))
    record([Event.of(problem, "refunded", actor=actor)])


def _send_again(problem: Problem, actor: User) -> None:
    """A new order of price 0 with the same address, through the intake as any other."""
    order, units = problem.order, problem.units
    lines = list(
        OrderLine.objects.filter(pk__in=units).select_related("product").order_by("position")
    )
    if not order.has_address:
        raise DomainError(say("Order {order} has no address to send it to.", order=order))
    channel = replacement_channel(order, actor)
    incoming = IncomingOrder(
        reference=f"replacement-{problem.pk}",
        number=f"{order.number[:50]}-R{_count(order) + 1}",
        placed_at=timezone.now(),
        lines=[
            IncomingLine(
                sku=line.product.sku if line.product else line.sku,
                title=line.title,
                quantity=units[line.pk],
            )
            for line in lines
        ],
        replaces=str(order.pk),
        problem=str(problem.pk),
        **{name: getattr(order, name) for name in COPIED},
    )
    (accepted,) = accept_orders(channel, [incoming])
    again = OrderLine.objects.filter(order=accepted.order_id, kit_line=None).order_by("position")
    for row, line in zip(again, lines, strict=True):
        row.replaces = line
        row.save(update_fields=["replaces"])
    problem.replacement_id = accepted.order_id


def former_order(order: Order) -> Order | None:
    """The order of which this one sends units again, in answer to a reported problem."""
    lines = OrderLine.objects.filter(order=order.pk, replaces__isnull=False)
    rows = Problem.objects.filter(order__in=lines.values("replaces__order"), replacement=order.pk)
    answered = rows.select_related("order").first()
    return answered.order if answered else None


def _count(order: Order) -> int:
    return Problem.objects.filter(order=order, replacement__isnull=False).count()


def replacement_channel(order: Order, actor: User | None) -> SalesChannel:
    """No shop's: nobody has to be told of the parcel of a replacement."""
    channels = SalesChannel.objects.filter(seller=order.seller_id, name=CHANNEL)
    if not channels.exists():
        # Whoever makes the first one at the same time waits here, and finds it.
        Seller.objects.select_for_update(no_key=True).get(pk=order.seller_id)
    if not channels.exists():
        open_channel(order.seller, kind=SalesChannel.Kind.FILE, name=CHANNEL, actor=actor)
    return channels.select_related("seller__warehouse").get()


def _take_back(problem: Problem, actor: User) -> None:
    if problem.kind not in REASONS:
        raise DomainError(say("What did not come cannot be sent back."))
    units = dict(problem.units)
    reason = REASONS[Problem.Kind(problem.kind)]
    asked = ask_back(problem, units, reason=reason)
    approve_return(asked, actor=actor, problem=problem)


def _refund(problem: Problem, actor: User) -> None:
    """Nothing more: it is listed until the seller has paid it back, in the shop."""


def _say(problem: Problem, actor: User) -> None:
    if not problem.answer_words:
        raise DomainError(say("Write the answer to the customer."))


ANSWERS: dict[Problem.Answer, Callable[[Problem, User], None]] = {
    Problem.Answer.REPLACEMENT: _send_again,
    Problem.Answer.REFUND: _refund,
    Problem.Answer.RETURN: _take_back,
    Problem.Answer.WORDS: _say,
}
