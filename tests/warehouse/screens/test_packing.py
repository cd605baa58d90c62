"""The packing bench: scan a tote, scan every unit, close the box, print, ready."""

import io
from uuid import uuid4

import pytest
from pypdf import PdfReader

from fulfillment.demo.peers import Fault
from fulfillment.demo.peers.carrier import DRAWN
from orders.carriers import CARRIERS
from orders.lifecycle.holds import hold_order
from orders.models import Package, PackageLine, Shipment
from tests.support.cast import make_order, put_stock
from tests.support.stages import LAMP_CODE, packed_shipment, picked_shipment, ready_shipment
from tests.warehouse.walking import scan
from warehouse.floor.picking import report_short
from warehouse.models import PickList
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

PACK = "/warehouse/pack/"


def bench(shipment, button=""):
    return f"{PACK}{shipment.pk}/{button}"


def in_boxes(shipment):
    rows = PackageLine.objects.filter(package__shipment=shipment)
    return list(rows.order_by("package__number").values_list("package__number", "quantity"))


def state(shipment):
    return Shipment.objects.get(pk=shipment.pk).status


def text_of(answer):
    assert answer["Content-Type"] == "application/pdf"
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def test_the_whole_bench_by_scanner(house, pia):
    shipment = picked_shipment(house, {"LAMP": 2, "SHADE": 1}, is_gift=True, note="Ring twice")

    listed = pia.opens(PACK)
    assert f"Picked, ready to pack {shipment} Ada's Lamps · by" in listed.text
    screen = pia.sends(PACK, code="T-1")
    assert screen.url == bench(shipment)
    assert "Grace Hopper, Berlin Gift Customer’s note: Ring twice" in screen.text
    assert "Left: 2 Brass lamp LAMP 0 in box Left: 1 Linen shade SHADE 0 in box" in screen.text

    screen = pia.sends(screen.url, code=LAMP_CODE)
    assert (screen.kind, screen.says) == ("good", "In the box: 1 × Brass lamp")
    assert "Left: 1 Brass lamp LAMP 1 in box" in screen.text
    assert "Box full, start another" in screen.text
    pia.sends(screen.url, code="LAMP")
    screen = pia.sends(screen.url, code="SHADE")
    assert "Left: ✓ none Brass lamp LAMP 2 in box" in screen.text
    assert "Close box" in screen.text
    assert "Scan each unit" not in screen.text

    screen = pia.sends(bench(shipment, "close/"), weight_grams=740)
    box = Package.objects.get(shipment=shipment)
    assert (screen.url, screen.says) == (bench(shipment), f"Box {box} closed.")
    assert (state(shipment), box.weight_grams) == ("packed", 740)

    screen = pia.sends(bench(shipment, "labels/"))
    box.refresh_from_db()
    assert screen.says == "Labels made: 1."
    assert f"Box 1 of 1 {box.tracking_number} Slip" in screen.text
    screen = pia.sends(bench(shipment, "ready/"))
    assert screen.says == f"Shipment {shipment} is ready."
    assert "Place it for carrier collection." in screen.text
    assert state(shipment) == "ready"


def test_one_box_gets_one_label_in_each_language(house, pia):
    screen = bench(packed_shipment(house, {"LAMP": 1}))

    assert "Make label " in f"{pia.opens(screen).text} "
    pia.client.post("/warehouse/language/", {"language": "de", "next": PACK})
    assert "Etikett erstellen" in pia.opens(screen).text


def test_a_wrong_unit_is_refused_and_scanning_goes_on(house, pia):
    shipment = picked_shipment(house, {"LAMP": 1})

    screen = pia.sends(bench(shipment), code="MUG")

    assert (screen.status, screen.kind) == (409, "alarm")
    assert screen.says == "You scanned MUG Blue mug. Expected: 1 × LAMP Brass lamp."
    assert in_boxes(shipment) == []
    assert not Package.objects.exists(), "a refused scan opens no box"
    assert pia.sends(bench(shipment), code="LAMP").says == "In the box: 1 × Brass lamp"


def test_one_unit_too_many_is_refused(house, pia):
    shipment = picked_shipment(house, {"LAMP": 1})
    pia.sends(bench(shipment), code="LAMP")

    screen = pia.sends(bench(shipment), code="LAMP")

    assert screen.status == 409
    assert screen.says == (
        "You scanned LAMP: all of it is in the box. Expected: no more units, close the box."
    )
    assert [units for _, units in in_boxes(shipment)] == [1]


def test_a_scan_sent_twice_is_packed_once(house, pia):
    shipment = picked_shipment(house, {"LAMP": 2})
    pair = {"client_id": uuid4(), "sequence": 1}

    first = pia.sends(bench(shipment), code="LAMP", **pair)
    again = pia.sends(bench(shipment), code="LAMP", **pair)

    assert first.says == again.says == "In the box: 1 × Brass lamp"
    assert [units for _, units in in_boxes(shipment)] == [1]


def test_what_does_not_fit_goes_into_another_box(house, pia):
    shipment = picked_shipment(house, {"LAMP": 2})

    pia.sends(bench(shipment), code="LAMP")
    screen = pia.sends(bench(shipment, "close/"), weight_grams="")
    assert "Left: 1 Brass lamp LAMP 0 in box" in screen.text
    pia.sends(bench(shipment), code="LAMP")
    screen = pia.sends(bench(shipment, "close/"), weight_grams="")

    assert in_boxes(shipment) == [(f"{shipment}/1", 1), (f"{shipment}/2", 1)]
    assert "Box 1 of 2" in screen.text
    assert "Box 2 of 2" in screen.text
    assert "Make labels" in screen.text


def test_a_box_is_emptied_to_start_over(house, pia):
    shipment = picked_shipment(house, {"LAMP": 1})
    pia.sends(bench(shipment), code="LAMP")

    screen = pia.sends(bench(shipment, "empty/"))

    assert screen.says == f"Box {shipment}/1 emptied."
    assert "Left: 1 Brass lamp LAMP 0 in box" in screen.text
    assert in_boxes(shipment) == []


def test_one_unit_comes_out_of_the_box(house, pia):
    shipment = picked_shipment(house, {"LAMP": 2, "SHADE": 1})
    pia.sends(bench(shipment), code="LAMP", quantity=2)
    lamp = shipment.lines.get(line__product__sku="LAMP")
    out = bench(shipment, f"take-out/{lamp.pk}/")

    assert pia.sends(out).says == "Taken out: 1 × LAMP Brass lamp"
    screen = pia.sends(out)
    assert "Left: 2 Brass lamp LAMP 0 in box" in screen.text
    assert in_boxes(shipment) == []
    screen = pia.sends(out)
    assert (screen.status, screen.says) == (
        409,
        f"Nothing of LAMP Brass lamp is in box {shipment}/1.",
    )

    pia.sends(bench(shipment), code="LAMP", quantity=2)
    assert in_boxes(shipment) == [(f"{shipment}/1", 2)]


def test_no_box_is_open_yet(house, pia):
    shipment = picked_shipment(house, {"LAMP": 1})

    screen = pia.sends(bench(shipment, "close/"))

    assert screen.status == 409
    assert screen.says == f"Shipment {shipment} has no open box: scan a unit first."


@pytest.mark.parametrize("weight", ["0", "-1", "1000001", "heavy"])
def test_a_senseless_weight_closes_nothing(house, pia, weight):
    shipment = picked_shipment(house, {"LAMP": 1})
    pia.sends(bench(shipment), code="LAMP")

    screen = pia.sends(bench(shipment, "close/"), weight_grams=weight)

    assert screen.status == 409
    assert screen.says.startswith("Weight in grams: ")
    assert Package.objects.get().status == "packing"


def test_a_held_order_does_not_become_ready(house, pia):
    shipment = packed_shipment(house, {"LAMP": 1})
    pia.sends(bench(shipment, "labels/"))
    hold_order(shipment.order, reason="seller", actor=house.ada.owner)

    screen = pia.sends(bench(shipment, "ready/"))

    assert screen.status == 409
    assert screen.says == (
        f"Order {shipment.order} is on hold (Requested by seller): "
        "set it aside until the hold is released."
    )
    assert state(shipment) == "packed"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (
            "NONSENSE",
            "You scanned NONSENSE. Expected: a tote or shipment to pack.",
        ),
        ("READY", "Shipment {} is ready: it is not at packing."),
    ],
)
def test_only_what_waits_here_is_opened(house, pia, code, says):
    shipment = ready_shipment(house, {"LAMP": 1})

    screen = pia.sends(PACK, code=shipment.number if code == "READY" else code)

    assert (screen.status, screen.url) == (409, PACK)
    assert screen.says == says.format(shipment)


def test_slip_and_label_are_printed(house, pia):
    shipment = packed_shipment(house, {"LAMP": 2})
    pia.sends(bench(shipment, "labels/"))
    box = Package.objects.get()

    slip = pia.client.get(f"/warehouse/boxes/{box.pk}/slip.pdf")
    label = pia.client.get(f"/warehouse/boxes/{box.pk}/label.pdf")

    assert "Title of LAMP" in text_of(slip)
    assert box.tracking_number[-4:] in text_of(label)
    assert slip["Content-Disposition"] == f'inline; filename="slip-{box.pk}.pdf"'


@pytest.fixture
def bench_peer(carrier_peer, monkeypatch):
    """A foreign carrier in the place of the one that the bench asks."""
    monkeypatch.setitem(CARRIERS, "own", CARRIERS["peer"])
    return carrier_peer


def test_a_carrier_that_refuses_is_named_with_the_box(house, pia, bench_peer):
    shipment = packed_shipment(house, {"LAMP": 1})
    bench_peer.behaviour = lambda made: Fault(422, "postcode unknown")
    press = {"client_id": uuid4(), "sequence": 1}

    screen = pia.sends(bench(shipment, "labels/"), **press)

    assert (screen.status, screen.kind) == (409, "alarm")
    assert screen.says == (
        f"Box {shipment}/1 has no label from Peer Express: it refused: postcode unknown."
    )
    assert Package.objects.get().status == "packed"
    bench_peer.behaviour = None
    again = pia.sends(bench(shipment, "labels/"), **press)
    assert (again.status, again.says, bench_peer.attempts) == (409, screen.says, 1)
    assert pia.sends(bench(shipment, "labels/")).says == "Labels made: 1."


def test_the_label_of_a_foreign_carrier_is_printed_as_it_came(house, pia, bench_peer):
    shipment = packed_shipment(house, {"LAMP": 1})
    press = {"client_id": uuid4(), "sequence": 1}

    first, again = (pia.sends(bench(shipment, "labels/"), **press) for _ in range(2))
    box = Package.objects.get()
    printed = pia.client.get(f"/warehouse/boxes/{box.pk}/label.pdf")

    assert first.says == again.says == "Labels made: 1."
    assert bench_peer.attempts == 1
    assert (printed.content, printed["Content-Type"]) == (DRAWN, "application/pdf")
    assert printed["Content-Disposition"] == f'inline; filename="label-{box.pk}.pdf"'


def test_a_label_that_was_not_made_cannot_be_printed(house, pia):
    box = packed_shipment(house, {"LAMP": 1}).packages.get()

    answer = pia.client.get(f"/warehouse/boxes/{box.pk}/label.pdf")

    assert answer.status_code == 409
    assert f"Box {box} has no label yet: close it and label it first." in answer.content.decode()


def test_the_packer_sees_name_and_town_only(house, pia):
    shipment = picked_shipment(house, {"LAMP": 1})
    screen = pia.opens(bench(shipment))

    assert "Grace Hopper, Berlin" in screen.text
    for secret in ("grace@example.com", "+4915112345678", "Unter den Linden", "10117"):
        assert secret not in screen.html


def test_text_of_others_is_shown_as_text(house, pia):
    attack = "<script>alert(1)</script><b hx-get=/x>"
    shipment = picked_shipment(house, {"LAMP": 1}, customer_name=attack, note=attack)

    screen = pia.opens(bench(shipment))

    assert attack not in screen.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in screen.html


def test_the_lead_puts_everything_back(house, pia, lea):
    shipment = packed_shipment(house, {"LAMP": 2})

    assert "Do not ship?" not in pia.opens(bench(shipment)).text
    assert pia.sends(bench(shipment, "put-back/")).status == 403
    assert "Put everything back" in lea.opens(bench(shipment)).text
    screen = lea.sends(bench(shipment, "put-back/"))

    assert screen.says == (f"Shipment {shipment} is cancelled. Put back: 2 × Brass lamp to A-01-1.")
    assert state(shipment) == "cancelled"
    assert Package.objects.get().status == "cancelled"


def test_a_held_shipment_is_set_aside(house, pia):
    shipment = picked_shipment(house, {"LAMP": 1})
    hold_order(shipment.order, reason="seller", detail="Call first", actor=None)
    held = "is on hold (Requested by seller: Call first): set it aside until"

    at_bench = pia.sends(PACK, code="T-1")
    at_home = pia.sends("/warehouse/", code="T-1")
    opened = pia.opens(bench(shipment))

    assert (at_bench.status, at_home.status) == (409, 409)
    assert at_bench.says == f"Order {shipment.order} {held} the hold is released."
    assert at_home.says == f"Shipment {shipment} {held} it is released."
    assert "On hold: Requested by seller: Call first. Set it aside." in opened.text
    assert "On hold · Ada's Lamps" in pia.opens(PACK).text


def test_a_held_parcel_is_not_put_on_the_list(house, pia):
    shipment = ready_shipment(house, {"LAMP": 1})
    hold_order(shipment.order, reason="seller", actor=None)

    screen = pia.sends("/warehouse/dispatch/", code=shipment.packages.get().tracking_number)

    assert screen.says == (
        f"Order {shipment.order} is on hold (Requested by seller): "
        "set it aside until the hold is released."
    )
    assert "Scanned 0 of 1" in screen.text


def test_the_packer_chooses_among_carriers_where_there_are_some(house, pia, carrier_peer):
    shipment = packed_shipment(house, {"LAMP": 1})
    page = pia.client.get(bench(shipment)).content.decode()
    assert '<option value="own" selected>Own couriers</option>' in page
    assert '<option value="peer">Peer Express</option>' in page

    refused = pia.sends(bench(shipment, "labels/"), carrier="nobody")
    assert refused.says == "There is no carrier “nobody”. Known: own, peer."
    assert pia.sends(bench(shipment, "labels/"), carrier="peer").says == "Labels made: 1."
    assert Package.objects.get().carrier == "peer"
    assert carrier_peer.attempts == 1


def test_who_has_one_carrier_chooses_none(house, pia):
    shipment = packed_shipment(house, {"LAMP": 1})
    assert 'name="carrier"' not in pia.client.get(bench(shipment)).content.decode()
    assert pia.sends(bench(shipment, "labels/")).says == "Labels made: 1."


@pytest.mark.parametrize("rule", ["together", "complete"])
def test_a_part_of_what_ships_together_waits_for_the_rest(house, pat, pia, lea, rule):
    order = make_order(house.ada, {"LAMP": 20, "SHADE": 1}, ships_as=rule)
    allocate_due()
    walk = PickList.objects.get(pk=pat.sends("/warehouse/pick/").url.split("/")[3])
    stop = walk.lines.get(stock__product__sku="LAMP")
    report_short(stop, found=18, reason="empty", actor=house.pat)
    scan(walk.lines.get(stock__product__sku="SHADE"), house.pat)
    shipment = order.shipments.get()
    assert "Waits for the rest · Ada's Lamps" in pia.opens(PACK).text
    assert "2 × Brass lamp lacks stock. Pack it, then set it aside." in (
        pia.opens(bench(shipment)).text
    )
    for _ in range(18):
        pia.sends(bench(shipment), code="LAMP")
    pia.sends(bench(shipment), code="SHADE")

    closed = pia.sends(bench(shipment, "close/"))
    refused = pia.sends(bench(shipment, "labels/"), without_rest="1")

    assert "Set it aside." in closed.text
    assert "Make label" not in closed.text
    assert refused.says == (
        f"Order {order} ships all together: set it aside, it waits for 2 × Brass lamp."
    )
    assert Package.objects.get().status == "packed"
    assert "Send without the rest?" in lea.opens(bench(shipment)).text
    if rule == "complete":
        assert lea.sends(bench(shipment, "labels/"), without_rest="1").says == "Labels made: 1."
        return
    put_stock(house.ada.products["LAMP"], 2)
    allocate_due()
    assert "Waits for the rest" not in pia.opens("/warehouse/label/").text
    assert pia.sends(bench(shipment, "labels/")).says == "Labels made: 1."
