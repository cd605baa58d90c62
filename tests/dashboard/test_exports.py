"""Files out: what the list shows, safe in a spreadsheet, and the same when it comes back in."""

import io
from datetime import timedelta

import openpyxl
import pytest

from fulfillment.dashboard.queries.exports import major_units
from orders.lifecycle.cancel import cancel_order
from orders.models import Barcode, Import, Order, Product
from tests.orders.files.uploaded import bring, check, counts, file_channel, notes, ordered
from tests.support import cast
from tests.test_doors import signed_in

pytestmark = pytest.mark.django_db

ODD = {
    "customer_name": "=HYPERLINK(1)", "phone": "+4915112345678", "note": "-5 °C, \"cold\"\nplease",
    "street": "@home 1\nc/o Bea", "company": "'+quoted", "postcode": "01067",
}  # fmt: skip


def exported(side, what, **query):
    answer = signed_in(side.owner).get("/dashboard/exports/", {"what": what, **query})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_orders_come_back_as_they_went(ada, bo):
    channel = file_channel(ada)
    ada.channel = channel
    cast.make_order(ada, {"LAMP": 2, "007": 1}, **ODD)
    cast.make_order(ada, {"LAMP": 3}, currency="JPY", buyer_name="Bea", is_gift=True)
    cast.make_order(bo, {"TEA": 1})
    for options in ({}, {"format": "xlsx"}):
        file = exported(ada, "orders", **options)
        job = bring(ada, file, name="orders", channel=channel)
        assert counts(job) == (0, 0, 2, 0), options
        elsewhere = check(ada, file, name="orders", channel=file_channel(ada, "Fair"))
        assert counts(elsewhere) == (2, 0, 0, 0)
    text = exported(ada, "orders").decode("utf-8-sig")
    assert "TEA" not in text
    assert ",'=HYPERLINK(1)," in text
    assert ",'+4915112345678," in text
    sheet = openpyxl.load_workbook(io.BytesIO(exported(ada, "orders", format="xlsx"))).active
    assert {cell.data_type for row in sheet.rows for cell in row if cell.value} <= {"s", "n"}
    assert Order.objects.filter(seller=ada.seller).count() == 2


def test_what_is_cancelled_or_sent_is_ordered_nowhere_again(ada):
    cancelled, sent, _ = (cast.make_order(ada, {"LAMP": 1}) for _ in range(3))
    cancel_order(cancelled, actor=None)
    Order.objects.filter(pk=sent.pk).update(status="shipped")
    job = check(ada, exported(ada, "orders"), channel=file_channel(ada, "Fair"))
    assert counts(job) == (1, 0, 2, 0)
    assert sorted(notes(job)) == ["Cancelled in the shop", "Sent already"]


def test_the_export_is_what_the_list_shows(ada):
    first, second = (cast.make_order(ada, {"LAMP": 1}) for _ in range(2))
    Order.objects.filter(pk=first.pk).update(created_at=first.created_at - timedelta(days=40))
    for query, wanted in (
        ({}, [second, first]),
        ({"q": first.number}, [first]),
        ({"since": second.created_at.date().isoformat()}, [second]),
        ({"status": "cancelled"}, []),
    ):
        lines = exported(ada, "orders", **query).decode("utf-8-sig").splitlines()
        assert [line.split(",")[0] for line in lines[1:]] == [row.reference for row in wanted]
    page = signed_in(ada.owner).get("/dashboard/orders/?q=x&status=on_hold&page=1").content.decode()
    assert "format=csv" not in page  # nothing found, nothing to export
    assert signed_in(ada.owner).get("/dashboard/exports/?what=nothing").status_code == 404


def test_products_and_stock_come_back_as_they_went(ada, bo):
    lamp = cast.make_product(ada, "007", "=Lamp", barcode="4006381333931")
    Barcode.objects.create(seller=ada.seller, product=lamp, code="14006381333938", units=12)
    kept = {
        "hs_code": "940521", "origin_country": "PT", "low_stock_level": 5, "height_mm": 300,
        "picker_note": "Fragile", "is_lot_tracked": True, "price": 4950, "price_currency": "EUR",
        "category": "Lighting",
    }  # fmt: skip
    assert counts(bring(ada, exported(ada, "products"), kind="products")) == (0, 0, 1, 0)
    Product.objects.filter(pk=lamp.pk).update(**kept)
    cast.make_product(bo, "TEA", "Tea")
    cast.put_stock(lamp, 5, lot="L-1")
    cast.put_stock(lamp, 3, bin_code="B-01-1")
    for options in ({}, {"format": "xlsx"}):
        products, stock = (exported(ada, what, **options) for what in ("products", "stock"))
        assert counts(bring(ada, products, kind="products")) == (0, 0, 1, 0)
        assert counts(bring(ada, stock, kind="stock")) == (0, 0, 2, 0)
    assert exported(ada, "stock").decode("utf-8-sig").splitlines() == [
        "SKU,Title,Location,Lot,On hand,Warehouse",
        "007,'=Lamp,A-01-1,L-1,5,BER",
        "007,'=Lamp,B-01-1,,3,BER",
    ]  # fmt: skip
    products = exported(ada, "products")
    assert products.decode("utf-8-sig").splitlines()[1:] == [
        "007,'=Lamp,Lighting,4006381333931,250,0,0,300,940521,PT,,49.50,EUR,5,yes,no,0,Fragile,yes"
    ]
    Product.objects.filter(pk=lamp.pk).update(
        low_stock_level=0, picker_note="", price=1, category=""
    )
    assert counts(bring(ada, products, kind="products")) == (0, 1, 0, 0)
    assert Product.objects.filter(pk=lamp.pk, **kept).exists()
    assert Product.objects.get(sku="007").title == "=Lamp"
    assert Import.objects.filter(rejected__gt=0).count() == 0
    assert ordered(ada) == {}


def test_amounts_have_the_places_of_their_currency():
    given = [(1999, "EUR"), (5, "EUR"), (1999, "JPY"), (1234, "KWD"), (0, ""), (1999, "")]
    assert [major_units(*one) for one in given] == [
        "19.99", "0.05", "1999", "1.2340", "0.00", "19.99",
    ]  # fmt: skip
