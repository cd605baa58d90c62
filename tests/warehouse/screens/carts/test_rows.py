"""The lead's carts: which codes they may have, two leads at once, slots that stay, statements."""

import pytest

from tests.support.cast import make_order
from tests.support.racing import race
from tests.support.statements import count_statements
from tests.warehouse.screens.carts.walking import CARTS, PICK
from tests.warehouse.screens.floor import Worker
from warehouse.models import Cart, Location
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

PLACES = "/warehouse/locations/"


@pytest.fixture
def cart(lea):
    lea.sends(CARTS, code="cart7", slots=4)
    return Cart.objects.get()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("T-1", "Code T-1: expected another code: those with T- are totes."),
        ("do-ok", "Code DO-OK: expected another code: those with DO- are commands."),
        ("IN-1", "Code IN-1: expected another code: those with IN- are inbounds."),
        ("t", "Code T: expected another code: those with T- are totes."),
        (
            "<b>",
            "Code <B>: expected letters from A to Z, digits, and - . _ / + between them.",
        ),
        ("Ä7", "Code Ä7: expected letters from A to Z, digits, and - . _ / + between them."),
    ],
)
def test_a_cart_has_no_code_of_something_else(house, lea, code, words):
    assert lea.sends(CARTS, code=code, slots=2).says == words
    assert not Cart.objects.exists()


def test_a_slot_has_no_code_of_another_cart(house, lea, cart):
    lea.sends(CARTS, code="C-2", slots=2)

    said = lea.sends(CARTS, code="C", slots=3).says

    assert said == "There is a cart C-2 already."


def test_two_leads_who_add_one_cart_add_it_once(house, lea):
    workers = [Worker(lea.user) for _ in range(4)]

    says, _ = race(*[
        lambda worker=worker: worker.sends(CARTS, code="C9", slots=24).says for worker in workers
    ])  # fmt: skip

    assert sorted(says) == [
        "Added: cart C9 with slots C9-1 to C9-24.", *["There is a cart C9 already."] * 3
    ]  # fmt: skip
    assert Location.objects.filter(cart__code="C9").count() == 24


def test_a_slot_is_not_deleted_and_its_cart_is_retired(house, lea, cart):
    slot = f"{PLACES}{Location.objects.get(code='CART7-4').pk}/"

    assert "Delete" not in lea.opens(slot).text
    said = lea.sends(f"{slot}delete/").says

    assert said == "CART7-4 is a slot of cart CART7: retire that instead."
    assert Location.objects.filter(cart=cart).count() == 4


def test_a_cart_that_has_lost_a_slot_is_retired(house, lea, cart):
    Location.objects.get(code="CART7-4").delete()  # as it could be once

    said = lea.sends(f"{CARTS}{cart.pk}/retire/", offered="no").says

    assert said == "Cart CART7 is retired."


def test_the_list_asks_as_often_for_many_carts_as_for_two(house, lea, pat, cart):
    make_order(house.ada, {"LAMP": 1})
    allocate_due()
    pat.sends(PICK, code="CART7")
    lea.sends(CARTS, code="K0", slots=2)
    with count_statements() as few:
        page = lea.opens(CARTS)
    for number in range(1, 6):
        lea.sends(CARTS, code=f"K{number}", slots=2)

    with count_statements() as many:
        lea.opens(CARTS)

    assert "CART7 3 of 4 slots free · Pat" in page.text
    assert "K0 2 of 2 slots free" in page.text
    assert len(many) == len(few)


def test_a_range_leaves_out_the_code_of_a_cart(house, lea):
    lea.sends(CARTS, code="Q-01-01", slots=2)

    said = lea.sends(
        f"{PLACES}new/", zone="Q", first_aisle=1, last_aisle=1, bays=1, kind="bin", use="stock"
    )

    assert said.says == "Q-01-01 is the code of a cart: make other locations."
    assert not Location.objects.filter(code="Q-01-01").exists()
