"""The bench of returns: a grade is a scan or a tap, a photo is drawn anew, another unit waits."""

import re
from html import unescape
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from orders.models import Discrepancy, ProblemPhoto, ReturnLine
from orders.returns.handling import approve_return, request_return
from tests.support.cast import make_user
from tests.support.stages import LAMP_CODE, delivered_order, open_house
from tests.warehouse.screens.floor import Worker, minute_after
from warehouse.models import ReturnedSerial
from warehouse.returns.inspection import receive_return

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]

RETURNS = "/warehouse/returns/"
EXIF_TEXT = b"52.5200 N"


@pytest.fixture
def house(once):
    yield from minute_after(once, open_house)


@pytest.fixture
def pat(house):
    return Worker(house.pat)


@pytest.fixture
def line(house):
    """Two lamps came back."""
    order = delivered_order(house, {"LAMP": 2})
    units = {row.pk: row.ordered for row in order.lines.all()}
    back = request_return(order, units=units, reason="too_large")
    back = approve_return(back, actor=house.ada.owner)
    part = back.lines.get()
    receive_return(back, received={part.pk: 2}, actor=house.pat)
    return part


def bench(line):
    return f"{RETURNS}{line.order_return_id}/"


def links(screen):
    return [unescape(link) for link in re.findall(r'href="(\?[^"]+)"', screen.html)]


def seen():
    row = ReturnLine.objects.get()
    fates = row.restocked, row.refurbished, row.written_off
    return fates, (row.grade_a, row.grade_b, row.grade_c)


def picture():
    """A photo of a phone, which says where it was taken."""
    out, exif = BytesIO(), Image.Exif()
    exif[0x010E] = EXIF_TEXT.decode()
    Image.new("RGB", (2000, 1500), "red").save(out, "JPEG", exif=exif)
    assert EXIF_TEXT in out.getvalue()
    out.write(bytes(4 * 2**20))  # as much as a camera's has, and more than a form may
    return SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")


def test_without_a_grade_nothing_is_asked_more(pat, line):
    pat.sends(bench(line), code=LAMP_CODE)
    screen = pat.sends(bench(line), code="B-01-1", line=line.pk, scanned=LAMP_CODE, counted=1)

    assert screen.says == "1 × Brass lamp into B-01-1"
    assert seen() == ((1, 0, 0), (1, 0, 0))


def test_a_grade_is_one_tap_or_one_command(pat, line):
    screen = pat.sends(bench(line), code=LAMP_CODE)
    assert "A As new B Used C Damaged" in screen.text
    assert [f'data-command="{code}"' in screen.html for code in ("a", "b", "c", "off")] == [
        True
    ] * 4

    used = pat.opens(f"{bench(line)}?line={line.pk}&scanned={LAMP_CODE}&counted=1&left=2&grade=b")
    assert "B, used: clean it and pack it anew. Then scan the location." in used.text
    assert "1 of 2 scanned" in used.text
    assert used.html.count('name="grade" value="b"') == 3, "to restock, to write off, for a photo"

    given = {"line": line.pk, "scanned": LAMP_CODE, "counted": 1, "grade": "b"}
    screen = pat.sends(bench(line), code="B-01-1", **given)
    assert screen.says == "1 × Brass lamp into B-01-1"
    assert "0 restocked, 1 restocked as used, 0 written off" in screen.text
    assert seen() == ((0, 1, 0), (0, 1, 0))


def test_damaged_units_are_written_off(pat, line):
    address = f"{bench(line)}?line={line.pk}&scanned={LAMP_CODE}&counted=2&grade=c"
    assert "C, damaged: write it off. Units" in pat.opens(address).text

    given = {"line": line.pk, "scanned": LAMP_CODE, "counted": 2, "grade": "c"}
    screen = pat.sends(bench(line), code="B-01-1", **given)
    assert screen.kind == "alarm"
    assert "is graded C, damaged: write it off, or grade it anew." in screen.text
    assert 'name="grade" value="c"' in screen.html, "what is in hand stays there"

    screen = pat.sends(f"{bench(line)}write-off/", line=line.pk, quantity=2, grade="c")
    assert screen.says == "Written off: 2 × Brass lamp"
    assert seen() == ((0, 0, 2), (0, 0, 2))

    screen = pat.sends(f"{bench(line)}undo/", line=line.pk)
    assert screen.says.startswith("Undone: 2 × ")
    assert seen() == ((0, 0, 0), (0, 0, 0))


@pytest.mark.parametrize("counted", ["9" * 5000, "-1", "²", "x", ""])
def test_an_address_with_no_number_of_units_has_none_in_hand(pat, line, counted):
    address = f"{bench(line)}?" + urlencode({"line": line.pk, "scanned": "x", "counted": counted})

    assert "Scan the product" in pat.opens(address).text


def test_a_photo_is_drawn_anew_and_units_stay_in_hand(pat, line):
    given = {"line": line.pk, "scanned": LAMP_CODE, "counted": 1, "left": 2, "grade": "c"}

    screen = pat.sends(f"{bench(line)}photo/", photo=picture(), **given)

    assert screen.says == "Photo kept with Brass lamp."
    assert "1 of 2 scanned" in screen.text
    assert 'name="grade" value="c"' in screen.html
    row = ProblemPhoto.objects.get()
    assert (row.return_line, row.width, row.height) == (line, 800, 600)
    assert EXIF_TEXT not in bytes(row.image)
    with Image.open(BytesIO(bytes(row.image))) as drawn:
        assert (drawn.format, dict(drawn.getexif())) == ("WEBP", {})

    screen = pat.sends(f"{bench(line)}undo/", line=line.pk, photo=row.pk)
    assert screen.says == "Photo removed from Brass lamp."
    assert not ProblemPhoto.objects.exists()


def test_what_is_no_photo_is_refused(pat, line):
    given = {"line": line.pk, "scanned": LAMP_CODE, "counted": 1}
    page = SimpleUploadedFile("photo.jpg", b"<svg onload=alert(1)>", "image/jpeg")

    screen = pat.sends(f"{bench(line)}photo/", photo=page, **given)

    assert screen.kind == "alarm"
    assert "a photo is a PNG, JPEG or WebP picture of at most 5 MB" in screen.text
    assert not ProblemPhoto.objects.exists()


def test_a_serial_number_that_was_never_sent_waits_for_the_seller(pat, line):
    line.line.product.is_serial_tracked = True
    line.line.product.save(update_fields=["is_serial_tracked"])
    given = {"line": line.pk, "scanned": LAMP_CODE, "counted": 1}
    pat.sends(bench(line), code="SN-9", looked_at="SN-9", **given)

    screen = pat.sends(f"{bench(line)}swapped/", line=line.pk, code="SN-9", quantity=1)

    assert "The seller decides." in screen.says
    row = Discrepancy.objects.get()
    assert (row.kind, row.code, row.quantity) == ("swapped", "SN-9", 1)
    assert ReturnLine.objects.get().received == 1
    assert not ReturnedSerial.objects.exists(), "it is no number of a unit of this line"
    assert "1 × Title of LAMP Not the unit that was sent The seller decides" in screen.text


def test_a_worn_unit_is_set_aside_for_the_seller(pat, line):
    given = {"line": line.pk, "scanned": LAMP_CODE, "counted": 1}
    assert "Not as agreed" not in pat.opens(f"{bench(line)}?line={line.pk}&grade=a").text
    assert "Not as agreed" in pat.opens(f"{bench(line)}?line={line.pk}&grade=b").text

    screen = pat.sends(f"{bench(line)}write-off/", quantity=1, worn="on", grade="c", **given)

    assert "The seller decides." in screen.says
    assert (Discrepancy.objects.get().kind, ReturnLine.objects.get().received) == ("worn", 1)
    assert "Used or damaged The seller decides" in screen.text


def test_what_was_decided_is_not_in_hand_again_by_its_address(pat, line):
    shown = pat.sends(bench(line), code=LAMP_CODE)
    [address] = [link for link in links(shown) if "grade=b" in link]
    assert "1 of 2 scanned" in pat.opens(bench(line) + address).text
    given = {"line": line.pk, "scanned": LAMP_CODE, "counted": 1, "grade": "b"}
    pat.sends(bench(line), code="B-01-1", **given)

    again = pat.opens(bench(line) + address)

    assert "scanned" not in again.text, "a reload, or a step back: the other unit is in the parcel"
    assert 'name="counted" value="0"' in again.html


def test_what_was_set_aside_is_not_in_hand_again_by_its_address(pat, line):
    """It is inspected by nobody, so that number stays as it was."""
    shown = pat.sends(bench(line), code=LAMP_CODE)
    [address] = [link for link in links(shown) if "grade=b" in link]
    given = {"line": line.pk, "scanned": LAMP_CODE, "counted": 1, "grade": "b"}
    pat.sends(f"{bench(line)}write-off/", quantity=1, worn="on", **given)

    again = pat.opens(bench(line) + address)

    assert "scanned" not in again.text
    assert 'name="counted" value="0"' in again.html


@pytest.mark.parametrize("counted", ["9" * 5000, "-1", "²", "1e3"])
def test_no_address_counts_what_is_no_number(pat, line, counted):
    shown = pat.opens(f"{bench(line)}?line={line.pk}&scanned={LAMP_CODE}&counted={counted}")

    assert "scanned" not in shown.text


def test_two_who_undo_at_once_undo_one_decision(pat, house, line):
    pete = Worker(make_user("pete@example.com", "Pete", "picker", warehouse=house.warehouse))
    for _ in range(2):
        given = {"line": line.pk, "scanned": LAMP_CODE, "counted": 1}
        pat.sends(bench(line), code="B-01-1", **given)
    assert 'name="inspected" value="2"' in pat.opens(bench(line)).html

    for worker in (pat, pete):
        said = worker.sends(f"{bench(line)}undo/", line=line.pk, inspected=2)

    assert "units of it were decided about since. Look again." in said.text
    assert seen() == ((1, 0, 0), (1, 0, 0))
