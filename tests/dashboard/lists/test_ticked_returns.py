"""The list of returns: the ticked ones are refused with one reason; what became of their labels."""

import csv
import io

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from notifications.models import Message
from orders.carriers.base import Seen
from orders.models import Event, Return, ReturnLabel
from orders.returns.labels.following import save_journey
from orders.returns.labels.requests import void_label
from tests.orders.return_labels.stories import approved, gives, requested, sweep
from tests.support.stages import open_house
from tests.test_doors import signed_in

pytestmark = pytest.mark.django_db

LIST = "/dashboard/returns/"
REFUSE = f"{LIST}refuse/"
WHY = "The days to return it are over."


@pytest.fixture
def house(once, carrier_peer):
    return once(open_house)


@pytest.fixture
def ada(house):
    return signed_in(house.ada.owner)


def told(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def state_of(row):
    return Return.objects.values_list("status", "words").get(pk=row.pk)


def test_ticked_returns_are_refused_with_one_reason_that_each_customer_reads(house, ada):
    mine = [requested(house), requested(house)]
    gone = approved(house)
    tick = {"row": [str(row.pk) for row in (*mine, gone)], "query": "state=requested"}
    offered = ada.get(f"{LIST}?state=requested").content.decode()
    assert f'formaction="{REFUSE}"' in offered

    asked = ada.post(REFUSE, tick)

    page = asked.content.decode()
    assert (asked.status_code, "Refuse 3 returns" in page) == (200, True)
    assert all(row.number in page for row in (*mine, gone))
    assert page.count('name="row"') == 3
    assert {state_of(row) for row in mine} == {("requested", "")}, "nothing is decided yet"

    empty = ada.post(REFUSE, tick | {"words": " "})
    assert (empty.status_code, empty.content.decode().count('name="row"')) == (422, 3)
    assert {state_of(row) for row in mine} == {("requested", "")}

    for _ in range(2):  # pressed twice
        answer = ada.post(REFUSE, tick | {"words": f" {WHY} "})

        assert answer["Location"] == f"{LIST}?state=requested"
        first, other = told(answer)[-2:]
        assert first == "2 returns are refused; their customers are notified."
        assert other == f"Return {gone.number} is approved by now: look at it again."
    assert [state_of(row) for row in (*mine, gone)] == [("refused", WHY)] * 2 + [("approved", "")]
    assert Event.objects.filter(kind="return.refused", actor=house.ada.owner).count() == 2
    for row in mine:
        assert Message.objects.filter(order=row.order, template="return_refused").exists()
        shown = Client().get(f"/track/{row.order.token}/").content.decode()
        assert WHY in shown


def test_nothing_is_refused_where_nothing_is_ticked(house, ada):
    row = requested(house)
    answer = ada.post(REFUSE, {"words": WHY})
    assert (answer["Location"], told(answer)) == (LIST, ["Tick at least one return."])

    signed_in(house.bo.owner).post(REFUSE, {"words": WHY, "row": [str(row.pk)]})
    assert state_of(row) == ("requested", ""), "a return of another seller"


def test_the_list_and_its_file_say_what_became_of_the_label(house, ada):
    plain = approved(house)
    gives(house, "peer:label")
    asked = approved(house)
    assert labels(ada) == {plain.number: "No label", asked.number: "Being made"}
    sweep()
    assert labels(ada)[asked.number] == "Ready"
    save_journey(ReturnLabel.objects.get(), [Seen("moving", timezone.now())])
    void = approved(house)
    sweep()
    void_label(void, actor=house.ada.owner)

    assert labels(ada) == {plain.number: "No label", asked.number: "Used", void.number: "Void"}

    file = b"".join(ada.get(f"{LIST}export/").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert {row["Return"]: row["Label"] for row in rows} == labels(ada)


def labels(ada):
    """{return: what the list says of its label}"""
    page = ada.get(LIST)
    shown = page.content.decode()
    found = {}
    for row in page.context["page"].rows:
        cell = shown.partition(f">{row.number}<")[2].partition('data-label="Label">')[2]
        text = cell.partition("</td>")[0]
        found[row.number] = text.replace('<span class="soft">', "").replace("</span>", "").strip()
    return found
