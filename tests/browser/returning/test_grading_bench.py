"""A worker at the bench of returns, 360 by 640: scanner, command barcodes, and a photo."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
import time_machine
from PIL import Image

from orders.models import Discrepancy, PackageLine, ProblemPhoto, ReturnLine
from tests.browser.looking import PHONE, flaws
from tests.browser.people import BOUNCE_MS
from tests.browser.returning.scanned import open_parcel
from tests.browser.returning.test_arrivals import asked_back, sold
from warehouse.models import PackedSerial
from warehouse.returns.inspection import receive_return

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ARRIVED = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)  # 9:00 in Berlin


@pytest.fixture
def house(monday_house):
    return monday_house


@pytest.fixture
def back(house):
    """A lamp and a shade came back."""
    [order] = sold(house, {"LAMP": 1, "SHADE": 1})
    asked = asked_back(house, order, "LAMP", "SHADE")
    with time_machine.travel(ARRIVED, tick=False):
        units = {part.pk: 1 for part in asked.lines.all()}
        return receive_return(asked, received=units, actor=house.pat)


def picture():
    out = BytesIO()
    Image.new("RGB", (1200, 900), "sienna").save(out, "JPEG")
    return {"name": "scratch.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def counted(sku):
    row = ReturnLine.objects.get(line__sku=sku)
    fates = row.restocked, row.refurbished, row.written_off
    return fates, (row.grade_a, row.grade_b, row.grade_c)


def wait(pat):
    pat.page.wait_for_timeout(BOUNCE_MS)


def test_the_scanner_grades_and_ends_each_unit(house, back, person):
    pat = person(house.pat, width=PHONE[0], height=PHONE[1])
    open_parcel(pat, back.number)
    pat.sees("0 of 2 done")
    pat.scan("LAMP")
    pat.sees("1 of 1 scanned")
    pat.scan("DO-C")
    pat.sees("C, damaged: write it off.")
    pat.page.get_by_text("Photo", exact=True).click()
    pat.page.get_by_label("Photo of what is wrong").set_input_files(picture())
    assert flaws(pat.page) == []
    pat.press("Keep the photo")
    pat.sees("Photo kept with Brass lamp.")
    pat.sees("C, damaged: write it off.")
    assert flaws(pat.page) == []
    wait(pat)
    pat.scan("DO-OFF")
    pat.sees("Written off: 1 × Brass lamp")
    assert counted("LAMP") == ((0, 0, 1), (0, 0, 1))
    photo = ProblemPhoto.objects.get()
    assert (photo.return_line.line.sku, photo.width, photo.height) == ("LAMP", 800, 600)

    wait(pat)
    pat.scan("SHADE")
    pat.sees("1 of 1 scanned")
    pat.page.get_by_role("link", name="B Used").click()
    pat.sees("B, used: clean it and pack it anew.")
    pat.scan("A-01-1")
    pat.sees("1 × Linen shade into A-01-1")
    assert counted("SHADE") == ((0, 1, 0), (0, 1, 0))
    assert flaws(pat.page) == []


def test_another_serial_number_is_said_and_set_aside(house, back, person):
    lamp = back.lines.get(line__sku="LAMP").line.product
    lamp.is_serial_tracked = True
    lamp.save(update_fields=["is_serial_tracked"])
    boxed = PackageLine.objects.get(shipment_line__line__sku="LAMP")
    PackedSerial.objects.create(
        seller_id=boxed.seller_id, package_line=boxed, product=lamp, number="SN-0001"
    )
    pat = person(house.pat, width=PHONE[0], height=PHONE[1])
    open_parcel(pat, back.number)
    pat.sees("0 of 2 done")
    pat.scan("LAMP")
    pat.sees("Scan its serial number")
    pat.scan("SN-4711")
    pat.sees("This is not the unit that was sent:")
    assert flaws(pat.page) == []
    pat.press("Set it aside: the seller decides")
    pat.sees(f"Set aside with {back} on it: 1 ×")
    row = Discrepancy.objects.get()
    assert (row.kind, row.code, row.quantity) == ("swapped", "SN-4711", 1)
    assert flaws(pat.page) == []
