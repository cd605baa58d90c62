"""A cart is given with all that is in it, also what a hold has left in a slot."""

import pytest

from orders.lifecycle.holds import hold_order, release_hold
from orders.models import Hold
from tests.support.cast import make_order
from tests.warehouse.screens.carts.walking import CARTS, PICK, slots, stop_of, walk_through
from warehouse.models import PickList
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def test_what_is_on_hold_in_a_slot_goes_along_with_its_cart(house, pat, lea):
    lea.sends(CARTS, code="C7", slots=3)
    held = make_order(house.ada, {"LAMP": 1})
    allocate_due()
    pat.sends(PICK, code="C7")
    hold = hold_order(held, reason=Hold.Reason.SELLER, actor=None)
    make_order(house.ada, {"LAMP": 2})
    allocate_due()
    screen = pat.sends(PICK, code="C7")
    assert stop_of(screen).pick_list.tote.code == "C7-2"

    given = lea.sends(f"/warehouse/walks/{stop_of(screen).pick_list.pk}/give/", picker=lea.user.pk)

    assert given.says == "Cart C7 is Lea's now, with all that is in it."
    assert set(PickList.objects.values_list("picker", "status")) == {(lea.user.pk, "aside")}
    _, done = walk_through(lea, lea.sends(PICK, code="C7"))
    assert "Done. Take to packing: C7" in done.text
    release_hold(hold, actor=None)
    assert slots()["C7-1"] == (held, "aside")
    assert stop_of(lea.sends(PICK, code="C7")).pick_list.tote.code == "C7-1"
    assert "Pat" not in lea.opens(CARTS).text
