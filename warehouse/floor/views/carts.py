"""The lead's page of carts: how full they are, new ones, and those that are retired."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from orders.access import Role, role_required
from orders.words import say
from warehouse.floor.carts.rows import add_cart, free_of, retire_cart
from warehouse.floor.forms import CartForm, OfferForm
from warehouse.models import Cart, PickList
from warehouse.models.carts import MOST_SLOTS
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, at_workplace, done, screen
from warehouse.states import PICK_LIST_BEGUN

LONGEST_LIST = 100


@role_required(Role.LEAD)
@at_workplace
def carts(request: FloorRequest) -> HttpResponse:
    """List the carts; a POST adds one."""
    if request.method != "POST":
        return _list(request)

    def act(sent: Sent) -> str:
        cart = add_cart(request.warehouse, code=sent["code"], slots=sent["slots"])
        told = "Added: cart {cart} with slots {cart}-1 to {cart}-{slots}."
        return say(told, cart=cart, slots=cart.slots)

    outcome = apply(request, form := CartForm(request.POST), act)
    if outcome.is_refused:
        return _list(request, outcome, form)
    return done(request, outcome, "warehouse_carts")


@require_POST
@role_required(Role.LEAD)
@at_workplace
def retire(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Use a cart no longer, or again, as the button said."""
    here = Cart.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    cart = get_object_or_404(here, pk=pk)

    def act(sent: Sent) -> str:
        retire_cart(cart, None if sent["offered"] else timezone.now())
        told = "Cart {cart} is used again." if sent["offered"] else "Cart {cart} is retired."
        return say(told, cart=cart)

    outcome = apply(request, OfferForm(request.POST), act)
    if outcome.is_refused:
        return _list(request, outcome)
    return done(request, outcome, "warehouse_carts")


def _list(
    request: FloorRequest, outcome: ScanResult | None = None, form: CartForm | None = None
) -> HttpResponse:
    here = Cart.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    rows = list(here.order_by("retired_at", "code")[:LONGEST_LIST])
    walks = PickList.objects.visible_to(request.viewer).filter(
        tote__cart__in=rows, status__in=PICK_LIST_BEGUN
    )
    picker_of = {walk.tote.cart_id: walk.picker for walk in walks.select_related("tote", "picker")}
    free = free_of(rows)
    for row in rows:
        row.free = free.get(row.pk, 0)  # type: ignore[attr-defined]
        row.picker = picker_of.get(row.pk)  # type: ignore[attr-defined]
    context = {"carts": rows, "form": form, "most": MOST_SLOTS}
    return screen(request, "warehouse/carts.html", context, outcome)
