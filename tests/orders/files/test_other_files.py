"""Files of products, SKU aliases and stock counts: compared with the books, written by actions."""

import pytest

from orders.files.uploading import begin_import
from orders.files.working import work_on_imports
from orders.models import Event, Import, Product, SkuAlias
from tests.orders.files.uploaded import bring, check, counts, problems
from tests.support import cast
from tests.support.racing import race
from warehouse.models import Location, Stock, StockMovement, Supply
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def test_products_are_added_changed_and_left(ada, bo):
    cast.make_product(ada, "LAMP", "Old lamp", barcode="111")
    cast.make_product(ada, "SAME", "Same", barcode="222")
    cast.make_product(ada, "PART", "Part", barcode="333")
    cast.make_product(bo, "LAMP", "Bo's", barcode="999")
    file = (
        "SKU;Titel;Title;EAN;Weight grams;Active\n"
        "007;;Spy lamp;999|4006381333931;1250,0;ja\n"
        "LAMP;;New lamp;;;\n"
        "SAME;;Same;222;250;yes\n"
        "PART;;;;300;no\n"
        ";;Nameless;;;\n"
        "NEW;;;;;\n"
        "TAKEN;;Taken;222;;\n"
        "111;;A barcode;;;\n"
        "HEAVY;;Heavy;;-1;perhaps\n"
        "TWICE;;One;;;\nTWICE;;Two;;;\n"
    )
    job = bring(ada, file, kind="products")

    assert counts(job) == (1, 2, 1, 7)
    assert problems(job) == [
        (6, "SKU", "", "expected a SKU"),
        (7, "Title", "", "expected a title: the SKU is new"),
        (8, "EAN", "222", "expected a code that is not of product SAME"),
        (9, "SKU", "111", "expected a code that is not of product LAMP"),
        (10, "Weight grams", "-1", "expected a whole number from 0 to 10000000"),
        (10, "Active", "perhaps", "expected yes or no"),
        (11, "", "TWICE", "expected each one once in the file: it comes in row 12 too"),
        (12, "", "TWICE", "expected each one once in the file: it comes in row 11 too"),
    ]
    rows = ada.seller.products.order_by("sku").values_list(
        "sku", "title", "weight_grams", "is_active"
    )
    assert list(rows) == [
        ("007", "Spy lamp", 1250, True), ("LAMP", "New lamp", 250, True),
        ("PART", "Part", 300, False), ("SAME", "Same", 250, True),
    ]  # fmt: skip
    codes = {product.sku: [code.code for code in product.barcodes.order_by("code")]
             for product in ada.seller.products.all()}  # fmt: skip
    assert codes == {
        "007": ["4006381333931", "999"],
        "LAMP": ["111"],
        "PART": ["333"],
        "SAME": ["222"],
    }
    actors = Event.objects.filter(kind__startswith="product.").values_list("kind", "actor")
    assert sorted(actors) == [
        ("product.added", ada.owner.pk), *[("product.changed", ada.owner.pk)] * 2,
    ]  # fmt: skip
    again = bring(ada, file, kind="products")
    assert counts(again) == (0, 0, 4, 7)


def test_prices_are_read_in_their_currency(ada):
    file = (
        "SKU;Title;Selling price;Currency of the selling price\n"
        "A;A;19,90;EUR\nB;B;300;JPY\nC;C;19,90;\nD;D;;\n"
    )
    job = bring(ada, file, kind="products")
    assert problems(job) == [(4, "Selling price", "19,90", "expected a price with its currency")]
    rows = Product.objects.order_by("sku").values_list("sku", "price", "price_currency")
    assert list(rows) == [("A", 1990, "EUR"), ("B", 300, "JPY"), ("D", 0, "")]
    assert counts(bring(ada, file, kind="products")) == (0, 0, 3, 1)


def test_a_barcode_that_two_rows_want_is_the_first_ones(ada):
    job = bring(ada, "SKU,Title,Barcode\nA,A,111\nB,B,111\nC,C,\n", kind="products")
    assert counts(job) == (2, 0, 0, 1)
    assert problems(job)[0][:3] == (3, "Barcode", "111")
    assert set(Product.objects.values_list("sku", flat=True)) == {"A", "C"}


def test_a_channel_is_taught_its_aliases(ada, bo):
    lamp, cord = cast.make_product(ada, "LAMP", "Lamp"), cast.make_product(ada, "CORD", "Cord")
    cast.make_product(bo, "TEA", "Tea")
    SkuAlias.objects.create(seller=ada.seller, channel=ada.channel, sku="old", product=lamp)
    SkuAlias.objects.create(seller=ada.seller, channel=ada.channel, sku="kept", product=lamp)
    file = "Alias,SKU\nShop-1,LAMP\nOLD,CORD\nkept,LAMP\nX,TEA\n,LAMP\nCORD,LAMP\nLAMP,LAMP\n"
    job = bring(ada, file, kind="aliases", channel=ada.channel)
    assert counts(job) == (1, 1, 2, 3)
    assert problems(job) == [
        (5, "SKU", "TEA", "expected the SKU of a product of yours"),
        (6, "Alias", "", "expected a SKU of the channel"),
        (7, "Alias", "CORD", "expected a SKU that is no product of yours: it means that product"),
    ]
    assert dict(SkuAlias.objects.values_list("sku", "product")) == {
        "shop-1": lamp.pk, "old": cord.pk, "kept": lamp.pk,
    }  # fmt: skip
    assert SkuAlias.objects.get(sku="old").learnt_by == ada.owner


@pytest.fixture
def shelves(ada):
    """Five lamps, of which an order has been promised four; two cords."""
    lamp, cord = cast.make_product(ada, "LAMP", "Lamp"), cast.make_product(ada, "CORD", "Cord")
    cast.put_stock(lamp, 5)
    cast.put_stock(cord, 2, bin_code="B-01-1", lot="L1")
    cast.make_order(ada, {"LAMP": 4})
    allocate_due()
    return lamp, cord


def units():
    rows = Stock.objects.values_list("product__sku", "location__code", "lot", "on_hand")
    return {(sku, code, lot): on_hand for sku, code, lot, on_hand in rows if on_hand}


def test_counts_become_adjustments_in_the_ledger(ada, bo, shelves):
    Location.objects.create(warehouse=ada.seller.warehouse, code="T-1", kind="tote")
    cast.make_product(bo, "TEA", "Tea")
    job = bring(
        ada,
        "SKU,Location,Lot,Counted\nLAMP,A-01-1,,7\nCORD,B-01-1,L1,0\nCORD,DOCK,,3\nCORD,A-02-1,,0\n"
        "TEA,DOCK,,1\nLAMP,NOWHERE,,1\nLAMP,T-1,,1\nLAMP,DOCK,,x\nLAMP,B-01-1,,\n",
        kind="stock",
    )
    assert counts(job) == (0, 3, 1, 5)
    assert problems(job) == [
        (6, "SKU", "TEA", "expected the SKU of a product of yours"),
        (7, "Location", "NOWHERE", "expected the code of a location of your warehouse"),
        (8, "Location", "T-1", "expected a bin, a shelf or a dock: this is a tote"),
        (9, "Counted", "x", "expected a whole number from 0 to 1000000"),
        (10, "Counted", "", "expected how many lie there"),
    ]
    assert units() == {("LAMP", "A-01-1", ""): 7, ("CORD", "DOCK", ""): 3}
    ledger = StockMovement.objects.filter(reason="adjusted").order_by("quantity")
    assert list(ledger.values_list("product__sku", "quantity", "actor")) == [
        ("CORD", -2, ada.owner.pk), ("LAMP", 2, ada.owner.pk), ("CORD", 3, ada.owner.pk),
    ]  # fmt: skip
    events = Event.objects.filter(kind="stock.counted")
    assert sorted(event.data["quantity"] for event in events) == [-2, 2, 3]
    assert Supply.objects.get(product=shelves[0]).available == 3


def test_a_count_takes_nothing_that_is_promised_and_no_old_news(ada, shelves):
    before = units()
    job = bring(ada, "SKU,Location,Counted\nLAMP,A-01-1,3\n", kind="stock")
    assert problems(job)[0] == (
        2, "Counted", "3", "expected at least 4: orders have been promised the rest",
    )  # fmt: skip
    job = check(ada, "SKU,Location,Counted\nLAMP,A-01-1,4\n", kind="stock")
    cast.put_stock(shelves[0], 1)
    begin_import(job, actor=ada.owner)
    race(work_on_imports, work_on_imports)
    job = Import.objects.get(pk=job.pk)
    assert (job.state, *counts(job)) == ("done", 0, 0, 0, 1)
    assert problems(job)[0][3] == (
        "expected 5 in the books, as when the file was checked: now they say 6"
    )
    assert units() == before | {("LAMP", "A-01-1", ""): 6}


def test_a_count_of_a_product_with_lots_says_the_lot_as_the_books_spell_it(ada, shelves):
    cord = shelves[1]
    Product.objects.filter(pk=cord.pk).update(is_lot_tracked=True)
    cord.refresh_from_db()

    job = bring(
        ada,
        "SKU,Location,Lot,Counted\nCORD,B-01-1,l1,4\nCORD,A-02-1,,3\nCORD,DOCK,,0\n",
        kind="stock",
    )

    assert counts(job) == (0, 1, 1, 1)
    assert problems(job) == [
        (3, "Lot", "", "expected the lot that is counted: this product has lots"),
    ]
    assert units() == {("LAMP", "A-01-1", ""): 5, ("CORD", "B-01-1", "L1"): 4}
