"""What never came and is sent again: counted with the replacement, and given back with it."""

import pytest
import time_machine
from django.db import IntegrityError, transaction

from orders.decisions.uncancel import undo_cancellation
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.lifecycle.edit_lines import add_units
from orders.lifecycle.transitions import count_forgotten
from orders.models import Order, OrderLine, Problem
from orders.problems.answering import answer_problem
from orders.problems.reporting import report_problem, reportable
from tests.balance import findings
from tests.support.stages import hour, open_house, sent_packages, started_run
from warehouse.couriers.lost import mark_found, mark_lost
from warehouse.couriers.runs import deliver_stop, fail_stop
from warehouse.couriers.undelivered import send_back, take_back

pytestmark = pytest.mark.django_db
LAMP_AND_SHADES = [{"LAMP": 1}, {"SHADE": 2}]


@pytest.fixture
def house(once):
    with time_machine.travel(hour(17)[0], tick=True):
        yield once(open_house)


@pytest.fixture
def boxes(house):
    """Of an order of a lamp and two shades: the lamp has come, the shades are on their way."""
    lamp, shades = sent_packages(house, {"LAMP": 1, "SHADE": 2}, boxes=LAMP_AND_SHADES)
    deliver_stop(started_run(house, [lamp]).stops.get(), received_by="Grace", actor=house.cory)
    return lamp, shades


def ask(box, kind="not_arrived", quantity=2):
    """A report of the whole parcel, or of units in it."""
    order = Order.objects.get(pk=box.order_id)
    rows = [row for row in reportable(order) if row.package == box]
    key = next(row.key for row in rows if (row.line is None) == (kind == "not_arrived"))
    return report_problem(order, key=key, kind=kind, quantity=quantity, words="")


def send_again(house, problem):
    answer_problem(problem, "replacement", words="", actor=house.ada.owner)
    return Order.objects.get(pk=Problem.objects.get(pk=problem.pk).replacement_id)


def counted(box):
    """(status of the order, {SKU: units that are sent again})."""
    lines = OrderLine.objects.filter(order=box.order_id).order_by("position")
    return Order.objects.get(pk=box.order_id).status, {row.sku: row.replaced for row in lines}


def test_a_lost_parcel_is_replaced_until_the_replacement_is_cancelled(house, boxes):
    _, shades = boxes
    mark_lost(shades, reason="not_found", actor=house.pat)
    assert counted(shades) == ("partly_delivered", {"LAMP": 0, "SHADE": 0})

    again = send_again(house, ask(shades))

    assert counted(shades) == ("replaced", {"LAMP": 0, "SHADE": 2})
    assert findings() == []
    cancel_units(again, {again.lines.get().pk: 1}, actor=house.ada.owner)
    assert counted(shades) == ("partly_delivered", {"LAMP": 0, "SHADE": 1})
    assert findings() == []
    cancel_order(again, actor=house.ada.owner)
    assert counted(shades) == ("partly_delivered", {"LAMP": 0, "SHADE": 0})
    undo_cancellation(again, actor=house.ada.owner)
    assert counted(shades) == ("partly_delivered", {"LAMP": 0, "SHADE": 1})
    add_units(again, {again.lines.get().pk: 5}, actor=house.ada.owner)
    assert counted(shades) == ("replaced", {"LAMP": 0, "SHADE": 2}), "no more than never came"
    assert findings() == []


def test_a_lost_parcel_that_is_found_is_replaced_no_longer(house, boxes):
    _, shades = boxes
    mark_lost(shades, reason="not_found", actor=house.pat)
    send_again(house, ask(shades))

    mark_found(shades, actor=house.pat)

    assert counted(shades) == ("partly_delivered", {"LAMP": 0, "SHADE": 0})
    assert findings() == []
    deliver_stop(started_run(house, [shades]).stops.get(), received_by="Grace", actor=house.cory)
    assert counted(shades) == ("delivered", {"LAMP": 0, "SHADE": 0})
    assert findings() == []


def test_an_order_of_which_nothing_came_is_replaced_as_a_whole(house):
    (box,) = sent_packages(house, {"LAMP": 2})
    mark_lost(box, reason="stolen", actor=house.pat)
    assert counted(box) == ("undelivered", {"LAMP": 0})

    again = send_again(house, ask(box))

    assert counted(box) == ("replaced", {"LAMP": 2})
    cancel_order(again, actor=None)
    assert counted(box) == ("undelivered", {"LAMP": 0})


def test_what_comes_back_undelivered_is_replaced_once_it_is_here(house, boxes):
    _, shades = boxes
    mark_lost(shades, reason="not_found", actor=house.pat)
    send_again(house, ask(shades))
    mark_found(shades, actor=house.pat)
    stop = started_run(house, [shades]).stops.get()
    fail_stop(stop, reason="refused", actor=house.cory)
    send_back(shades, actor=house.pat)
    assert counted(shades) == ("partly_delivered", {"LAMP": 0, "SHADE": 0})

    take_back(shades, actor=house.pat)

    assert counted(shades) == ("replaced", {"LAMP": 0, "SHADE": 2})
    assert findings() == []


def test_what_came_and_was_faulty_is_delivered_already(house, boxes):
    lamp, shades = boxes
    send_again(house, ask(lamp, kind="damaged", quantity=1))
    mark_lost(shades, reason="not_found", actor=house.pat)
    assert counted(lamp) == ("partly_delivered", {"LAMP": 0, "SHADE": 0})
    assert findings() == []


def test_no_more_is_replaced_than_never_came(house, boxes):
    lines = OrderLine.objects.filter(order=boxes[0].order_id)
    with pytest.raises(IntegrityError, match="replaced_only_what_never_came"), transaction.atomic():
        lines.filter(sku="LAMP").update(replaced=1)


@pytest.mark.parametrize("answer", ["refund", "replacement"])
def test_a_replacement_is_not_wanted_again_beside_another_answer(house, boxes, answer):
    _, shades = boxes
    mark_lost(shades, reason="not_found", actor=house.pat)
    again = send_again(house, ask(shades))
    cancel_order(again, actor=house.ada.owner)
    answer_problem(ask(shades), answer, words="", actor=house.ada.owner)
    before = counted(shades)

    with pytest.raises(DomainError, match="was refunded or sent again since"):
        undo_cancellation(again, actor=house.ada.owner)

    assert counted(shades) == before
    assert Order.objects.get(pk=again.pk).status == "cancelled"


@pytest.mark.breaks_books
def test_what_a_former_version_did_not_count_is_counted(house, boxes):
    _, shades = boxes
    mark_lost(shades, reason="not_found", actor=house.pat)
    send_again(house, ask(shades))
    OrderLine.objects.filter(order=shades.order_id).update(replaced=0)
    Order.objects.filter(pk=shades.order_id).update(status="partly_delivered")
    assert any("SHADE" in found or "replaced" in found for found in findings())

    assert count_forgotten() == 1

    assert counted(shades) == ("replaced", {"LAMP": 0, "SHADE": 2})
