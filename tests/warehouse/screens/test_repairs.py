"""A repair as customer, worker and seller see it: form, screens, pages, messages, the way back."""

import pytest
from django.utils import timezone

from fulfillment.privacy.customers import kept_about
from notifications.facts import load_facts
from notifications.guards.trimming import trim
from orders.lifecycle.labelling import label_packages
from orders.models import Order, Refund, Repair, Return, Seller
from orders.returns.handling import approve_return, request_return
from tests.api.asking import ask as ask_api
from tests.balance import findings
from tests.notifications.saying import said
from tests.support.stages import LAMP_CODE, delivered_order, started_run
from tests.test_doors import signed_in
from tests.tracking.tracked import proven, state
from warehouse.couriers.runs import deliver_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.models import Stock, Supply

pytestmark = pytest.mark.django_db

WORDS = "The shade is cracked through."


@pytest.fixture
def order(house):
    Seller.objects.update(return_choices={"repair": True})
    return delivered_order(house, {"LAMP": 1}, currency="EUR")


def asked(house, order, units=1):
    """The customer asks for a repair on the form, and the seller approves it."""
    lamp = order.lines.get()
    form = f"/track/{order.token}/return/"
    sent = {f"units-{lamp.pk}": units, "reason": "damaged", "wish": "repair"}
    assert proven(order).post(form, sent).status_code == 302
    return approve_return(Return.objects.get(), actor=house.ada.owner)


def inspected(house, pat, order, units=1):
    """The parcel is opened, and the lamp set aside; the customer is told."""
    row = asked(house, order, units)
    assert page(order)[1] == "You asked for a repair."
    [part] = row.lines.all()
    screen = f"/warehouse/returns/{row.pk}/"
    pat.sends(f"{screen}count/", **{f"received_{part.pk}": units})
    assert "repair wanted" in pat.opens(screen).text
    aside = pat.sends(f"{screen}write-off/", line=part.pk, quantity=units, repair="on")
    assert aside.says == f"Set aside with {row} on it, to be repaired: {units} × Brass lamp"
    told = f"Return {row} is inspected and stays open. Still to be repaired: {units}."
    assert pat.sends(f"{screen}finish/").says == told
    assert "To repair" in pat.opens(screen).text
    assert status_of(order) == "delivered", "what is repaired stays the customer's"
    return Repair.objects.get()


def counted(house, order):
    """What the seller's page says of the units of an order, and of its money."""
    shown = signed_in(house.ada.owner).get(f"/dashboard/orders/{order.pk}/").context["page"]
    [(_, stages, _)] = shown.lines
    return [(stage.code, stage.units) for stage in stages], shown.money and shown.money.returned


def told_by_api(house, order):
    """What the API says of the units of an order: delivered, returned, in repair."""
    [line] = ask_api(house.ada, f"orders/{order.pk}/").json()["lines"]
    return [line[name] for name in ("delivered", "returned", "in_repair")]


def status_of(order):
    assert findings() == []
    return Order.objects.get(pk=order.pk).status


def page(order):
    [case] = state(order, timezone.now())["returns"]
    return case["to_do"], case["repair"]


def text(order, template):
    return said(order, template, now=timezone.now()).text


def test_the_worker_says_that_it_is_repaired_and_puts_it_into_a_tote(house, pat, order):
    lying = Supply.objects.get(product__sku="LAMP").on_hand
    repair = inspected(house, pat, order)
    assert counted(house, order) == ([("repaired", 1)], "")
    assert told_by_api(house, order) == [1, 0, 1]
    assert page(order)[0] == ("We have checked it, and it is to be repaired. No action needed.")
    assert "is now to be repaired: 1 × Title of LAMP. We" in text(order, "return_repairing")
    listed = pat.opens("/warehouse/returns/").text
    assert "To repair · " in listed and "To inspect · " not in listed
    screen = f"/warehouse/repairs/{repair.pk}/"

    assert pat.sends(screen).says == "Repaired: 1 × Brass lamp"

    assert page(order)[1] == "It is repaired, and comes back to you."
    told = text(order, "return_repaired")
    assert "is repaired, and comes back to you in a parcel of its own: 1 × Title of LAMP." in told
    assert pat.sends(screen, code="SHADE").kind == "alarm"
    into = pat.sends(screen, code=LAMP_CODE)
    back = Order.objects.get(number=f"{order}-W1")
    closed = text(order, "seller_return_closed")
    assert "Repaired: 1 × Title of LAMP\n\nIt is repaired: nothing is to be refunded." in closed
    assert "Damaged" not in closed and "refund is yours" not in closed
    assert into.says == f"Into tote T-1: 1 × Brass lamp. Pack shipment {back}-1 next."
    assert status_of(order) == "delivered"
    assert counted(house, order) == ([("delivered", 1)], "")
    assert told_by_api(house, order) == [1, 0, 0]
    assert page(order)[1] == f"It comes back to you as order {back}."
    assert Stock.objects.get(location__code="T-1").pinned == 1
    assert Supply.objects.get(product__sku="LAMP").available == lying
    assert not back.messages.filter(template="confirmed").exists()
    comes_back(house, order, back)


def comes_back(house, order, back):
    """Its order says what it is; and once it is delivered, the first one that it came back."""
    row = Return.objects.get()
    this = (
        f"This is what you sent in for repair with return {row} of order {order}. It is repaired."
    )
    assert [row["text"] for row in state(back, timezone.now())["notices"]] == [this]
    ada = signed_in(house.ada.owner)
    shown = ada.get(f"/dashboard/orders/{back.pk}/").content.decode()
    assert (
        "goes back to the customer, repaired" in shown and f"/dashboard/orders/{order.pk}/" in shown
    )
    assert ask_api(house.ada, f"orders/{back.pk}/").json()["repair_of"] == str(
        Return.objects.get().pk
    )
    assert api_repair(house) is False

    shipment = back.shipments.get()
    close_package(pack_unit(shipment, code="LAMP", actor=house.pat), actor=house.pat)
    label_packages(shipment, actor=house.pat)
    boxes = mark_ready(shipment, actor=house.pat).packages.order_by("number")
    run = started_run(house, hand_over(boxes, actor=house.pat))
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)

    for template in ("packed", "shipped", "delivered"):
        assert this in text(back, template), template
    assert page(order)[1] == f"It came back to you as order {back}."
    mine = ada.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "(delivered)" in mine
    assert api_repair(house) is True


def api_repair(house):
    [row] = ask_api(house.ada, f"returns/{Return.objects.get().pk}/").json()["repairs"]
    return row["is_back"]


def test_the_seller_says_that_it_cannot_be_repaired_and_the_customer_reads_why(house, pat, order):
    repair = inspected(house, pat, order)
    ada, address = signed_in(house.ada.owner), f"/dashboard/repairs/{repair.pk}/"
    assert address in ada.get("/dashboard/").content.decode()
    assert address in ada.get(f"/dashboard/orders/{order.pk}/").content.decode()

    assert ada.get(f"/dashboard/orders/{order.pk}/").context["page"].next.url == address
    refused = ada.post(address, {"decision": "refunded", "words": " "})
    assert refused.status_code == 409
    assert "Tell the customer why" in refused.content.decode()
    assert Repair.objects.get().status == "waiting"
    assert ada.post(address, {"decision": "refunded", "words": WORDS}).status_code == 302

    assert page(order)[1] == "It could not be repaired."
    assert status_of(order) == "returned"
    told = text(order, "return_unrepaired")
    assert "could not repair this" in told and WORDS in told
    assert "comes back" not in told
    assert Refund.objects.get().status == "owed"
    assert address not in ada.get("/dashboard/").content.decode()
    shown = ask_api(house.ada, f"returns/{repair.order_return_id}/").json()
    assert [shown["repairs"][0][name] for name in ("status", "is_failed", "sent_as")] == [
        "refunded", True, None,
    ]  # fmt: skip
    known = kept_about(order)
    assert (known["returns"][0]["words"], known["repairs"][0]["status"]) == (WORDS, "refunded")


def test_what_is_lost_after_its_repair_is_refunded_and_nothing_false_is_said(house, pat, order):
    repair = inspected(house, pat, order)
    pat.sends(f"/warehouse/repairs/{repair.pk}/")
    ada, address = signed_in(house.ada.owner), f"/dashboard/repairs/{repair.pk}/"
    assert "It cannot be sent after all?" in ada.get(address).content.decode()
    assert ada.post(address, {"decision": "refunded", "words": " "}).status_code == 409

    lost = ada.post(address, {"decision": "refunded", "words": "We have lost it."}, follow=True)

    assert "No refund is listed" not in lost.content.decode()
    assert page(order)[1] == "", "neither repaired, nor coming, nor beyond repair"
    assert status_of(order) == "returned"
    assert "has decided how to go on" in text(order, "return_settled")
    late = order.messages.get(template="return_repaired", channel="email")
    [fact] = trim(load_facts([late]))
    assert fact.stale and fact.stale.reason == "It is refunded instead."
    assert Refund.objects.get().status == "owed"
    assert pat.opens("/warehouse/returns/").text.count("Brass lamp") == 0


def test_of_two_units_one_is_repaired_and_the_other_refunded(house, pat):
    Seller.objects.update(return_choices={"repair": True})
    order = delivered_order(house, {"LAMP": 2}, currency="EUR")
    repair = inspected(house, pat, order, 2)
    ada, address = signed_in(house.ada.owner), f"/dashboard/repairs/{repair.pk}/"
    for refused in ("3", "0", "x"):
        sent = {"decision": "repaired", "units": refused}
        assert "1 to 2" in ada.post(address, sent).content.decode()
    assert ada.post(address, {"decision": "repaired", "units": "1"}).status_code == 302

    done = "1 × Title of LAMP: It is repaired, and comes back to you."
    assert page(order) == (
        "We have checked it. Some of it is still to be repaired. No action needed.", done
    )  # fmt: skip
    screen, rest = f"/warehouse/repairs/{repair.pk}/", Repair.objects.get(status="waiting")
    assert "the customer is told first" in pat.opens(screen).text
    assert "told first" in pat.sends(screen, code=LAMP_CODE).says
    ada.post(f"/dashboard/repairs/{rest.pk}/", {"decision": "refunded", "words": WORDS})

    assert page(order)[1] == f"{done} 1 × Title of LAMP: It could not be repaired."
    refund = "The shop refunds this return. The refund is for what does not come back to you."
    assert state(order, timezone.now())["returns"][0]["refund"] == refund
    told = text(order, "return_unrepaired")
    assert "This is repaired: 1 × Title of LAMP.\n\nThis comes back to you" in told
    closed = text(order, "seller_return_closed")
    assert "Repaired: 1 × Title of LAMP\n\nDamaged: 1 × Title of LAMP\n\n" in closed
    assert "A refund is due" in closed

    part = Return.objects.get(status="closed").lines.get()
    assert (part.sent_back, part.written_off) == (1, 1)
    assert Refund.objects.get().lines.get().units == 1
    assert "Into tote" in pat.sends(screen, code=LAMP_CODE).says
    assert status_of(repair.order) == "partly_returned"
    assert counted(house, repair.order) == ([("returned", 1), ("delivered", 1)], "19.99")
    assert told_by_api(house, repair.order) == [2, 1, 0]


def test_the_owner_offers_repairs_and_the_form_asks_for_them(house, order):
    form = f"/track/{order.token}/return/"
    assert "Repair</option>" in proven(order).get(form).content.decode()
    ada = signed_in(house.ada.owner)
    terms = "/dashboard/settings/refunds/"
    assert ada.post(terms, {"refund_method": "payment"}).status_code == 302
    assert Seller.objects.get(pk=house.ada.seller.pk).return_choices == {}
    assert "Repair</option>" not in proven(order).get(form).content.decode()
    ada.post(terms, {"refund_method": "payment", "repair": "on"})
    assert Seller.objects.get(pk=house.ada.seller.pk).return_choices == {"repair": True}


def test_nobody_sets_aside_what_was_to_be_refunded(house, pat, order):
    row = request_return(order, units={order.lines.get().pk: 1}, reason="damaged")
    approve_return(row, actor=house.ada.owner)
    [part] = row.lines.all()
    screen = f"/warehouse/returns/{row.pk}/"
    pat.sends(f"{screen}count/", **{f"received_{part.pk}": 1})

    refused = pat.sends(f"{screen}write-off/", line=part.pk, quantity=1, repair="on")

    assert refused.says == f"The customer of {row} has asked for no repair."
    assert not Repair.objects.exists()
