"""What a carrier answers may be wrong: no shipment stays without a label because of it."""

import pytest
from django.utils import timezone

from fulfillment.demo.peers import Fault
from fulfillment.demo.peers.carrier import DRAWN
from orders.errors import DomainError
from orders.lifecycle.address import PostalAddress, enter_address
from orders.lifecycle.labelling import ask_for_labels
from orders.models import LabelRequest
from tests.support.databases import superuser
from tests.support.labels import boxes, label, sweep
from tests.support.servers import DATABASE
from tests.support.stages import open_house, packed_shipment
from warehouse.floor.putting_back import put_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once, carrier_peer):
    return once(open_house)


def one_box():
    """The warehouse, and a packed shipment of one box."""
    house = open_house()
    return house, packed_shipment(house, {"LAMP": 1})


@pytest.mark.parametrize(
    ("number", "media_type", "content"),
    [("", "application/pdf", DRAWN), ("N" * 41, "application/pdf", DRAWN),
     ("N1", "text/html", b"<script>"), ("N1", "application/pdf", b"")],
)  # fmt: skip
def test_an_answer_that_cannot_be_kept_is_refused(once, carrier_peer, number, media_type, content):
    house, shipment = once(one_box)
    carrier_peer.answer = {"number": number, "media_type": media_type, "file": content}

    with pytest.raises(DomainError, match="The carrier gave"):
        label(shipment, house)

    assert (boxes(shipment), LabelRequest.objects.get().cause) == ([("packed", "", "")], "broken")


def test_a_refusal_with_characters_that_no_database_takes_is_kept(once, carrier_peer):
    house, shipment = once(one_box)
    carrier_peer.behaviour = lambda made: Fault(422, "bad\0\ud800 name")

    with pytest.raises(DomainError, match=r"bad {3}name"):
        label(shipment, house)

    assert LabelRequest.objects.get().reason == "it refused: bad   name."


def test_a_number_that_another_box_has_is_voided_and_another_asked_for(house, carrier_peer):
    other, shipment = packed_shipment(house, {"LAMP": 1}), packed_shipment(house, {"LAMP": 1})
    carrier_peer.answer = {"number": "TWICE"}
    label(other, house)

    with pytest.raises(DomainError, match="the tracking number of another box: TWICE"):
        label(shipment, house)
    carrier_peer.answer = {}
    label(shipment, house)

    (box,) = boxes(shipment)
    assert (box[0], box[2] != "TWICE") == ("labelled", True)
    assert (sweep(60), carrier_peer.voided) == (1, [carrier_peer.messages[1].key])
    assert boxes(other) == [("labelled", "peer", "TWICE")]


def test_a_key_that_answers_nonsense_is_given_up(house, carrier_peer):
    shipment = packed_shipment(house, {"LAMP": 2}, boxes=[{"LAMP": 1}, {"LAMP": 1}])
    useless = []

    def nonsense_of_one_key(made):
        useless.append(made.key)
        carrier_peer.answer = {"number": ""} if made.key == useless[0] else {}

    carrier_peer.behaviour = nonsense_of_one_key
    with pytest.raises(DomainError, match=f"Box {shipment}/1 has no label"):
        label(shipment, house)
    assert boxes(shipment) == [("packed", "", "")] * 2

    assert len(label(shipment, house)) == 2
    assert sweep(60) == 2
    assert useless[0] in carrier_peer.voided


def test_a_label_that_may_have_been_made_before_a_refusal_is_voided(once, carrier_peer):
    house, shipment = once(one_box)
    for fault in (Fault(500, kept=True), Fault(422, "account blocked")):
        carrier_peer.behaviour = lambda made, fault=fault: fault
        with pytest.raises(DomainError):
            label(shipment, house)

    assert (sweep(), carrier_peer.voided) == (1, [carrier_peer.messages[0].key])


def test_one_label_that_cannot_be_swept_stops_no_other(house, carrier_peer, caplog):
    broken, good = (packed_shipment(house, {"LAMP": 1}) for _ in range(2))
    for shipment in (broken, good):
        ask_for_labels(shipment, carrier="peer", actor=house.pat)
    now = timezone.now()
    requests = LabelRequest.objects.filter(package__shipment=broken)
    requests.update(carrier="x", due_at=now, answered_at=None, tracking_number="")
    with superuser(DATABASE) as other:
        other.execute(
            "ALTER TABLE orders_labelrequest ADD CONSTRAINT broken "
            "CHECK (carrier <> 'x' OR cause = '') NOT VALID"
        )
        try:
            taken = sweep(60)
        finally:
            other.execute("ALTER TABLE orders_labelrequest DROP CONSTRAINT broken")

    assert (taken, "cannot be swept" in caplog.text) == (2, True)
    assert [status for status, *_ in boxes(good)] == ["labelled"]


def test_an_address_changes_when_its_labelled_box_was_put_back(once, carrier_peer):
    house, shipment = once(one_box)
    label(shipment, house)
    put_back(shipment, actor=house.pat)

    moved = PostalAddress("Grace", "New street 1", "20095", "Hamburg", "DE")

    assert enter_address(shipment.order, address=moved, actor=house.ada.owner).city == "Hamburg"
