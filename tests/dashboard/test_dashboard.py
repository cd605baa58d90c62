"""The dashboard's first page: everything that needs a seller, with the button that settles it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from fulfillment.dashboard.queries.matter_kinds import IN_ORDER, LATE_REQUESTS
from fulfillment.dashboard.queries.worklist import MOST_OF_A_KIND, worklist
from fulfillment.dashboard.views.attention import BANDS
from fulfillment.keyset import MOST_COUNTED, count_text
from orders.access import Viewer
from orders.lifecycle.holds import hold_order
from orders.models import (
    Discrepancy,
    Hold,
    Order,
    OrderLine,
    Package,
    Promise,
    Push,
    Return,
    Shipment,
    ShopLink,
)
from orders.problems.answering import answer_problem
from orders.returns.handling import request_return
from orders.states import OrderStatus, ReturnStatus
from orders.wishes.choosing import call_off
from tests.support import cast
from tests.support.stages import many_back, overdue_exchange
from tests.support.statements import count_statements
from tests.support.stories import deliver, go_out, make_ready, ship
from warehouse.couriers.lost import mark_lost
from warehouse.couriers.runs import fail_stop, take_to_pickup_point
from warehouse.couriers.undelivered import send_back
from warehouse.inbound.receiving import close_inbound, receive_units
from warehouse.models import Location
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

HOME = "/dashboard/"


@pytest.fixture(autouse=True)
def monday():
    """Ten in the morning where the goods lie."""
    with time_machine.travel(cast.MONDAY):
        yield


@pytest.fixture
def shop(ada):
    """Ada with fifty lamps."""
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 50)
    return ada


@pytest.fixture
def client(ada):
    """Ada's browser."""
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def found(side):
    """{kind: numbers of the orders} that need this seller now."""
    matters = worklist(Viewer.of(side.owner), timezone.now())
    return {kind: [matter.number for matter in rows] for kind, rows in matters.items()}


def test_a_day_without_trouble_needs_nobody(shop, client):
    cast.make_order(shop, {"LAMP": 1})
    allocate_due()
    assert found(shop) == {}
    assert "No action needed" in client.get(HOME).content.decode()


def broken_promises(shop, building, pat, pia):
    """{kind: number of the order} of a promise that is broken and of one at risk."""
    numbers = {}
    for kind, moment in (("promise_broken", "broken_at"), ("promise_at_risk", "warned_at")):
        order = cast.make_order(shop, {"LAMP": 1})
        ship(building, pat, pia)
        order.promises.filter(settled_at__isnull=True).update(**{moment: timezone.now()})
        numbers[kind] = order.number
    return numbers


def lost_or_reported(shop, building, pat, pia, cory, lea):
    """{kind: number of the order}: lost, reported, to be refunded, left here, called off."""
    numbers = {"lost": cast.make_order(shop, {"LAMP": 1}).number}
    mark_lost(ship(building, pat, pia)[0], reason="stolen", actor=lea)
    for kind in ("problem_reported", "problem_refund"):
        numbers[kind] = cast.make_order(shop, {"LAMP": 1}).number
        deliver(building, cory, ship(building, pat, pia), leader=lea)
        reported = cast.make_problem(Package.objects.get(order__number=numbers[kind])).problem
    answer_problem(reported, "refund", words="", actor=shop.owner)
    numbers["left_behind"] = cast.make_order(shop, {"LAMP": 1}).number
    with time_machine.travel(cast.MONDAY - timedelta(days=1), tick=False):
        make_ready(building, pat, pia)
    numbers["called_off"] = (off := cast.make_order(shop, {"LAMP": 1})).number
    call_off(off)
    return numbers


def told_by_the_shop(shop):
    """A difference, and a call that could not be read."""
    changed = cast.make_difference(cast.make_order(shop, {"LAMP": 1}))
    refused = cast.make_refused_call(cast.make_order(shop, {"LAMP": 1}))
    untold = cast.make_failed_push(cast.make_order(shop, {"LAMP": 1}))
    in_vain = {"ask_tries": 3, "fails_since": timezone.now(), "ask_problem": "No entry."}
    stock = {"tells_stock": True, "stock_tries": 3, "stock_fails_since": timezone.now()}
    ShopLink.objects.update(is_active=True, **in_vain, **stock)
    due = cast.make_order(shop, {"LAMP": 1})
    Push.objects.create(
        seller=due.seller, channel=due.channel, order=due, event=due.events.first(),
        what="removed", about="1 × Lamp", subject_id=due.pk, state="failed",
    )  # fmt: skip
    return {
        "stock_untold": untold.channel.name,
        "refund_due": due.number,
        "shop_unasked": untold.channel.name,
        "push_failed": untold.order.number,
        "shop_changed": changed.order.number,
        "call_refused": refused.channel.name,
    }


CREDITED = {"status": "decided", "decision": "credit"}


def what_differs(shop):
    """{kind: number} of orders of which something came back that was not to, and of an inbound."""
    numbers = {}
    for kind, given in {"discrepancy": {}, "discrepancy_refund": CREDITED}.items():
        order = cast.make_order(shop, {"LAMP": 1})
        Discrepancy.objects.create(
            seller=order.seller, order=order, code="X", kind="unknown", quantity=1, **given
        )
        numbers[kind] = order.number
    inbound = cast.make_inbound(shop, {"LAMP": 2})
    dock = Location.objects.get(code="DOCK")
    receive_units(inbound, product=shop.products["LAMP"], quantity=1, location=dock, actor=None)
    close_inbound(inbound, came=1, actor=None)
    return numbers | {"inbound_differs": inbound.reference}


def to_refund(shop):
    """{kind: number} of two orders whose returns are inspected: one is past its date."""
    numbers = {}
    for kind in ("return_refund", "refund_late"):
        order = cast.make_order(shop, {"LAMP": 1})
        given = {"seller": order.seller, "order": order}
        back = Return.objects.create(**given, number=f"R-{order.number}", status="closed")
        refund = cast.make_refund(back)
        numbers[kind] = order.number
    past = timezone.now() - timedelta(days=1)
    refund.promise = Promise.ledger.create(
        **given,
        kind="refunded",
        earliest=past,
        latest=past,
        broken_at=past,
        local_on=past.date(),
        zone="UTC",
    )
    refund.save()
    return numbers


def will_be_late(late, slow):
    """One is nearly due; for the other the warehouse picks too slowly: {kind: number}."""
    leave_in(late, hours=3)
    leave_in(slow, hours=2)
    slow.shipments.update(will_miss_since=timezone.now())
    return {"late": late.number, "will_miss": slow.number}


def test_every_kind_of_trouble_is_listed_once(shop, building, pat, pia, cory, lea):
    returned = cast.make_order(shop, {"LAMP": 1})
    deliver(building, cory, ship(building, pat, pia), leader=lea)
    asked = request_return(returned, units={returned.lines.get().pk: 1}, reason="damaged")
    numbers = dict.fromkeys(("return_requested", "to_repair"), cast.make_repair(asked).order.number)
    numbers["attempt_failed"] = cast.make_order(shop, {"LAMP": 1}).number
    run = go_out(building, cory, ship(building, pat, pia), leader=lea)
    fail_stop(run.stops.get(), reason="not_home", actor=cory)
    numbers["at_pickup_point"] = cast.make_order(shop, {"LAMP": 1}).number
    run = go_out(building, cory, ship(building, pat, pia), leader=lea)
    last_day = run.on + timedelta(days=2)
    take_to_pickup_point(run.stops.get(), place="Kiosk", until=last_day, actor=cory)
    numbers["returning"] = cast.make_order(shop, {"LAMP": 1}).number
    run = go_out(building, cory, ship(building, pat, pia), leader=lea)
    stop = fail_stop(run.stops.get(), reason="refused", actor=cory)
    send_back(stop.packages.get(), actor=lea)
    numbers |= broken_promises(shop, building, pat, pia)
    numbers |= lost_or_reported(shop, building, pat, pia, cory, lea)
    numbers["ready"] = cast.make_order(shop, {"LAMP": 1}).number
    make_ready(building, pat, pia)
    leave_in(Order.objects.get(number=numbers["ready"]), hours=1)
    numbers |= (
        told_by_the_shop(shop) | what_differs(shop) | to_refund(shop) | many_back(shop)
        | overdue_exchange(shop)
    )  # fmt: skip
    late, slow = (cast.make_order(shop, {"LAMP": 1}) for _ in range(2))
    numbers["dead_letter"] = cast.make_dead_letter(cast.make_order(shop, {"LAMP": 1})).order.number
    numbers["held"] = cast.make_order(shop, {"NOBODY": 1}).number
    cast.make_order(shop, {"LAMP": 1})  # with nothing wrong
    numbers["backordered"] = cast.make_order(shop, {"LAMP": 99}).number
    allocate_due()
    numbers |= will_be_late(late, slow)
    assert (matters := found(shop)) == {kind: [number] for kind, number in numbers.items()}
    assert tuple(matters) == IN_ORDER


def test_a_pickup_point_needs_attention_in_its_last_days(shop, client, building, pat, pia, cory):
    order = cast.make_order(shop, {"LAMP": 1})
    run = go_out(building, cory, ship(building, pat, pia), leader=pia)
    last_day = run.on + timedelta(days=7)
    take_to_pickup_point(run.stops.get(), place="Kiosk", until=last_day, actor=cory)
    assert found(shop) == {}
    with time_machine.travel(cast.MONDAY + timedelta(days=5)):
        assert found(shop) == {"at_pickup_point": [order.number]}
        page = client.get(HOME).content.decode()
    package = order.packages.get()
    assert f"Parcel <bdi>{package}</bdi> is at a pickup point until Mon 30 Nov." in page
    send_back(package, actor=pia)
    assert (
        f"Parcel <bdi>{package}</bdi> is on its way back. Its units are inspected when it arrives"
        in client.get(HOME).content.decode()
    )


def test_the_warning_comes_four_hours_before_the_promise_breaks(shop):
    soon, later = cast.make_order(shop, {"LAMP": 1}), cast.make_order(shop, {"LAMP": 1})
    allocate_due()
    leave_in(soon, hours=3.9)
    leave_in(later, hours=4.1)
    assert found(shop) == {"late": [soon.number]}


def test_a_held_order_is_on_hold_and_not_late_as_well(shop, ada):
    order = cast.make_order(shop, {"LAMP": 1})
    allocate_due()
    leave_in(order, hours=-2)
    hold_order(order, reason=Hold.Reason.SELLER, detail="wait", actor=ada.owner)
    assert found(shop) == {"held": [order.number]}


def test_each_kind_is_in_one_band_and_the_urgent_come_first(shop, client, building, pat, pia):
    kinds = [kind for _, _, kinds in BANDS.values() for kind in kinds]
    assert sorted(kinds) == sorted([*IN_ORDER, LATE_REQUESTS])
    cast.make_product(shop, "NONE", "Out of stock")
    cast.make_order(shop, {"NONE": 1})
    cast.make_order(shop, {"NOBODY": 1})
    late = cast.make_order(shop, {"LAMP": 1})
    allocate_due()
    Order.objects.filter(pk=late.pk).update(ship_by=timezone.now())
    late.shipments.update(ship_by=timezone.now())
    bands = client.get(HOME).context["bands"]
    assert [(band.code, band.total, [group.kind for group in band.groups]) for band in bands] == [
        ("now", "1", ["late"]),
        ("today", "1", ["held"]),
        ("later", "1", ["backordered"]),
    ]


def test_trouble_of_another_seller_is_not_ours(shop, bo):
    cast.make_order(shop, {"NOBODY": 1})
    assert found(bo) == {}


def test_the_page_asks_the_same_questions_of_many_orders(shop, client):
    for _ in range(2):  # the first request reads the person by the session, the next both at once
        cast.make_order(shop, {"NOBODY": 1})
        with count_statements() as of_few:
            client.get(HOME)
    for name in range(MOST_OF_A_KIND):
        cast.make_order(shop, {"NOBODY": 1, f"NOTHING-{name}": 2})
    with count_statements() as of_many:
        page = client.get(HOME).content.decode()
    assert (len(of_few), len(of_many)) == (13, 13)
    assert f'<span class="tally">{MOST_OF_A_KIND + 1}+</span>' in page
    assert page.count('name="sku"') == 1 + 2 * (MOST_OF_A_KIND - 1)
    all_of_them = client.get(HOME, {"kind": "held"}).content.decode()
    assert f'<span class="tally">{MOST_OF_A_KIND + 2}</span>' in all_of_them


def test_the_numbers_of_the_day_count_what_they_say(shop, client, building, pat, pia, cory, lea):
    cast.make_order(shop, {"LAMP": 1})
    deliver(building, cory, ship(building, pat, pia), leader=lea)
    cast.make_order(shop, {"LAMP": 1})
    ship(building, pat, pia)
    for _ in range(3):
        cast.make_order(shop, {"LAMP": 1})
    yesterday = cast.make_order(shop, {"LAMP": 1})
    Order.objects.filter(pk=yesterday.pk).update(created_at=timezone.now() - timedelta(days=1))
    assert client.get(HOME).context["numbers"] == {
        "accepted_today": "5",
        "to_ship": "4",
        "on_the_way": "1",
        "delivered_today": "1",
    }
    for status, number in (("to_ship", 4), ("on_the_way", 1), ("delivered_today", 1)):
        listed = client.get("/dashboard/orders/", {"status": status})
        assert len(listed.context["page"].rows) == number, status


def test_counts_stop_at_ten_thousand():
    assert [count_text(n) for n in (0, 9_871, MOST_COUNTED, MOST_COUNTED + 1)] == [
        "0",
        "9,871",
        "10,000",
        "10,000+",
    ]


def test_an_unknown_sku_is_linked_on_the_spot(shop, client):
    order = cast.make_order(shop, {"LMP": 1})
    line = order.lines.get()
    page = client.get(HOME).content.decode()
    assert f'action="/dashboard/lines/{line.pk}/link/"' in page
    assert '<option value="LAMP">Brass lamp</option>' in page
    answer = client.post(
        f"/dashboard/lines/{line.pk}/link/", {"sku": "LAMP", "back": "attention"}, follow=True
    )
    assert answer.redirect_chain == [(HOME, 302)]
    assert "LMP is now linked to LAMP Brass lamp." in answer.content.decode()
    assert OrderLine.objects.get(pk=line.pk).product == shop.products["LAMP"]
    assert found(shop) == {}


def test_a_sku_that_is_nobodys_is_refused_at_its_field(shop, client):
    line = cast.make_order(shop, {"LMP": 1}).lines.get()
    cast.make_order(shop, {"OTHER": 1})
    for back, title in {"attention": "Needs attention", "": "Order "}.items():
        path = f"/dashboard/lines/{line.pk}/link/"
        answer = client.post(path, {"sku": "LAMPE", "back": back})
        text = answer.content.decode()
        assert answer.status_code == 422
        assert f"<title>{title}" in text
        said = '<p class="field-error small" id="sku-error">You have no product with the SKU LAMPE.'
        assert text.count(said) == text.count('aria-invalid="true"') == 1
        field = text[text.index(f'id="sku-{line.pk}"') :]
        assert 'value="LAMPE" aria-invalid="true"' in field[: field.index(">")]
    assert OrderLine.objects.get(pk=line.pk).product is None


def test_another_sellers_product_is_no_answer(shop, bo, client):
    cast.make_product(bo, "TEA", "Green tea")
    line = cast.make_order(shop, {"LMP": 1}).lines.get()
    answer = client.post(f"/dashboard/lines/{line.pk}/link/", {"sku": "TEA"}, follow=True)
    assert "You have no product with the SKU TEA." in answer.content.decode()
    assert OrderLine.objects.get(pk=line.pk).product is None


def test_a_return_is_approved_or_refused_on_the_spot(shop, client, building, pat, pia, cory, lea):
    lines = [cast.make_order(shop, {"LAMP": 1}).lines.get() for _ in range(2)]
    deliver(building, cory, ship(building, pat, pia), leader=lea)
    asked = [request_return(row.order, units={row.pk: 1}, reason="too_large") for row in lines]
    answers = {"approve": {"back": "attention"}, "refuse": {"words": "It was worn."}}
    for row, (verb, answer) in zip(asked, answers.items(), strict=True):
        url = f"/dashboard/returns/{row.pk}/{verb}/"
        assert url in client.get(HOME).content.decode()
        assert client.post(f"{url}?back=attention", answer).headers["Location"] == HOME
    statuses = [Return.objects.get(pk=row.pk).status for row in asked]
    assert statuses == [ReturnStatus.APPROVED, ReturnStatus.REFUSED]
    assert found(shop) == {}


def test_a_button_pressed_twice_is_refused_and_changes_nothing(shop, client, ada):
    order = cast.make_order(shop, {"LAMP": 1})
    hold = hold_order(order, reason=Hold.Reason.SELLER, actor=ada.owner)
    url = f"/dashboard/holds/{hold.pk}/release/"
    assert client.post(url).status_code == 302
    released_at = Hold.objects.get(pk=hold.pk).released_at
    answer = client.post(url)
    assert answer.status_code == 409
    assert "is already released" in answer.content.decode()
    assert Hold.objects.get(pk=hold.pk).released_at == released_at


def test_a_get_changes_nothing(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    assert client.get(f"/dashboard/orders/{order.pk}/cancel/").status_code == 405
    assert Order.objects.get(pk=order.pk).status == OrderStatus.RECEIVED


def leave_in(order, *, hours):
    """Promise an order and its shipments to leave so many hours from now."""
    moment = timezone.now() + timedelta(hours=hours)
    Order.objects.filter(pk=order.pk).update(ship_by=moment)
    Shipment.objects.filter(order=order).update(ship_by=moment)
