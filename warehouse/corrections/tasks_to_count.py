"""Tasks to count a location: made after a short pick, by the rules, or because somebody asks."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Sum

from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, User
from orders.words import say
from warehouse.models import CountTask, Location, Stock
from warehouse.states import COUNT_OPEN
from warehouse.stock.closing import close_stocks


@transaction.atomic(savepoint=False)
def plan_counts(
    locations: Iterable[Location], *, cause: str, actor: User | None
) -> list[CountTask]:
    """Make a task for each of these locations that has no open one; returns the new ones."""
    wanted = [place for place in locations if place.kind != Location.Kind.TOTE]
    open_tasks = CountTask.objects.filter(location__in=wanted, status__in=COUNT_OPEN)
    counted = set(open_tasks.values_list("location", flat=True))
    tasks = [
        CountTask(warehouse_id=place.warehouse_id, location=place, cause=cause)
        for place in wanted
        if place.pk not in counted
    ]
    # Of two that are made at the same moment one stays: a location has one open count.
    CountTask.objects.bulk_create(tasks, ignore_conflicts=True)
    made = list(CountTask.objects.filter(pk__in=[task.pk for task in tasks]))
    record(
        [Event.of(task, "planned", actor=actor, location=str(task.location_id)) for task in made]
    )
    return made


@transaction.atomic(savepoint=False)
def close_until_counted(stock: Stock, *, gone: int, actor: User | None) -> None:
    """Let a location that was found empty be counted; `gone`: units that leave the books at once.

    Where the books have more of the product there, because it is promised, nobody is sent there to
    pick it until then: it is closed there. What else lies there is picked as ever.
    """
    location = stock.location
    lots = Stock.objects.filter(location=location, product=stock.product_id)
    lying = lots.aggregate(units=Sum("on_hand", default=0))["units"]
    if lying > gone:
        close_stocks(lots)
    plan_counts([location], cause=CountTask.Cause.SHORT, actor=actor)


@transaction.atomic(savepoint=False)
def task_at(location: Location, *, actor: User) -> CountTask:
    """The open task of this location, made where there is none. Raises DomainError for a tote."""
    if location.kind == Location.Kind.TOTE:
        raise DomainError(
            say("{location} is a tote: count a bin, a shelf or a dock.", location=location)
        )
    plan_counts([location], cause=CountTask.Cause.ASKED, actor=actor)
    return CountTask.objects.get(location=location, status__in=COUNT_OPEN)
