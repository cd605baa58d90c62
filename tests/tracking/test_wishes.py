"""What a customer chooses of a delivery: who plans and who stands at the door knows it at once."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine

from fulfillment.dashboard.queries.promise_outcomes import MOVED
from notifications.models import Message
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.edit import edit_order
from orders.lifecycle.erasing import erase_orders
from orders.models import Event, Order, OrderChange, Promise, Wish
from orders.promises.revisions import revise_promise
from orders.promises.windows import delivery_days
from orders.wishes.choosing import change_address, choose_at_door
from tests.support.cast import make_order
from tests.support.stages import planned_run, sent_packages
from tests.test_doors import signed_in
from tests.tracking.tracked import MONDAY, ON_THE_DAY, out_for_delivery, proven
from warehouse.couriers.ending import end_run
from warehouse.couriers.runs import deliver_stop, fail_stop, start_run
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db
THURSDAY = date(2026, 11, 26)


def page_of(order, client=None):
    answer = (client or proven(order)).get(f"/track/{order.token}/delivery/")
    return answer.content.decode()


def choose(order, act, client=None, **given):
    url = f"/track/{order.token}/delivery/"
    return (client or proven(order)).post(url, {"act": act} | given)


def forms(order):
    return set(re.findall(r'name="act" value="(\w+)"', page_of(order)))


def test_another_day_keeps_the_parcel_out_of_the_runs_until_then(monday_house):
    house = monday_house
    mine, other = (sent_packages(house, {"LAMP": 1}) for _ in range(2))
    order = Order.objects.get(pk=mine[0].order_id)
    planned = planned_run(house, mine, other)
    before = Promise.objects.get(order=order, kind="arrives", shipment__isnull=False)
    days = re.findall(r'<option value="([\d-]+)"', page_of(order))
    assert (len(days), "2026-11-29" in days) == (6, False), "no Sunday"
    assert forms(order) == {"day", "place", "note"}
    for wrong, status in {
        "2026-11-23": 409,
        "2026-11-29": 409,
        "0000": 422,
        "9999-01-01": 422,
    }.items():
        assert choose(order, "day", day=wrong).status_code == status
    assert not Wish.objects.exists()

    assert choose(order, "day", day=THURSDAY.isoformat()).status_code == 302

    assert [list(stop.packages.all()) for stop in planned.stops.all()] == [other]
    promise = Promise.objects.get(order=order, kind="arrives", settled_at=None)
    assert (promise.local_on, promise.reason, promise.replaces) == (THURSDAY, "wished", before)
    assert not Promise.objects.filter(MOVED).exists(), "it counts for nobody"
    told = set(Message.objects.filter(order=order).values_list("template", flat=True))
    assert "dated" in told and "delayed" not in told
    seen = proven(order).get(f"/track/{order.token}/state.json").json()
    assert seen["headline"]["text"] == "Arrives Thursday 26 November"
    assert seen["personal"]["wishes"] == ["Delivery on Thursday 26 November"]
    assert [notice["tone"] for notice in seen["notices"]] == ["info"], "good news"
    lead = signed_in(house.ada.owner).get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "<dt>Another day</dt><dd>Thu 26 Nov</dd>" in lead
    with pytest.raises(DomainError, match="its customer chose 26 Nov 2026"):
        planned_run(house, mine)
    drive(house, planned, ON_THE_DAY)
    with time_machine.travel(datetime(2026, 11, 26, 9, tzinfo=MONDAY.tzinfo), tick=False):
        start_run(planned_run(house, mine, on=THURSDAY), actor=house.cory)
        assert choose(order, "day", day="2026-11-27").status_code == 409, "it is out"


def drive(house, run, at):
    """Without ringing anywhere."""
    with time_machine.travel(at, tick=False):
        start_run(run, actor=house.cory)
        end_run(run, actor=house.cory)


def test_a_run_of_which_all_is_put_off_is_cancelled(monday_house):
    alone = sent_packages(monday_house, {"SHADE": 1})
    lonely = planned_run(monday_house, alone)
    choose(Order.objects.get(pk=alone[0].order_id), "day", day=THURSDAY.isoformat())
    lonely.refresh_from_db()
    assert (lonely.status, lonely.stops.count()) == ("cancelled", 0)


def refuse_what_is_no_choice(order, client):
    for given, problem in (
        ({"place": "neighbour"}, "Please fill this in."),
        ({"where": "Pale, no. 9"}, "Please choose one."),
        ({"place": "roof", "where": "x" * 81}, "At most 80 characters."),
    ):
        refused = choose(order, "place", client, **given)
        assert refused.status_code == 422
        assert problem in refused.content.decode()
        assert given.get("where", "") in refused.content.decode(), "what was typed stays"


def test_the_courier_sees_the_wish_until_the_window_begins(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    stop = run.stops.last()
    with time_machine.travel(ON_THE_DAY, tick=False):
        client = proven(order, by_code=True)
        assert "Possible until 8:00" in page_of(order, client).replace("\u202f", " ")
        refuse_what_is_no_choice(order, client)
        choose(order, "place", client, place="safe_place", where="Shed")
        choose(order, "place", client, place="neighbour", where="Mrs Pale, no. 9")
        choose(order, "note", client, note="Second yard\x00\n")
        cory = signed_in(monday_house.cory)
        door = cory.get("/courier/", {"stop": stop.pk}).content.decode()
        assert "neighbour</span> <strong><bdi>Mrs Pale, no. 9" in door
        assert 'value="neighbour" checked' in door
        assert 'required value="Mrs Pale, no. 9"' in door
        assert "Second yard" in door
        assert "Shed" not in door
        choose(order, "withdraw", client, kind="note")
        assert "Second yard" not in cory.get("/courier/", {"stop": stop.pk}).content.decode()
        assert dict(Wish.objects.values_list("text", "end")) == {
            "Shed": "superseded", "Mrs Pale, no. 9": "", "Second yard": "withdrawn",
        }  # fmt: skip
    late = ON_THE_DAY + timedelta(hours=3)
    with time_machine.travel(late, tick=False):
        client = proven(order, by_code=True)
        answer = choose(order, "place", client, place="safe_place", where="Shed")
        assert answer.status_code == 409
        assert "It is too late for that." in answer.content.decode()
        deliver_stop(stop, received_by="Mrs Pale, no. 9", handed_to="neighbour", actor=None)
        assert forms(order) == set()
        erase_orders([order], actor=None)
    assert not Wish.objects.exclude(text="").exists()
    assert "Pale" not in str(list(Event.objects.values_list("data", flat=True)))


def test_address_and_cancelling_until_it_is_packed(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1})
    gone = make_order(monday_house.ada, {"LAMP": 1})
    allocate_due()
    assert forms(order) == {"place", "note", "address", "call_off"}
    client = proven(order, by_code=True)
    address = {"street": "Neue Straße 5\nHof", "postcode": "20095", "city": "Hamburg"}
    refused = choose(order, "address", client, **address | {"postcode": "2009"})
    assert refused.status_code == 422
    assert "Please check this." in refused.content.decode()
    assert "Neue Straße 5" in refused.content.decode()
    assert choose(order, "address", client, **address).status_code == 302
    order.refresh_from_db()
    assert (order.street, order.city) == (address["street"], "Hamburg")
    said = OrderChange.objects.filter(order=order, field="reason").values_list("after", flat=True)
    assert list(said) == ["Changed by the customer."]

    assert choose(order, "call_off", client).status_code == 422, "it asks once more"
    assert choose(order, "call_off", client, sure="1").url == f"/track/{order.token}/"
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert Event.objects.filter(order=order, kind="order.called_off").count() == 1
    assert choose(order, "call_off", client, sure="1").status_code == 302, "pressed twice"
    cancel_order(gone, actor=None)
    assert "Nothing can be changed right now." in page_of(gone)
    sent = Order.objects.get(pk=sent_packages(monday_house, {"LAMP": 1})[0].order_id)
    for act in ("address", "call_off"):
        assert choose(sent, act, proven(sent, by_code=True), **address, sure="1").status_code == 409
    assert choose(sent, "nonsense").status_code == 422


@pytest.mark.parametrize("is_seller", [False, True])
def test_a_neighbour_is_one_of_the_former_address(monday_house, is_seller):
    order = make_order(monday_house.ada, {"LAMP": 1})
    allocate_due()
    choose_at_door(order, "neighbour", "Mrs Pale, no. 9")
    choose_at_door(order, "note", "Ring twice")
    address = {"street": "Neue Straße 5", "postcode": "20095", "city": "Hamburg"}
    if is_seller:
        edit_order(order, {"phone": "+493012345678"}, actor=monday_house.ada.owner)
        assert not Wish.objects.exclude(ended_at=None).exists(), "it goes to the same door"
        edit_order(order, address, actor=monday_house.ada.owner)
    else:
        change_address(order, address)
    assert dict(Wish.objects.values_list("kind", "end")) == {"neighbour": "superseded", "note": ""}
    assert "Mrs Pale" not in page_of(Order.objects.get(pk=order.pk))


def test_a_wish_that_is_no_longer_kept_says_so(monday_house):
    packages = sent_packages(monday_house, {"LAMP": 1})
    order = Order.objects.get(pk=packages[0].order_id)
    choose(order, "day", day=THURSDAY.isoformat())
    choose_at_door(order, "neighbour", "Mrs Pale, no. 9")
    promise = Promise.objects.get(order=order, kind="arrives", settled_at=None)
    friday = delivery_days(date(2026, 11, 27), date(2026, 11, 27), promise.zone)
    revise_promise(
        promise,
        earliest=friday.earliest,
        latest=friday.latest,
        reason=Promise.Reason.CARRIER_DELAY,
        actor=monday_house.ada.owner,
    )
    seen = proven(order).get(f"/track/{order.token}/state.json").json()
    assert seen["personal"]["wishes"] == [
        "Delivery on Thursday 26 November – no longer possible",
        "Give it to a neighbour: Mrs Pale, no. 9",
    ]
    assert [notice["tone"] for notice in seen["notices"]] == ["warn"]


def test_a_wish_for_the_door_ends_with_the_last_attempt(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(ON_THE_DAY, tick=False):
        choose_at_door(order, "neighbour", "Mrs Pale, no. 9")
        fail_stop(run.stops.last(), reason="refused", actor=monday_house.cory)
        assert "Mrs Pale, no. 9 – no longer possible" in page_of(order)
