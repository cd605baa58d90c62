"""Demo data comes with one click, is kept apart, tells nobody, and goes with one click."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from fulfillment.demo.trial.stories import STORIES
from fulfillment.demo.trial.working import DUE
from fulfillment.tasks import work_on_demos
from fulfillment.tracking.mails import order_code, order_link
from notifications.models import Message
from orders.access import Role
from orders.accounts.demo import demo_id
from orders.models import AccountMail, Member, Order, Seller, User, Warehouse
from orders.states import DemoState
from tests.balance import findings
from tests.support import cast
from warehouse.corrections.tasks_to_count import plan_counts
from warehouse.floor.picking import take_next_pick_list
from warehouse.models import CountTask, Location

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HOME, DEMO = "/dashboard/", "/dashboard/demo/"
CLOSE, REMOVE = f"{DEMO}close/", f"{DEMO}remove/"
BANNER = "Remove demo data"


def signed_in(person):
    browser = Client()
    browser.force_login(person)
    return browser


def shown(browser, address=HOME):
    return browser.get(address).content.decode()


def rows_by_table():
    """{model: its rows}; sessions are those of browsers."""
    models = apps.get_models(include_auto_created=True)
    counts = {model._meta.label: model._base_manager.count() for model in models}
    del counts[Session._meta.label]
    return counts


def work():
    """As the sweep goes on, on however busy a machine."""
    while Seller.objects.filter(demo_state__in=DUE).exists():
        work_on_demos()


def empty_demo(side):
    """A demo that is ready, without anything in it."""
    browser = signed_in(side.owner)
    browser.post(DEMO)
    Seller.objects.filter(demo_of=side.seller).update(demo_state=DemoState.READY)
    browser.get(DEMO)
    return browser


def test_it_is_made_looked_at_and_removed_without_a_trace(ada, bo, building, pat, crew_of_ada):
    colleague = signed_in(crew_of_ada)
    before, browser = rows_by_table(), signed_in(ada.owner)
    assert "Try it with demo data" in shown(browser)
    assert browser.post(DEMO).headers["Location"] == DEMO
    assert "0 of 26 steps done" in shown(browser, DEMO)
    assert BANNER not in shown(browser)
    work()
    # Nobody is taken there from another page.
    assert (BANNER in shown(browser), browser.get(DEMO).headers["Location"]) == (False, HOME)

    demo = Seller.objects.get(demo_of=ada.seller)
    orders = Order.objects.filter(seller=demo)
    assert sorted(orders.values_list("status", flat=True)) == sorted(
        ["delivered"] * 6 + ["returned", "out_for_delivery", "cancelled"] + ["shipped"] * 4
        + ["packed"] * 2 + ["in_progress"] * 5 + ["backordered"] + ["on_hold"] * 5
    )  # fmt: skip
    assert len(STORIES) + 1 == orders.count()  # one is in exchange
    assert findings() == []
    nobody_is_told(demo)
    pages_show_it(browser)
    # Nothing of it is among the seller's own, nor on the floor.
    assert "#1024" not in shown(colleague, "/dashboard/orders/")
    assert colleague.get(f"/dashboard/orders/{orders[0].pk}/").status_code == 404
    assert take_next_pick_list(warehouse=building, actor=pat) is None
    browser.post(CLOSE)
    assert BANNER not in shown(browser)

    assert colleague.post(DEMO).status_code == 302
    assert BANNER in shown(colleague)
    # The sweep plans counts in every building.
    places = list(Location.objects.filter(warehouse=demo.warehouse).order_by("pk")[:1])
    assert len(plan_counts(places, cause=CountTask.Cause.CLASS, actor=None)) == 1
    browser.post(REMOVE)
    assert BANNER not in shown(colleague)
    work()
    assert rows_by_table() == before
    # Whoever looked at the former one is not in a new one by itself.
    empty_demo(ada)
    assert BANNER not in shown(colleague)


def nobody_is_told(demo):
    """Each message says why it was not sent, and no page mails a code or a link."""
    orders = Order.objects.filter(seller=demo)
    told = Message.objects.filter(seller=demo)
    assert set(told.values_list("status", "cause")) == {("suppressed", "demo")}
    assert {order.email.rpartition("@")[2] for order in orders} == {"customer.example"}
    order = orders.get(number="#1001")
    mails = [
        (order_code, {"order": str(order.pk), "nonce": "n"}),
        (order_link, {"number": order.number}),
    ]
    for mail, facts in mails:
        assert mail(AccountMail(email=order.email, facts=facts, created_at=timezone.now())) is None
    assert 'name="send"' not in shown(Client(), f"/track/{order.token}/verify/")


def pages_show_it(browser):
    """Each page of the dashboard has something of it."""
    pk = Order.objects.get(number="#1001").pk
    for page, words in {
        HOME: "Demo data.",
        "/dashboard/orders/": "#1024",
        "/dashboard/returns/": "#1005",
        "/dashboard/products/": "LAMP-BRASS",
        "/dashboard/stock/": "LAMP-BRASS",
        "/dashboard/inbound/": "PO-1001",
        f"/dashboard/orders/{pk}/": "Not sent: it belongs to demo data.",
    }.items():
        assert words in shown(browser, page), page


@pytest.fixture
def crew_of_ada(ada):
    return cast.make_user("kim@adas-lamps.example", "Kim", Role.STAFF, seller=ada.seller)


def test_two_who_press_make_one(ada, crew_of_ada):
    for browser in (signed_in(ada.owner), signed_in(crew_of_ada), signed_in(ada.owner)):
        assert browser.post(DEMO).status_code == 302
    assert Seller.objects.get(demo_of=ada.seller).pk == demo_id(ada.seller.pk)


def test_none_is_begun_while_one_is_being_removed(ada):
    browser = empty_demo(ada)
    browser.post(REMOVE)
    refused = browser.post(DEMO)
    assert refused.status_code == 409
    assert "is being removed" in refused.content.decode()
    browser.post(REMOVE)
    work()
    assert not Seller.objects.filter(demo_of=ada.seller).exists()
    assert not Warehouse.objects.filter(pk=demo_id(ada.seller.pk)).exists()


def test_one_that_fails_stops_no_other_and_removes_nobody_real(ada, bo, pat):
    signed_in(ada.owner).post(DEMO)
    first = Seller.objects.get(demo_of=ada.seller)
    Location.objects.create(warehouse=first.warehouse, code="DOCK", kind=Location.Kind.DOCK)
    browser = empty_demo(bo)
    other = Seller.objects.filter(demo_of=bo.seller)
    other.update(demo_steps=9)
    Member.objects.create(user=pat, role=Role.PICKER, warehouse=other.get().warehouse)
    browser.post(REMOVE)

    work_on_demos()

    assert not other.exists()
    assert User.objects.filter(pk=pat.pk).exists()
    assert Seller.objects.get(demo_of=ada.seller).demo_state == "making"
    assert BANNER in shown(signed_in(ada.owner), DEMO)


def test_it_is_connected_to_nothing(ada):
    browser = empty_demo(ada)
    refused = browser.post("/dashboard/settings/keys/", {"name": "Key"})
    assert refused.status_code == 409
    assert "connected to nothing" in refused.content.decode()
    assert browser.post("/dashboard/messages/").status_code == 409
    browser.post(CLOSE)
    assert browser.post("/dashboard/settings/keys/", {"name": ""}).status_code != 409


def test_history_of_no_other_seller_is_forgotten(ada):
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.make_order(ada, {"LAMP": 1})
    forget = "SELECT portal_forget_demo('orders_event', %s)"
    with connection.cursor() as cursor:
        for seller in (ada.seller.pk, uuid4()):
            with pytest.raises(ProgrammingError, match="Only the history of a demo"):
                cursor.execute(forget, [seller])
    assert ada.seller.pk in Order.objects.values_list("events__seller", flat=True)


def test_no_seller_is_turned_into_a_demo(ada, bo):
    with pytest.raises(IntegrityError, match="a_demo_has_the_id_made_for_it"), transaction.atomic():
        Seller.objects.filter(pk=ada.seller.pk).update(demo_of=bo.seller, demo_state="leaving")
