"""What is owed for a return once it was closed: a refund of its own, which its shop hears once."""

import pytest
from django.test import Client

from fulfillment.demo.peers.kept import Fault
from orders.models import Charge, Discrepancy, Order, Push, Refund, Return
from orders.pushes.planning import plan_pushes
from orders.returns.discrepancies import decide_discrepancy
from orders.returns.handling import approve_return, request_return
from orders.returns.refunding import pay_refund
from orders.returns.terms import change_terms
from tests.orders.pushes.test_told_back import bought, told
from tests.orders.shops.telling_runs import send, tell
from tests.support.stages import started_run
from warehouse.couriers.runs import deliver_stop
from warehouse.returns.inspection import inspect_return_line, receive_return

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(house, shop):
    """Two lamps that were paid and delivered, of which all is known that they cost."""
    order = bought(house, shop)
    Charge.objects.create(seller_id=order.seller_id, order=order)
    change_terms(order.seller, {"refund_days": 14}, actor=house.ada.owner)
    run = started_run(house, list(send(house, order)))
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    return Order.objects.get(pk=order.pk)


def closed_with_one_missing(house, order):
    back = request_return(order, units={order.lines.get().pk: 2}, reason="changed_mind")
    approve_return(back, actor=house.ada.owner)
    part = back.lines.get()
    receive_return(back, received={part.pk: 1}, actor=house.pat)
    inspect_return_line(part, restocked=0, written_off=1, actor=house.pat)
    return Return.objects.get(pk=back.pk, status="closed")


def test_what_is_owed_after_a_refund_was_paid_is_a_refund_of_its_own(house, shop, order):
    back = closed_with_one_missing(house, order)
    assert tell() == []
    came_back = ("Returned and inspected", "1 × Lamp; refund due: 5.90 EUR")
    assert told(shop)[0] == [came_back], "with its units, and not a second time"
    first = pay_refund(Refund.objects.get(), amount=590, method="payment", actor=house.ada.owner)

    decide_discrepancy(Discrepancy.objects.get(), "credit", actor=house.ada.owner)

    later = Refund.objects.get(order_return=back)
    first.refresh_from_db()
    assert (first.status, first.former_of, first.order_return) == ("paid", back, None)
    assert (later.status, later.amount, later.goods) == ("owed", 590, 590)
    assert Charge.objects.get().owed == 2 * 590
    page = Client().get(f"/track/{order.token}/").content.decode()
    assert f"{later.promise.local_on.day} " in page.partition("refunds a further amount by")[2]

    # The shop has written it down, and its answer is lost; then it is told again.
    shop.faults = [None, Fault(reset=True, kept=True)]
    assert [row[:2] for row in tell()] == [("refund", "waiting")]
    assert tell(later=1) == []
    plan_pushes()
    due = ("Owed for a return", f"{back}; refund due: 5.90 EUR")
    assert told(shop)[0] == [came_back, due]
    assert (shop.asked.count("mutation Noted"), Push.objects.filter(what="refund").count()) == (
        2,
        1,
    )
