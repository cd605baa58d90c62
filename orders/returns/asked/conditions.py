"""The condition of what is to come back, as the customer says it for each line."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from orders.errors import Refusal
from orders.models import Order, ReturnLine, Seller

NAME = "condition"  # in `Seller.return_choices`
Condition = ReturnLine.Condition


def asks_condition(seller: Seller) -> bool:
    """Whether customers say in which condition each thing is that they send back."""
    return bool(seller.return_choices.get(NAME))


def refuse_unconditioned(
    order: Order, wanted: Iterable[UUID], said: Mapping[UUID, str], *, is_asked: bool
) -> None:
    """Raise Refusal for a condition that there is not, and where one is asked for and missing."""
    for pk in wanted:
        given = said.get(pk, "")
        if given not in Condition.values and (given or is_asked):
            line = order.lines.filter(pk=pk).first()
            title = line.title if line else ""
            text = f"Choose the condition of {title}." if title else "Choose a condition."
            raise Refusal("condition_needed", text, title=title)
