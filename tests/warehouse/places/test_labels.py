"""Labels: what is printed on sheets and by label printers is read back as the code."""

import io
import re
from pathlib import Path

import pytest
import zxingcpp
from django.utils import timezone
from pypdf import PdfReader

from orders.errors import DomainError
from orders.models import Barcode
from tests.support.cast import make_product
from tests.support.pictures import barcodes_in
from tests.support.statements import count_statements
from tests.warehouse.documents.test_slip_languages import fonts, glyphs
from warehouse.documents import rendering
from warehouse.documents.code_labels import (
    CodeLabel,
    is_gtin,
    label_pages,
    label_sheet,
    label_zpl,
)
from warehouse.documents.papers import PAPERS, ROLL
from warehouse.floor.carts.rows import add_cart, retire_cart
from warehouse.floor.walls.rows import add_wall

pytestmark = pytest.mark.django_db

LABELS, FILE = "/warehouse/labels/", "/warehouse/labels/file/"
MM = 72 / 25.4
OURS = {path.stem for path in (Path(rendering.__file__).parent / "fonts").glob("*.?tf")}
OFFICE_DOTS = 12  # a millimetre: a printer of 300 dpi
PLACES = [f"A-01-{bay:02}-{level}" for bay in range(1, 6) for level in range(1, 6)]
WORDS = {
    "Polish and Romanian": "Łódź żółć, ăîșț",
    "Greek and Cyrillic": "Λάμπα, лампа",
    "Japanese": "真鍮ランプ 髙橋",
    "Chinese": "黄铜台灯 黃銅檯燈",
    "Korean": "황동 램프",
    "Arabic": "مصباح نحاسي",
    "Hebrew": "מנורת פליז",
    "Thai": "โคมไฟทองเหลือง",
}


def on_page(labels, paper, **options):
    """The barcodes of each page, as a scanner reads them."""
    drawn = label_pages(labels, paper, dots_per_mm=OFFICE_DOTS, **options)
    return [sorted(text for _, text in barcodes_in(page)) for page in drawn]


def of_zpl(zpl):
    """The pictures of the labels: a decoder of ^GFA that knows nothing of ours."""
    for width, height, a_row, packed in re.findall(
        r"\^PW(\d+)\^LL(\d+).*?\^GFA,\d+,\d+,(\d+),(.*?)\^FS", zpl.decode()
    ):
        rows, row, count, digits = [], "", 0, int(a_row) * 2
        for sign in packed:
            if "G" <= sign <= "Y":
                count += ord(sign) - ord("F")
            elif "g" <= sign <= "z":
                count += 20 * (ord(sign) - ord("f"))
            elif sign == ":":
                rows.append(rows[-1])
            else:
                row = row.ljust(digits, "0") if sign == "," else row + sign * (count or 1)
                count = 0
                if len(row) == digits:
                    rows.append(row)
                    row = ""
        bits = "".join(f"{int(row, 16):0{digits * 4}b}"[: int(width)] for row in rows)
        assert len(rows) == int(height)
        yield int(width), int(height), bytes(0 if bit == "1" else 255 for bit in bits)


def read(width, height, brightness):
    view = zxingcpp.ImageView(brightness, width, height, zxingcpp.ImageFormat.Lum)
    return [(code.format.name, code.text) for code in zxingcpp.read_barcodes(view)]


def test_every_sheet_is_read_back():
    labels = [CodeLabel(code) for code in PLACES]

    for paper in PAPERS.values():
        found = on_page(labels, paper)
        assert [text for page in found for text in page] == PLACES, paper.title
        assert len(found) == -(-len(PLACES) // paper.a_sheet)


def test_the_first_labels_of_a_begun_sheet_are_left_free():
    labels = [CodeLabel(code) for code in PLACES[:8]]

    assert [len(page) for page in on_page(labels, PAPERS["a4-8"], skip=3)] == [5, 3]


@pytest.mark.parametrize("arrow", ["up", "down"])
def test_an_arrow_leaves_the_barcode_alone(arrow):
    assert on_page([CodeLabel("A-01-02-3")], PAPERS["a4-24"], arrow=arrow) == [["A-01-02-3"]]


def test_a_sheet_has_its_true_size():
    page = PdfReader(io.BytesIO(label_sheet([CodeLabel("A-1")], PAPERS["a4-21"]))).pages[0]

    assert (round(page.mediabox.width / MM), round(page.mediabox.height / MM)) == (210, 297)


def test_zpl_is_read_back_dot_by_dot():
    codes = [CodeLabel("A-01-02-3"), CodeLabel("T-17", "Tote"), CodeLabel("96385074", "黄铜", True)]

    drawn = list(of_zpl(label_zpl(codes)))

    assert [picture[:2] for picture in drawn] == [(800, 400)] * 3
    assert [read(*picture) for picture in drawn] == [
        [("Code128", "A-01-02-3")], [("Code128", "T-17")], [("EAN8", "96385074")],
    ]  # fmt: skip


def test_the_longest_code_of_a_roll_is_read_back():
    codes = [f"X{'0A' * length}" for length in range(1, 14)]

    drawn = list(of_zpl(label_zpl([CodeLabel(code) for code in codes])))

    assert [read(*picture) for picture in drawn] == [[("Code128", code)] for code in codes]


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_every_script_is_printed_with_letters_of_ours(words):
    sheet = label_sheet([CodeLabel("LAMP", words)], ROLL)

    assert 0 not in glyphs(sheet)
    used = {name.removesuffix("-Identity-H") for name in fonts(sheet)}
    assert used <= OURS, "none is the machine's"
    assert len(glyphs(sheet)) >= len(words.replace(" ", "")) // 2


@pytest.mark.parametrize(
    ("code", "so"),
    [
        ("4006381333931", True), ("4006381333932", False), ("96385074", True),
        ("036000291452", True), ("14006381333938", True), ("123", False), ("LAMP-BRASS-XL", False),
    ],
)  # fmt: skip
def test_a_gtin_is_known_by_its_last_digit(code, so):
    assert is_gtin(code) is so


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([], "There is nothing to print."),
        ([CodeLabel("X")] * 1001, "These are more than 1000 labels: choose fewer, as one aisle."),
        ([CodeLabel("W" * 40)], f"{'W' * 40} is too long for this label: choose a larger one."),
        ([CodeLabel("Ł-1")], "Ł-1 has letters that no barcode can have: give it a barcode."),
    ],
)
def test_what_cannot_be_printed_is_named(labels, words):
    with pytest.raises(DomainError, match=f"^{re.escape(words)}$"):
        label_sheet(labels, PAPERS["a4-24"])


def test_the_lead_prints_the_locations_of_a_filter(house, lea):
    page = lea.opens(f"{LABELS}?what=locations&begins=a-")
    answer = lea.client.get(f"{FILE}?what=locations&begins=a-&paper=a4-14&format=pdf")

    assert "A-01-1" in page.text
    assert "B-01-1" not in page.text
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    said = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert ("A-01-1" in said, "B-01-1" in said, "DOCK" in said) == (True, False, False)


def test_only_what_is_ticked_is_printed(house, lea):
    page = lea.opens(f"{LABELS}?what=products")
    pk = re.search(r'name="only" value="([^"]+)"[^>]*><span><span class="code"><bdi>MUG', page.html)
    answer = lea.client.get(f"{FILE}?what=products&only={pk.group(1)}&only=x&format=zpl")

    assert answer["Content-Disposition"] == 'attachment; filename="products.zpl"'
    assert [read(*picture) for picture in of_zpl(answer.content)] == [[("Code128", "MUG")]]


def test_a_page_reads_no_more_than_it_shows(house, lea):
    with count_statements() as asked:
        lea.opens(f"{LABELS}?what=locations")

    rows = [line for line in asked if "FROM" in line and "walk_position" in line]
    assert ["LIMIT 100" in line for line in rows] == [True]


def test_a_product_has_its_gtin_else_its_sku(house, lea):
    cup = make_product(house.bo, "CUP", "Cup")
    for code, units in (("0000", 1), ("4006381333931", 1), ("14006381333938", 12)):
        Barcode.objects.create(seller=cup.seller, product=cup, code=code, units=units)

    answer = lea.client.get(f"{FILE}?what=products&begins=CUP&format=zpl")

    assert [read(*one) for one in of_zpl(answer.content)] == [[("EAN13", "4006381333931")]]
    assert "4006381333931 CUP · Cup" in lea.opens(f"{LABELS}?what=products&begins=CUP").text


def test_totes_and_nothing(house, lea):
    lea.sends("/warehouse/totes/", first=1, last=3)

    zpl = lea.client.get(f"{FILE}?what=totes&format=zpl").content
    nothing = lea.opens(f"{FILE}?what=locations&begins=X-&format=pdf")

    assert [read(*one)[0][1] for one in of_zpl(zpl)] == ["T-1", "T-2", "T-3"]
    assert (nothing.status, nothing.says) == (409, "There is nothing to print.")
    assert "No code begins with “X-”." in nothing.text


def test_what_is_wrong_with_the_sheet_is_said_beside_what_was_chosen(house, lea):
    page = lea.opens(f"{LABELS}?what=locations")
    box = r'name="only" value="([^"]+)"[^>]*><span><span class="code"><bdi>A-01-1'
    pk = re.search(box, page.html).group(1)

    said = lea.opens(f"{FILE}?what=locations&begins=A-&only={pk}&skip=99&format=pdf")

    assert said.url == LABELS
    assert "At most 23." in said.text
    assert f'value="{pk}" checked' in said.html
    assert "B-01-1" not in said.text
    assert "There are none here yet." not in lea.opens(f"{LABELS}?what=x").text


def test_cells_of_put_walls_get_a_label(house, lea):
    add_wall(house.warehouse, code="W1", cells=2)

    zpl = lea.client.get(f"{FILE}?what=cells&format=zpl").content

    assert [read(*one)[0][1] for one in of_zpl(zpl)] == ["W1-1", "W1-2"]


def test_carts_that_are_not_retired_get_a_label(house, lea):
    add_cart(house.warehouse, code="CART7", slots=2)
    retire_cart(add_cart(house.warehouse, code="CART8", slots=2), at=timezone.now())

    zpl = lea.client.get(f"{FILE}?what=carts&format=zpl").content

    assert [read(*one)[0][1] for one in of_zpl(zpl)] == ["CART7"]


@pytest.mark.parametrize("query", ["?what=x", "?what=totes&skip=x", "?what=totes&paper=x"])
def test_a_strange_query_prints_nothing(house, lea, query):
    assert lea.opens(FILE + query).url == LABELS
    assert lea.opens(LABELS + query).status == 200
