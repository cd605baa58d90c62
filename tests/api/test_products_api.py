"""POST and PATCH of products: a SKU or barcode names one product of a seller."""

import pytest

from orders.models import Barcode, Event, Product
from tests.api.asking import ask, errors_of
from tests.support.cast import make_product
from tests.support.racing import race

pytestmark = pytest.mark.django_db

LAMP = {"sku": "LAMP", "title": "Brass lamp", "barcodes": ["4006381333931", "12345670"]}


def test_a_product_is_added_and_changed(ada, bo):
    answer = ask(ada, "products/", LAMP)
    told = answer.json()
    assert (answer.status_code, told["barcodes"]) == (201, ["12345670", "4006381333931"])
    path = f"products/{told['id']}/"
    assert ask(ada, path).json() == told
    assert ask(bo, path, {"title": "Mine"}, method="PATCH").status_code == 404
    changed = ask(
        ada, path, {"title": "Lamp", "barcodes": ["12345670", "9"]}, method="PATCH"
    ).json()
    assert changed == told | {"title": "Lamp", "barcodes": ["12345670", "9"]}
    unchanged = ask(ada, path, {}, method="PATCH").json()
    assert unchanged == changed
    off = ask(ada, path, {"is_active": False, "sku": "OLD"}, method="PATCH").json()
    assert (off["is_active"], off["sku"], off["barcodes"]) == (False, "OLD", ["12345670", "9"])
    kinds = Event.objects.filter(seller=ada.seller).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["product.added", *["product.changed"] * 3]
    assert ask(bo, "products/", LAMP).status_code == 201, "another seller's codes are its own"


def test_what_a_scanner_would_read_twice_is_refused(ada):
    make_product(ada, "SHADE", "Linen shade", barcode="111")
    refused = {
        "sku": {"sku": "SHADE"},
        "sku ": {"sku": "111"},
        "barcodes": {"barcodes": ["5", "111"]},
        "barcodes[1]": {"barcodes": ["5", "SHADE"]},
        "barcodes[0]": {"barcodes": [" 5"]},
        "title": {"title": "a\nb"},
        "title ": {"title": ""},
        "weight_grams": {"weight_grams": -1},
        "colour": {"colour": "red"},
    }
    lamp = ask(ada, "products/", LAMP | {"barcodes": ["4"]}).json()
    before = Product.objects.count(), Barcode.objects.count()
    for field, wrong in refused.items():
        new = ask(ada, "products/", LAMP | {"sku": "NEW"} | wrong)
        assert (new.status_code, *errors_of(new)) == (422, field.strip()), wrong
        changed = ask(ada, f"products/{lamp['id']}/", wrong, method="PATCH")
        assert (changed.status_code, *errors_of(changed)) == (422, field.strip()), wrong
    assert (Product.objects.count(), Barcode.objects.count()) == before
    assert ask(ada, f"products/{lamp['id']}/").json() == lamp
    assert {*errors_of(ask(ada, "products/", {}))} == {"sku", "title"}


def test_of_two_at_once_one_is_refused(ada):
    answers, _ = race(*[lambda: ask(ada, "products/", LAMP).status_code] * 3)
    assert sorted(answers) == [201, 422, 422]
