"""Announced goods on the seller's pages: announced by hand, what differs, ticked off."""

import pytest
from django.test import Client

from orders.models import Event
from tests.support.cast import make_damage, make_inbound, make_product
from tests.warehouse.screens.floor import words
from warehouse.inbound.receiving import close_inbound, receive_units
from warehouse.models import Inbound, Location

pytestmark = pytest.mark.django_db

PAGE = "/dashboard/inbound/"


@pytest.fixture
def goods(ada):
    make_product(ada, "LAMP", "Brass lamp")
    make_product(ada, "SHADE", "Linen shade")
    return ada


def signed_in(user):
    client = Client()
    client.force_login(user, backend="orders.accounts.sign_in.ViewerBackend")
    return client


def announce(user, lines, **fields):
    given = {"reference": "PO 77", "expected_on": "2026-11-24", "lines": lines} | fields
    return signed_in(user).post(f"{PAGE}new/", given, follow=True)


def text_of(answer):
    return words(answer.content.decode())


@pytest.mark.parametrize(
    "lines", ["LAMP 12\n\nSHADE 3", "LAMP\t12\r\nSHADE\t3", "LAMP;12\nSHADE,3"]
)
def test_goods_are_announced_as_they_are_pasted(goods, lines):
    answer = announce(goods.owner, lines)

    inbound = Inbound.objects.get()
    assert f"Announced as {inbound}: write this number on the goods." in text_of(answer)
    found = inbound.lines.order_by("position").values_list("product__sku", "announced")
    assert list(found) == [("LAMP", 12), ("SHADE", 3)]
    assert Event.objects.get(kind="inbound.announced").actor == goods.owner
    assert "PO 77" in text_of(signed_in(goods.owner).get(PAGE))


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("LAMP", "Line 1: expected a SKU and its units, as in LAMP-BRASS 12."),
        ("LAMP 1\nSHADE many", "Line 2: expected a whole number from 1 to 1000000."),
        ("LAMP 0", "Line 1: expected a whole number from 1 to 1000000."),
        ("LAMP 1\nVASE 2", "VASE: expected the SKU of a product of this seller."),
        ("LAMP 1\nLAMP 2", "LAMP: is announced twice: add its units up."),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_stays(goods, lines, says):
    answer = announce(goods.owner, lines)

    assert answer.status_code == 422
    assert says in text_of(answer)
    assert lines.splitlines()[0] in answer.content.decode()
    assert not Inbound.objects.exists()


def test_a_reference_is_announced_once(goods):
    inbound = make_inbound(goods, {"LAMP": 1})

    answer = announce(goods.owner, "LAMP 1")

    assert answer.status_code == 409
    assert f"PO 77 is announced already, as {inbound}." in text_of(answer)
    assert Inbound.objects.count() == 1


def test_what_differs_is_listed_until_it_is_ticked_off(goods, bo, pat):
    lamp, shade = goods.products["LAMP"], goods.products["SHADE"]
    inbound = make_inbound(goods, {"LAMP": 12, "SHADE": 3})
    dock = Location.objects.get(code="DOCK")
    receive_units(inbound, product=lamp, quantity=9, location=dock, actor=pat)
    receive_units(inbound, product=shade, quantity=4, location=dock, actor=pat)
    make_damage(inbound, lamp, pat)
    client = signed_in(goods.owner)
    assert "came otherwise" not in text_of(client.get("/dashboard/"))
    close_inbound(inbound, came=14, actor=pat)

    start, page = text_of(client.get("/dashboard/")), text_of(client.get(f"{PAGE}{inbound.pk}/"))

    assert "Goods that came otherwise than announced 1" in start
    assert f"PO 77 {inbound} 2 missing, 1 too many, 1 damaged" in start
    assert "Brass lamp LAMP 12 9 1 1 × wet, photo 2 missing" in page
    assert "Linen shade SHADE 3 4 0 1 too many" in page
    photo = f"/dashboard/damages/{inbound.lines.get(product=lamp).damages.get().pk}/"
    assert client.get(photo).headers["Content-Type"] == "image/webp"
    assert signed_in(bo.owner).get(photo).status_code == 404
    assert "came otherwise" not in text_of(signed_in(bo.owner).get("/dashboard/"))

    url = f"{PAGE}{inbound.pk}/settle/"
    settled = client.post(url, {"back": "attention"}, follow=True)
    again = client.post(url)

    assert "came otherwise" not in text_of(settled)
    assert again.status_code == 409
    assert Event.objects.filter(kind="inbound.settled").count() == 1


def test_nothing_of_it_has_come_and_it_is_called_off(goods):
    inbound = make_inbound(goods, {"LAMP": 1})

    answer = signed_in(goods.owner).post(f"{PAGE}{inbound.pk}/cancel/", follow=True)

    assert f"Inbound {inbound} is cancelled." in text_of(answer)
    assert Inbound.objects.get().status == "cancelled"
