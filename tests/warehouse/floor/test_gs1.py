"""Codes of GS1: what stands in them, and the products that they name."""

import pytest

from orders.models import Barcode
from tests.support.cast import make_product
from tests.warehouse.floor.gs1_codes import READINGS
from tests.warehouse.screens.floor import Worker
from warehouse.scanning.articles import is_misread
from warehouse.scanning.gs1 import elements_of
from warehouse.scanning.gtins import readings_of

GTIN, SSCC = "04006381333931", "106141412345678908"


@pytest.mark.parametrize(
    ("code", "elements"),
    [
        (f"01{GTIN}17270630" + "10AB-1", {"01": GTIN, "17": "270630", "10": "AB-1"}),
        (f"]C110AB-1\x1d01{GTIN}", {"10": "AB-1", "01": GTIN}),
        (f"]d201{GTIN}21S7\x1d10L9\x1d3103001250", {
            "01": GTIN, "21": "S7", "10": "L9", "3103": "001250",
        }),
        (f"(01){GTIN}(17)270630(10)AB-1", {"01": GTIN, "17": "270630", "10": "AB-1"}),
        (f"00{SSCC}02{GTIN}3712", {"00": SSCC, "02": GTIN, "37": "12"}),
        (f"01{GTIN}99X", {"01": GTIN}),
        ("10AB-1", {}),
        ("0140063813", {}),
        (f"(01){GTIN}(10)", {}),
        ("(01)123", {}),
        ("LAMP", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_an_element_string_is_taken_apart(code, elements):
    assert elements_of(code) == elements


@pytest.mark.parametrize(
    ("code", "is_wrong"),
    [
        (f"01{GTIN}10AB-1", False),
        (f"01{GTIN[:-1]}210AB-1", True),
        (f"10AB-1\x1d01{GTIN[:-1]}2", True),
        (f"00{SSCC[:-1]}702{GTIN}3712", True),
        (f"00{SSCC}02{GTIN}3712", False),
    ],
)
def test_its_numbers_are_checked(code, is_wrong):
    assert is_misread(code) is is_wrong


def test_its_gtin_is_found_behind_a_lot():
    assert "4006381333931" in readings_of(f"]C110AB-1\x1d01{GTIN}")
    assert readings_of("10AB-1") == ["10AB-1"]


@pytest.mark.parametrize(("code", "ways"), READINGS)
def test_one_gtin_is_read_however_it_is_written(code, ways):
    assert readings_of(code) == [code, *ways]


@pytest.mark.django_db
def test_a_data_matrix_names_its_product(ada, building, pat):
    cup = make_product(ada, "CUP", "Cup")
    Barcode.objects.create(seller=ada.seller, product=cup, code="4006381333931")
    worker = Worker(pat)

    named = worker.sends("/warehouse/", code=f"]d210AB-1\x1d01{GTIN}")
    unknown = worker.sends("/warehouse/", code="010000009638507410AB-1")
    badly_read = worker.sends("/warehouse/", code=f"01{GTIN[:-1]}210AB-1")

    assert named.url == "/warehouse/receive/"
    assert "Cup" in named.text
    assert unknown.says.endswith("AB-1 is a GTIN, and no product here has it.")
    assert badly_read.says.endswith("its last digit does not fit the others. Scan it again.")
