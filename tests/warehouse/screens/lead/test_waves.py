"""Picking by waves: pickers get what a lead has released, until a day, of a carrier, so many."""

import pytest

from orders.decisions.merge import send_together
from orders.models import Event, Shipment, Warehouse
from tests.support.cast import make_order
from warehouse.models import PickList, Wave
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

PICK, WAVES, HOME = "/warehouse/pick/", "/warehouse/waves/", "/warehouse/"


@pytest.fixture
def orders(house):
    """Three orders that could be picked, in a house that picks by waves."""
    Warehouse.objects.update(picks_by_wave=True)
    house.warehouse.refresh_from_db()
    made = [make_order(house.ada, {"LAMP": 1}) for _ in range(3)]
    allocate_due()
    return made


def in_waves():
    return {row.order for row in Shipment.objects.filter(wave__isnull=False)}


def test_nobody_picks_what_no_wave_has_released(house, pat, lea, orders):
    page, said = pat.opens(PICK), pat.sends(PICK)

    waits = "3 wait for the lead to release a wave."
    assert f"Waiting 0 shipments to pick {waits}" in page.text
    assert said.says == f"Nothing to pick right now. {waits}"
    assert not PickList.objects.exists()
    home = lea.opens(HOME).text
    assert "Waves 3 to release" in home
    assert "Pick 0 to pick" in home
    assert "3 to leave by Tue 24 Nov 18:00" in lea.opens(WAVES).text


def test_a_wave_takes_the_most_urgent_up_to_a_number(house, pat, lea, orders):
    released = lea.sends(WAVES, until="2026-11-24", most=2)

    assert released.says == "Released: 2 shipments to pick."
    assert in_waves() == set(orders[:2])
    wave = Wave.objects.get()
    assert (wave.shipments, wave.released_by) == (2, lea.user)
    assert Event.objects.get(kind="wave.released").data == {"shipments": 2, "carrier": ""}
    assert "2 not begun" in released.text
    assert "1 waits for the lead to release a wave." in pat.opens(PICK).text
    pat.sends(PICK)
    assert PickList.objects.get().shipment.order == orders[0]


def test_a_wave_is_of_what_leaves_until_a_day(house, lea, orders):
    Shipment.objects.filter(order=orders[2]).update(ship_by=orders[2].ship_by.replace(day=27))

    early = lea.sends(WAVES, until="2026-11-23")
    lea.sends(WAVES, until="2026-11-24")

    assert (early.status, early.says) == (409, "No shipment waits for this wave.")
    assert in_waves() == set(orders[:2])


def test_a_wave_is_of_a_carrier(house, lea, orders):
    other = lea.sends(WAVES, until="2026-11-24", carrier="dhl")
    own = lea.sends(WAVES, until="2026-11-24", carrier="own")

    assert other.says == "No shipment waits for this wave."
    assert own.says == "Released: 3 shipments to pick."


def test_what_goes_into_one_box_is_released_together(house, pat, lea, orders):
    send_together(orders[:2], actor=house.ada.owner)

    said = lea.sends(WAVES, until="2026-11-24", most=1)

    assert said.says == "Released: 2 shipments to pick."
    assert in_waves() == set(orders[:2])
    pat.sends(PICK)
    waiting = lea.opens(PICK).text
    assert "Waiting 1 shipment to pick 1 waits for the lead to release a wave." in waiting
    assert len({row.together for row in Shipment.objects.filter(order__in=orders[:2])}) == 1


def test_without_waves_nothing_is_released(house, pat, lea, orders):
    Warehouse.objects.update(picks_by_wave=False)

    said = lea.sends(WAVES, until="2026-11-24")

    assert said.says == "Picking goes without waves here: each picker gets what is due next."
    assert "Waiting 3 shipments to pick" in pat.opens(PICK).text
    assert not Wave.objects.exists()
