"""What never came is sent again: both orders say so, and link to each other on the second level."""

import pytest
import time_machine

from orders.lifecycle.cancel import cancel_order
from orders.models import Order, Problem
from orders.problems.answering import answer_problem
from orders.problems.reporting import report_problem
from tests.notifications.saying import said
from tests.support.stages import hour, open_house, sent_packages, started_run
from tests.tracking.tracked import proven, state
from warehouse.couriers.lost import mark_found, mark_lost
from warehouse.couriers.runs import deliver_stop
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    with time_machine.travel(hour(17)[0], tick=True):
        yield once(open_house)


def sent_again(house, lost, words=""):
    """The order with which the units of this lost parcel are sent again."""
    problem = report_problem(lost.order, key=str(lost.pk), kind="not_arrived", quantity=1, words="")
    answer_problem(problem, "replacement", words=words, actor=house.ada.owner)
    allocate_due()
    return Order.objects.get(pk=Problem.objects.get(pk=problem.pk).replacement_id)


def in_part(house):
    """(an order of which one parcel came and one is lost, the lost one)."""
    parcels = [{"LAMP": 1}, {"SHADE": 2}]
    lamp, shades = sent_packages(house, {"LAMP": 1, "SHADE": 2}, boxes=parcels)
    stop = started_run(house, [lamp]).stops.get()
    deliver_stop(stop, received_by="Grace", actor=house.cory)
    mark_lost(shades, reason="not_found", actor=house.pat)
    return Order.objects.get(pk=lamp.order_id), shades


def personal(order):
    return proven(order).get(f"/track/{order.token}/state.json").json()["personal"]


def test_a_part_that_is_sent_again_is_no_part_that_is_missing(house):
    order, lost = in_part(house)
    before = state(order)
    assert before["headline"]["tone"] == "warn"
    assert "will contact you" in before["notices"][0]["text"]

    again = sent_again(house, lost)

    seen = state(order)
    assert seen["headline"]["text"].startswith("Part of your order was delivered")
    assert seen["headline"]["detail"] == f"The rest is sent again, as order {again.number}."
    assert seen["headline"]["tone"] == "neutral"
    assert [notice["text"] for notice in seen["notices"]] == [
        "Parcel 2 was lost in transit. We are sorry: what was in it is sent again, "
        f"as order {again.number}."
    ]
    cancel_order(again, actor=None)
    assert state(order) == before


def test_a_parcel_that_is_found_again_comes_after_all(house):
    order, lost = in_part(house)
    again = sent_again(house, lost)
    mark_found(lost, actor=house.pat)
    seen = state(order)
    assert seen["headline"]["detail"] != f"The rest is sent again, as order {again.number}."
    assert f"Order {again.number}, which replaces it, is not affected." in str(seen["notices"])


def test_an_order_of_which_nothing_came_is_sent_again(house):
    (box,) = sent_packages(house, {"LAMP": 2})
    mark_lost(box, reason="stolen", actor=house.pat)
    again = sent_again(house, box)
    order = Order.objects.get(pk=box.order_id)
    seen = state(order)
    assert seen["headline"]["text"] == f"Sent again as order {again.number}"
    assert (seen["steps"], seen["counts"]) == ([], "")
    notice = state(again)["notices"][-1]
    assert notice == {
        "text": f"This is a replacement for order {order.number}.", "tone": "info",
    }  # fmt: skip


def test_only_who_proves_an_order_gets_the_link_to_the_other(house):
    (box,) = sent_packages(house, {"LAMP": 2})
    mark_lost(box, reason="stolen", actor=house.pat)
    again = sent_again(house, box)
    order = Order.objects.get(pk=box.order_id)
    for one, other in ((order, again), (again, order)):
        assert other.token not in str(state(one)), "a link alone leads to no other order"
        page = proven(one).get(f"/track/{one.token}/").content.decode()
        assert f'href="/track/{other.token}/"' in page
        assert other.token not in proven(other).get(f"/track/{one.token}/").content.decode()
    assert personal(again)["former"]["url"] == f"/track/{order.token}/"
    assert personal(order)["former"] is None
    assert personal(order)["cases"][0]["link"]["url"] == f"/track/{again.token}/"
    cancel_order(again, actor=None)
    assert personal(order)["cases"][0]["link"] is None


def test_the_page_of_a_replacement_outlives_that_of_its_order(house):
    _order, lost = in_part(house)
    again = sent_again(house, lost)
    with time_machine.travel(hour(17)[0].replace(year=hour(17)[0].year + 1), tick=True):
        assert personal(again)["former"] is None
    assert said(again, "replacement").text
