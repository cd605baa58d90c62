"""Slips in the languages of customers, and papers whose every letter is printed."""

import io

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from notifications.languages import LANGUAGES
from orders.lifecycle.labelling import label_packages
from tests.support.stages import open_house, packed_shipment
from warehouse.documents.label import package_label
from warehouse.documents.slip import packing_slip
from warehouse.documents.slip_words import SLIP_WORDS, language_of

pytestmark = pytest.mark.django_db

JAPANESE = {
    "customer_name": "髙橋 真由美", "street": "神南1-2-3 渋谷ビル", "postcode": "150-0041",
    "city": "東京都渋谷区", "country": "JP", "language": "ja",
}  # fmt: skip
ARABIC = {
    "customer_name": "ليلى حداد", "street": "شارع الحمرا 5", "city": "بيروت", "country": "LB",
    "language": "ar",
}  # fmt: skip

KOREAN = {
    "customer_name": "김민준", "street": "세종대로 110", "postcode": "04524",
    "city": "서울특별시 중구", "country": "KR", "language": "en",
}  # fmt: skip
CHINESE = {
    "customer_name": "刘娜", "street": "建国门外大街1号", "postcode": "100020",
    "city": "北京市朝阳区", "country": "CN", "language": "en",
}  # fmt: skip


@pytest.fixture
def house(once):
    return once(open_house)


def box(house, **fields):
    """A labelled box of a new order."""
    shipment = packed_shipment(house, {"LAMP": 2}, number="#R67493", **fields)
    return label_packages(shipment, actor=house.pat)[0]


def text(pdf):
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def fonts(pdf):
    """The names of the embedded fonts, without their prefix."""
    rows = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()
    return {row.get_object()["/BaseFont"].partition("+")[2] for row in rows}


def glyphs(pdf):
    """The numbers of the glyphs that are drawn; 0 is the striped box of a missing one."""
    reader = PdfReader(io.BytesIO(pdf))
    drawn = ContentStream(reader.pages[0].get_contents(), reader)
    parts = [
        part for operands, name in drawn.operations if name in (b"Tj", b"TJ") for part in operands
    ]
    strings = [row for part in parts for row in (part if isinstance(part, list) else [part])]
    codes = [row.original_bytes for row in strings if hasattr(row, "original_bytes")]
    return [int.from_bytes(code[i : i + 2]) for code in codes for i in range(0, len(code), 2)]


def test_every_language_of_messages_has_a_slip():
    assert set(SLIP_WORDS) == set(LANGUAGES)
    assert [words for words in SLIP_WORDS.values() if not all(words)] == []
    assert [language_of(tag) for tag in ("de-AT", "JA", "pt_BR", "")] == ["de", "ja", "en", "en"]


@pytest.mark.parametrize(
    ("fields", "says", "fails"),
    [
        (
            {"language": "de"},
            ["Lieferschein", "BESTELLUNG #R67493", "23. November 2026", "PAKET 1 von 1"],
            ["REIHENFOLGE", "Packing", "Box"],
        ),
        (
            {"language": "fr-CA"},
            ["Bon de livraison", "COMMANDE #R67493", "23 novembre 2026", "COLIS 1 sur 1"],
            ["ORDRE", "Packing", "Box"],
        ),
        (
            JAPANESE,
            ["納品書", "ご注文番号 #R67493", "2026年 11月 23日", "髙橋 真由美", "東京都渋谷区"],
            ["並び変え", "Packing", "Box"],
        ),
        (ARABIC, ["#R67493", "#R67493-1", "2026"], ["R67493#", "Packing", "Box", " of 1"]),
        ({"language": "pt-BR"}, ["Packing slip", "ORDER #R67493"], []),
    ],
)
def test_a_slip_speaks_the_language_of_its_customer(house, fields, says, fails):
    slip = packing_slip(box(house, **fields))

    said = text(slip)
    assert [words for words in says if words not in said] == []
    assert [words for words in fails if words in said] == []
    assert 0 not in glyphs(slip)


@pytest.mark.parametrize(
    ("fields", "font"),
    [
        (JAPANESE, "BIZUDPGothic-Regular"),
        (ARABIC, "NotoSansArabic-Bold"),
        (KOREAN, "DroidSansFallback"),
        (CHINESE, "DroidSansFallback"),
    ],
)
def test_the_letters_of_an_address_come_with_us(house, fields, font):
    package = box(house, **fields)
    label = package_label(package)

    assert font in fonts(label) & fonts(packing_slip(package))
    assert 0 not in glyphs(label)
    assert len(glyphs(label)) > 50
