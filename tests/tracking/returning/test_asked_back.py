"""What the shop asks back after a report is a return that its customer never requested."""

import pytest
import time_machine
from django.utils import timezone

from fulfillment.tracking.languages import WORDS
from fulfillment.tracking.wording import acts_in
from orders.models import Order, Return, ReturnLabel
from orders.problems.answering import answer_problem
from orders.problems.reporting import report_problem, reportable
from orders.returns.handling import approve_return, request_return
from tests.orders.return_labels.stories import gives, sweep
from tests.support.stages import delivered_order, open_house
from tests.tracking.tracked import AT_THE_DOOR, look, state

pytestmark = pytest.mark.django_db


def ask_shade_back(house):
    """An order of which the shop wants the shade back, that came in place of another."""
    order = Order.objects.get(pk=delivered_order(house, {"LAMP": 1, "SHADE": 1}).pk)
    unit = next(row for row in reportable(order) if row.line and row.line.sku == "SHADE")
    problem = report_problem(order, key=unit.key, kind="wrong", quantity=1, words="", photos=[])
    answer_problem(problem, "return", words="", actor=house.ada.owner)
    return order


@pytest.fixture
def asked_back(monday_house):
    with time_machine.travel(AT_THE_DOOR, tick=False):
        return ask_shade_back(monday_house)


def seen_in(order, language):
    Order.objects.filter(pk=order.pk).update(language=language)
    seen = look(order, f"state.json?lang={language}", AT_THE_DOOR).json()
    return seen["returns"], [entry["text"] for entry in seen["history"]]


@pytest.mark.parametrize("language", list(WORDS))
def test_steps_and_history_say_that_the_shop_asks_for_it(asked_back, language):
    words = WORDS[language]

    [case], history = seen_in(asked_back, language)

    assert case["state"] == acts_in(language).state_asked_back
    assert [(step["label"], step["state"]) for step in case["steps"]] == [
        (acts_in(language).state_asked_back, "current"),
        (words.return_states["received"], "to_come"),
        (words.return_states["closed"], "to_come"),
    ]
    requested = words.events.get("return.requested", "Return requested")
    approved = words.events.get("return.approved", "Return approved")
    assert history.count(acts_in(language).asked_back) == 1
    assert not {requested, approved} & set(history)


def test_what_the_customer_requests_beside_it_is_their_request(asked_back, monday_house):
    lamp = asked_back.lines.get(sku="LAMP")
    with time_machine.travel(AT_THE_DOOR, tick=False):
        mine = request_return(asked_back, units={lamp.pk: 1}, reason="too_large")
        approve_return(mine, actor=monday_house.ada.owner)

    seen = state(asked_back, AT_THE_DOOR)
    by_number = {case["number"]: case for case in seen["returns"]}
    other = Return.objects.get(order=asked_back, reason="wrong")

    assert [step["label"] for step in by_number[mine.number]["steps"]] == [
        "Requested", "Approved", "Received", "Completed",
    ]  # fmt: skip
    assert by_number[other.number]["steps"][0]["label"] == "Requested by the shop"
    texts = [entry["text"] for entry in seen["history"]]
    assert {"Return requested", "Return approved", "The shop asked for a return"} <= set(texts)


def test_with_a_label_it_is_handed_in_after_the_shop_has_asked(once, carrier_peer):
    house = once(open_house)
    gives(house, "peer:label")
    order = ask_shade_back(house)
    sweep()

    def steps():
        [case] = state(order, timezone.now())["returns"]
        return [(step["label"], step["state"]) for step in case["steps"]]

    before = steps()
    ReturnLabel.objects.update(handed_in_at=timezone.now())

    assert before == [
        ("Requested by the shop", "current"),
        ("Handed in", "to_come"),
        ("Received", "to_come"),
        ("Completed", "to_come"),
    ]
    assert steps()[:2] == [("Requested by the shop", "done"), ("Handed in", "current")]
