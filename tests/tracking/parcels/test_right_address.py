"""An address that the courier did not find: the customer corrects it on the page, or the seller."""

import re
from datetime import timedelta

import pytest
import time_machine

from notifications.models import Message
from orders.lifecycle.edit import edit_order
from orders.models import Order, Package
from tests.tracking.tracked import ON_THE_DAY, out_for_delivery, proven, state
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import fail_stop, plan_run

pytestmark = pytest.mark.django_db
NEW = {"street": "Unter den Linden 11", "postcode": "10117", "city": "Berlin"}
LATER = ON_THE_DAY + timedelta(hours=1)


@pytest.fixture
def not_found(monday_house):
    """An order whose courier did not find the address."""
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(ON_THE_DAY, tick=False):
        fail_stop(
            run.stops.get(packages__order=order), reason="address_wrong", actor=monday_house.cory
        )
    return Order.objects.get(pk=order.pk)


def page(order, moment=LATER):
    with time_machine.travel(moment, tick=False):
        return proven(order, by_code=True).get(f"/track/{order.token}/delivery/").content.decode()


def correct(order, moment=LATER, **given):
    with time_machine.travel(moment, tick=False):
        url = f"/track/{order.token}/delivery/"
        return proven(order, by_code=True).post(url, {"act": "address"} | NEW | given)


def notice(order):
    return state(order, LATER)["notices"][0]["text"]


def plan_again(house, order, **given):
    stop = StopPlan(
        list(order.packages.all()), LATER + timedelta(days=1), LATER + timedelta(days=1, hours=1),
        **given,
    )  # fmt: skip
    with time_machine.travel(LATER, tick=False):
        return plan_run(
            warehouse=house.warehouse,
            courier=house.cory,
            on=stop.starts.date(),
            stops=[stop],
            actor=house.pat,
        )


def test_the_customer_corrects_it_and_both_are_told(not_found, monday_house):
    assert "Please correct it on this page" in notice(not_found)
    seen = page(not_found)
    assert re.findall(r'name="act" value="(\w+)"', seen) == ["address"]
    assert "The right address" in seen
    assert "Possible until the parcel goes out again." in seen

    assert correct(not_found).status_code == 302

    not_found.refresh_from_db()
    assert (not_found.street, not_found.service) == (NEW["street"], not_found.service)
    assert not_found.packages.get().tracking_number, "the label stays"
    assert "have the new one now" in notice(not_found)
    told = Message.objects.filter(order=not_found).values_list("template", flat=True)
    assert {"address_changed", "seller_address_changed"} <= set(told)
    assert plan_again(monday_house, not_found, is_corrected=True).stops.count() == 1


def test_the_seller_corrects_it_too(not_found, monday_house):
    with time_machine.travel(LATER, tick=False):
        edit_order(not_found, NEW, actor=monday_house.ada.owner)
    assert "have the new one now" in notice(not_found)


def test_with_another_parcel_under_way_the_address_stays(not_found, monday_house):
    box = not_found.packages.get()
    Package.objects.filter(pk=box.pk).update(failure="not_home")
    assert correct(not_found).status_code == 409
    not_found.refresh_from_db()
    assert not_found.street != NEW["street"]


def test_what_can_still_be_chosen_is_named_only_where_there_is_something(not_found):
    Package.objects.update(failure="refused")
    answer = correct(not_found)
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "It is too late for that." in said
    assert "below" not in said
    Package.objects.update(failure="not_home")
    assert "What you can still choose is below." in correct(not_found).content.decode()
