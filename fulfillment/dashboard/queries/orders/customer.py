"""What the customer of an order wants and reports, and which order it replaces."""

from dataclasses import dataclass

from orders.models import Order, Problem, Wish


@dataclass(frozen=True, slots=True)
class CustomerSays:
    """The wishes in force, the reported problems, and of a replacement the order it is for."""

    wishes: list[Wish]
    problems: list[Problem]
    replaces: Order | None


def customer_says(order: Order) -> CustomerSays:
    """Load it, in three statements; what was erased is no wish."""
    wishes = order.wishes.filter(ended_at__isnull=True).select_related("point").order_by("pk")
    problems = order.problems.select_related("line", "package", "replacement")
    answered = Problem.objects.filter(replacement=order).select_related("order").first()
    return CustomerSays(
        wishes=[row for row in wishes if row.on or row.text],
        problems=list(problems.order_by("-reported_at", "-pk")),
        replaces=answered.order if answered else None,
    )
