"""Files that shops and marketplaces wrote: the right lines and quantities, or a reason."""

import json

import pytest

from orders.errors import InvalidInput
from orders.files.formats.limits import FileRefused
from orders.files.formats.tables import beginning, look
from tests.orders.files import uploaded
from tests.support.real_data import real_data

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]


def content(name):
    return (real_data("order_csv") / name).read_bytes()


def test_amazons_report_has_rows_of_one_order_below_each_other(ada):
    job = uploaded.bring(ada, content("amazon_flatfile_unshipped_orders.txt"))

    assert uploaded.counts(job) == (4, 0, 0, 0)
    assert uploaded.ordered(ada) == {
        "111-2222222-3333333": {"2": 2},
        "123-4567890-1234567": {"1": 1},
        "222-3333333-4444444": {"2": 2, "1": 2},
        "234-5678901-2345678": {"1": 1, "2": 2},
    }
    order = ada.seller.orders.get(reference="111-2222222-3333333")
    assert (order.customer_name, order.street, order.postcode, order.country, order.phone) == (
        "Chuck Jones", "999 Oak St", "22222-3333", "US", "",
    )  # fmt: skip
    assert order.placed_at.isoformat() == "2009-01-01T18:50:49+00:00"
    again = uploaded.bring(ada, content("amazon_flatfile_unshipped_orders.txt"))
    assert uploaded.counts(again) == (0, 0, 4, 0)
    assert ada.seller.orders.count() == 4


def test_etsys_items_are_sent_already_or_come_with_their_lines(ada):
    file = content("etsy_items_us_2025.csv")
    job = uploaded.bring(ada, file)
    assert uploaded.counts(job) == (0, 0, 2, 0)
    assert uploaded.notes(job) == ["Sent already"] * 2

    job = uploaded.bring(ada, file, without=("sent",))
    assert uploaded.counts(job) == (2, 0, 0, 0)
    assert uploaded.ordered(ada) == {"3001": {"FOX-01": 2, "FOX-ST": 1}, "3002": {"BEAR-01": 1}}
    order = ada.seller.orders.get(reference="3001")
    first = order.lines.get(position=1)
    assert (first.title, first.unit_price) == (
        "Sunset Fox | Greeting Card (Style: Matte)", 500,
    )  # fmt: skip
    assert (order.number, order.country, order.placed_at.date().isoformat()) == (
        "#3001", "US", "2025-08-13",
    )  # fmt: skip


def test_a_messy_file_tells_each_flaw_by_row_and_column(ada):
    job = uploaded.bring(ada, content("etsy_sold_order_items_fr_messy.csv"), without=("sent",))

    assert uploaded.counts(job) == (2, 0, 0, 2)
    assert uploaded.ordered(ada) == {
        "5000001": {"Sticker Renard": 2, "Carte postale Hibou": 1},
        "5000002": {"Print A5, encadré": 1},
    }
    print_line = ada.seller.orders.get(reference="5000002").lines.get()
    assert print_line.unit_price == 1200
    assert uploaded.problems(job) == [
        (5, "Sale Date", "not-a-date", "expected a date like 2026-03-01"),
        (6, "Order ID", "", "expected the id of the order"),
    ]
    held = ada.seller.orders.get(reference="5000001").holds.values_list("reason", flat=True)
    assert sorted(held) == ["no_address", "unknown_sku"]


def test_shopifys_rows_without_an_order_continue_the_one_above(ada):
    job = uploaded.bring(ada, content("shopify_partial_columns_multiline.csv"))

    assert uploaded.counts(job) == (1, 0, 1, 0)
    assert uploaded.ordered(ada) == {"1001": {"CHG-65W": 2, "HDMI-2M": 1}}
    assert uploaded.notes(job) == ["Sent already"]


NOT_ORDERS = {
    "etsy_orders_us_2025.csv": "Download “Order Items” from Etsy instead.",
    "etsy_sold_orders_duplicate.csv": "Download “Order Items” from Etsy instead.",
    "medusa_product_csv/exported-products-comma.csv": "a list of products, not of orders",
    "medusa_product_csv/filtered-products.csv": "a list of products, not of orders",
    "medusa_product_csv/invalid-column.csv": "a list of products, not of orders",
    "medusa_product_csv/invalid-format.csv": "Choose the column for “Order id”.",
    "medusa_product_csv/prices-with-region.csv": "a list of products, not of orders",
    "medusa_product_csv/product-with-categories.csv": "a list of products, not of orders",
    "medusa_product_csv/unrelated-column.csv": "a list of products, not of orders",
    "medusa_product_csv/v1-template.csv": "a list of products, not of orders",
    **{
        f"csv-spectrum/{name}.csv": "Choose the column for “Order id”."
        for name in (
            "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines",
            "quotes_and_newlines", "simple", "utf8",
        )
    },
}  # fmt: skip
HEADINGS = {
    "headers/amazon_new_2025.tsv": ("quantity-to-ship", "order-id", "ship-postal-code"),
    "headers/shopify_2012_47_columns.csv": ("Lineitem quantity", "Name", "Shipping Zip"),
    "headers/shopify_2026_79_columns.csv": ("Lineitem quantity", "Name", "Shipping Zip"),
    "headers/woocommerce_csv_export_suite.csv": ("", "order_id", "shipping_postcode"),
}


def test_what_is_no_file_of_orders_is_told_so(ada):
    for name, told in NOT_ORDERS.items():
        job = uploaded.keep(ada, content(name))
        with pytest.raises(InvalidInput) as refused:
            uploaded.choose_columns(job, job.columns, day_first=True, actor=ada.owner)
        assert told in str(refused.value), name
    for name, wanted in HEADINGS.items():
        with pytest.raises(FileRefused, match="no rows below"):
            uploaded.keep(ada, content(name))
        job = uploaded.keep(ada, content(name) + b"\n1")
        found = {field: job.headings[place] for field, place in job.columns.items()}
        assert tuple(found.get(n, "") for n in ("quantity", "reference", "postcode")) == wanted
    assert ada.seller.orders.count() == 0
    here = {path for path in real_data("order_csv").rglob("*") if path.suffix in (".csv", ".tsv")}
    names = {path.relative_to(real_data("order_csv")).as_posix() for path in here}
    known = {"etsy_items_us_2025.csv", "etsy_sold_order_items_fr_messy.csv"}
    assert names - NOT_ORDERS.keys() - HEADINGS.keys() - known == {
        "MANIFEST.tsv", "shopify_partial_columns_multiline.csv",
    }  # fmt: skip


def test_medusas_products_come_with_their_barcodes(ada):
    job = uploaded.bring(ada, content("medusa_product_csv/v1-template.csv"), kind="products")
    assert uploaded.counts(job) == (5, 0, 0, 0)
    product = ada.seller.products.get(sku="test-sku-4")
    assert product.title == "Test product (Test variant changed)"
    assert [code.code for code in product.barcodes.all()] == ["test-barcode-4"]
    job = uploaded.check(
        ada, content("medusa_product_csv/exported-products-comma.csv"), kind="products"
    )
    assert uploaded.counts(job) == (0, 0, 0, 3)
    assert uploaded.problems(job)[0] == (2, "Variant Sku", "", "expected a SKU")


def test_the_acid_test_of_csv_is_read_as_its_authors_say():
    folder = real_data("order_csv") / "csv-spectrum"
    for path in sorted(folder.glob("*.csv")):
        if path.stem == "location_coordinates":  # its two files do not agree
            continue
        expected = json.loads((folder / f"expected_{path.stem}.json").read_text())
        expected = expected if isinstance(expected, list) else [expected]
        file = path.read_bytes()
        headings, rows = beginning(file, look(file), 100)
        found = [{name: row.at(place) for place, name in enumerate(headings)} for row in rows]
        stripped = [{key: str(text).strip() for key, text in one.items()} for one in expected]
        assert [{k: v.replace("\r\n", "\n") for k, v in row.items()} for row in found] == stripped
