"""The carts of a warehouse: added by the lead, retired, found by the code of the cart or a slot."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from orders.errors import DomainError
from orders.models import Warehouse
from orders.words import say
from warehouse.floor.totes import without_walks
from warehouse.models import Cart, Location, PutWall
from warehouse.models.carts import MOST_SLOTS
from warehouse.scanning.place_codes import unfit_code


@transaction.atomic(savepoint=False)
def add_cart(warehouse: Warehouse, *, code: str, slots: int) -> Cart:
    """A cart with its slots, whose codes are that of the cart, a dash and a number."""
    code = code.strip().upper()
    if not 2 <= slots <= MOST_SLOTS:
        raise DomainError(
            say(
                "A cart has 2 to {most_slots} slots, not {slots}.",
                most_slots=MOST_SLOTS,
                slots=slots,
            )
        )
    codes = [f"{code}-{number}" for number in range(1, slots + 1)]
    if words := unfit_code(code) or unfit_code(codes[0]):
        raise DomainError(say("Code {code}: {words}.", code=code, words=words))
    # Two leads who add the same, or locations: the second one waits here, and is told.
    Warehouse.objects.select_for_update(no_key=True).get(pk=warehouse.pk)
    if other_cart := carts_with([code, *codes], warehouse).first():
        raise DomainError(say("There is a cart {other_cart} already.", other_cart=other_cart))
    if wall := PutWall.objects.filter(warehouse=warehouse, code__in=[code, *codes]).first():
        raise DomainError(say("There is a put wall {wall} already.", wall=wall))
    taken = Location.objects.filter(warehouse=warehouse, code__in=[code, *codes])
    if other := taken.order_by("walk_position", "code").first():
        raise DomainError(
            say("{other} is the code of a location already: choose another one.", other=other)
        )
    cart = Cart.objects.create(warehouse=warehouse, code=code, slots=slots)
    Location.objects.bulk_create(
        Location(
            warehouse=warehouse,
            code=slot,
            kind=Location.Kind.TOTE,
            cart=cart,
            walk_position=number,
        )
        for number, slot in enumerate(codes, start=1)
    )
    return cart


@transaction.atomic(savepoint=False)
def retire_cart(cart: Cart, at: datetime | None) -> Cart:
    """Use a cart no longer, or again (None). Raises DomainError while something lies in it."""
    current = Cart.objects.select_for_update(no_key=True).get(pk=cart.pk)
    if at and Location.objects.filter(cart=current).exclude(pk__in=free_slots(current)).exists():
        raise DomainError(
            say("Cart {current} is in use: pack or put back what is in it first.", current=current)
        )
    current.retired_at = at
    current.save(update_fields=["retired_at"])
    return current


def carts_with(codes: Iterable[str], warehouse: Warehouse) -> QuerySet[Cart]:
    """The carts that have one of these codes."""
    return Cart.objects.filter(warehouse=warehouse, code__in=codes).order_by("code")


def carts_of(warehouse: Warehouse) -> QuerySet[Cart]:
    """The carts that are in use in a warehouse."""
    return Cart.objects.filter(warehouse=warehouse, retired_at__isnull=True)


def cart_of(code: str, warehouse: Warehouse) -> Cart | None:
    """The cart with this code, or with a slot that has it."""
    spelled = {code.strip(), code.strip().upper()}
    named = Q(code__in=spelled) | Q(places__code__in=spelled)
    return Cart.objects.filter(named, warehouse=warehouse).distinct().first()


def free_of(carts: Iterable[Cart]) -> dict[UUID, int]:
    """How many slots of each of these carts are free, {cart id: number}."""
    free = without_walks(Location.objects.filter(cart__in=[cart.pk for cart in carts])).order_by()
    return dict(free.values_list("cart").annotate(number=Count("pk")))


def free_slots(cart: Cart) -> QuerySet[Location]:
    """The slots in which no shipment is, in their order: what is packed has left its slot."""
    return without_walks(Location.objects.filter(cart=cart)).order_by("walk_position")
