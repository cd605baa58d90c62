"""A hold with an end is released by itself when that has come."""

from datetime import timedelta

import pytest
import time_machine

from orders.decisions.ended_holds import release_ended_holds
from orders.errors import DomainError
from orders.lifecycle.holds import hold_order
from orders.models import Event, Hold, Shipment
from tests.support.cast import MONDAY, make_order, put_stock
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db
SELLER = Hold.Reason.SELLER


def test_a_hold_ends_by_itself(ada, lamp):
    put_stock(lamp, 2)
    with time_machine.travel(MONDAY, tick=False) as clock:
        held, other = make_order(ada, {"LAMP": 1}), make_order(ada, {"LAMP": 1})
        until = MONDAY + timedelta(days=2)
        hold = hold_order(held, reason=SELLER, detail="Away", until=until, actor=ada.owner)
        hold_order(other, reason=SELLER, actor=ada.owner)
        allocate_due()
        opened = Event.objects.get(kind="hold.opened", subject_id=hold.pk)
        assert opened.data == {"reason": "seller", "ends_at": until.isoformat()}
        clock.shift(timedelta(days=1, hours=23))
        assert release_ended_holds() == 0

        clock.shift(timedelta(hours=1))
        assert (release_ended_holds(), release_ended_holds()) == (1, 0)

    hold.refresh_from_db()
    assert (hold.released_at, hold.released_by) == (until, None)
    assert Event.objects.get(kind="hold.released").order == held
    rows = Shipment.objects.order_by("number").values_list("order", "status")
    assert set(rows) == {(held.pk, "released"), (other.pk, "planned")}


def test_a_missing_address_is_not_found_by_waiting(ada, lamp):
    order = make_order(ada, {"LAMP": 1}, street="", city="")
    Hold.objects.filter(order=order).update(until=MONDAY)
    assert release_ended_holds() == 0


def test_an_end_is_soon_and_not_past(ada, lamp):
    order = make_order(ada, {"LAMP": 1})
    with time_machine.travel(MONDAY, tick=False):
        for until in (MONDAY, MONDAY + timedelta(days=367)):
            with pytest.raises(DomainError, match="after now, and within 366 days"):
                hold_order(order, reason=SELLER, until=until, actor=None)
    assert not Hold.objects.exists()
