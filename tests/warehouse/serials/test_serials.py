"""Serial numbers: scanned into the box with their unit, found again, and compared on return."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from pypdf import PdfReader

from fulfillment.privacy.customers import erase_customer, kept_about
from fulfillment.privacy.retention import forget_serials
from orders.access import Role
from orders.errors import DomainError, WrongScan
from orders.lifecycle.labelling import label_packages
from orders.models import Event, Order, Package, PackageLine, ReturnLine
from orders.returns.handling import approve_return, request_return
from tests.api.asking import ask
from tests.support.cast import make_user
from tests.support.racing import race
from tests.support.stages import LAMP_CODE, open_house, picked_shipment, started_run
from tests.warehouse.screens.floor import Worker, minute_after
from warehouse.couriers.runs import deliver_stop
from warehouse.documents.slip import packing_slip
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, empty_package, mark_ready, pack_unit, take_out
from warehouse.floor.putting_back import put_back
from warehouse.floor.undo import undo_packed
from warehouse.models import Location, PackedSerial, ReturnedSerial
from warehouse.returns.inspection import inspect_return_line, receive_return
from warehouse.serials.reading import serial_in
from warehouse.serials.returned import forget_serial, read_serial

pytestmark = pytest.mark.django_db

GS1 = f"010{LAMP_CODE}21"  # of a lamp; its serial number follows


def house_of_lamps():
    """The lamps have serial numbers."""
    house = open_house()
    lamp = house.ada.products["LAMP"]
    lamp.is_serial_tracked = True
    lamp.save(update_fields=["is_serial_tracked"])
    return house


@pytest.fixture
def house(once):
    yield from minute_after(once, house_of_lamps)


@pytest.fixture
def pia(house):
    return Worker(make_user("pia@example.com", "Pia", Role.PACKER, warehouse=house.warehouse))


def numbers(shipment):
    rows = PackedSerial.objects.filter(package_line__package__shipment=shipment)
    return list(rows.order_by("pk").values_list("number", flat=True))


def packed(house, *serials):
    """The box of a new order of so many lamps, closed."""
    shipment = picked_shipment(house, {"LAMP": len(serials)})
    for serial in serials:
        box = pack_unit(shipment, code=f"{GS1}{serial}", actor=house.pat)
    return close_package(box, actor=house.pat)


def sent(house, *serials):
    """The delivered order of so many lamps."""
    box = packed(house, *serials)
    label_packages(box.shipment, actor=house.pat)
    mark_ready(box.shipment, actor=house.pat)
    run = started_run(house, hand_over([Package.objects.get(pk=box.pk)], actor=house.pat))
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    return Order.objects.get(pk=box.order_id)


def coming_back(house, order):
    """The line of a received return of all of an order."""
    units = {line.pk: line.ordered for line in order.lines.all()}
    asked = request_return(order, units=units, reason="changed_mind", comment="")
    approved = approve_return(asked, actor=house.ada.owner)
    received = {line.pk: line.approved for line in approved.lines.all()}
    return receive_return(approved, received=received, actor=house.pat).lines.get()


def test_each_unit_gets_its_serial_number_before_the_box_closes(house, pia):
    shipment = picked_shipment(house, {"LAMP": 2, "SHADE": 1})
    bench = f"/warehouse/pack/{shipment.pk}/"

    screen = pia.sends(bench, code="LAMP")
    assert "Scan the serial number of Brass lamp" in screen.text
    assert "Close box" not in screen.text
    assert "Box full" not in screen.text
    screen = pia.sends(f"{bench}close/")
    assert screen.says == (
        "Scan the serial number of Brass lamp first: the box cannot be closed without it."
    )
    for other in ("LAMP", LAMP_CODE, "SHADE", "A-01-1"):
        screen = pia.sends(bench, code=other)
        assert screen.status == 409
        assert screen.says.endswith("Expected: the serial number of Brass lamp."), other
    assert numbers(shipment) == []

    screen = pia.sends(bench, code="SN-1")
    assert screen.says == (
        "Is SN-1 the serial number of Brass lamp? Look at the unit, then press Yes."
    )
    assert "Yes, SN-1 is its serial number" in screen.text
    assert "Yes, SN-1" not in pia.opens(bench).text
    assert numbers(shipment) == []
    screen = pia.sends(bench, code="SN-1", looked_at="SN-1")
    assert screen.says == "In the box: Brass lamp, serial number SN-1"
    assert "Serial numbers: SN-1" in screen.text
    screen = pia.sends(bench, code=f"{GS1}SN-2")
    assert screen.says == "In the box: Brass lamp, serial number SN-2"
    assert numbers(shipment) == ["SN-1", "SN-2"]
    pia.sends(bench, code="SHADE")
    assert pia.sends(f"{bench}close/").says.startswith("Box ")
    line = shipment.order.lines.get(sku="LAMP")
    event = Event.objects.get(kind="package.packed")
    assert event.data["serials"] == {str(line.pk): ["SN-1", "SN-2"]}


def test_only_what_looks_like_a_serial_number_is_taken_for_one_unseen(house, pia):
    shipment = picked_shipment(house, {"LAMP": 3})
    bench = f"/warehouse/pack/{shipment.pk}/"
    pia.sends(bench, code="LAMP", quantity=2)
    pia.sends(bench, code="SN-1", looked_at="SN-1")

    for foreign in ("4012345678901", "00340434161094000015", "SN-1x"):
        screen = pia.sends(bench, code=foreign)
        assert screen.status == 409
        assert screen.says.startswith(f"Is {foreign} the serial number of Brass lamp?")
    assert pia.sends(bench, code="4012345678901", looked_at="SN-9").status == 409, "another code"
    assert numbers(shipment) == ["SN-1"]
    assert pia.sends(bench, code="SN-2").says == "In the box: Brass lamp, serial number SN-2"
    pia.sends(bench, code="LAMP")
    assert pia.sends(bench, code="(21)4012345678901").status == 200, "it says what it is"


def test_the_code_with_the_serial_number_completes_a_unit_in_the_box(house):
    shipment = picked_shipment(house, {"LAMP": 2})
    box = pack_unit(shipment, code="LAMP", actor=house.pat)

    pack_unit(shipment, code=f"{GS1}SN-1", actor=house.pat)

    assert (box.lines.get().quantity, numbers(shipment)) == (1, ["SN-1"])
    with pytest.raises(DomainError, match="SN-1 is already in the box"):
        pack_unit(shipment, code=f"{GS1}SN-1", actor=house.pat)
    assert box.lines.get().quantity == 1


def test_what_a_scanner_reads_as_a_serial_number():
    assert serial_in("]C121AB7") == "AB7"
    assert serial_in("(21)AB7") == "AB7"
    assert serial_in("]C0AB7") == "AB7"
    assert serial_in("21AB7") == "21AB7", "a label of the maker's own may begin so"
    for code in ("", "x" * 41, "A\x1dB"):
        with pytest.raises(DomainError, match="1 to 40 characters"):
            serial_in(code)


def test_a_unit_is_taken_out_by_its_serial_number(house, pia):
    shipment = picked_shipment(house, {"LAMP": 2})
    pack_unit(shipment, code=f"{GS1}SN-1", actor=house.pat)
    box = pack_unit(shipment, code=f"{GS1}SN-2", actor=house.pat)
    line = shipment.lines.get()
    with pytest.raises(DomainError, match="Choose which unit of"):
        take_out(box, line, actor=house.pat)

    screen = pia.sends(f"/warehouse/pack/{shipment.pk}/take-out/{line.pk}/", serial="SN-1")

    assert screen.says == "Taken out: 1 × LAMP Brass lamp, serial number SN-1"
    assert (box.lines.get().quantity, numbers(shipment)) == (1, ["SN-2"])
    empty_package(box, actor=house.pat)
    assert numbers(shipment) == []


def test_a_unit_that_is_in_another_box_is_refused(house):
    first = packed(house, "SN-1")
    second = picked_shipment(house, {"LAMP": 1})

    with pytest.raises(DomainError, match=f"is in box {first} of order {first.order}"):
        pack_unit(second, code=f"{GS1}SN-1", actor=house.pat)

    assert not PackageLine.objects.filter(package__shipment=second).exists()
    assert pack_unit(second, code=f"{GS1}SN-9", actor=house.pat)


def test_two_benches_pack_a_serial_number_once(house):
    shipments = [picked_shipment(house, {"LAMP": 1}) for _ in range(2)]
    packs = [
        lambda one=one: pack_unit(one, code=f"{GS1}SN-1", actor=house.pat) for one in shipments
    ]

    results, refusals = race(*packs)

    assert (len(results), len(refusals)) == (1, 1)
    assert PackedSerial.objects.count() == 1


def test_what_is_put_back_is_free_and_what_is_opened_again_stays(house):
    box = packed(house, "SN-1")
    undo_packed(box.shipment, actor=house.pat)
    assert numbers(box.shipment) == ["SN-1"]

    put_back(box.shipment, actor=house.pat)

    assert numbers(box.shipment) == []


def test_sellers_find_and_read_what_was_sent(house):
    order = sent(house, "SN-1", "SN-2")
    ada = Worker(house.ada.owner)

    assert order.number in ada.opens("/dashboard/orders/?q=sn-2").text
    assert order.number not in ada.opens("/dashboard/orders/?q=SN-3").text
    assert "(serial numbers SN-1, SN-2)" in ada.opens(f"/dashboard/orders/{order.pk}/").text
    box = order.packages.get()
    line = ask(house.ada, f"packages/{box.pk}/").json()["lines"][0]
    assert (line["quantity"], line["serials"]) == (2, ["SN-1", "SN-2"])
    [slip] = PdfReader(io.BytesIO(packing_slip(box))).pages
    assert "Serial no. SN-1, SN-2" in slip.extract_text()

    assert [row["number"] for row in kept_about(order)["serials"]] == ["SN-1", "SN-2"]
    erase_customer(house.ada.seller, [order], actor=None)
    assert numbers(box.shipment) == ["SN-1", "SN-2"], "they say nothing of a person"
    assert forget_serials(box.created_at) == 0
    assert forget_serials(box.delivered_at or box.created_at) == 2


def test_a_returned_unit_is_compared_and_may_be_sent_again(house):
    order = sent(house, "SN-1", "SN-2")
    line, pat = coming_back(house, order), Worker(house.pat)
    url = f"/warehouse/returns/{line.order_return_id}/"
    refused = picked_shipment(house, {"LAMP": 1})
    with pytest.raises(DomainError, match=f"left with order {order} and has not come back"):
        pack_unit(refused, code=f"{GS1}SN-1", actor=house.pat)

    screen = pat.sends(url, code="LAMP")
    assert "Sent, not back yet: SN-1, SN-2" in screen.text
    assert "Scan its serial number, or the location to restock to" in screen.text
    hand = {"line": line.pk, "scanned": "LAMP", "counted": 1}
    assert pat.sends(url, code="SN-1", **hand).says == "Serial number SN-1: this unit was sent."
    screen = pat.sends(url, code=f"{GS1}SN-9", **hand)
    assert screen.says == "Brass lamp: 2 of 2. Serial number SN-9 is noted with the return."
    assert "This is not the unit that was sent: SN-9" in screen.text
    assert list(ReturnedSerial.objects.order_by("pk").values_list("number", "sent__number")) == [
        ("SN-1", "SN-1"), ("SN-9", None),
    ]  # fmt: skip
    assert ReturnLine.objects.get(pk=line.pk).inspected == 0, "it decides nothing"

    page = Worker(house.ada.owner).opens(f"/dashboard/orders/{order.pk}/").text
    assert "Serial number SN-1, as it was packed" in page
    assert "Serial number SN-9: not one that was read at packing" in page
    told = ask(house.ada, f"returns/{line.order_return_id}/").json()["lines"][0]["serials"]
    assert told == [{"number": "SN-1", "was_sent": True}, {"number": "SN-9", "was_sent": False}]

    screen = pat.sends(f"{url}undo/", line=line.pk, serial="SN-9")
    assert screen.says == "Serial number SN-9 is removed from this return."
    pack_unit(refused, code=f"{GS1}SN-1", actor=house.pat)
    assert numbers(refused) == ["SN-1"]
    screen = pat.sends(f"{url}undo/", line=line.pk, serial="SN-1")
    assert screen.says == "Serial number SN-1 is packed again: it stays as it is."


def test_a_foreign_barcode_is_no_serial_number_of_a_returned_unit(house):
    line, pat = coming_back(house, sent(house, "SN-1")), Worker(house.pat)
    hand = {"line": line.pk, "scanned": "LAMP", "counted": 1, "code": "4012345678901"}
    url = f"/warehouse/returns/{line.order_return_id}/"

    screen = pat.sends(url, **hand)

    assert screen.says.startswith("Is 4012345678901 the serial number of Brass lamp?")
    assert "Yes, 4012345678901 is its serial number" in screen.text
    assert not ReturnedSerial.objects.exists()
    pat.sends(url, looked_at="4012345678901", **hand)
    assert ReturnedSerial.objects.get().number == "4012345678901"


def test_a_number_read_on_two_returns_is_back_until_neither_has_it(house):
    order = sent(house, "SN-1", "SN-2")
    [line] = order.lines.all()
    parts = []
    for _ in range(2):
        asked = request_return(order, units={line.pk: 1}, reason="changed_mind", comment="")
        part = approve_return(asked, actor=house.ada.owner).lines.get()
        receive_return(part.order_return, received={part.pk: 1}, actor=house.pat)
        parts.append(ReturnLine.objects.get(pk=part.pk))
        read_serial(parts[-1], "SN-1", actor=house.pat)

    for part, is_back in zip(parts, (True, False), strict=True):
        forget_serial(part, "SN-1", actor=house.pat)
        assert bool(PackedSerial.objects.get(number="SN-1").came_back_at) == is_back


def test_what_was_read_of_other_units_is_forgotten_too(house):
    line = coming_back(house, sent(house, "SN-1"))
    read_serial(line, "SN-9", actor=house.pat)
    later = timezone.now() + timedelta(days=1)

    assert [forget_serials(later), forget_serials(later), forget_serials(later)] == [1, 1, 0]

    assert not ReturnedSerial.objects.exists()


def test_a_unit_that_came_back_unread_may_be_sent_again(house):
    line = coming_back(house, sent(house, "SN-1"))
    place = Location.objects.get(code="A-01-1")
    inspect_return_line(line, restocked=1, written_off=0, location=place, actor=house.pat)
    again = picked_shipment(house, {"LAMP": 1})

    pack_unit(again, code=f"{GS1}SN-1", actor=house.pat)

    assert numbers(again) == ["SN-1"]


def test_a_product_without_serial_numbers_is_packed_as_before(house):
    shipment = picked_shipment(house, {"SHADE": 1})
    box = pack_unit(shipment, code="SHADE", actor=house.pat)
    with pytest.raises(WrongScan, match="no more units, close the box"):
        pack_unit(shipment, code="SN-1", actor=house.pat)
    close_package(box, actor=house.pat)
    assert "serials" not in Event.objects.get(kind="package.packed").data
