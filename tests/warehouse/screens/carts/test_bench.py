"""A cart at the packing bench: its own code opens what is in it, slot by slot."""

import pytest

from orders.lifecycle.holds import hold_order
from orders.models import User
from tests.support.cast import make_order
from tests.warehouse.screens.carts.walking import PICK, slots, walk_through
from tests.warehouse.screens.floor import Worker
from warehouse.floor.carts.rows import add_cart
from warehouse.floor.packing import close_package, pack_unit
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

PACK, HOME = "/warehouse/pack/", "/warehouse/"


@pytest.fixture
def full(house, pat):
    """The shipments in three slots of a cart, in their order."""
    add_cart(house.warehouse, code="CART7", slots=4)
    for _ in range(3):
        make_order(house.ada, {"LAMP": 1})
    allocate_due()
    walk_through(pat, pat.sends(PICK, code="CART7"))
    return [order.shipments.get() for _, (order, _) in sorted(slots().items())]


def packed(shipment, actor):
    close_package(pack_unit(shipment, code="LAMP", quantity=1, actor=actor), actor=actor)


@pytest.mark.parametrize("screen", [PACK, HOME])
def test_a_cart_opens_slot_by_slot(house, pia, full, screen):
    first, held, last = full
    hold_order(held.order, reason="seller", actor=house.ada.owner)
    opened = []
    for _ in range(2):
        opened.append(pia.sends(screen, code="cart7"))
        packed([first, last][len(opened) - 1], pia.user)

    assert [found.url for found in opened] == [f"{PACK}{row.pk}/" for row in (first, last)]
    assert "Slot CART7-1" in opened[0].text
    empty = pia.sends(screen, code="CART7")
    assert (
        empty.says
        == {
            PACK: "You scanned CART7. Expected: a tote or shipment to pack.",
            HOME: "Cart CART7 is for a warehouse lead or a picker.",
        }[screen]
    )


def test_what_is_packed_is_said_in_the_workers_language(house, pat, full):
    packed(full[0], house.pat)
    User.objects.filter(pk=house.pat.pk).update(language="de")
    german = Worker(User.objects.get(pk=house.pat.pk))
    walk = full[0].pick_lists.get()

    assert "gepackt" in german.opens(f"{PICK}{walk.pk}/").text
