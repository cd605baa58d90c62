"""POST and PATCH of products: a SKU or barcode names one product of a seller."""

import pytest

from fulfillment.api.catalogue.products import WHOLE_EXAMPLE
from orders.lifecycle.holds import link_line
from orders.models import Barcode, Event, OrderLine, Product, ProductChange
from tests.api.asking import ask, errors_of
from tests.support.cast import make_order, make_product, put_stock
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
        "barcodes[1]": {"barcodes": ["5", "111"]},
        "barcodes[2]": {"barcodes": ["5", "5", "SHADE"]},
        "barcodes[0]": {"barcodes": [" 5"]},
        "cases[0].barcode  ": {"barcodes": ["7"], "cases": [{"barcode": "7", "units": 6}]},
        "cases[0].units": {"cases": [{"barcode": "7", "units": 1}]},
        "cases[0].units ": {"cases": [{"barcode": "7", "units": 10_001}]},
        "cases[1].barcode": {"cases": [{"barcode": "7", "units": 6}] * 2},
        "cases[0].barcode": {"cases": [{"barcode": "111", "units": 6}]},
        "cases[0].barcode ": {"cases": [{"barcode": "new", "units": 6}], "sku": "NEW"},
        "title": {"title": "a\nb"},
        "title ": {"title": ""},
        "weight_grams": {"weight_grams": -1},
        "length_mm": {"length_mm": 100_001},
        "hs_code": {"hs_code": "lamp"},
        "origin_country": {"origin_country": "D1"},
        "customs_currency": {"customs_value": 100},
        "customs_currency ": {"customs_value": 100, "customs_currency": "E1R"},
        "customs_value": {"customs_value": 10**17},
        "customs_description": {"customs_description": "a" * 501},
        "category": {"category": "a" * 61},
        "low_stock_level": {"low_stock_level": -1},
        "picker_note": {"picker_note": None},
        "colour": {"colour": "red"},
    }
    lamp = ask(ada, "products/", LAMP | {"barcodes": ["4"]}).json()
    before = Product.objects.count(), Barcode.objects.count()
    for field, wrong in refused.items():
        new = ask(ada, "products/", LAMP | {"sku": "NEW", "barcodes": []} | wrong)
        assert (new.status_code, *errors_of(new)) == (422, field.strip()), wrong
        changed = ask(ada, f"products/{lamp['id']}/", wrong, method="PATCH")
        assert (changed.status_code, *errors_of(changed)) == (422, field.strip()), wrong
    assert (Product.objects.count(), Barcode.objects.count()) == before
    assert ask(ada, f"products/{lamp['id']}/").json() == lamp
    assert {*errors_of(ask(ada, "products/", {}))} == {"sku", "title"}


def test_a_refusal_names_the_product_that_has_the_code(ada):
    shade = make_product(ada, "SHADE", "Linen shade", barcode="111")
    taken = {
        "sku": ({"sku": "SHADE"}, "is the SKU of SHADE Linen shade"),
        "barcodes[0]": ({"barcodes": ["111"]}, "is a barcode of SHADE Linen shade"),
    }
    for field, (wrong, problem) in taken.items():
        assert errors_of(ask(ada, "products/", LAMP | wrong)) == {field: problem}
    ask(ada, f"products/{shade.pk}/", {"is_active": False}, method="PATCH")
    told = errors_of(ask(ada, "products/", LAMP | {"sku": "SHADE"}))
    assert told == {"sku": "is the SKU of SHADE Linen shade (archived)"}


def test_all_that_is_known_of_a_product_is_kept(ada):
    told = ask(ada, "products/", WHOLE_EXAMPLE).json()
    assert {name: told[name] for name in WHOLE_EXAMPLE} == WHOLE_EXAMPLE | {"hs_code": "940521"}
    path = f"products/{told['id']}/"
    fewer = ask(ada, path, {"barcodes": [], "customs_value": 0}, method="PATCH").json()
    assert fewer == told | {"barcodes": [], "customs_value": 0}, "cases have a list of their own"
    more = ask(ada, path, {"cases": [{"barcode": "14006381333938", "units": 24}]}, method="PATCH")
    assert more.json()["cases"] == [{"barcode": "14006381333938", "units": 24}]
    changes = ProductChange.objects.filter(product=told["id"]).order_by("pk")
    assert list(changes.values_list("field", "before", "after")) == [
        ("sku", "", "LAMP-BRASS"),
        ("customs_value", "1900", ""),
        ("barcodes", "4006381333931, 14006381333938 (case of 12)", "14006381333938 (case of 12)"),
        ("barcodes", "14006381333938 (case of 12)", "14006381333938 (case of 24)"),
    ]


def test_archived_products_have_a_list_of_their_own(ada):
    make_product(ada, "SHADE", "Linen shade")
    lamp = ask(ada, "products/", LAMP | {"is_active": False}).json()
    lists = {
        state: [row["sku"] for row in ask(ada, f"products/?state={state}").json()["products"]]
        for state in ("all", "active", "archived")
    }
    assert lists == {"all": ["LAMP", "SHADE"], "active": ["SHADE"], "archived": [lamp["sku"]]}
    assert ask(ada, "products/?state=old").status_code == 422


def test_a_sku_stays_once_orders_or_stock_name_it(ada):
    for name in ("SOLD", "STOCKED", "LINKED", "FREE"):
        make_product(ada, name, name)
    make_order(ada, {"SOLD": 1})
    put_stock(ada.products["STOCKED"], 1)
    line = OrderLine.objects.get(order=make_order(ada, {"what-is-this": 1}))
    link_line(line, product=ada.products["LINKED"], actor=None)
    for name, product in ada.products.items():
        answer = ask(ada, f"products/{product.pk}/", {"sku": f"{name}-2"}, method="PATCH")
        assert (answer.status_code == 200) == (name == "FREE"), name
        if name != "FREE":
            assert "can no longer change" in errors_of(answer)["sku"]
            assert (
                ask(ada, f"products/{product.pk}/", {"sku": name}, method="PATCH").json()["sku"]
                == name
            )


def test_a_name_in_a_channel_is_told_listed_and_forgotten(ada, bo):
    lamp = make_product(ada, "LAMP", "Brass lamp")
    order = make_order(ada, {"Brass-40": 1})
    new = {"channel": order.channel.name, "sku": "brass-40", "product": str(lamp.pk)}
    answer = ask(ada, "aliases/", new)
    alias = answer.json()
    assert (answer.status_code, alias["sku"], alias["product_sku"]) == (201, "brass-40", "LAMP")
    assert OrderLine.objects.get().product == lamp, "what waited is linked"
    assert ask(ada, f"aliases/?product={lamp.pk}&sku=BRASS-40").json()["aliases"] == [alias]
    assert ask(ada, f"aliases/{alias['id']}/").json() == alias
    assert ask(bo, "aliases/").json()["aliases"] == []
    refused = {
        "sku": new,
        "sku ": new | {"sku": "LAMP"},
        "channel": new | {"channel": "Nowhere"},
        "product": new | {"product": str(order.pk)},
    }
    for field, wrong in refused.items():
        assert [*errors_of(ask(ada, "aliases/", wrong))] == [field.strip()], field
    assert ask(bo, f"aliases/{alias['id']}/", method="DELETE").status_code == 404
    assert ask(ada, f"aliases/{alias['id']}/", method="DELETE").json() == alias
    assert ask(ada, f"aliases/{alias['id']}/").status_code == 404


def test_of_two_at_once_one_is_refused(ada):
    answers, _ = race(*[lambda: ask(ada, "products/", LAMP).status_code] * 3)
    assert sorted(answers) == [201, 422, 422]
