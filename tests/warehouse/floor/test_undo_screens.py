"""The undo buttons of the bench, of the dock and of the courier."""

import pytest
import time_machine

from orders.access import Role
from tests.support.cast import MONDAY, make_user
from tests.support.stages import (
    open_house,
    packed_shipment,
    ready_shipment,
    sent_packages,
    started_run,
)
from warehouse.couriers.runs import deliver_stop

pytestmark = pytest.mark.django_db
SENT = {"sequence": "1", "client_id": "5c7f2d9e-3b0a-4a63-9a15-0f2a8f2f3a11"}


@pytest.fixture
def house(once):
    return once(open_house)


def one_box():
    """The warehouse, and a shipment of one box at the dock."""
    house = open_house()
    return house, ready_shipment(house, {"LAMP": 1})


def press(client, url, page):
    """Press a button that the page shows; what the next page says."""
    assert url in client.get(page).content.decode()
    answer = client.post(url, SENT, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_bench_takes_ready_and_packed_back(once, client):
    house, shipment = once(one_box)
    client.force_login(lead_of(house))
    page, url = f"/warehouse/pack/{shipment.pk}/", f"/warehouse/pack/{shipment.pk}/undo/"
    assert f"Shipment {shipment} is no longer ready." in press(client, url, page)
    again = SENT | {"client_id": "5c7f2d9e-3b0a-4a63-9a15-0f2a8f2f3a12"}
    answer = client.post(url, again, follow=True)
    assert f"The last box of {shipment} is open again." in answer.content.decode()
    assert url not in client.get(page).content.decode()


def test_a_press_that_comes_twice_undoes_once(once, client):
    house, shipment = once(one_box)
    client.force_login(lead_of(house))
    url = f"/warehouse/pack/{shipment.pk}/undo/"
    for _ in range(2):
        client.post(url, SENT)
    shipment.refresh_from_db()
    assert shipment.status == "packed"


def test_the_dock_takes_a_hand_over_back(house, client):
    shipment = sent_packages(house, {"LAMP": 1})[0].shipment
    client.force_login(lead_of(house))
    url = f"/warehouse/dispatch/{shipment.pk}/undo/"
    said = press(client, url, "/warehouse/dispatch/")
    assert f"Shipment {shipment} is back: hand-over undone." in said
    refused = client.post(url, SENT | {"client_id": "5c7f2d9e-3b0a-4a63-9a15-0f2a8f2f3a13"})
    assert refused.status_code == 409
    assert '">undo.<' in refused.content.decode()


def test_the_courier_takes_a_door_back(house, client):
    with time_machine.travel(MONDAY, tick=True):
        packages = sent_packages(house, {"LAMP": 1})
        stop = started_run(house, packages, on=MONDAY.date()).stops.get()
        deliver_stop(stop, received_by="Grace", actor=house.cory)
        client.force_login(house.cory)
        said = press(client, f"/courier/stops/{stop.pk}/undo/", "/courier/")
    assert "Stop 1 is open again." in said
    assert "Who received it?" in said


def test_an_open_box_has_nothing_to_undo(house, client):
    shipment = packed_shipment(house, {"LAMP": 1})
    client.force_login(house.pat)
    assert client.post(f"/warehouse/pack/{shipment.pk}/undo/", SENT).status_code == 403


def lead_of(house):
    return make_user("lea@example.com", "Lea", Role.LEAD, warehouse=house.warehouse)
