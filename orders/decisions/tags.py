"""Tags of an order: words of the seller, by which it is found again; no customer sees them."""

from django.db import transaction

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.changes import keep_changes
from orders.lifecycle.transitions import lock_order
from orders.models import Event, Order, User
from orders.models.orders import TAG
from orders.values.texts import one_line
from orders.values.unfit import Unfit
from orders.words import say

MOST_TAGS = 10


def read_tag(text: str) -> str:
    """A tag as it is kept: on one line, in small letters. Raises Unfit."""
    tag = one_line(text).lower()
    if not tag:
        raise Unfit(say("enter a tag"))
    if len(tag) > TAG:
        raise Unfit(say("expected at most {most} characters", most=TAG))
    if "," in tag:
        raise Unfit(say("a comma ends a tag: enter one"))
    return tag


@transaction.atomic(savepoint=False)
def tag_order(order: Order, tag: str, *, actor: User | None) -> Order:
    """Add a tag to an order. Raises DomainError where it has it, or has many."""
    order = lock_order(order.pk)
    if tag in order.tags:
        raise DomainError(say("Order {order} has the tag “{tag}” already.", order=order, tag=tag))
    if len(order.tags) >= MOST_TAGS:
        raise DomainError(
            say(
                "Order {order} has {most} tags: remove one first.",
                order=order,
                most=MOST_TAGS,
            )
        )
    return _write(order, sorted([*order.tags, tag]), actor=actor)


@transaction.atomic(savepoint=False)
def untag_order(order: Order, tag: str, *, actor: User | None) -> Order:
    """Remove a tag from an order. Raises DomainError where it has no such tag."""
    order = lock_order(order.pk)
    if tag not in order.tags:
        raise DomainError(say("Order {order} has no tag “{tag}”.", order=order, tag=tag))
    return _write(order, [other for other in order.tags if other != tag], actor=actor)


def _write(order: Order, tags: list[str], *, actor: User | None) -> Order:
    before, order.tags = order.tags, tags
    order.save(update_fields=["tags"])
    event = Event.of(order, "tagged", actor=actor, fields=["tags"])
    record([event])
    keep_changes(order, event, {"tags": (", ".join(before), ", ".join(tags))})
    return order
