"""Slips and labels as they come out of the printer: their words, their barcodes, their size."""

import io
import re

import pytest
from pypdf import PdfReader

from orders.access import Role
from orders.errors import DomainError
from orders.lifecycle.labelling import label_packages
from orders.models import OrderLine, Package, Warehouse
from tests.support.cast import make_product, make_user, put_stock
from tests.support.pictures import barcodes_in, is_blank, size_of
from tests.support.stages import open_house, packed_shipment, picked_shipment, sent_packages
from warehouse.documents.addresses import PostalAddress
from warehouse.documents.label import package_label
from warehouse.documents.slip import packing_slip, packing_slips
from warehouse.floor.packing import close_package, pack_unit
from warehouse.floor.putting_back import put_back

MM = 72 / 25.4


def house_with_address():
    house = open_house()
    Warehouse.objects.update(street="Lagerstraße 5", postcode="12345")
    return house


def packed_lamp():
    """The same, and a packed shipment of one lamp."""
    house = house_with_address()
    return house, packed_shipment(house, {"LAMP": 1})


@pytest.fixture
def house(once):
    return once(house_with_address)


def labelled(house, lines, **fields):
    """The labelled boxes of a new order."""
    return label_packages(packed_shipment(house, lines, **fields), actor=house.pat)


def words(pdf, page=0):
    """The text of a page, one line per line."""
    return PdfReader(io.BytesIO(pdf)).pages[page].extract_text()


def rows(pdf):
    """The text of the first page with single blanks: [“2 LAMP Brass lamp”, …]."""
    return [" ".join(line.split()) for line in words(pdf).splitlines()]


def table(pdf, start, end=None):
    """The rows below one heading and above another."""
    found = rows(pdf)
    last = found.index(end) if end else None
    return " | ".join(found[found.index(start) + 1 : last])


def test_a_label_is_read_back_by_a_scanner(house):
    for package in labelled(house, {"LAMP": 2}, boxes=[{"LAMP": 1}, {"LAMP": 1}]):
        picture = package_label(package, file_format="png")

        assert barcodes_in(picture) == [("Code128", package.tracking_number)]
        assert size_of(picture) == (800, 1200), "100 × 150 mm, 8 dots each"


def test_many_slips_are_one_file_each_with_its_own_pages(house):
    lines = {f"{number} {'as long as can be ' * 3}".strip(): 1 for number in range(14)}
    for sku in lines:
        make_product(house.ada, sku, "Shelf")
        put_stock(house.ada.products[sku], 1)
    large, small = (labelled(house, given)[0] for given in (lines, {"LAMP": 1}))

    pages = PdfReader(io.BytesIO(packing_slips([large, small, large]))).pages

    texts = [" ".join(page.extract_text().split()) for page in pages]
    numbered = [re.search(r"Page (\d+ / \d+)", text)[1] for text in texts]
    assert numbered == ["1 / 2", "2 / 2", "1 / 1", "1 / 2", "2 / 2"]
    assert [small.order.number in text for text in texts] == [False, False, True, False, False]


def test_a_label_fits_the_printer(house):
    [package] = labelled(house, {"LAMP": 1})

    document = PdfReader(io.BytesIO(package_label(package)))

    assert len(document.pages) == 1
    box = document.pages[0].mediabox
    assert (round(box.width / MM), round(box.height / MM)) == (100, 150)
    assert document.metadata.title.startswith("Label OC ")


def test_a_label_says_who_what_and_where(house):
    first, second = labelled(house, {"LAMP": 2}, boxes=[{"LAMP": 1}, {"LAMP": 1}])
    Package.objects.filter(pk=first.pk).update(weight_grams=1250)
    first.refresh_from_db()

    said = rows(package_label(first))

    number = first.tracking_number
    for line in (
        "Own couriers",
        "Box 1 of 2",
        "Ada's Lamps, Lagerstraße 5, 12345 Berlin",
        "Grace Hopper",
        "Unter den Linden 1",
        "10117 Berlin",
        first.order.number,
        first.shipment.number,
        "1.25 kg",
        f"OC {number[2:6]} {number[6:10]} {number[10:]}",
    ):
        assert any(line in row for row in said), line
    assert any("Box 2 of 2" in row for row in rows(package_label(second)))
    assert "GERMANY" not in " ".join(said)


def test_a_label_abroad_names_both_countries(house):
    [package] = labelled(
        house, {"LAMP": 1}, street="350 5th Ave\nFloor 21", city="New York", region="NY",
        postcode="10118", country="US",
    )  # fmt: skip

    said = words(package_label(package))

    for line in ("350 5th Ave", "Floor 21", "New York, NY 10118", "UNITED STATES"):
        assert line in said
    assert "12345 Berlin, GERMANY" in said


def test_a_customer_writes_no_instructions_into_a_label(house):
    name = '#panic("x") *bold* $x$ [a] \\ "quoted"'
    [package] = labelled(house, {"LAMP": 1}, customer_name=name)

    assert " ".join(name.split()) in " ".join(rows(package_label(package)))


def test_the_longest_address_leaves_the_barcode_alone(house):
    [package] = labelled(
        house, {"LAMP": 1}, customer_name="Maximiliana " * 9, company="Wolfeschlegelstein " * 6,
        street="\n".join(["Straße des Hundertfünfunddreißigsten Regiments 117"] * 4),
    )  # fmt: skip

    picture = package_label(package, file_format="png")

    assert barcodes_in(picture) == [("Code128", package.tracking_number)]
    assert words(package_label(package)).count("Regiments 117") == 4


@pytest.mark.parametrize(
    "street", ["Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikstraße 7", "W" * 300]
)
def test_a_long_word_stays_on_the_label(house, street):
    [package] = labelled(house, {"LAMP": 1}, street=street, number="ORDER-2026-11-28-000123")

    picture = package_label(package, file_format="png")

    width, height = size_of(picture)
    assert is_blank(picture, range(width - 36, width), range(height)), "right margin"
    assert is_blank(picture, range(380, 398), range(735, 795)), "between order and shipment"


def test_a_box_without_a_number_has_no_label(once):
    _, shipment = once(packed_lamp)

    with pytest.raises(DomainError, match="has no label yet: close it and label it first"):
        package_label(shipment.packages.get())


def test_a_slip_lists_what_is_in_the_box(house):
    shipment = packed_shipment(house, {"LAMP": 2, "SHADE": 1})

    slip = packing_slip(shipment.packages.get())

    assert table(slip, "In this box").startswith(
        "QUANTITY SKU PRODUCT | 2 LAMP Title of LAMP | 1 SHADE Title of SHADE"
    )
    said = words(slip)
    for line in ("Packing slip", "Ada's Lamps", "1 of 1", "November 23, 2026", shipment.number):
        assert line in said
    assert "Write to help-ada@example.com" in said
    assert "Comes separately" not in said


@pytest.mark.breaks_books  # writes rows that no action would
def test_a_slip_says_what_comes_separately(house):
    shipment = packed_shipment(house, {"LAMP": 3}, boxes=[{"LAMP": 2}, {"LAMP": 1}])
    line = OrderLine.objects.get()
    OrderLine.objects.filter(pk=line.pk).update(ordered=8, backordered=4, cancelled=1)

    slip = packing_slip(shipment.packages.get(number=f"{shipment.number}/1"))

    assert "2 LAMP Title of LAMP" in table(slip, "In this box", "Comes separately")
    separate = table(slip, "Comes separately")
    assert "1 LAMP Title of LAMP In another box of this shipment" in separate
    assert "4 LAMP Title of LAMP Follows later" in separate


@pytest.mark.breaks_books  # writes rows that no action would
def test_a_slip_says_what_was_sent_before(house):
    [sent] = sent_packages(house, {"LAMP": 1})
    order = sent.order
    OrderLine.objects.update(ordered=3, allocated=3, picked=3)
    shipment = order.shipments.create(
        seller=order.seller, warehouse=house.warehouse, number="later", status="picked",
        ship_by=order.ship_by,
    )  # fmt: skip
    shipment.lines.create(seller=order.seller, line=order.lines.get(), quantity=2, picked=2)
    box = pack_unit(shipment, code="LAMP", quantity=2, actor=house.pat)

    slip = packing_slip(close_package(box, actor=house.pat))

    assert "2 LAMP" in table(slip, "In this box", "Comes separately")
    assert "1 LAMP Title of LAMP Already on its way" in table(slip, "Comes separately")
    assert "Follows later" not in words(slip)


@pytest.mark.parametrize(("is_gift", "title"), [(True, "A gift for you"), (False, "Packing slip")])
def test_no_slip_shows_a_price(house, is_gift, title):
    shipment = packed_shipment(house, {"LAMP": 2}, is_gift=is_gift)

    said = words(packing_slip(shipment.packages.get()))

    assert title in said
    for price in ("1999", "19.99", "39.98", "EUR", "€"):
        assert price not in said


def test_an_open_box_is_not_the_last(house):
    shipment = picked_shipment(house, {"LAMP": 2})
    box = pack_unit(shipment, code="LAMP", actor=house.pat)

    said = words(packing_slip(box))

    assert "1 of 1" not in said
    assert "In another box of this shipment" in said


def test_a_slip_opens_its_shipment_by_a_scan(once):
    _, shipment = once(packed_lamp)

    picture = packing_slip(shipment.packages.get(), file_format="png")

    assert barcodes_in(picture) == [("Code128", shipment.number)]


@pytest.mark.parametrize("number", ["注文-42", "A" * 40])
def test_a_number_that_no_barcode_holds_is_printed_as_text(once, number):
    _, shipment = once(packed_lamp)
    shipment.number = number
    shipment.save(update_fields=["number"])

    assert packing_slip(shipment.packages.get()).startswith(b"%PDF")


@pytest.mark.parametrize(("country", "width"), [("DE", 210), ("US", 216)])
def test_a_slip_has_the_paper_of_its_country(house, country, width):
    Warehouse.objects.update(country=country)
    package = packed_shipment(house, {"LAMP": 1}).packages.get()

    page = PdfReader(io.BytesIO(packing_slip(package))).pages[0]

    assert round(page.mediabox.width / MM) == width


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("DE", ["1 Road", "1234 Town", "GERMANY"]),
        ("GB", ["1 Road", "Town", "1234", "UNITED KINGDOM"]),
        ("US", ["1 Road", "Town, RG 1234", "UNITED STATES"]),
        ("CA", ["1 Road", "Town RG 1234", "CANADA"]),
        ("HU", ["Town", "1 Road", "1234", "HUNGARY"]),
        ("BR", ["1 Road", "Town-RG", "1234", "BRAZIL"]),
        ("IT", ["1 Road", "1234 Town RG", "ITALY"]),
        ("KE", ["1 Road", "1234 Town", "RG", "KENYA"]),
        ("FI", ["1 Road", "1234 Town"]),
        ("XQ", ["1 Road", "1234 Town", "RG", "XQ"]),
    ],
)
def test_an_address_follows_its_country(country, lines):
    address = PostalAddress(("Ada",), "1 Road", "1234", "Town", country, "RG")

    assert address.lines(seen_from="FI") == lines


@pytest.mark.parametrize(
    ("country", "lines"),
    [("US", ["1 Road", "Town"]), ("TR", ["1 Road", "Town"]), ("", ["1 Road", "Town"])],
)
def test_an_address_has_no_stray_punctuation(country, lines):
    address = PostalAddress(("Ada",), "1 Road\n", "", "Town", country)

    assert address.lines(seen_from=country) == lines


def test_an_address_of_full_length_fits_on_one_label(house):
    long = {"customer_name": "Grace " * 50, "company": "Navy " * 40, "city": "Town " * 50}
    [package] = labelled(house, {"LAMP": 1}, **long, street="Long Street 1 " * 42, country="US")

    pages = PdfReader(io.BytesIO(package_label(package))).pages

    assert len(pages) == 1
    assert pages[0].extract_text().count("Street") == 42
    assert barcodes_in(package_label(package, file_format="png")) == [
        ("Code128", package.tracking_number)
    ]


def test_a_box_that_was_put_back_has_no_papers(house, client):
    [package] = labelled(house, {"LAMP": 1})
    put_back(package.shipment, actor=house.pat)
    pia = make_user("pia@example.com", "Pia", Role.PACKER, warehouse=package.shipment.warehouse)
    client.force_login(pia)

    for name in ("slip", "label"):
        answer = client.get(f"/warehouse/boxes/{package.pk}/{name}.pdf")
        assert (answer.status_code, b"was put back" in answer.content) == (409, True)
