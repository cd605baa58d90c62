"""GET of each resource: pages by cursor, filters, one row with all of it, and whose it is."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from notifications.models import Endpoint
from orders.models import Call, Order, Package, Product, Return, Shipment
from orders.returns.handling import request_return
from tests.api.asking import all_rows, ask, errors_of
from tests.support.cast import make_order, make_product, make_refused_call, put_stock
from tests.support.statements import count_statements
from tests.support.stories import deliver, ship
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

# Resource -> the statements of a list and of one row, with the one of the key.
STATEMENTS = {
    "orders": (2, 10),
    "shipments": (2, 4),
    "packages": (2, 3),
    "returns": (2, 6),
    "products": (2, 2),
    "stock": (2, 2),
    "webhooks": (2, 2),
    "calls": (2, 2),
}
WITH_STATUS = {"orders": "delivered", "shipments": "handed_over", "packages": "delivered"}


@pytest.fixture
def delivered(ada, building, pat, pia, lea, cory, lamp):
    """Ada's order that was delivered and is coming back, and one that waits."""
    put_stock(lamp, 10)
    order = make_order(ada, {"LAMP": 2})
    deliver(building, cory, ship(building, pat, pia), leader=lea)
    request_return(order, units={order.lines.get().pk: 1}, reason="changed_mind")
    make_order(ada, {"LAMP": 1})
    allocate_due()
    Endpoint.objects.create(seller=ada.seller, url="https://ada.example/", secret="s")
    make_refused_call(order)
    return Order.objects.get(pk=order.pk)


def ids_of(side, order):
    """{resource: the id of a row of this order}."""
    models = {"shipments": Shipment, "packages": Package, "returns": Return}
    found = {name: model.objects.get(order=order).pk for name, model in models.items()}
    product = Product.objects.get(sku="LAMP").pk
    webhook = Endpoint.objects.get().pk
    return found | {
        "orders": order.pk, "products": product, "stock": product, "webhooks": webhook,
        "calls": Call.objects.get().pk,
    }  # fmt: skip


def test_each_resource_is_listed_and_read_by_id_by_its_seller_only(ada, bo, delivered):
    ids = ids_of(ada, delivered)
    assert ids.keys() == STATEMENTS.keys()
    ask(ada, "orders/")  # notes the use of the key
    for name, pk in ids.items():
        with count_statements() as listing:
            rows = ask(ada, f"{name}/").json()[name]
        with count_statements() as reading:
            one = ask(ada, f"{name}/{pk}/").json()
        assert (len(listing), len(reading)) == STATEMENTS[name], name
        (listed,) = [row for row in rows if row["id"] == str(pk)]
        assert listed.items() <= one.items(), name
        assert ask(bo, f"{name}/").json() == {name: [], "next": None}
        assert ask(bo, f"{name}/{pk}/").status_code == 404
        if status := WITH_STATUS.get(name):
            assert [row["id"] for row in all_rows(ada, f"{name}/?status={status}")] == [str(pk)]
        if name in ("shipments", "packages", "returns"):
            mine = all_rows(ada, f"{name}/?order={delivered.pk}")
            assert [row["id"] for row in mine] == [str(pk)]
            assert ask(bo, f"{name}/?order={delivered.pk}").json()[name] == []


def test_an_order_is_shown_with_all_that_belongs_to_it(ada, delivered):
    told = ask(ada, f"orders/{delivered.pk}/").json()
    box = Package.objects.get(order=delivered)
    assert told["address"] == {
        "name": "Grace Hopper", "street": "Unter den Linden 1", "postcode": "10117",
        "city": "Berlin", "region": "", "country": "DE", "company": "",
    }  # fmt: skip
    assert told["customer"]["name"] == "Grace Hopper"
    (line,) = told["lines"]
    assert (line["sku"], line["ordered"], line["delivered"]) == ("LAMP", 2, 2)
    (shipment,) = told["shipments"]
    assert shipment["packages"] == [str(box.pk)]
    assert [(part["line"], part["quantity"]) for part in shipment["lines"]] == [(line["id"], 2)]
    assert [(one["tracking_number"], one["carrier"]) for one in told["packages"]] == [
        (box.tracking_number, "own")
    ]
    assert (told["holds"], told["promises"]) == ([], [])
    assert {one["action"]: one["allowed"] for one in told["allowed_actions"]} == {
        "cancel": False, "uncancel": False, "hold": False, "release": False, "address": False,
        "edit": True, "units": False, "split": False, "join": False,
        "merge": False, "unmerge": False, "move": False,
    }  # fmt: skip

    waiting = Order.objects.exclude(pk=delivered.pk).get()
    told = ask(ada, f"orders/{waiting.pk}/").json()
    assert [promise["kind"] for promise in told["promises"]] == ["arrives"]
    box_line = ask(ada, f"packages/{box.pk}/").json()["lines"]
    assert [(part["sku"], part["quantity"]) for part in box_line] == [("LAMP", 2)]


def test_an_order_of_many_lines_and_shipments_takes_as_many_statements(ada, lamp):
    skus = {"LAMP": 1} | {f"NO-{number}": 1 for number in range(200)}
    order = make_order(ada, skus)
    Shipment.objects.bulk_create(
        Shipment(
            seller=ada.seller, order=order, warehouse=ada.seller.warehouse,
            number=f"{order}-{number}", ship_by=order.ship_by,
        )
        for number in range(50)
    )  # fmt: skip
    ask(ada, "orders/")  # notes the use of the key
    with count_statements() as statements:
        told = ask(ada, f"orders/{order.pk}/").json()
    assert (len(told["lines"]), len(told["shipments"])) == (201, 50)
    # Which orders go to the same address, if this one is on hold, how many warehouses there are.
    assert len(statements) == STATEMENTS["orders"][1] + 3


def test_stock_says_what_is_here_promised_and_free(ada, delivered, lamp):
    told = ask(ada, f"stock/{lamp.pk}/").json()
    places = told.pop("places")
    assert told == {
        "id": str(lamp.pk), "sku": "LAMP", "title": "Brass lamp",
        "on_hand": 8, "reserved": 1, "available": 7, "backordered": 0,
        "warehouses": [
            {
                "code": "BER", "name": "Warehouse BER",
                "on_hand": 8, "reserved": 1, "available": 7,
            }
        ],
    }  # fmt: skip
    assert places == [
        {
            "warehouse": "BER", "code": "A-01-1", "lot": "", "on_hand": 8, "pinned": 0,
            "expires_on": None, "is_kept": False,
        }
    ]  # fmt: skip
    assert ask(ada, f"products/{lamp.pk}/").json()["barcodes"] == ["4006381333931"]


def test_pages_follow_each_other_without_a_gap_whatever_they_cost(ada):
    orders = [make_order(ada, {"LAMP": 1}, number=f"#P{n}") for n in range(7)]
    newest = [str(order.pk) for order in reversed(orders)]
    ask(ada, "orders/")  # notes the use of the key
    with count_statements() as few:
        page = ask(ada, "orders/?limit=2").json()
    with count_statements() as more:
        ask(ada, "orders/?limit=200")
    assert len(few) == len(more) == 2
    assert [row["id"] for row in page["orders"]] == newest[:2]
    assert [row["id"] for row in all_rows(ada, "orders/?limit=3")] == newest
    make_order(ada, {"LAMP": 1})  # a new one does not move the pages that follow
    page = ask(ada, f"orders/?limit=5&after={page['next']}").json()
    assert ([row["id"] for row in page["orders"]], page["next"]) == (newest[2:], None)
    for number in range(3):
        make_product(ada, f"P-{number}", "A product")
    assert [row["sku"] for row in all_rows(ada, "products/?limit=1")] == ["P-0", "P-1", "P-2"]


def test_orders_are_found_by_each_filter(ada, bo):
    one = make_order(ada, {"LAMP": 1}, number="#77", reference="ref/é 1", customer_name="Ann Lee")
    make_order(ada, {"TEA": 1}, number="#78", reference="other", customer_name="Bob Ray")
    make_order(bo, {"LAMP": 1}, number="#77", reference="ref/é 1", customer_name="Ann Lee")
    later = (one.created_at + timedelta(hours=1)).isoformat()
    moment = one.created_at.isoformat()
    for query in (
        f"reference={quote('ref/é 1')}", "number=%2377", "q=%2377", "q=77", "q=LAMP", "q=ann",
        "q=lee&status=on_hold", f"q=Ann&created_since={quote(moment)}",
    ):  # fmt: skip
        assert [row["number"] for row in all_rows(ada, f"orders/?{query}")] == ["#77"], query
    for query in ("status=shipped", "q=nobody", f"created_since={quote(later)}", "reference=x"):
        assert all_rows(ada, f"orders/?{query}") == [], query
    assert len(all_rows(ada, "orders/?status=on_hold&q=")) == 2


def test_a_filter_that_means_nothing_is_refused(ada, bo, lamp):
    order = make_order(ada, {"LAMP": 1})
    cursor = ask(ada, "orders/?limit=1").json()["next"]
    assert cursor is None
    make_order(ada, {"LAMP": 1})
    cursor = ask(ada, "orders/?limit=1").json()["next"]
    wrong = {
        "orders/?stauts=shipped": "stauts",
        "orders/?status=lost": "status",
        "orders/?status=": "status",
        "orders/?limit=0": "limit",
        "orders/?limit=201": "limit",
        "orders/?limit=5&limit=6": "limit",
        "orders/?after=x": "after",
        f"orders/?after=b{cursor[1:]}": "after",
        f"products/?after={cursor}x": "after",
        "orders/?created_since=yesterday": "created_since",
        "orders/?created_since=2026-11-23T10:00:00": "created_since",
        "orders/?created_since=0001-01-01T00:00:00Z": "created_since",
        "orders/?reference=": "reference",
        "orders/?q=a%00b": "q",
        "shipments/?order=4711": "order",
        "packages/?tracking_number=" + "1" * 41: "tracking_number",
        "webhooks/?q=x": "q",
    }
    for path, field in wrong.items():
        answer = ask(ada, path)
        assert (answer.status_code, *errors_of(answer)) == (422, field), path
    assert ask(bo, f"orders/?after={cursor}").json()["orders"] == []
    assert ask(ada, f"orders/{order.pk}/?x=1").status_code == 200
