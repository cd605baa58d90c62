"""The weight of a box: what it finds, what it cannot tell, and why it is closed all the same."""

import random

import pytest

from orders.errors import DomainError
from orders.models import Event, Package, Product
from tests.support.stages import open_house, picked_shipment
from warehouse.floor.cartons import save_carton
from warehouse.floor.packing import close_package, pack_unit
from warehouse.floor.weighing import CANNOT_TELL, FITS, OFF, SCALE_GRAMS, Packed, Tare, judge

LAMP, SHADE = Packed("LAMP", 400, 1), Packed("SHADE", 150, 2)
BOX = Tare(200, 20)


@pytest.mark.parametrize(
    ("contents", "tare", "measured", "verdict", "why"),
    [
        ([LAMP, SHADE], BOX, 900, FITS, ""),
        ([LAMP, SHADE], BOX, 825, FITS, ""),
        ([LAMP, SHADE], BOX, 824, OFF, "should weigh at least 825 g"),
        ([LAMP, SHADE], BOX, 750, OFF, "1 × SHADE may be missing"),
        ([LAMP, SHADE], BOX, 500, OFF, "1 × LAMP may be missing"),
        ([LAMP, SHADE], BOX, 975, FITS, ""),
        ([LAMP, SHADE], BOX, 976, OFF, "should weigh at most 975 g"),
        ([LAMP, SHADE], BOX, 1050, OFF, "1 × SHADE may be too many"),
        ([LAMP, SHADE], None, 1, OFF, "should weigh at least 625 g"),
        ([LAMP, SHADE], None, 900, CANNOT_TELL, "nobody has chosen the box"),
        ([LAMP, Packed("PIN", 0, 1)], BOX, 620, CANNOT_TELL, "what PIN weighs"),
        ([LAMP, Packed("PIN", 0, 1)], BOX, 300, OFF, "should weigh at least 400 g"),
        ([LAMP, Packed("PIN", 3, 1)], BOX, 603, CANNOT_TELL, "a unit of 3 g is too light"),
        ([Packed("ANVIL", 20_000, 1), LAMP], BOX, 20_600, CANNOT_TELL, "a unit of 400 g"),
        ([], BOX, 200, CANNOT_TELL, "too light"),
    ],
)
def test_what_a_weight_tells(contents, tare, measured, verdict, why):
    found = judge(contents, tare, measured)

    assert found.verdict == verdict
    assert why in found.why


def test_one_missing_unit_is_found_or_said_not_to_show():
    """10,000 boxes, units that vary by 1 %, a box that varies, a scale with its step."""
    chance = random.Random(20261129)  # noqa: S311 - no secret
    boxes = found = alarms = told = 0
    while boxes < 10_000:
        tare = Tare(chance.randint(50, 400), chance.randint(0, 20))
        contents = [
            Packed(f"P{number}", chance.randint(10, 1500), chance.randint(1, 3))
            for number in range(chance.randint(1, 5))
        ]
        lightest = min(packed.grams for packed in contents)
        if lightest <= 2 * (SCALE_GRAMS + tare.varies):
            continue
        boxes += 1
        units = [packed.grams for packed in contents for _ in range(packed.units)]
        weighed = [grams * chance.gauss(1, 0.01) for grams in units]
        empty = tare.grams + chance.uniform(-tare.varies, tare.varies)

        full = judge(contents, tare, on_scale(empty + sum(weighed)))
        weighed.remove(weighed[units.index(lightest)])
        lacking = judge(contents, tare, on_scale(empty + sum(weighed)))
        alarms += full.verdict == OFF
        if full.verdict == FITS:
            told += 1
            found += lacking.verdict == OFF

    assert told > 5_000, "the check says something of most boxes"
    assert found / told >= 0.99
    assert alarms / boxes <= 0.01


def on_scale(grams):
    return max(1, round(grams / SCALE_GRAMS) * SCALE_GRAMS)


@pytest.fixture
def house(db):
    return open_house()


@pytest.fixture
def box(house):
    Product.objects.filter(sku="LAMP").update(weight_grams=300)
    shipment = picked_shipment(house, {"LAMP": 2})
    return pack_unit(shipment, code="LAMP", quantity=2, actor=house.pat)


@pytest.fixture
def carton(house):
    return save_carton(house.warehouse, code="M", name="Box M", grams=150, varies_grams=20)


@pytest.mark.django_db
def test_a_box_of_the_wrong_weight_stays_open(house, box, carton):
    with pytest.raises(DomainError, match="it weighs 1 g, and should weigh at least 450 g"):
        close_package(box, weight_grams=1, actor=house.pat)
    with pytest.raises(DomainError, match="1 × LAMP may be missing"):
        close_package(box, weight_grams=450, carton=carton, actor=house.pat)

    assert Package.objects.get().status == "packing"


@pytest.mark.django_db
def test_why_a_box_was_closed_in_spite_of_its_weight_is_kept(house, box, carton):
    closed = close_package(
        box, weight_grams=450, carton=carton, because="Scale 2 is off", actor=house.pat
    )

    assert (closed.status, closed.weight_grams) == ("packed", 450)
    facts = Event.objects.get(kind="package.packed").data
    assert (facts["weight"], facts["carton"], facts["because"]) == (
        "accepted", "M", "Scale 2 is off",
    )  # fmt: skip
    assert facts["why"].startswith("it weighs 450 g, and should weigh at least 600 g")
