"""What comes in a returned parcel and should not, or does not come: recorded, decided, done."""

from datetime import timedelta

import pytest

from notifications.models import Message
from orders.models import Discrepancy, Event, Order, Refund, Return, ReturnLine
from orders.returns.closing import close_finished
from orders.returns.handling import approve_return, request_return
from orders.returns.left import returnable_units
from orders.returns.refunding import pay_refund
from tests.support.cast import make_order
from tests.support.stages import delivered_order
from tests.test_doors import signed_in
from tests.tracking.tracked import look
from warehouse.models import Stock, StockMovement

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]

RETURNS, LATER = "/warehouse/returns/", timedelta(minutes=11)


@pytest.fixture
def order(house):
    """Two lamps and a shade that were delivered."""
    return delivered_order(house, {"LAMP": 2, "SHADE": 1})


@pytest.fixture
def back(house, order):
    """One lamp is to come back."""
    asked = request_return(order, units={order.lines.get(sku="LAMP").pk: 1}, reason="too_large")
    return approve_return(asked, actor=house.ada.owner)


def two_lamps_back(house, order):
    asked = request_return(order, units={order.lines.get(sku="LAMP").pk: 2}, reason="too_large")
    return approve_return(asked, actor=house.ada.owner)


def receive(pat, back, units=1):
    name = f"received_{back.lines.get().pk}"
    return pat.sends(f"{RETURNS}{back.pk}/count/", **{name: units})


def record(pat, back, code, quantity=1):
    return pat.sends(f"{RETURNS}{back.pk}/found/", code=code, quantity=quantity)


def put_away(pat, back, sku, units=1):
    row = ReturnLine.objects.get(order_return=back, line__product__sku=sku)
    given = {"line": row.pk, "scanned": sku, "counted": units}
    return pat.sends(f"{RETURNS}{back.pk}/", code="B-01-1", **given)


def decide(house, decision, row=None):
    """Ada decides of the only discrepancy; the answer of the page."""
    row = row or Discrepancy.objects.get()
    client = signed_in(house.ada.owner)
    return client.post(f"/dashboard/discrepancies/{row.pk}/", {"decision": decision})


def told(order):
    rows = Message.objects.filter(order=order, audience="customer", template__startswith="return_")
    return list(dict.fromkeys(rows.order_by("pk").values_list("template", flat=True)))


def status(back):
    return Return.objects.get(pk=back.pk).status


def test_a_wrong_article_is_kept_as_what_was_scanned(house, pat, order, back):
    receive(pat, back)
    url = f"{RETURNS}{back.pk}/"
    refused = pat.sends(url, code="SHADE")
    assert refused.says == f"You scanned SHADE. Expected: a product of return {back}."
    assert "Record SHADE as in the parcel" in refused.text

    screen = record(pat, back, "SHADE")
    assert screen.says == f"Set aside with {back} on it: 1 × Title of SHADE. The seller decides."
    put_away(pat, back, "LAMP")
    early = pat.sends(f"{url}finish/")
    assert early.says == f"Return {back}: something is left to inspect, or to decide."
    assert status(back) == "received", "the seller has still to decide"
    assert decide(house, "keep").status_code == 302

    row = Discrepancy.objects.get()
    assert (row.kind, row.status, row.decision) == ("wrong", "decided", "keep")
    assert "1 × Title of SHADE Keep, into stock" in pat.opens(RETURNS).text
    aside = f"/warehouse/aside/{row.pk}/"
    wrong = pat.sends(aside, code="LAMP")
    assert wrong.says == "You scanned LAMP. Expected: SHADE."
    unseen = pat.sends(aside, code="B-01-1", scanned="LAMP")
    assert unseen.status == 409
    pat.sends(aside, code="SHADE")
    done = pat.sends(aside, code="B-01-1", scanned="SHADE")
    assert done.says == "1 × Linen shade into B-01-1, where LAMP also lies"
    assert Stock.objects.get(location__code="B-01-1", product__sku="SHADE").on_hand == 1
    movement = StockMovement.objects.get(reason="restocked", product__sku="SHADE")
    assert (movement.quantity, movement.subject_id) == (1, row.pk)
    assert Order.objects.get(pk=order.pk).lines.get(sku="SHADE").returned == 0
    again = pat.sends(aside, code="B-01-1", scanned="SHADE")
    assert "there is nothing to do with it" in again.says


def test_an_extra_unit_is_taken_into_the_return(house, pat, order, back):
    receive(pat, back)
    record(pat, back, "LAMP")
    assert Discrepancy.objects.get().kind == "extra"

    assert decide(house, "accept").status_code == 302

    row = back.lines.get()
    assert (row.requested, row.approved, row.unexpected, row.received) == (1, 1, 1, 2)
    put_away(pat, back, "LAMP", 2)
    assert pat.sends(f"{RETURNS}{back.pk}/finish/").says == f"Return {back} is closed."
    assert order.lines.get(sku="LAMP").returned == 2
    assert told(order) == [
        "return_requested", "return_approved", "return_received", "return_differs",
        "return_settled", "return_closed",
    ]  # fmt: skip


def test_more_than_was_delivered_is_never_accepted(house, pat, back):
    receive(pat, back)
    record(pat, back, "LAMP", 2)

    refused = decide(house, "accept")

    assert refused.status_code == 409
    assert "no more such units of the order can be returned" in refused.content.decode()
    assert back.lines.get().unexpected == 0
    assert Discrepancy.objects.get().status == "open"


@pytest.mark.parametrize(
    ("decision", "left"), [("credit", {"SHADE": 1}), ("no_credit", {"LAMP": 2, "SHADE": 1})]
)
def test_an_empty_parcel_ends_in_a_decision(house, pat, order, back, decision, left):
    says = "Recorded: nothing was in the parcel. Scan what is in it after all."
    assert pat.sends(f"{RETURNS}{back.pk}/empty/").says == says
    assert status(back) == "received"
    row = Discrepancy.objects.get()
    assert (row.kind, row.quantity, row.line.sku) == ("empty", 1, "LAMP")
    page = signed_in(house.ada.owner).get("/dashboard/").content.decode()
    assert "Returns that differ" in page

    decide(house, decision)

    assert status(back) == "closed"
    by_line = returnable_units(order)
    lines = {line.pk: line.sku for line in order.lines.all()}
    expected = left | ({"LAMP": 1} if decision == "credit" else {})
    assert {lines[pk]: units for pk, units in by_line.items()} == expected
    assert told(order)[2:] == ["return_differs", "return_settled"]
    assert Event.objects.get(kind="return.closed").data == {"empty": True}
    assert not Message.objects.filter(template="seller_return_closed"), "nothing was inspected"


def test_a_refunded_unit_is_counted_once_while_its_return_is_open(house, pat, order, back):
    lamp = order.lines.get(sku="LAMP")
    pat.sends(f"{RETURNS}{back.pk}/empty/")
    record(pat, back, "SHADE")

    decide(house, "credit", Discrepancy.objects.get(line=lamp))
    assert status(back) == "received", "the shade waits for a decision"
    assert returnable_units(order)[lamp.pk] == 1, "the other lamp"
    decide(house, "discard", Discrepancy.objects.get(kind="wrong"))

    assert status(back) == "closed"
    assert returnable_units(order)[lamp.pk] == 1


def test_a_refund_for_what_is_missing_is_listed_until_it_is_ticked_off(house, pat, back):
    pat.sends(f"{RETURNS}{back.pk}/empty/")
    decide(house, "credit")
    client, row = signed_in(house.ada.owner), Discrepancy.objects.get()
    listed = client.get("/dashboard/").content.decode()
    assert ("Returns to refund" in listed, "Missing in returns" in listed) == (True, False)
    assert client.post(f"/dashboard/discrepancies/{row.pk}/settle/").status_code == 409
    pay_refund(Refund.objects.get(), amount=1, method="payment", actor=house.ada.owner)
    assert Discrepancy.objects.get().status == "done"


def test_a_missing_unit_may_be_found_after_all(house, pat, order):
    lamp, back = order.lines.get(sku="LAMP"), two_lamps_back(house, order)
    receive(pat, back, 1)
    row = Discrepancy.objects.get()
    assert (row.kind, row.quantity, row.line) == ("missing", 1, lamp)

    screen = record(pat, back, "LAMP", 2)

    assert screen.says.startswith(f"Set aside with {back} on it: 1 × Title of LAMP.")
    row.refresh_from_db()
    assert (row.status, row.decision) == ("done", "arrived")
    part = back.lines.get()
    assert (part.approved, part.received) == (2, 2)
    extra = Discrepancy.objects.get(status="open")
    assert (extra.kind, extra.quantity) == ("extra", 1)
    decide(house, "send_back", extra)
    sent = pat.sends(f"/warehouse/aside/{extra.pk}/")
    assert sent.says == "Send back: 1 × Title of LAMP"


@pytest.mark.parametrize("settled", [False, True])
def test_what_is_refunded_as_missing_is_not_returned_as_well(house, pat, order, settled):
    back = two_lamps_back(house, order)
    receive(pat, back, 1)
    decide(house, "credit")
    if settled:
        row = Discrepancy.objects.get()
        signed_in(house.ada.owner).post(f"/dashboard/discrepancies/{row.pk}/settle/")

    screen = record(pat, back, "LAMP", 2)

    assert screen.says == f"Set aside with {back} on it: 2 × Title of LAMP. The seller decides."
    assert back.lines.get().received == 1
    late, extra = Discrepancy.objects.filter(status="open").order_by("pk")
    assert (late.kind, late.quantity, extra.kind, extra.quantity) == ("late", 1, "extra", 1)
    page = signed_in(house.ada.owner).get(f"/dashboard/discrepancies/{late.pk}/").content.decode()
    assert "You refund it as missing already" in page
    assert decide(house, "accept", late).status_code == 409
    assert decide(house, "keep", late).status_code == 302
    assert record(pat, back, "LAMP").says.startswith("Set aside")
    assert Discrepancy.objects.filter(kind="late").count() == 1, "one was missing"
    assert "was found after the shop had decided" in look(order).content.decode()
    put_away(pat, back, "LAMP")
    assert order.lines.get(sku="LAMP").returned == 1


def test_an_empty_parcel_that_is_refunded_is_not_returned_as_well(house, pat, order):
    units = {line.pk: 1 for line in order.lines.all()}
    asked = request_return(order, units=units, reason="too_large")
    back = approve_return(asked, actor=house.ada.owner)
    pat.sends(f"{RETURNS}{back.pk}/empty/")
    lamp = Discrepancy.objects.get(line__sku="LAMP")
    decide(house, "credit", lamp)

    record(pat, back, "LAMP")

    assert list(back.lines.values_list("received", flat=True)) == [0, 0]
    assert Discrepancy.objects.get(kind="late").line.sku == "LAMP"
    assert Discrepancy.objects.get(line__sku="SHADE").kind == "missing", "it was not empty"


def test_what_was_missing_and_not_refunded_is_taken_in_when_it_is_found(house, pat, order):
    back = two_lamps_back(house, order)
    receive(pat, back, 1)
    decide(house, "no_credit")
    record(pat, back, "LAMP")

    late = Discrepancy.objects.get(status="open")
    assert late.kind == "late"
    assert decide(house, "accept", late).status_code == 302

    part = back.lines.get()
    assert (part.approved, part.unexpected, part.received) == (2, 0, 2)
    put_away(pat, back, "LAMP", 2)
    assert pat.sends(f"{RETURNS}{back.pk}/finish/").says == f"Return {back} is closed."
    assert order.lines.get(sku="LAMP").returned == 2


def test_a_parcel_that_was_not_empty_is_inspected_after_all(house, pat, order, back):
    page = pat.opens(f"{RETURNS}{back.pk}/")
    assert "Record an empty parcel" in page.text
    url = f"{RETURNS}{back.pk}/"
    screen = pat.sends(f"{url}empty/")
    assert "Scan what is in it after all" in screen.text

    offered = pat.sends(url, code="LAMP")
    assert "Record LAMP as in the parcel" in offered.text
    assert record(pat, back, "LAMP").says == "Brass lamp: 1 more to inspect."

    row = Discrepancy.objects.get()
    assert (row.status, row.decision) == ("done", "arrived")
    put_away(pat, back, "LAMP")
    assert pat.sends(f"{url}finish/").says == f"Return {back} is closed."
    assert told(order)[-1] == "return_closed"


def test_after_the_last_line_something_else_is_recorded(house, pat, back):
    receive(pat, back)
    put_away(pat, back, "LAMP")
    url = f"{RETURNS}{back.pk}/"
    assert "Finish: tell the customer Scan what else is in it" in pat.opens(url).text

    repeat = pat.sends(url, code="SHADE")

    assert "Record SHADE as in the parcel" in repeat.text
    record(pat, back, "SHADE")
    assert Discrepancy.objects.get().kind == "wrong"
    assert "Finish" not in pat.opens(url).text, "the seller decides first"


def test_an_unknown_article_is_sent_back_or_discarded(house, pat, back):
    receive(pat, back)
    record(pat, back, "4711")

    assert decide(house, "keep").status_code == 409
    decide(house, "discard")

    row = Discrepancy.objects.get()
    assert (row.kind, row.code, row.product, row.decision) == ("unknown", "4711", None, "discard")
    assert pat.sends(f"/warehouse/aside/{row.pk}/").says == "Discard: 1 × 4711"
    assert Discrepancy.objects.get().status == "done"


def test_a_parcel_that_nobody_announced_is_taken_into_a_return(house, pat, order):
    stray = pat.sends(RETURNS, code=order.number)
    assert stray.status == 409
    assert "Nobody announced it: record it" in stray.text

    screen = pat.sends(f"{RETURNS}unannounced/", code=order.number)
    back = Return.objects.get()
    assert screen.url == f"{RETURNS}{back.pk}/"
    assert (back.reason, back.status) == ("unannounced", "received")
    record(pat, back, "SHADE")
    row = Discrepancy.objects.get()
    assert (row.kind, row.line.sku, row.order_return) == ("unannounced", "SHADE", back)
    decide(house, "accept")
    put_away(pat, back, "SHADE")
    pat.sends(f"{RETURNS}{back.pk}/finish/")

    assert status(back) == "closed"
    assert order.lines.get(sku="SHADE").returned == 1
    assert told(order) == ["return_received", "return_settled", "return_closed"]


def test_an_unannounced_parcel_that_goes_back_ends_the_return(house, pat, order):
    pat.sends(f"{RETURNS}unannounced/", code=order.packages.get().tracking_number)
    back = Return.objects.get()
    record(pat, back, "MUG")

    row = Discrepancy.objects.get()
    assert (row.kind, row.product, row.code) == ("unknown", None, "MUG"), "another seller's"
    decide(house, "send_back")
    assert status(back) == "received", "more may be in it: the worker finishes it"
    assert "Finish" in pat.opens(f"{RETURNS}{back.pk}/").text
    assert pat.sends(f"{RETURNS}{back.pk}/finish/").says == f"Return {back} is closed."
    assert told(order) == ["return_received", "return_settled"]


def test_an_unannounced_parcel_is_opened_once(house, pat, order):
    first = pat.sends(f"{RETURNS}unannounced/", code=order.number)
    again = pat.sends(f"{RETURNS}unannounced/", code=order.number)

    assert first.url == again.url == f"{RETURNS}{Return.objects.get().pk}/"
    assert Event.objects.filter(kind="return.received").count() == 1


def test_of_an_order_that_never_left_nothing_comes_back(house, pat):
    order = make_order(house.ada, {"LAMP": 1})

    screen = pat.sends(f"{RETURNS}unannounced/", code=order.number)

    assert (screen.status, Return.objects.count()) == (409, 0)
    assert screen.says == f"Nothing of order {order} has left the house: check the number."


def test_an_unannounced_parcel_stays_open_while_it_is_unpacked(house, pat, order):
    pat.sends(f"{RETURNS}unannounced/", code=order.number)
    back = Return.objects.get()
    record(pat, back, "LAMP")
    decide(house, "discard")

    more = record(pat, back, "SHADE")

    assert more.says == f"Set aside with {back} on it: 1 × Title of SHADE. The seller decides."
    assert close_finished(Event.objects.latest("at").at + LATER) == 0, "of the shade she decides"
    decide(house, "discard", Discrepancy.objects.get(status="open"))
    last = Event.objects.latest("at").at
    assert close_finished(last) == 0
    assert close_finished(last + LATER) == 1
    assert status(back) == "closed"


def test_a_parcel_of_no_order_is_decided_by_the_seller(house, pat):
    pat.sends(f"{RETURNS}stray/", code="LAMP", quantity=2)
    lost = pat.sends(f"{RETURNS}stray/", code="4711")

    assert lost.says == "Choose the seller whose goods these may be."
    row = Discrepancy.objects.get()
    assert (row.seller, row.order, row.quantity) == (house.ada.seller, None, 2)
    page = signed_in(house.ada.owner).get("/dashboard/").content.decode()
    assert "No order" in page
    assert signed_in(house.bo.owner).get(f"/dashboard/discrepancies/{row.pk}/").status_code == 404
    decide(house, "discard")
    assert pat.sends(f"/warehouse/aside/{row.pk}/").says == "Discard: 2 × Brass lamp"


def test_a_decision_is_made_once(house, pat, back):
    receive(pat, back)
    record(pat, back, "SHADE")
    decide(house, "discard")

    again = decide(house, "keep")

    assert again.status_code == 409
    assert Discrepancy.objects.get().decision == "discard"
