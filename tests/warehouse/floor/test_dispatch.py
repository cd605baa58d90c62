"""Hand-over: parcels leave, their units leave the books, the customer is promised a day."""

import pytest

from orders.errors import DomainError
from orders.lifecycle.holds import hold_order
from orders.lifecycle.labelling import label_packages
from orders.models import Event, Hold, OrderLine, Package, Promise, Shipment
from tests.support.racing import race
from tests.support.stages import open_house, packed_shipment, ready_shipment
from tests.support.statements import count_statements
from warehouse.floor.hand_over import hand_over
from warehouse.models import Reservation, Stock, StockMovement, Supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    return once(open_house)


def two_boxes():
    """The warehouse, and a shipment of two boxes at the dock."""
    house = open_house()
    return house, ready_shipment(house, {"LAMP": 2}, boxes=[{"LAMP": 1}, {"LAMP": 1}])


def supply(sku):
    row = Supply.objects.get(product__sku=sku)
    return row.on_hand, row.reserved


def test_a_parcel_leaves_the_books(house):
    shipment = ready_shipment(house, {"LAMP": 3})

    [package] = hand_over(shipment.packages.all(), actor=house.pat)

    assert package.status == "handed_over"
    assert package.handed_over_at is not None
    assert OrderLine.objects.get(order=shipment.order).shipped == 3
    assert supply("LAMP") == (17, 0)
    assert not Reservation.objects.exists()
    assert not Stock.objects.filter(location__kind="tote", on_hand__gt=0).exists()
    movement = StockMovement.objects.get(reason="handed_over")
    assert (movement.quantity, movement.subject_id, movement.actor) == (-3, package.pk, house.pat)
    shipment.order.refresh_from_db()
    assert shipment.order.status == "shipped"


def test_the_last_box_hands_the_shipment_over_with_a_promise(once):
    house, shipment = once(two_boxes)
    first, second = shipment.packages.order_by("number")

    hand_over([first], actor=house.pat)

    shipment.refresh_from_db()
    assert shipment.status == "ready"
    shipment.order.refresh_from_db()
    assert shipment.order.status == "partly_shipped"
    assert not Event.objects.filter(kind="shipment.handed_over").exists()
    hand_over([second], actor=house.pat)
    shipment.refresh_from_db()
    assert shipment.status == "handed_over"
    promise = Promise.objects.get(kind=Promise.Kind.ARRIVES, shipment=shipment)
    assert Event.objects.get(kind="shipment.handed_over").data == {"promise": str(promise.pk)}


def test_what_else_waits_in_the_house_stays(house):
    leaves = ready_shipment(house, {"LAMP": 2})
    ready = ready_shipment(house, {"LAMP": 1, "SHADE": 1})
    packed = packed_shipment(house, {"MUG": 1}, side=house.bo)

    hand_over(leaves.packages.all(), actor=house.pat)

    rows = Shipment.objects.values_list("pk", "status")
    assert dict(rows) == {leaves.pk: "handed_over", ready.pk: "ready", packed.pk: "packed"}
    rows = Package.objects.values_list("shipment", "status")
    assert dict(rows) == {leaves.pk: "handed_over", ready.pk: "labelled", packed.pk: "packed"}
    assert [supply(sku) for sku in ("LAMP", "SHADE", "MUG")] == [(18, 1), (20, 1), (20, 1)]


def test_parcels_of_many_sellers_leave_together(house):
    lamps = ready_shipment(house, {"LAMP": 2, "SHADE": 1})
    mugs = ready_shipment(house, {"MUG": 4}, side=house.bo)

    moved = hand_over(Package.objects.all(), actor=house.pat)

    assert {package.seller_id for package in moved} == {house.ada.seller.pk, house.bo.seller.pk}
    assert [supply(sku) for sku in ("LAMP", "SHADE", "MUG")] == [(18, 0), (19, 0), (16, 0)]
    promised = {
        str(row.pk): row.shipment_id for row in Promise.objects.filter(kind=Promise.Kind.ARRIVES)
    }
    events = Event.objects.filter(kind="shipment.handed_over")
    assert {promised[event.data["promise"]] for event in events} == {lamps.pk, mugs.pk}
    assert all(promised[event.data["promise"]] == event.subject_id for event in events)


def test_statements_do_not_grow_with_the_manifest(house):
    def statements_for(count):
        for _ in range(count):
            ready_shipment(house, {"LAMP": 1})
        waiting = list(Package.objects.filter(status="labelled"))
        with count_statements() as statements:
            hand_over(waiting, actor=house.pat)
        return len(statements)

    statements_for(1)  # what only a first time asks

    assert statements_for(2) == statements_for(8)


@pytest.mark.parametrize("hold_on", ["order", "shipment"])
def test_nothing_leaves_under_a_hold(house, hold_on):
    free = ready_shipment(house, {"LAMP": 1})
    held = ready_shipment(house, {"LAMP": 1})
    hold = hold_order(held.order, reason=Hold.Reason.SELLER, actor=None)
    if hold_on == "shipment":
        hold.shipment = held
        hold.save(update_fields=["shipment"])

    with pytest.raises(DomainError, match=f"Order {held.order} is on hold"):
        hand_over(Package.objects.all(), actor=house.pat)

    assert set(Package.objects.values_list("status", flat=True)) == {"labelled"}
    assert set(Shipment.objects.values_list("status", flat=True)) == {"ready"}
    assert supply("LAMP") == (20, 2)
    hand_over(free.packages.all(), actor=house.pat)
    assert supply("LAMP") == (19, 1)


def test_a_shipment_that_is_not_ready_stays(house):
    shipment = packed_shipment(house, {"LAMP": 1})
    label_packages(shipment, actor=house.pat)

    with pytest.raises(DomainError, match=f"Shipment {shipment} is packed: only a ready one"):
        hand_over(shipment.packages.all(), actor=house.pat)

    assert Package.objects.get().status == "labelled"
    assert supply("LAMP") == (20, 1)


def test_a_box_does_not_leave_twice(once):
    house, shipment = once(two_boxes)
    first = shipment.packages.order_by("number").first()
    hand_over([first], actor=house.pat)

    with pytest.raises(DomainError, match="is already handed over"):
        hand_over([first], actor=house.pat)

    assert OrderLine.objects.get(order=shipment.order).shipped == 1
    assert supply("LAMP") == (19, 1)


def test_no_parcel_is_refused(house):
    with pytest.raises(DomainError, match="Scan a parcel first"):
        hand_over([], actor=house.pat)


def test_two_workers_hand_a_parcel_over_once(house):
    shipment = ready_shipment(house, {"LAMP": 1})
    parcel = shipment.packages.get()

    results, refusals = race(*[lambda: hand_over([parcel], actor=house.pat)] * 2)

    assert len(results) == 1
    assert refusals == [f"Shipment {shipment} is handed over: only a ready one can be handed over."]
    assert supply("LAMP") == (19, 0)
    assert Event.objects.filter(kind="shipment.handed_over").count() == 1


def test_two_manifests_in_opposite_order_do_not_block_each_other(house):
    shipments = [ready_shipment(house, {"LAMP": 1}) for _ in range(4)]
    parcels = [shipment.packages.get() for shipment in shipments]

    results, refusals = race(
        lambda: hand_over(parcels[:3], actor=house.pat),
        lambda: hand_over(parcels[:0:-1], actor=house.pat),
    )

    assert (len(results), len(refusals)) == (1, 1)
    assert Package.objects.filter(status="handed_over").count() == 3
    assert supply("LAMP") == (17, 1)
