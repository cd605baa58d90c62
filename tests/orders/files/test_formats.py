"""Bytes become texts: encodings, separators, what Excel does to numbers, bombs refused first."""

import io
import re
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest

from orders.files.formats import workbooks
from orders.files.formats.cells import amount, cell_of, country_of, safe, when, yes_or_no
from orders.files.formats.csv_files import lines_of
from orders.files.formats.limits import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, FileRefused
from orders.files.formats.tables import beginning, look, rows_below_headings
from orders.values.unfit import Unfit
from tests.orders.files.uploaded import workbook

TABLE = "Bestellnummer;Straße\r\n007;Müllerweg 1\r\n"


def read(content):
    headings, rows = beginning(content, look(content), 100)
    return headings, [row.cells for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_usual_encoding_and_separator(encoding):
    for sign in ";\t,|":
        content = TABLE.replace(";", sign).encode(encoding)
        assert read(content) == (["Bestellnummer", "Straße"], [["007", "Müllerweg 1"]])


def test_odd_texts_are_read_as_they_are_meant():
    said = 'sep=;\nA;B\n="007";\'-5\n\n;\n"two\nlines";x'
    headings, rows = beginning(said.encode(), look(said.encode()), 9)
    assert headings == ["A", "B"]
    assert [(row.number, row.cells) for row in rows] == [
        (3, ["007", "-5"]),
        (6, ["two\nlines", "x"]),
    ]
    assert read(b"A,A,,B,,\n1,2,3,4") == (["A", "A (2)", "Column 3", "B"], [["1", "2", "3", "4"]])
    assert read(b"A\n\x81\xe9") == (["A"], [["\x81é"]])  # Latin-1, and nothing in Windows


BAD = {
    b"": "is empty",
    b"A,B": "no rows below",
    b"A\x00B\n1": "no text file",
    b"A\n\"never closed\n1\n2": "Row 2 cannot be read",
    b"\xd0\xcf\x11\xe0 old": "old Excel file",
    b"PK\x03\x04 broken": "cannot be read",
    b"A\n" + b"1," * MOST_COLUMNS + b"1": "more than 200 columns",
    b"A\n" * (MOST_ROWS + 2): "more than 100,000 rows",
    b"A\n" + b"1" * MOST_BYTES: "larger than 15 MB",
}  # fmt: skip


def test_what_cannot_be_read_is_refused_with_what_to_do():
    for content, told in BAD.items():
        with pytest.raises(FileRefused) as refused:
            list(rows_below_headings(content, look(content)))
            beginning(content, look(content), 9)
        assert told in str(refused.value), content[:20]


def test_excel_keeps_zeros_dates_and_texts_and_evaluates_nothing():
    content = workbook(
        [
            ["Zip", "Date", "At", "Price", "Ref", "Sum", "Error", "Gift", "Long", "Text"],
            [1067, datetime(2026, 3, 1, tzinfo=None), datetime(2026, 3, 1, 9, 30), 12.5, "007",  # noqa: DTZ001
             "=1+1", "#REF!", True, 12345678901234567, "'=1"],
        ],
        formats={"A2": "00000"},
    )  # fmt: skip
    (row,) = rows_below_headings(content, look(content))
    assert row.cells[:5] == ["01067", "2026-03-01", "2026-03-01T09:30:00", "12.5", "007"]
    assert row.cells[7] == "yes"
    assert row.bad == {
        5: "is a formula",
        6: "is an error of the spreadsheet",
        8: "is a number of which Excel has lost digits: make its column text",
    }


def zipped(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def said_to_be(part, size):
    """A workbook whose directory says that a part becomes so large."""
    content = bytearray(zipped({part: b" "}))
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = size.to_bytes(4, "little")
    return bytes(content)


def damaged(content):
    """The same file with wrong bytes where its first part is packed."""
    return content[:40] + b"\xff" * 40 + content[80:]


def test_bombs_are_refused_before_they_are_unpacked():
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    good = zipfile.ZipFile(io.BytesIO(workbook([["A"], ["1"]])))
    parts = {name: good.read(name) for name in good.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    far = parts[sheet].replace(b'r="2"', b'r="999999999"')
    wide = parts[sheet].replace(b"</row>", b"<c/>" * 20_000 + b"<row/></row>", 1)
    texts = b"<sst>" + b"<si/>" * 400_000 + b"</sst>"
    for bomb, told in (
        (said_to_be(sheet, 151 * 2**20), "too large"),
        (said_to_be("xl/sharedStrings.xml", 41 * 2**20), "too large"),
        (zipped({str(number): b"" for number in range(600)}), "cannot be read"),
        (zipped(parts | {"xl/workbook.xml": entity}), "cannot be read"),
        (zipped(parts | {sheet: far}), "cannot be read"),
        (zipped(parts | {sheet: b"<no"}), "cannot be read"),
        (zipped(parts | {sheet: wide}), "too large"),
        (damaged(zipped({"a.xml": b"<a>" + bytes(range(256)) * 40})), "cannot be read"),
        (zipped(parts | {"xl/worksheets/strings.png": texts}), "too large"),
    ):
        with pytest.raises(FileRefused, match=told):
            list(rows_below_headings(bomb, look(bomb)))


AMOUNTS = {
    "$5.00": 500, "12,00": 1200, "10,5": 1050, "1.234,50 €": 123450, "1,234.50": 123450, "7": 700,
    "1 234,5": 123450, "EUR 3.5": 350, "0,125": 13, "1.234.567": 123456700, "1'234.50": 123450,
}  # fmt: skip


def test_amounts_are_read_in_any_writing_and_never_guessed():
    for text, cents in AMOUNTS.items():
        assert amount(text, "EUR") == cents, text
    for text in ("1,234", "1.234", "abc", "", "-5", "1.2.3", "12,34,56", "5 per box", "1,23.4.5"):
        with pytest.raises(Unfit):
            amount(text, "EUR")
    assert amount("1234", "JPY") == 1234


def test_dates_are_read_as_the_file_writes_them():
    for text, day_first, wanted in (
        ("2026-03-01", True, datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01 09:30:00 +0200", True, datetime(2026, 3, 1, 7, 30, tzinfo=UTC)),
        ("03/04/26", True, datetime(2026, 4, 3, tzinfo=UTC)),
        ("03/04/26", False, datetime(2026, 3, 4, tzinfo=UTC)),
        ("3.4.2026 18:05", False, datetime(2026, 4, 3, 18, 5, tzinfo=UTC)),
        ("3/4/2026 6:05 PM", False, datetime(2026, 3, 4, 18, 5, tzinfo=UTC)),
    ):
        assert when(text, day_first=day_first, zone=UTC) == wanted, text
    for text in ("03/24/24", "not-a-date", "32.1.2026", "2026-13-01", "1.1.1800", "46000"):
        with pytest.raises(Unfit):
            when(text, day_first=True, zone=UTC)


def test_countries_and_answers_have_many_names():
    names = {"Deutschland": "DE", "United States": "US", "France": "FR", "us": "US", "UK": "GB"}
    assert {text: country_of(text) for text in names if text != "UK"} == {
        text: code for text, code in names.items() if text != "UK"
    }
    with pytest.raises(Unfit):
        country_of("Atlantide")
    assert [yes_or_no(text) for text in ("Yes", "true", "1", "Nein", "0", "")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


STARTING = ("=1+1", "+49151", "-5", "@SUM(A1)", "\t=1", "＝1", "'=1", "''+1", "it's", "'quoted'")


def test_no_cell_that_is_written_starts_a_formula_and_all_come_back():
    for text in STARTING:
        assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝")), text
        assert cell_of(safe(text)) == (text, ""), text
    content = b"".join(lines_of([["A", "B"], ["=1+1", 'a,"b"\n=2']]))
    assert content.startswith(b"\xef\xbb\xbfA,B\r\n'=1+1,")
    assert read(content) == (["A", "B"], [["=1+1", 'a,"b"\n=2']])


def test_where_cells_are_split_at_semicolons_none_starts_a_formula_either():
    hidden = ("x;=1+1;y", 'x;"=1', "x; '=1", "x\n=1", "x\t+1", ";-) ;'-)", "a;＝1")
    for text in hidden:
        written = b"".join(lines_of([["A"], ["n", text]])).decode()
        cells = re.split(r"[;\t\r\n]", written.removeprefix("\ufeff"))
        assert not any(cell.lstrip(' "').startswith(("=", "+", "-", "＝")) for cell in cells), text
        assert cell_of(safe(text)) == (text, ""), text
    written = workbooks.written([["A", "B"], ["=1+1", 5]], "Stock").read()
    sheet = openpyxl.load_workbook(io.BytesIO(written)).active
    assert [(cell.value, cell.data_type) for cell in sheet[2]] == [("=1+1", "s"), (5, "n")]
    assert read(written) == (["A", "B"], [["=1+1", "5"]])
