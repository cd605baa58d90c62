"""The customer asks for a return on the tracking page, and follows it there."""

import re

import pytest
import time_machine
from django.db import IntegrityError
from django.db.transaction import atomic
from django.test import Client

from notifications.facts import load_facts
from notifications.guards.trimming import trim
from notifications.models import Message
from orders.models import Discrepancy, Event, Return, ReturnLine, Warehouse
from orders.returns.discrepancies import decide_discrepancy
from orders.returns.handling import (
    approve_return,
    cancel_return,
    refuse_return,
    request_return,
    revise_return,
)
from tests.support.cast import make_order
from tests.support.stages import delivered_order, open_house, started_run
from tests.support.statements import count_statements
from tests.tracking.tracked import (
    AT_THE_DOOR,
    MONDAY,
    look,
    out_for_delivery,
    proven,
    sent_order,
    state,
)
from warehouse.couriers.runs import deliver_stop
from warehouse.models import Location
from warehouse.returns.inspection import inspect_return_line, receive_return

pytestmark = pytest.mark.django_db


def brought():
    """The warehouse, and an order of two lamps and a shade that Cory brought."""
    house = open_house()
    order = sent_order(house, {"LAMP": 2, "SHADE": 1})
    run = started_run(house, order.packages.all())
    with time_machine.travel(AT_THE_DOOR, tick=False):
        deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    return house, order


@pytest.fixture
def told(once):
    with time_machine.travel(MONDAY, tick=False):
        told = once(brought)
        with time_machine.travel(AT_THE_DOOR, tick=False):
            yield told


@pytest.fixture
def house(told):
    return told[0]


@pytest.fixture
def order(told):
    return told[1]


def line(order, sku):
    return order.lines.get(sku=sku)


def fields(order, *, reason="too_large", comment="", **units):
    """The form as a browser sends it: {SKU: units}."""
    chosen = {f"units-{line(order, sku).pk}": number for sku, number in units.items()}
    return {"reason": reason, "comment": comment, **chosen}


def ask(order, client=None, **given):
    return proven(order, client).post(f"/track/{order.token}/return/", fields(order, **given))


def form_of(order):
    return proven(order).get(f"/track/{order.token}/return/").content.decode()


def seen_return(order):
    (case,) = state(order, AT_THE_DOOR)["returns"]
    return case


def test_a_look_at_the_form_changes_nothing(order):
    client = proven(order)
    with count_statements() as statements:
        answer = client.get(f"/track/{order.token}/return/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert Return.objects.count() == 0
    assert re.findall(r"<option", page) == ["<option"] * 5
    assert "by Thursday 24 December" in page
    assert not [line for line in statements if re.search("INSERT|UPDATE|DELETE", line)]
    assert len(statements) == 5


def test_a_return_is_asked_for_and_shown_with_its_number(order):
    answer = ask(order, LAMP=1, SHADE=1, comment="Too bright for the hall")

    asked = Return.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/track/{order.token}/")
    assert (asked.reason, asked.comment, asked.status) == (
        "too_large",
        "Too bright for the hall",
        "requested",
    )
    assert dict(ReturnLine.objects.values_list("line__sku", "requested")) == {"LAMP": 1, "SHADE": 1}
    assert seen_return(order) == {
        "number": asked.number,
        "state": "Requested",
        "tone": "active",
        "to_do": "The shop is reviewing your request. We will let you know.",
        "address": [],
        "steps": [
            {"label": "Requested", "state": "current"},
            {"label": "Approved", "state": "to_come"},
            {"label": "Received", "state": "to_come"},
            {"label": "Completed", "state": "to_come"},
        ],
        "items": [
            {"quantity": 1, "title": "Title of LAMP", "note": "", "parts": [], "picture": ""},
            {"quantity": 1, "title": "Title of SHADE", "note": "", "parts": [], "picture": ""},
        ],
        **{name: [] for name in ("found", "way", "photos")},
        **dict.fromkeys(("words", "exchange", "repair", "costs", "label", "hand_in"), ""),
        "refund": "You asked for a refund.",
        **dict.fromkeys(("can_cancel", "has_slip"), True),
        "is_ready": False,
    }
    assert "bright" not in look(order, "", AT_THE_DOOR).content.decode()


def test_an_approved_return_says_where_to_send_it(order):
    Warehouse.objects.update(street="Lagerweg 5", postcode="12099", city="Berlin")
    ask(order, LAMP=2)
    asked = approve_return(Return.objects.get(), actor=None)

    case = seen_return(order)
    assert case["state"] == "Approved"
    assert case["to_do"] == f"Pack everything, write {asked.number} on the parcel and send it to:"
    assert case["address"] == ["Ada's Lamps", "Warehouse BER", "Lagerweg 5", "12099 Berlin"]


def test_a_refused_return_says_so_and_the_units_may_be_asked_for_again(order):
    ask(order, LAMP=2, SHADE=1)
    assert state(order, AT_THE_DOOR)["return_until"] == ""
    refuse_return(Return.objects.get(), words="It was worn.", actor=None)

    case = seen_return(order)
    assert (case["state"], case["steps"]) == ("Declined", [])
    assert state(order, AT_THE_DOOR)["return_until"] == "Thursday 24 December"


def test_a_return_is_followed_to_its_end(order, house):
    ask(order, LAMP=2)
    asked = approve_return(Return.objects.get(), actor=None)
    back = asked.lines.get()
    receive_return(asked, received={back.pk: 1}, actor=house.pat)

    received = seen_return(order)
    assert received["state"] == "Received"
    assert received["found"] == ["1 × Title of LAMP: was not in the parcel. The shop decides."]
    assert received["items"] == [
        {
            "quantity": 2,
            "title": "Title of LAMP",
            "note": "1 item received",
            "parts": [],
            "picture": "",
        }
    ]
    shelf = Location.objects.get(code="A-01-1")
    inspect_return_line(back, restocked=1, written_off=0, location=shelf, actor=house.pat)
    decide_discrepancy(Discrepancy.objects.get(), "no_credit", actor=house.ada.owner)
    closed = seen_return(order)
    assert closed["found"] == ["1 × Title of LAMP: was not in the parcel. It is not refunded."]
    assert (closed["state"], closed["tone"]) == ("Completed", "good")
    assert [entry["text"] for entry in state(order, AT_THE_DOOR)["history"][:4]] == [
        "Return completed",
        "Return received",
        "Return approved",
        "Return requested",
    ]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "Choose at least one product to return."),
        ({"LAMP": 0, "SHADE": 0}, "Choose at least one product to return."),
        ({"LAMP": 3}, "Choose at most 2."),
        ({"LAMP": -1}, "Choose at most 2."),
        ({"LAMP": "two"}, "Choose at most 2."),
        ({"LAMP": 1, "reason": ""}, "Choose a reason for the return."),
        ({"LAMP": 1, "reason": "because"}, "Choose one of the reasons."),
        ({"LAMP": 1, "comment": "x" * 501}, "at most 500 characters"),
        ({"LAMP": 1, "comment": "\x00"}, "has a character that cannot be stored"),
    ],
)
def test_a_wrong_form_is_shown_again_with_what_is_wrong(order, given, problem):
    answer = ask(order, **given)

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert Return.objects.count() == 0
    assert not Event.objects.filter(kind="return.requested").exists()


def test_units_are_returned_once(order):
    ask(order, LAMP=2)

    answer = ask(order, LAMP=1)

    assert answer.status_code == 422
    assert Return.objects.count() == 1


def test_lines_of_another_order_are_no_choice(order, house):
    other = make_order(house.ada, {"LAMP": 5})

    answer = proven(order).post(
        f"/track/{order.token}/return/",
        {"reason": "too_large", f"units-{line(other, 'LAMP').pk}": 1},
    )

    assert answer.status_code == 422
    assert Return.objects.count() == 0


def test_before_delivery_and_after_the_last_day_nothing_can_be_returned(order, house):
    young = make_order(house.ada, {"LAMP": 1})
    with time_machine.travel("2026-12-24T22:59:00Z", tick=False):
        assert "<form" in form_of(order)
    with time_machine.travel("2026-12-24T23:01:00Z", tick=False):
        late = form_of(order)

    for page in (form_of(young), late):
        assert "Nothing in this order can be returned right now." in page
        assert "<form" not in page
    with time_machine.travel("2026-12-24T23:01:00Z", tick=False):
        refused = ask(order, LAMP=1)
    assert refused.status_code == 422
    assert "The last day for returns was yesterday." in refused.content.decode()
    assert Return.objects.count() == 0


def test_the_form_is_protected_by_a_cookie_without_a_session(order):
    client = proven(order, Client(enforce_csrf_checks=True))
    answer = client.get(f"/track/{order.token}/return/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.content.decode())[1]

    forged = ask(order, client, LAMP=1)
    sent = client.post(
        f"/track/{order.token}/return/",
        fields(order, LAMP=1) | {"csrfmiddlewaretoken": token},
    )

    assert list(answer.cookies) == ["csrftoken"]
    # With no-referrer a browser sends `Origin: null`, and its own form would be refused.
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert forged.status_code == 403
    assert sent.status_code == 302
    assert Return.objects.count() == 1


def test_a_gift_is_returned_by_writing_to_the_shop(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 1}, is_gift=True)
    with time_machine.travel(AT_THE_DOOR, tick=False):
        deliver_stop(run.stops.last(), received_by="Grace", actor=monday_house.cory)
        refused = ask(order, LAMP=1)

        page = form_of(order)

    assert "To return something, contact us by Thursday 24 December." in page
    assert "<form" not in page
    assert "help-ada@example.com" in page
    assert refused.status_code == 422
    assert Return.objects.count() == 0


@pytest.mark.breaks_books
def test_many_units_are_typed_not_chosen_from_a_menu(order):
    many = dict.fromkeys(
        ("ordered", "allocated", "picked", "packed", "shipped", "delivered"), 10**5
    )
    order.lines.filter(sku="LAMP").update(**many)

    form = proven(order).get(f"/track/{order.token}/return/").content

    assert len(form) < 20_000
    assert b'type="number"' in form
    for number, status in ((100_001, 422), (-1, 422), ("x", 422), ("9" * 30, 422), (99_999, 302)):
        assert ask(order, LAMP=number).status_code == status, number
    assert ReturnLine.objects.get().requested == 99_999


def test_a_return_is_cancelled_before_it_is_handed_in(order, house):
    ask(order, LAMP=1)
    asked = approve_return(Return.objects.get(), actor=None)
    page = form_of(order)
    assert "Cancel this return" in page
    assert f"units-{line(order, 'LAMP').pk}" not in page, "it is in a return already"

    answer = proven(order).post(f"/track/{order.token}/return/", {"cancel": asked.number})

    assert (answer.status_code, answer.url) == (302, f"/track/{order.token}/")
    case = seen_return(order)
    assert (case["state"], case["steps"], case["can_cancel"]) == ("Cancelled", [], False)
    assert case["to_do"] == "You cancelled this return. Please do not send anything."
    assert Event.objects.get(kind="return.cancelled").actor is None
    assert ask(order, LAMP=2).status_code == 302, "it may be requested anew"


def test_what_has_come_is_not_cancelled(order, house):
    ask(order, LAMP=1)
    asked = approve_return(Return.objects.get(), actor=None)
    receive_return(asked, received={asked.lines.get().pk: 1}, actor=house.pat)

    proven(order).post(f"/track/{order.token}/return/", {"cancel": asked.number})

    assert Return.objects.get().status == "received"


def test_a_link_without_proof_cancels_nothing(order):
    ask(order, LAMP=1)
    asked = Return.objects.get()

    Client().post(f"/track/{order.token}/return/", {"cancel": asked.number})

    assert Return.objects.get().status == "requested"


def test_a_return_of_another_order_is_not_cancelled(order, house):
    other = delivered_order(house, {"LAMP": 1})
    asked = request_return(other, units={line(other, "LAMP").pk: 1}, reason="wrong")

    proven(order).post(f"/track/{order.token}/return/", {"cancel": asked.number})

    assert Return.objects.get().status == "requested"


def test_sixty_requests_from_one_link_are_one_return_and_two_mails(order):
    client = proven(order)

    answers = [ask(order, client, LAMP=1).status_code for _ in range(60)]

    assert answers == [302] + [422] * 59
    assert Return.objects.count() == 1
    mails = Message.objects.filter(order=order, channel="email", template__contains="return")
    assert sorted(mails.values_list("template", flat=True)) == [
        "return_requested",
        "seller_return_requested",
    ]


def test_the_database_keeps_a_line_in_one_coming_return(order):
    ask(order, LAMP=1)
    again = Return.objects.create(
        seller_id=order.seller_id, order=order, number="R-2", reason="wrong"
    )

    with pytest.raises(IntegrityError, match="a_line_comes_back_in_one_return"), atomic():
        ReturnLine.objects.create(
            seller_id=order.seller_id,
            order_return=again,
            line=line(order, "LAMP"),
            requested=1,
            is_coming=True,
        )


def test_another_line_may_come_back_in_a_return_of_its_own(order):
    ask(order, LAMP=1)

    assert ask(order, SHADE=1).status_code == 302
    assert Return.objects.count() == 2


@pytest.mark.parametrize(("change", "left"), [("cancel", []), ("refuse", ["return_refused"])])
def test_an_approval_that_holds_no_more_is_not_sent(order, house, change, left):
    ask(order, LAMP=1)
    asked = approve_return(Return.objects.get(), actor=house.ada.owner)
    cancel_return(asked) if change == "cancel" else revise_return(asked, words="Worn.", actor=None)

    rows = Message.objects.filter(order=order, audience="customer", channel="email")
    facts = load_facts(list(rows.filter(template__startswith="return_").order_by("pk")))
    valid = [fact.message.template for fact in trim(facts) if not fact.stale]
    assert [name for name in valid if name != "return_requested"] == left
