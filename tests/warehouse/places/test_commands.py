"""The sheet of command barcodes, and what an unknown code on the home screen looks like."""

import pytest

from tests.warehouse.places.test_labels import FILE, LABELS, of_zpl, read
from warehouse.models import Scan
from warehouse.scanning.commands import COMMANDS
from warehouse.scanning.looks import looks_of

pytestmark = pytest.mark.django_db

HOME = "/warehouse/"


def test_the_sheet_of_commands_is_read_back(house, lea):
    page = lea.opens(f"{LABELS}?what=commands").text
    answer = lea.client.get(f"{FILE}?what=commands&format=zpl")

    found = [read(*picture) for picture in of_zpl(answer.content)]
    assert found == [[("Code128", command.code)] for command in COMMANDS]
    assert "DO-UNDO Undo the last step" in page


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("T-999", "looks like a tote, and there is none with this number"),
        ("A-77-01-3", "looks like a location, and there is none with this code"),
        ("IN-ABC123", "looks like an inbound, and none here has this number"),
        ("4006381333931", "is a GTIN, and no product here has it"),
        (
            "4006381333932",
            "was read wrongly: its last digit does not fit the others. Scan it again",
        ),
        (
            "003456789012345678945"[:20],
            "was read wrongly: its last digit does not fit the others. Scan it again",
        ),
        ("FB" + "1" * 24, "looks like a badge: nobody signs in with it here"),
        ("https://example.com/x", "is a web address: scan the code beside it"),
        ("DO-UNDO", "is a command: it presses a button, and this screen has none for it"),
        ("NONSENSE", ""),
        ("", ""),
    ],
)
def test_a_code_looks_like_something(code, words):
    assert looks_of(code) == words


def test_an_unknown_code_is_said_with_what_it_looks_like(house, pat):
    says = [pat.sends(HOME, code=code).says for code in ("T-999", "DO-PAUSE")]

    assert says == [
        "T-999 looks like a tote, and there is none with this number.",
        "DO-PAUSE is a command: it presses a button, and this screen has none for it.",
    ]
    assert list(Scan.objects.values_list("is_refused", flat=True)) == [True, True]
