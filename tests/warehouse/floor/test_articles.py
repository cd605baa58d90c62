"""What a wrong code is said to be: the article that it names, or a number that was badly read."""

import pytest

from orders.models import Barcode
from tests.support.cast import make_product
from warehouse.scanning.articles import MISREAD, in_full, is_misread

EAN, SSCC = "4006381333931", "106141412345678908"


@pytest.mark.parametrize(
    ("code", "is_wrong"),
    [
        (EAN, False),
        ("4006381333932", True),
        ("96385074", False),
        ("96385075", True),
        ("036000291452", False),
        ("036000291453", True),
        (SSCC, False),
        (SSCC[:-1] + "7", True),
        (f"00{SSCC}", False),
        (f"00{SSCC[:-1]}7", True),
        ("LAMP", False),
        ("1234567", False),
        ("\u0664\u0660\u0660\u0666\u0663\u0668\u0661\u0663", False),
    ],
)
def test_numbers_that_were_badly_read(code, is_wrong):
    assert is_misread(code) == is_wrong


@pytest.mark.django_db
def test_a_wrong_code_is_named_by_its_article(ada, building):
    lamp = make_product(ada, "LAMP", "Brass lamp", barcode=EAN)

    assert in_full("LAMP", building) == "LAMP Brass lamp"
    assert in_full(EAN, building) == "LAMP Brass lamp"
    assert in_full("4006381333932", building) == f"4006381333932, {MISREAD}"
    assert in_full("NOPE", building) == "NOPE"
    # A number that a seller has given an article is one, whatever its last digit.
    Barcode.objects.create(seller=ada.seller, product=lamp, code="4006381333932")
    assert in_full("4006381333932", building) == "LAMP Brass lamp"


@pytest.mark.django_db
def test_a_code_of_two_articles_names_none(ada, bo, building):
    for side in (ada, bo):
        make_product(side, "LAMP", "Lamp")

    assert in_full("LAMP", building) == "LAMP"
