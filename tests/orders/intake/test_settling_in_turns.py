"""Shop orders that wait until units are put back, or that fail, keep none behind them."""

import pytest
from django.utils import timezone

from orders.intake.differences import settle_again
from orders.models import DeadLetter, Order, ShopOrder
from tests.orders.intake.shop_calls import at, outcomes, sold
from tests.support.spoiling import spoiled
from tests.support.stages import open_house, picked
from warehouse.floor.putting_back import put_back

pytestmark = pytest.mark.django_db


def test_what_goes_on_waiting_or_fails_leaves_room_for_others(db):
    house = open_house()
    channel = house.ada.channel
    shipments = []
    for number in ("5001", "5002"):
        named = {"id": number, "admin_graphql_api_id": f"gid://shopify/Order/{number}"}
        outcomes(channel, at(1, line_items=sold(LAMP=3), **named))
        shipments.append(picked(house, Order.objects.get(reference=number)))
        fewer = sold(LAMP={"quantity": 3, "current_quantity": 1})
        outcomes(channel, at(2, line_items=fewer, **named))
    goes_on = ShopOrder.objects.get(reference="5002")
    put_back(shipments[1], actor=house.pat)
    with spoiled("orders_event", order_id=goes_on.order_id):
        assert [settle_again(1) for _ in range(3)] == [1, 0, 1]
    assert DeadLetter.objects.get().order_id == goes_on.order_id
    DeadLetter.objects.all().delete()
    ShopOrder.objects.filter(pk=goes_on.pk).update(looked_at=timezone.now())
    assert [settle_again(1) for _ in range(2)] == [1, 1]
    found = ShopOrder.objects.order_by("reference").values_list("differs_at", flat=True)
    assert [bool(differs) for differs in found] == [True, False]
