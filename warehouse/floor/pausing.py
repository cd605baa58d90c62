"""Pause a walk, go on with it, give it to another picker; a cart goes with all its walks."""

from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.labelling import open_hold
from orders.lifecycle.transitions import lock_orders, move
from orders.models import Event, Hold, User, Warehouse
from orders.prepared import PreparedQuery, parameter
from orders.words import predicate, say, state
from warehouse.models import PickList
from warehouse.states import PICK_LIST_BEGUN, PickListStatus

# Of a walk: an open hold stops its shipment, or all of its order.
_HOLDS = Hold.objects.filter(
    Q(shipment__isnull=True) | Q(shipment=OuterRef("shipment")), order=OuterRef("shipment__order")
)
WALK_IS_HELD = Exists(_HOLDS.filter(released_at__isnull=True))
# A walk of a building, as its screen shows it: it is read with each scan.
WALK = PreparedQuery(
    lambda: (
        PickList.objects.filter(pk=parameter(1), warehouse=parameter(2))
        .annotate(is_held=WALK_IS_HELD)
        .select_related("shipment__order", "tote__cart", "batch_tote", "picker")
    )
)
# The walk on which a picker is.
OPENED = PreparedQuery(
    lambda: (
        PickList.objects.filter(picker=parameter(1), status=PickListStatus.OPEN)
        .select_related("shipment")
        .order_by("pk")[:1]
    )
)
# A hold has ended since the walk was set aside for it.
IS_LET_GO = Exists(_HOLDS.filter(released_at__gt=OuterRef("paused_at")))


@transaction.atomic(savepoint=False)
def pause_walk(walk: PickList, *, actor: User) -> PickList:
    """Leave an open walk for later, with all of its cart: the tote stays its own.

    Raises DomainError for another's.
    """
    current, others = _lock(walk)
    _refuse_passed(current)
    if current.picker_id != actor.pk:
        raise DomainError(say("This pick list belongs to {picker}.", picker=current.picker))
    if current.status != PickListStatus.OPEN:
        raise DomainError(say("The walk of shipment {current} is paused already.", current=current))
    _pause([current, *others], actor=actor)
    return current


@transaction.atomic(savepoint=False)
def continue_walk(walk: PickList, *, actor: User) -> PickList:
    """Go on with a paused walk; another one that this picker has open is paused for it.

    With it goes what else is on its cart and not on hold. Raises DomainError while its order is on
    hold.
    """
    # Serializes two taps of one picker, who would get two open pick lists otherwise.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    mine = PickList.objects.filter(picker=actor, status=PickListStatus.OPEN)
    left = list(mine.exclude(pk__in=[row.pk for row in with_cart(walk)]).select_related("shipment"))
    # At once: in the order of their orders.
    lock_orders(row.shipment.order_id for row in (*with_cart(walk), *left))
    current, others = _lock(walk)
    _refuse_passed(current)
    if current.picker_id != actor.pk:
        raise DomainError(say("This pick list belongs to {picker}.", picker=current.picker))
    _pause(_begun(left), actor=actor)
    if current.status == PickListStatus.OPEN:
        return current
    if hold := open_hold([current.shipment]):
        raise DomainError(
            say(
                "Order {order} is on hold ({hold}): it goes on when that ends.",
                order=hold.order,
                hold=hold,
            )
        )
    paused = [row.pk for row in (current, *others) if row.status == PickListStatus.PAUSED]
    free = PickList.objects.filter(~WALK_IS_HELD, pk__in=paused)
    rows = move(free, PickListStatus.OPEN, actor=actor, changes={"paused_at": None})
    return next(row for row in rows if row.pk == walk.pk)


@transaction.atomic(savepoint=False)
def give_walk(walk: PickList, picker: User, *, actor: User) -> PickList:
    """Give a walk, with all of its cart, to another picker, whom it waits for as a paused one."""
    lock_orders({row.shipment.order_id for row in (*with_cart(walk), *_of_other_ways(walk))})
    current, others = _lock(walk)
    if current.picker_id == picker.pk and not current.passed_at:
        raise DomainError(say("This pick list belongs to {picker} already.", picker=picker))
    former = current.picker_id
    rows = [current, *others, *_of_other_ways(current)]
    _pause(rows, actor=actor)
    # What is left of it is all this picker's, in whatever zone.
    given_to = {"picker": picker, "zone": "", "passed_at": None}
    PickList.objects.filter(pk__in=[row.pk for row in rows]).update(**given_to)
    current.picker = picker
    whose = {"former": str(former), "picker": str(picker.pk)}
    record([Event.of(row, "given", actor=actor, **whose) for row in rows])
    return current


def with_cart(walk: PickList) -> list[PickList]:
    """The walk, with all others that are not done on its way with a cart; by their slots."""
    same = {"cart_walk": walk.cart_walk} if walk.cart_walk else {"pk": walk.pk}
    rows = PickList.objects.filter(**same, status__in=PICK_LIST_BEGUN)
    return list(
        rows.select_related("shipment", "picker", "tote").order_by("tote__walk_position", "pk")
    )


def _of_other_ways(walk: PickList) -> list[PickList]:
    """What its picker has in other slots of the cart: on hold, when another way began."""
    if not walk.cart_walk or walk.is_batch:
        return []
    rows = PickList.objects.filter(
        tote__cart=walk.tote.cart_id, picker=walk.picker_id, status__in=PICK_LIST_BEGUN
    )
    others = rows.exclude(cart_walk=walk.cart_walk).order_by("tote__walk_position", "pk")
    return list(others.select_related("shipment", "picker", "tote"))


def paused_walks(picker: User, warehouse: Warehouse) -> QuerySet[Any]:
    """The paused walks of a picker with `is_held`, first those that a hold has let go."""
    return _paused(picker.pk, warehouse.pk)


def _paused(picker: Any, warehouse: Any) -> QuerySet[Any]:
    rows = PickList.objects.filter(picker=picker, warehouse=warehouse, status=PickListStatus.PAUSED)
    rows = rows.filter(passed_at__isnull=True)  # that waits for somebody of another zone
    first = Case(When(IS_LET_GO, then=0), default=1)
    rows = rows.annotate(is_held=WALK_IS_HELD, is_let_go=IS_LET_GO).order_by(
        first, "paused_at", "pk"
    )
    return rows.select_related("shipment__order", "tote", "batch_tote")


# The first paused walk of the picker `$1` in the building `$2` that no hold stops: that one has let
# go, and any.
_FREE: PreparedQuery[Any] = PreparedQuery(
    lambda: _paused(parameter(1), parameter(2)).filter(is_held=False)[:1]
)


def first_paused(picker: User, warehouse: Warehouse) -> Any:
    """Of `paused_walks` the first that no hold stops, or None; `is_let_go` where one has let go."""
    return _FREE.first(picker.pk, warehouse.pk)


def one_of_each_cart(walks: QuerySet[Any]) -> list[Any]:
    """These walks, of those on one cart the first."""
    rows = walks.select_related("shipment__order", "tote__cart", "batch_tote")
    return list({row.cart_walk or row.pk: row for row in reversed(rows)}.values())[::-1]


def going_on(actor: User) -> PickList | None:
    """The walk on which this picker is; each that is open and all on hold is paused before."""
    while walk := OPENED.first(actor.pk):
        if not _set_aside(walk, actor=actor):
            return walk
    return None


def _set_aside(walk: PickList, *, actor: User) -> bool:
    """Pause the open walk of an order on hold, and say whether it was one: others go on.

    A cart is set aside when all that is still to be picked into it is on hold.
    """
    rows = PickList.objects.filter(pk__in=[row.pk for row in with_cart(walk)])
    if rows.filter(~WALK_IS_HELD).exists():
        return False
    current, others = _lock(walk)
    _pause([current, *others], actor=actor)
    return True


def _refuse_passed(walk: PickList) -> None:
    if walk.passed_at:  # it is nobody's until somebody takes it on
        raise DomainError(say("Tote {tote} was passed on.", tote=walk.tote))


def _pause(walks: list[PickList], *, actor: User) -> None:
    """Pause those that are open."""
    opened = [row for row in walks if row.status == PickListStatus.OPEN]
    for row in move(
        opened, PickListStatus.PAUSED, actor=actor, changes={"paused_at": timezone.now()}
    ):
        for given in walks:
            if given.pk == row.pk:
                given.status, given.paused_at = row.status, row.paused_at


def _begun(walks: list[PickList]) -> list[PickList]:
    """These walks, read fresh, but those that have ended."""
    rows = PickList.objects.filter(pk__in=[row.pk for row in walks], status__in=PICK_LIST_BEGUN)
    return list(rows.order_by("pk"))


def _lock(walk: PickList) -> tuple[PickList, list[PickList]]:
    """The walk and the others of its cart, read fresh under the locks of their orders.

    Raises DomainError when it has ended.
    """
    lock_orders({walk.shipment.order_id, *(row.shipment.order_id for row in with_cart(walk))})
    rows = with_cart(walk)
    current = next((row for row in rows if row.pk == walk.pk), None)
    if current is None:
        ended = PickList.objects.select_related("shipment").get(pk=walk.pk)
        present = predicate(state(ended.shipment))
        raise DomainError(
            say("Shipment {ended} is {present}: its walk has ended.", ended=ended, present=present)
        )
    return current, [row for row in rows if row is not current]
