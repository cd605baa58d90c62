"""Products that are kits: parts by page and API, what refuses one, how many can be made."""

import pytest
from django.test import Client

from orders.catalogue.products import add_part
from orders.errors import DomainError
from orders.models import KitPart, Product, ProductChange
from tests.api.asking import ask, errors_of
from tests.support import cast
from tests.support.racing import race
from warehouse.models import Stock
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

PRODUCTS = "/dashboard/products/"
PARTS = [{"sku": "HONEY", "units": 1}, {"sku": "JAM", "units": 2}]
BOX = {"sku": "BOX", "title": "Breakfast box", "parts": PARTS}


@pytest.fixture
def pantry(ada):
    """Ada with jam and honey, and nothing of them in stock."""
    cast.make_product(ada, "JAM", "Jam")
    cast.make_product(ada, "HONEY", "Honey")
    return ada


@pytest.fixture
def client(pantry):
    browser = Client()
    browser.force_login(pantry.owner)
    return browser


def parts_of(sku="BOX"):
    return list(
        KitPart.objects.filter(kit__sku=sku).order_by("part__sku").values_list("part__sku", "units")
    )


def test_the_api_takes_and_gives_the_parts(pantry):
    told = ask(pantry, "products/", BOX).json()
    path = f"products/{told['id']}/"
    assert (told["parts"], ask(pantry, path).json()) == (PARTS, told)
    fewer = ask(pantry, path, {"parts": [{"sku": "JAM", "units": 3}]}, method="PATCH").json()
    assert fewer["parts"] == [{"sku": "JAM", "units": 3}]
    assert ask(pantry, path, {"title": "Box"}, method="PATCH").json()["parts"] == fewer["parts"]
    assert ask(pantry, path, {"parts": []}, method="PATCH").json()["parts"] == []
    changes = ProductChange.objects.filter(product=told["id"], field="parts").order_by("pk")
    assert list(changes.values_list("before", "after")) == [
        ("", "1 × HONEY, 2 × JAM"),
        ("1 × HONEY, 2 × JAM", "3 × JAM"),
        ("3 × JAM", ""),
    ]


def test_what_can_be_no_part_and_no_kit_says_why(pantry, bo):
    cast.make_product(bo, "TEA", "Tea")
    told = ask(pantry, "products/", BOX).json()
    more = [{"sku": f"P{number}", "units": 1} for number in range(21)]
    refused = [
        ([{"sku": "TEA", "units": 1}], "parts[0].sku", "is no product of yours"),
        ([*PARTS, PARTS[0]], "parts[2].sku", "is given twice"),
        ([{"sku": "BOX", "units": 1}], "parts[0].sku", "is the kit itself"),
        ([{"sku": "JAM", "units": 0}], "parts[0].units", None),
        ([{"sku": "JAM", "units": 1001}], "parts[0].units", None),
        (more, "parts", None),
    ]
    for parts, field, problem in refused:
        answer = ask(pantry, f"products/{told['id']}/", {"parts": parts}, method="PATCH")
        assert (answer.status_code, [*errors_of(answer)]) == (422, [field]), parts
        assert problem is None or errors_of(answer)[field] == problem
    assert parts_of() == [("HONEY", 1), ("JAM", 2)]
    case = {"cases": [{"barcode": "7", "units": 6}]}
    answer = ask(pantry, f"products/{told['id']}/", case, method="PATCH")
    assert errors_of(answer) == {"cases": "a kit has none: it is picked as its parts"}

    # Products that are something else already.
    tin, mug, cup = (cast.make_product(pantry, sku, sku) for sku in ("TIN", "MUG", "CUP"))
    cast.put_stock(tin, 3)
    cast.make_order(pantry, {"MUG": 1})
    ask(pantry, f"products/{cup.pk}/", case, method="PATCH")
    jam = pantry.products["JAM"]
    why = {
        tin: "it cannot be a kit: 3 of it are in stock, and a kit has no stock of its own",
        mug: "it cannot be a kit: orders wait for it as it is",
        jam: "it cannot be a kit: it is a part of BOX, and a kit has no kit in it",
    }
    for product, problem in why.items():
        parts = {"parts": [{"sku": "HONEY", "units": 1}]}
        answer = ask(pantry, f"products/{product.pk}/", parts, method="PATCH")
        assert errors_of(answer) == {"parts": problem}
    allocate_due()
    parts = {"parts": [{"sku": "HONEY", "units": 1}]}
    answer = ask(pantry, f"products/{mug.pk}/", parts, method="PATCH")
    assert errors_of(answer) == {"parts": why[mug]}, "it is backordered now"
    assert [*errors_of(ask(pantry, f"products/{cup.pk}/", parts, method="PATCH"))] == ["cases"]
    parts = {"parts": [{"sku": "BOX", "units": 1}]}
    nested = ask(pantry, f"products/{cup.pk}/", parts | {"cases": []}, method="PATCH")
    problem = "is a kit itself, and a kit has no kit in it"
    assert errors_of(nested) == {"parts[0].sku": problem}
    assert KitPart.objects.count() == 2


def test_nothing_of_a_kit_is_received(pantry):
    kit = cast.make_kit(pantry, parts={"JAM": 2, "HONEY": 1})
    told = "BOX is a kit and has no stock of its own. Its parts have: 1 × HONEY, 2 × JAM."
    with pytest.raises(DomainError) as refused:
        cast.put_stock(kit, 1)
    assert (str(refused.value), Stock.objects.count()) == (told, 0)


def test_a_person_puts_a_kit_together(pantry, client):
    box = cast.make_product(pantry, "BOX", "Breakfast box")
    path = f"{PRODUCTS}{box.pk}/"
    assert "None: it is picked as it is." in client.get(path).content.decode()
    for sku, units in (("JAM", 2), ("HONEY", 1)):
        assert client.post(f"{path}parts/", {"sku": sku, "units": units})["Location"] == path
    cast.put_stock(pantry.products["JAM"], 7)
    cast.put_stock(pantry.products["HONEY"], 9)
    page = client.get(path)
    shown = page.context["shown"]
    assert (shown.scarcest.part.sku, shown.scarcest.can_make) == ("JAM", 3)
    assert [(row.available, row.can_make) for row in shown.parts] == [(9, 9), (7, 3)]
    text = page.content.decode()
    assert "A kit has no stock of its own" in text
    assert "Orders that have come in keep the parts they came in with." in text
    assert "Part of <a" in client.get(f"{PRODUCTS}{pantry.products['JAM'].pk}/").content.decode()
    wrong = {
        "sku": ({"sku": "JAM", "units": 1}, "Is a part already: remove it first."),
        "units": ({"sku": "JAM", "units": ""}, "This field is required."),
    }
    for field, (given, problem) in wrong.items():
        answer = client.post(f"{path}parts/", given)
        assert answer.status_code == 422
        assert answer.context["part_form"].errors == {field: [problem]}
    # A level of its own makes no kit scarce; the list says what it is.
    Product.objects.update(low_stock_level=1000)
    assert "Low stock" in client.get("/dashboard/").content.decode()
    assert "BOX" not in client.get("/dashboard/stock/?show=low").content.decode()
    assert client.get(PRODUCTS).content.decode().count(">Kit</span>") == 1


def test_a_person_takes_a_part_out(pantry, client, bo):
    box = cast.make_kit(pantry, parts={"JAM": 2, "HONEY": 1})
    part = KitPart.objects.get(part__sku="JAM")
    client.post(f"/dashboard/parts/{part.pk}/remove/")
    assert KitPart.objects.count() == 2, "nobody is sure"
    thief = Client()
    thief.force_login(bo.owner)
    assert thief.post(f"/dashboard/parts/{part.pk}/remove/", {"sure": 1}).status_code == 404
    tea = thief.post(f"{PRODUCTS}{box.pk}/parts/", {"sku": "JAM", "units": 1})
    assert tea.status_code == 404
    client.post(f"/dashboard/parts/{part.pk}/remove/", {"sure": 1})
    assert parts_of() == [("HONEY", 1)]
    assert "1 × HONEY, 2 × JAM" in client.get(f"{PRODUCTS}{box.pk}/").content.decode()


def test_of_two_parts_added_at_once_both_stay(pantry):
    box = cast.make_product(pantry, "BOX", "Breakfast box")
    _, refused = race(
        lambda: add_part(box, "JAM", 2, actor=None), lambda: add_part(box, "HONEY", 1, actor=None)
    )
    assert (refused, parts_of()) == ([], [("HONEY", 1), ("JAM", 2)])


def test_stock_and_a_first_part_at_once_never_both(pantry):
    tin = cast.make_product(pantry, "TIN", "Tin")
    _, refused = race(lambda: add_part(tin, "JAM", 2, actor=None), lambda: cast.put_stock(tin, 1))
    assert len(refused) == 1
    assert KitPart.objects.exists() != Stock.objects.exists()
