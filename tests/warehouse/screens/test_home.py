"""The home screen: what waits, any code opens its task, and which warehouse it is about."""

import re

import pytest
from django.urls import reverse

from orders.access import Role
from orders.models import Member
from orders.returns.handling import approve_return, request_return
from tests.support.cast import make_order, make_product, make_seller, make_warehouse
from tests.support.stages import delivered_order, packed_shipment, picked_shipment, ready_shipment
from warehouse.models import Location, Stock
from warehouse.returns.inspection import receive_return
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

HOME, RECEIVE = "/warehouse/", "/warehouse/receive/"
ANYTHING = (
    "an order, a tote, a parcel, a location, a product, a return or an inbound of this warehouse"
)


def test_it_counts_what_waits(house, pat, pia):
    packed_shipment(house, {"LAMP": 1})
    ready_shipment(house, {"LAMP": 1})
    make_order(house.ada, {"LAMP": 1})
    allocate_due()

    picker, packer = pat.opens(HOME).text, pia.opens(HOME).text

    assert "Pick 1 to pick Inbound 0 announced Receive unannounced Returns 0 to inspect" in picker
    assert "Label" not in picker
    assert "Pack 0 to pack Label 1 to label Hand over 1 to hand over Inbound" in packer


def test_returns_to_inspect_are_not_those_expected(house, pat):
    for is_here in (True, False, False):
        order = delivered_order(house, {"LAMP": 1})
        [line] = request_return(order, units={order.lines.get().pk: 1}, reason="wrong").lines.all()
        coming = approve_return(line.order_return, actor=house.ada.owner)
        if is_here:
            receive_return(coming, received={line.pk: 1}, actor=house.pat)

    assert "Returns 1 to inspect, 2 expected" in pat.opens(HOME).text


@pytest.mark.parametrize("code", ["LAMP", "A-01-1", "MUG"])
@pytest.mark.parametrize("stage", [picked_shipment, packed_shipment])
def test_goods_read_twice_send_nobody_to_receive_them(house, pat, pia, stage, code):
    shipment = stage(house, {"LAMP": 1})
    worker, url = (pat, f"/warehouse/pick/{shipment.pick_lists.get().pk}/")
    if stage is packed_shipment:
        worker, url = pia, f"/warehouse/pack/{shipment.pk}/"
    form = re.search(r"<form[^>]*data-elsewhere.*?</form>", worker.opens(url).html, re.DOTALL)
    sent = dict(re.findall(r'name="(elsewhere|after)" value="([^"]*)"', form.group(0)))

    screen = worker.sends(HOME, code=code, **sent)

    verb = "packed" if stage is packed_shipment else "picked"
    says = f"You scanned {code}. Expected: an order, a tote, a parcel, a return or an inbound."
    assert (screen.status, screen.kind, screen.url) == (409, "alarm", HOME)
    assert screen.says == (f"LAMP Brass lamp is already {verb}." if code == "LAMP" else says)


def test_a_shipment_opens_its_task(house, pia):
    shipment = picked_shipment(house, {"LAMP": 1})

    screen = pia.sends(HOME, code=shipment.number.lstrip("#"))

    assert screen.url == f"/warehouse/pack/{shipment.pk}/"


def test_a_tote_opens_what_lies_in_it(house, pia):
    shipment = picked_shipment(house, {"LAMP": 1})

    screen = pia.sends(HOME, code="t-1")

    assert screen.url == f"/warehouse/pack/{shipment.pk}/"


def test_a_parcel_that_is_ready_opens_the_hand_over(house, pia):
    package = ready_shipment(house, {"LAMP": 1}).packages.get()

    assert pia.sends(HOME, code=package.tracking_number).url == "/warehouse/dispatch/"


def test_a_location_opens_receiving_into_it(house, pat):
    screen = pat.sends(HOME, code="a-01-1")

    assert screen.url == RECEIVE
    assert "Into A-01-1" in screen.text


def test_an_unknown_code_is_refused_in_words(pat):
    screen = pat.sends(HOME, code="NONSENSE")

    assert (screen.status, screen.kind) == (409, "alarm")
    assert screen.says == f"You scanned NONSENSE. Expected: {ANYTHING}."


def test_work_of_another_role_is_named(house, pat):
    shipment = picked_shipment(house, {"LAMP": 1})

    screen = pat.sends(HOME, code=shipment.number)

    assert screen.status == 409
    assert screen.says == f"Shipment {shipment} is for a warehouse lead or a packer."


def test_a_code_of_two_sellers_asks_which_one(house, pat):
    make_product(house.bo, "LAMP", "Tea light")

    screen = pat.sends(HOME, code="LAMP")

    assert (screen.status, screen.url) == (200, HOME)
    assert "Which one? Brass lamp LAMP, Ada's Lamps Tea light LAMP, Bo's Mugs" in screen.text


def test_nothing_scanned_is_said(pat):
    screen = pat.sends(HOME, code=" ")

    assert (screen.status, screen.says) == (409, "Code: nothing entered.")


def test_somebody_of_two_warehouses_chooses(house, pat):
    harbour = make_warehouse("HAM")
    Member.objects.create(user=house.pat, role=Role.PICKER, warehouse=harbour)

    asked = pat.opens(HOME)
    chosen = pat.sends(reverse("warehouse_choose_workplace"), warehouse=harbour.pk)

    assert asked.url == "/warehouse/workplace/"
    assert "Choose your warehouse" in asked.text
    assert "Warehouse BER BER Warehouse HAM HAM" in asked.text
    assert chosen.url == HOME
    assert "Warehouse HAM" in chosen.text
    assert "Switch warehouse" in chosen.text


def test_a_warehouse_of_others_cannot_be_chosen(house, pat):
    foreign = make_warehouse("HAM")

    screen = pat.sends(reverse("warehouse_choose_workplace"), warehouse=foreign.pk)

    assert screen.url == "/warehouse/workplace/"
    assert "HAM" not in screen.text


def test_another_warehouses_goods_are_not_there(house, pat):
    foreign = make_warehouse("HAM")
    cy = make_seller("Cy's Kites", "cy@example.com", foreign, owner="Cy")
    kite = make_product(cy, "KITE", "Kite")
    bin_1 = Location.objects.get(warehouse=foreign, code="A-01-1")

    by_code = pat.sends(HOME, code="KITE")
    into = pat.sends(RECEIVE, code="LAMP", location=bin_1.pk)
    product = pat.sends(RECEIVE, code="DOCK", product=kite.pk)

    assert by_code.says == f"You scanned KITE. Expected: {ANYTHING}."
    assert (into.status, product.status) == (404, 404)
    assert not Stock.objects.filter(product=kite).exists()


def test_pages_are_not_kept_by_the_browser(pat):
    assert "no-store" in pat.client.get(HOME)["Cache-Control"]
