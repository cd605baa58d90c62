"""The screens of announced goods: opened by their number, received by scans, closed knowingly."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from orders.models import Barcode, Event, User
from tests.support.cast import make_inbound, make_product
from warehouse.inbound.announcing import cancel_inbound
from warehouse.models import Inbound, InboundDamage, Location, Stock, StockMovement

pytestmark = pytest.mark.django_db

LIST = "/warehouse/inbound/"
LAMP_CASE = "14006381333938"


@pytest.fixture
def inbound(house):
    """Ada announces 12 lamps, which come in cases of 6, and 3 shades."""
    lamp = house.ada.products["LAMP"]
    Barcode.objects.create(seller=house.ada.seller, product=lamp, code=LAMP_CASE, units=6)
    return make_inbound(house.ada, {"LAMP": 12, "SHADE": 3})


def url_of(inbound, step=""):
    return f"{LIST}{inbound.pk}/{step}"


def jpeg(width, height):
    out = BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "JPEG")
    return out.getvalue()


def counted(inbound):
    """{SKU: (announced, received, damaged)}."""
    rows = inbound.lines.values_list("product__sku", "announced", "received", "damaged")
    return {sku: tuple(units) for sku, *units in rows}


def in_dock(sku):
    return sum(Stock.objects.filter(product__sku=sku, location__code="DOCK").values_list(
        "on_hand", flat=True
    ))  # fmt: skip


@pytest.mark.parametrize("by", ["number", "reference"])
@pytest.mark.parametrize("door", [LIST, "/warehouse/"])
def test_its_code_opens_it(house, pat, inbound, by, door):
    screen = pat.sends(door, code=getattr(inbound, by))

    assert screen.url == url_of(inbound)
    assert "0 of 15 units" in screen.text
    assert "Into DOCK" in screen.text, "the only dock of the house is proposed"


def test_the_list_says_what_comes(house, pat, inbound):
    screen = pat.opens(LIST)

    assert f"PO 77 Ada's Lamps · {inbound} · 15 units, 2 products, Tue 24 Nov" in screen.text
    assert "Inbound 1 announced" in pat.opens("/warehouse/").text


def test_an_unknown_number_opens_nothing(house, pat, inbound):
    screen = pat.sends(LIST, code="IN-NOTHING")

    says = "You scanned IN-NOTHING. Expected: the number of an inbound of this warehouse."
    assert (screen.status, screen.says) == (409, says)


def test_scans_count_units_and_cases_live(house, pat, inbound):
    one = pat.sends(url_of(inbound), code="LAMP")
    case = pat.sends(url_of(inbound), code=LAMP_CASE)
    three = pat.sends(url_of(inbound), code="SHADE", quantity=3)

    assert one.says == "1 × Brass lamp: 1 of 12"
    assert case.says == "6 × Brass lamp: 7 of 12"
    assert three.says == "3 × Linen shade: 3 of 3"
    assert "10 of 15 units" in three.text
    assert counted(inbound) == {"LAMP": (12, 7, 0), "SHADE": (3, 3, 0)}
    assert (in_dock("LAMP"), in_dock("SHADE")) == (7, 3)
    assert Inbound.objects.get().status == "receiving"
    moved = StockMovement.objects.filter(location__code="DOCK", reason="received")
    lines = inbound.lines.values_list("pk", flat=True)
    assert set(moved.values_list("subject_id", flat=True)) == set(lines)


def test_another_location_is_kept_for_the_next_scans(house, pat, inbound):
    first = pat.sends(url_of(inbound), code="B-01-1")
    place = Location.objects.get(code="B-01-1")
    pat.sends(url_of(inbound), code="SHADE", location=place.pk)

    assert first.says == "Location B-01-1"
    assert "Into B-01-1" in first.text
    assert Stock.objects.filter(location=place, product__sku="SHADE").get().on_hand == 1


def test_with_two_docks_a_worker_says_which(house, pat, inbound):
    Location.objects.create(warehouse=house.warehouse, code="DOCK-2", kind="dock")

    refused = pat.sends(url_of(inbound), code="LAMP")
    pat.sends(url_of(inbound), code="DOCK-2")

    says = "You scanned LAMP. Expected: a dock, a bin or a shelf first."
    assert (refused.status, refused.says) == (409, says)
    assert counted(inbound)["LAMP"] == (12, 0, 0)


def test_what_was_not_announced_is_received_and_said(house, pat, inbound):
    make_product(house.ada, "VASE", "Glass vase")

    vase = pat.sends(url_of(inbound), code="VASE")
    over = pat.sends(url_of(inbound), code="SHADE", quantity=5)

    assert vase.says == "1 × Glass vase: 1, not announced"
    assert over.says == "5 × Linen shade: 5 of 3, 2 more than announced"
    assert counted(inbound) == {"LAMP": (12, 0, 0), "SHADE": (3, 5, 0), "VASE": (0, 1, 0)}


def test_goods_of_another_seller_do_not_belong_to_it(house, pat, inbound):
    screen = pat.sends(url_of(inbound), code="MUG")

    says = "You scanned MUG. Expected: a product of Ada's Lamps, or a location."
    assert (screen.status, screen.says) == (409, says)
    assert inbound.lines.count() == 2


def test_very_many_units_are_asked_back(house, pat, inbound):
    asked = pat.sends(url_of(inbound), code="LAMP", quantity=5000)
    booked = in_dock("LAMP")
    done = pat.sends(url_of(inbound), code="LAMP", quantity=5000, sure=5000)

    assert (asked.status, booked) == (409, 0)
    assert "Yes, receive 5000 units" in asked.text
    assert done.says == "5000 × Brass lamp: 5000 of 12, 4988 more than announced"


def test_the_last_receipt_is_undone_here_and_on_the_other_screen(house, pat, pia, inbound):
    pat.sends(url_of(inbound), code=LAMP_CASE)
    page = pat.sends(url_of(inbound), code="SHADE")
    [last] = re.findall(r'name="last" value="([^"]*)"', page.html)

    others = pia.sends(url_of(inbound, "undo/"), last=last)
    undone = pat.sends(url_of(inbound, "undo/"), last=last)
    blind = pat.opens("/warehouse/receive/")
    [receipt] = re.findall(r'name="receipt" value="([^"]*)"', blind.html)
    pat.sends("/warehouse/receive/undo/", receipt=receipt)

    assert (others.status, others.says) == (409, "Only your last receipt can be undone.")
    assert undone.says == "Undone: 1 × Linen shade into DOCK"
    assert counted(inbound) == {"LAMP": (12, 0, 0), "SHADE": (3, 0, 0)}
    assert (in_dock("LAMP"), in_dock("SHADE")) == (0, 0)


@pytest.mark.parametrize("how", ["receipt", "damage"])
def test_an_inbound_of_which_all_was_taken_back_is_as_announced(house, pat, inbound, how):
    if how == "receipt":
        page = pat.sends(url_of(inbound), code="LAMP")
        [last] = re.findall(r'name="last" value="([^"]*)"', page.html)
        pat.sends(url_of(inbound, "undo/"), last=last)
    if how == "damage":
        lamp = house.ada.products["LAMP"]
        pat.sends(url_of(inbound, "damaged/"), product=lamp.pk, units=2, reason="wet")
        damage = InboundDamage.objects.get()
        pat.sends(url_of(inbound, "undamaged/"), last=damage.pk)

    assert Inbound.objects.get().status == "announced"
    assert Event.objects.filter(kind="inbound.receiving_undone").count() == 1
    assert counted(inbound) == {"LAMP": (12, 0, 0), "SHADE": (3, 0, 0)}
    pat.sends(url_of(inbound), code="SHADE")
    assert Inbound.objects.get().status == "receiving"


def test_an_inbound_of_which_all_was_taken_back_can_be_cancelled(house, pat, inbound):
    page = pat.sends(url_of(inbound), code="LAMP")
    [last] = re.findall(r'name="last" value="([^"]*)"', page.html)
    pat.sends(url_of(inbound, "undo/"), last=last)

    assert cancel_inbound(inbound, actor=house.ada.owner).status == "cancelled"


def test_what_came_by_mistake_only_leaves_no_trace_in_the_inbound(house, pat, inbound):
    vase = make_product(house.ada, "VASE", "Glass vase")
    pat.sends(url_of(inbound), code="LAMP")
    page = pat.sends(url_of(inbound), code="VASE")
    [last] = re.findall(r'name="last" value="([^"]*)"', page.html)
    pat.sends(url_of(inbound, "damaged/"), product=vase.pk, units=1, reason="wet")

    pat.sends(url_of(inbound, "undo/"), last=last)
    with_damage = counted(inbound)
    pat.sends(url_of(inbound, "undamaged/"), last=InboundDamage.objects.get().pk)

    assert with_damage["VASE"] == (0, 0, 1)
    assert counted(inbound) == {"LAMP": (12, 1, 0), "SHADE": (3, 0, 0)}
    assert Inbound.objects.get().status == "receiving"


def test_damaged_units_are_noted_with_a_photo_and_stay_out_of_the_books(house, pat, pia, inbound):
    lamp = house.ada.products["LAMP"]
    chosen = pat.sends(url_of(inbound, "damaged/"), code="LAMP")
    photo = SimpleUploadedFile("a.jpg", jpeg(1600, 1200), content_type="image/jpeg")

    done = pat.sends(
        url_of(inbound, "damaged/"), product=lamp.pk, units=2, reason="wet", photo=photo
    )

    assert "What is wrong? This saves it." in chosen.text
    assert done.says == "Damaged: 2 × Brass lamp. 2 of 12."
    assert "2 of 15 units 2 damaged" in done.text
    assert counted(inbound)["LAMP"] == (12, 0, 2)
    assert in_dock("LAMP") == 0
    damage = InboundDamage.objects.get()
    assert (damage.units, damage.reason, damage.reported_by) == (2, "wet", house.pat)
    assert (damage.width, damage.height) == (800, 600)
    assert bytes(damage.image)[8:12] == b"WEBP", "drawn again"

    others = pia.sends(url_of(inbound, "undamaged/"), last=damage.pk)
    undone = pat.sends(url_of(inbound, "undamaged/"), last=damage.pk)
    assert (others.status, others.says) == (409, "Only your last report can be undone.")
    assert undone.says == "Undone: 2 × Brass lamp damaged"
    assert counted(inbound)["LAMP"] == (12, 0, 0)
    assert not InboundDamage.objects.exists()


@pytest.mark.parametrize("content", [b"no picture", b"<svg/>"])
def test_what_is_no_photo_is_refused_and_nothing_saved(house, pat, inbound, content):
    lamp = house.ada.products["LAMP"]
    photo = SimpleUploadedFile("a.jpg", content, content_type="image/jpeg")

    screen = pat.sends(
        url_of(inbound, "damaged/"), product=lamp.pk, units=2, reason="wet", photo=photo
    )

    assert screen.status == 409
    assert screen.says.startswith("Not saved: a photo is a PNG, JPEG or WebP picture")
    assert "What is wrong? This saves it." in screen.text, "the product is still chosen"
    assert re.search(r'name="units"[^>]* value="2"', screen.html)
    assert counted(inbound)["LAMP"] == (12, 0, 0)


def test_closing_says_what_differs_first(house, pat, inbound):
    lamp = house.ada.products["LAMP"]
    pat.sends(url_of(inbound), code="LAMP", quantity=9)
    pat.sends(url_of(inbound), code="SHADE", quantity=4)
    pat.sends(url_of(inbound, "damaged/"), product=lamp.pk, units=1, reason="broken")

    asked = pat.opens(url_of(inbound, "close/"))
    late = pat.sends(url_of(inbound, "close/"), came=13)
    still = Inbound.objects.get().status
    closed = pat.sends(url_of(inbound, "close/"), came=14)

    assert "This differs 14 of 15 units" in asked.text
    assert "Brass lamp LAMP 2 missing, 1 damaged" in asked.text
    assert "Linen shade SHADE 1 too many" in asked.text
    assert (late.status, late.says) == (
        409,
        "14 units have arrived by now, not 13: look again.",
    )
    assert still == "receiving"
    assert closed.says == f"Inbound {inbound} is closed: the seller sees what differs"
    row = Inbound.objects.get()
    assert (row.status, row.differs, row.settled_at) == ("closed", True, None)
    event = Event.objects.get(kind="inbound.closed")
    assert event.data["units"][str(lamp.pk)] == {"announced": 12, "received": 9, "damaged": 1}


def test_an_inbound_as_announced_is_closed_without_a_difference(house, pat, inbound):
    pat.sends(url_of(inbound), code="LAMP", quantity=12)
    pat.sends(url_of(inbound), code="SHADE", quantity=3)

    asked = pat.opens(url_of(inbound, "close/"))
    closed = pat.sends(url_of(inbound, "close/"), came=15)

    assert "All is here as announced" in asked.text
    assert closed.says == f"Inbound {inbound} is closed"
    assert Inbound.objects.get().differs is False


def test_nothing_is_received_after_closing(house, pat, inbound):
    page = pat.sends(url_of(inbound), code="LAMP", quantity=12)
    [last] = re.findall(r'name="last" value="([^"]*)"', page.html)
    pat.sends(url_of(inbound, "close/"), came=12)

    scanned = pat.sends(url_of(inbound), code="LAMP")
    undone = pat.sends(url_of(inbound, "undo/"), last=last)
    opened = pat.sends("/warehouse/", code=inbound.number)

    assert (scanned.status, scanned.says) == (409, f"{inbound} is closed.")
    assert (undone.status, undone.says) == (
        409,
        f"{inbound} is closed: adjust the books instead.",
    )
    assert opened.says == f"Inbound {inbound} is closed: nothing left to do here."
    assert counted(inbound)["LAMP"] == (12, 12, 0)


@pytest.mark.parametrize("step", ["", "damaged/"])
def test_what_became_of_it_is_said_in_the_language_of_the_worker(house, pat, inbound, step):
    cancel_inbound(inbound, actor=None)
    User.objects.filter(pk=house.pat.pk).update(language="es")

    assert "Cancelada" in pat.opens(url_of(inbound, step)).text


def test_nothing_is_closed_before_something_came(house, pat, inbound):
    screen = pat.sends(url_of(inbound, "close/"), came=0)

    says = f"Nothing of {inbound} was received yet: there is nothing to close."
    assert (screen.status, screen.says) == (409, says)
    assert Inbound.objects.get().status == "announced"
