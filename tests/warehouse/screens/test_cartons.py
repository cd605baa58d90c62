"""The boxes of a warehouse on its screens: kept by a lead, chosen at the bench, weighed."""

import pytest

from orders.models import Package, Product
from tests.support.stages import picked_shipment
from warehouse.models import Carton

pytestmark = pytest.mark.django_db

BOXES = "/warehouse/cartons/"
BOX = {"code": "BOX-M", "name": "Box M", "grams": 150, "varies_grams": 20}


def kept():
    return list(Carton.objects.order_by("code").values_list("code", "grams", "closed_at"))


def test_a_lead_keeps_the_boxes(house, lea):
    screen = lea.sends(BOXES, **BOX)
    assert (screen.url, screen.says) == (BOXES, "Saved: Box M, 150 g.")
    assert "Box M BOX-M 150 g ± 20 g" in screen.text
    screen = lea.sends(BOXES, **BOX | {"grams": 160, "varies_grams": ""})
    assert kept() == [("BOX-M", 160, None)], "the same code is the same box"

    close = f"{BOXES}{Carton.objects.get().pk}/close/"
    for _ in range(2):
        assert lea.sends(close, offered="no").says == "Box M is offered no longer."
        assert Carton.objects.get().closed_at is not None, "a second press changes nothing"
    assert 'name="offered" value="yes"' in lea.opens(BOXES).html
    assert lea.sends(close, offered="yes").says == "Box M is offered."
    assert kept() == [("BOX-M", 160, None)]
    assert 'name="offered" value="no"' in lea.opens(BOXES).html


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("grams", "0", "Weight in grams: at least 1, not 0."),
        ("grams", "20001", "Weight in grams: at most 20000, not 20001."),
        ("varies_grams", "151", "A box of 150 g cannot vary by 151 g."),
        ("code", "", "Code: nothing entered."),
    ],
)
def test_a_senseless_box_is_refused_and_what_was_typed_stays(house, lea, field, value, says):
    screen = lea.sends(BOXES, **BOX | {field: value})

    assert (screen.status, screen.says, kept()) == (409, says, [])
    assert 'value="Box M"' in screen.html


def test_a_box_is_weighed_against_what_is_in_it(house, lea, pia):
    lea.sends(BOXES, **BOX)
    Product.objects.filter(sku="LAMP").update(weight_grams=300)
    shipment = picked_shipment(house, {"LAMP": 2})
    bench = f"/warehouse/pack/{shipment.pk}/"
    pia.sends(bench, code="LAMP", quantity=2)

    screen = pia.sends(f"{bench}close/", carton="BOX-M", weight_grams=450)
    assert screen.status == 409
    assert screen.says == (
        f"Box {shipment}/1: it weighs 450 g, and should weigh at least 600 g: "
        "1 × LAMP may be missing. Not closed: look into it, or weigh it again."
    )
    assert 'name="because"' not in screen.html
    screen = pia.sends(f"{bench}close/", carton="BOX-M", weight_grams=450, because="It is right")
    assert screen.says == "Only a lead closes a box in spite of its weight."

    screen = lea.sends(f"{bench}close/", carton="BOX-M", weight_grams=450)
    assert 'name="because"' in screen.html
    screen = lea.sends(f"{bench}close/", carton="BOX-M", weight_grams=450, because="Scale is off")
    assert screen.says.startswith(f"Box {shipment}/1 closed. Noted: it weighs 450 g")
    assert Package.objects.get().status == "packed"


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"carton": "BOX-M", "weight_grams": 755}, "closed. The weight fits."),
        (
            {"weight_grams": 755},
            "closed. The weight does not show whether a unit is missing: "
            "nobody has chosen the box.",
        ),
        ({"carton": "BOX-M"}, "closed."),
    ],
)
def test_what_the_weight_tells_is_said(house, lea, pia, sent, says):
    lea.sends(BOXES, **BOX)
    Product.objects.filter(sku="LAMP").update(weight_grams=300)
    shipment = picked_shipment(house, {"LAMP": 2})
    bench = f"/warehouse/pack/{shipment.pk}/"
    pia.sends(bench, code="LAMP", quantity=2)

    assert pia.sends(f"{bench}close/", **sent).says == f"Box {shipment}/1 {says}"


def test_a_box_of_another_house_is_none(house, pia):
    shipment = picked_shipment(house, {"LAMP": 1})
    bench = f"/warehouse/pack/{shipment.pk}/"
    pia.sends(bench, code="LAMP")

    screen = pia.sends(f"{bench}close/", carton="BOX-9", weight_grams=500)

    assert screen.says == "You scanned BOX-9. Expected: a box of this warehouse."
    assert Package.objects.get().status == "packing"
