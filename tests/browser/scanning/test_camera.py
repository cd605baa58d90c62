"""The camera instead of a scanner: one tap, one code, and a sentence where there is none."""

import base64
import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.browser.people import BOUNCE_MS
from tests.browser.test_floor import received
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RECEIVE = "/warehouse/receive/"
GTIN = "4006381333931"
# Browsers without a window have no camera: this lens sees one picture.
LENS = """
navigator.mediaDevices.enumerateDevices = async () => [{kind: "videoinput"}];
navigator.mediaDevices.getUserMedia = async () => {
  if (!"%(picture)s") throw new DOMException("", "NotAllowedError");
  const [picture, canvas] = [new Image(), document.createElement("canvas")];
  picture.src = "data:image/png;base64,%(picture)s";
  await picture.decode();
  Object.assign(canvas, {width: picture.width, height: picture.height});
  const draw = () => canvas.getContext("2d").drawImage(picture, 0, 0);
  setInterval(draw, 50);
  draw();
  window.streams = [...window.streams || [], canvas.captureStream()];
  return window.streams.at(-1);
};
"""


def picture_of(aimed_at, beside):
    """A label in the middle and another one at the edge, as PNG in base64."""
    seen = Image.new("L", (800, 600), 200)
    for code, place in ((aimed_at, (230, 220)), (beside, (230, 20))):
        bars = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.EAN13).to_image(scale=3)
        seen.paste(Image.fromarray(bars), place)
    file = io.BytesIO()
    seen.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


@pytest.fixture
def receiving(phone, pat, lamp, dock):
    """Opens Pat's phone on the receiving screen; its camera sees this, or may not be used."""

    def of(picture):
        device = phone(pat)
        device.context.add_init_script(LENS % {"picture": picture})
        device.page.goto(f"{RECEIVE}?location={dock.pk}")
        return device

    return of


def test_a_tap_reads_the_code_that_is_aimed_at_and_closes(receiving):
    device = receiving(picture_of(GTIN, "5901234123457"))
    camera = device.page.get_by_role("button", name="Camera")

    camera.click()
    device.answered("Received 1 × Brass lamp into DOCK")
    expect(device.page.get_by_role("dialog", name="Camera")).to_have_count(0)
    assert device.page.evaluate("window.streams.every(stream => !stream.active)")
    device.page.wait_for_timeout(BOUNCE_MS)  # nobody aims again faster
    camera.click()

    wait_until(lambda: received() == [("LAMP", 1), ("LAMP", 1)])


def test_who_may_not_use_it_is_told_so_and_scans_on(receiving):
    device = receiving("")

    device.page.get_by_role("button", name="Camera").click()

    device.answered("This page may not use the camera. Allow it in the browser's settings.")
    device.scan("LAMP")
    device.answered("Received 1 × Brass lamp into DOCK")
