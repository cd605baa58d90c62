"""A customer asks to send units back, and the seller decides."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.utils import timezone

from orders.errors import DomainError
from orders.models import Event, Order, OrderLine, Package, Return, ReturnLine, Seller
from orders.returns.asked.limits import MOST_A_DAY
from orders.returns.handling import approve_return, refuse_return, request_return
from orders.returns.left import returnable_units
from orders.returns.policy import last_return_day
from tests.support.cast import make_order
from tests.support.racing import race
from tests.support.stages import delivered_order, open_house, sent_packages
from tests.test_doors import signed_in

pytestmark = pytest.mark.django_db

REASON = Return.Reason.CHANGED_MIND


@pytest.fixture
def house(once):
    return once(open_house)


def one_lamp():
    """The warehouse, and an order of one lamp that was delivered."""
    house = open_house()
    return house, delivered_order(house, {"LAMP": 1})


def two_lamps():
    """The same with two lamps."""
    house = open_house()
    return house, delivered_order(house, {"LAMP": 2})


def line_of(order, sku="LAMP"):
    return OrderLine.objects.get(order=order, sku=sku)


def ask(order, number, *, sku="LAMP"):
    return request_return(order, units={line_of(order, sku).pk: number}, reason=REASON)


def test_a_return_is_requested(house):
    order = delivered_order(house, {"LAMP": 2, "SHADE": 1})

    asked = request_return(
        order,
        units={line_of(order).pk: 2, line_of(order, "SHADE").pk: 0},
        reason=Return.Reason.DAMAGED,
        comment="  The glass is broken. ",
    )

    assert (asked.status, asked.reason) == ("requested", "damaged")
    assert asked.comment == "The glass is broken."
    assert len(asked.number) == 10
    assert not set("01OIL") & set(asked.number.removeprefix("R-"))
    [line] = asked.lines.all()
    assert (line.line, line.requested, line.approved) == (line_of(order), 2, 0)
    event = Event.objects.get(kind="return.requested")
    assert (event.order, event.subject_id, event.actor) == (order, asked.pk, None)
    assert event.data == {"units": 2}
    assert Order.objects.get().status == "delivered", "nothing has come back yet"


def test_what_is_left_to_return_is_counted(house):
    order = delivered_order(house, {"LAMP": 3, "SHADE": 1})
    lamp, shade = line_of(order).pk, line_of(order, "SHADE").pk
    assert returnable_units(order) == {lamp: 3, shade: 1}

    ask(order, 2)
    assert returnable_units(order) == {lamp: 1, shade: 1}
    approve_return(Return.objects.get(), actor=house.ada.owner)
    assert returnable_units(order) == {lamp: 1, shade: 1}
    refuse_return(ask(order, 1, sku="SHADE"), words="It was worn.", actor=house.ada.owner)
    assert returnable_units(order) == {lamp: 1, shade: 1}
    ask(order, 1, sku="SHADE")
    assert returnable_units(order) == {lamp: 1}


def test_more_than_was_delivered_is_refused(once):
    _, order = once(two_lamps)

    with pytest.raises(DomainError, match="Title of LAMP: 2 can still be returned"):
        ask(order, 3)

    assert not Return.objects.exists()


def test_a_line_is_in_one_return_that_comes(once):
    _, order = once(two_lamps)
    first = ask(order, 1)

    with pytest.raises(DomainError, match=f"Title of LAMP is in return {first} already"):
        ask(order, 1)

    assert Return.objects.count() == 1


def test_units_under_way_are_not_returned(house):
    [package] = sent_packages(house, {"LAMP": 1})

    with pytest.raises(DomainError, match="Nothing in this order has been delivered yet"):
        ask(package.order, 1)

    assert not Return.objects.exists()


def test_a_line_of_another_order_is_refused(once):
    house, order = once(one_lamp)
    other = make_order(house.ada, {"LAMP": 1})

    with pytest.raises(DomainError, match="That product is not part of this order"):
        request_return(order, units={line_of(other).pk: 1}, reason=REASON)

    assert not Return.objects.exists()


@pytest.mark.parametrize("number", [0, -1])
def test_no_unit_is_refused(once, number):
    _, order = once(one_lamp)

    with pytest.raises(DomainError, match="Choose at least one product to return"):
        ask(order, number)

    assert not Return.objects.exists()


def test_an_unknown_reason_is_refused(once):
    _, order = once(one_lamp)

    with pytest.raises(DomainError, match="Choose a reason for the return"):
        request_return(order, units={line_of(order).pk: 1}, reason="boredom")

    assert not Return.objects.exists()


def test_the_last_day_is_local_and_counts_whole(once):
    _, order = once(one_lamp)
    # 00:30 on the 11th in Berlin.
    assert last_return_day(order, datetime(2026, 11, 10, 23, 30, tzinfo=UTC)) == date(2026, 12, 11)
    assert last_return_day(order, None) is None


def test_the_last_day_is_allowed_until_midnight(once):
    _, order = once(two_lamps)
    Package.objects.update(delivered_at=datetime(2026, 11, 10, 12, tzinfo=UTC))
    # Midnight in Berlin, a month later.
    midnight = datetime(2026, 12, 10, 23, tzinfo=UTC)

    with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
        assert ask(order, 1).status == "requested"
    with (
        time_machine.travel(midnight, tick=False),
        pytest.raises(DomainError, match="closed on 10 December 2026"),
    ):
        ask(order, 1)

    assert Return.objects.count() == 1


def test_a_late_request_is_refused(once):
    _, order = once(one_lamp)
    Package.objects.update(delivered_at=timezone.now() - timedelta(days=40))

    with pytest.raises(DomainError, match="Returns for this order closed on"):
        ask(order, 1)
    assert not Return.objects.exists()

    Seller.objects.update(return_days=60)
    order = Order.objects.select_related("seller").get()
    assert ask(order, 1).status == "requested"


def test_the_seller_approves_all_that_was_asked_for(once):
    house, order = once(two_lamps)

    approved = approve_return(ask(order, 2), actor=house.ada.owner)

    assert approved.status == "approved"
    line = approved.lines.get()
    assert (line.requested, line.approved, line.refused) == (2, 2, 0)
    assert Event.objects.get(kind="return.approved").actor == house.ada.owner


def test_the_seller_refuses(once):
    house, order = once(two_lamps)

    refused = refuse_return(ask(order, 2), words="It was worn.", actor=house.ada.owner)

    assert refused.status == "refused"
    line = refused.lines.get()
    assert (line.approved, line.refused) == (0, 2)
    assert Event.objects.get(kind="return.refused").actor == house.ada.owner


def test_a_decision_is_made_once(once):
    house, order = once(one_lamp)
    asked = ask(order, 1)

    results, refusals = race(
        lambda: approve_return(asked, actor=house.ada.owner),
        lambda: refuse_return(asked, words="It was worn.", actor=house.ada.owner),
    )

    assert len(results) == 1
    decided = results[0]
    other = "refused" if decided.status == "approved" else "approved"
    assert refusals == [f"Return {asked} is {decided.status}: it cannot be {other}."]
    line = Return.objects.get().lines.get()
    assert line.approved + line.refused == 1


def older_returns(house, order, *numbers):
    """Open returns of one line, made before it was in one at a time; the newest comes last."""
    made = []
    for hours, number in enumerate(numbers):
        back = Return.objects.create(
            seller=house.ada.seller, order=order, number=number, reason=REASON,
            created_at=timezone.now() - timedelta(days=9, hours=-hours),
        )  # fmt: skip
        ReturnLine.objects.create(
            seller=house.ada.seller, order_return=back, line=line_of(order), requested=1
        )
        made.append(back)
    return made


def test_of_two_older_requests_of_a_line_one_is_approved(once):
    house, order = once(two_lamps)
    first, second = older_returns(house, order, "R-1", "R-2")
    client = signed_in(house.ada.owner)

    done = client.post(f"/dashboard/returns/{first.pk}/approve/")
    late = client.post(f"/dashboard/returns/{second.pk}/approve/")

    assert (done.status_code, late.status_code) == (302, 409)
    assert "Title of LAMP is in return R-1 already." in late.content.decode()
    assert [Return.objects.get(pk=row.pk).status for row in (first, second)] == [
        "approved",
        "requested",
    ]
    address, given = f"/dashboard/returns/{second.pk}/refuse/", {"words": "It is in R-1."}
    assert client.post(address, given).status_code == 302


def test_the_newest_older_request_of_a_line_is_the_one_that_comes(once):
    house, order = once(two_lamps)
    first, second = older_returns(house, order, "R-1", "R-2")
    migration = import_module("orders.migrations.0092_lines_of_open_returns")

    for _ in range(2):
        with connection.schema_editor() as editor:
            migration.fill(apps, editor)
        assert (first.lines.get().is_coming, second.lines.get().is_coming) == (False, True)
    with pytest.raises(DomainError, match="is in return R-2 already"):
        approve_return(first, actor=None)
    assert approve_return(second, actor=None).status == "approved"


def test_a_hundred_requests_for_one_unit_at_once_make_one_return(once):
    _, order = once(one_lamp)
    won, refusals = [], []

    def ask_five_times():
        for _ in range(5):
            try:
                won.append(ask(order, 1))
            except DomainError as refusal:
                refusals.append(str(refusal))

    race(*[ask_five_times] * 20)

    assert (len(won), Return.objects.count()) == (1, 1)
    assert refusals == [f"Title of LAMP is in return {Return.objects.get()} already."] * 99


def test_one_link_makes_few_returns_a_day(house):
    order, other = (delivered_order(house, {"LAMP": 7}, number=n) for n in ("1001", "1002"))
    for _ in range(MOST_A_DAY):
        refuse_return(ask(order, 1), words="It was worn.", actor=house.ada.owner)
    with pytest.raises(DomainError, match="5 returns of this order were requested within a day"):
        ask(order, 1)
    assert Return.objects.filter(order=order).count() == MOST_A_DAY
    ask(other, 1)
    Return.objects.filter(order=order).update(created_at=timezone.now() - timedelta(hours=25))
    ask(order, 1)
