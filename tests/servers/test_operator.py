"""The operator's admin: nobody else gets in, and what actions write can only be read."""

from io import StringIO

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.test import Client

from fulfillment.admin.orders import ReadOnlyAdmin
from orders.models import Event, Order, Return, Seller, User
from orders.returns.handling import request_return
from tests.support import cast, stages
from tests.support.stories import ship
from warehouse.models import StockMovement, Supply

pytestmark = pytest.mark.django_db

CHOSEN = {"mark_verified", "close", "open_again", "take_off"}  # acts on rows that are ticked
WRITTEN_BY_ACTIONS = {
    "apikey", "order", "shipment", "return", "event", "supply", "stock", "stockmovement",
    "reservation", "picklist", "run", "manifest", "message", "attempt", "endpoint", "delivery",
    "sendingdomain", "labelrequest", "returnlabel", "deadletter", "import", "routingrule",
    "service", "counttask", "correction", "inbound", "inbounddamage", "cart", "repair", "putwall",
    "wave",
    "pickface", "replenishtask", "pickuppoint", "discrepancy", "returnreason", "returnrule",
    "bulkjob", "refund", "charge", "lot", "manyreturns", "packedserial", "sellerwarehouse",
}  # fmt: skip


@pytest.fixture
def operator(db):
    """Olga's browser."""
    olga = User.objects.create_superuser("olga@example.com", cast.PASSWORD, name="Olga")
    browser = Client()
    browser.force_login(olga)
    return browser


@pytest.fixture
def shop(ada, building, pat, pia):
    """Ada has shipped a lamp."""
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 5)
    cast.make_order(ada, {"LAMP": 1})
    ship(building, pat, pia)
    return ada


def address(model):
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def test_every_list_and_every_row_opens(operator, shop):
    assert operator.get("/admin/").status_code == 200
    for model in admin.site._registry:
        assert operator.get(address(model), {"q": "x"}).status_code == 200, model
        if row := model._default_manager.first():
            page = f"{address(model)}{row.pk}/change/"
            assert operator.get(page).status_code == 200, model


@pytest.mark.parametrize(
    "query",
    [
        "order/?status__exact=%00",
        "order/?q=%00",
        "order/%00/change/",
    ],
)
def test_a_nul_in_an_address_is_refused_and_no_error(operator, shop, query):
    assert operator.get(f"/admin/orders/{query}").status_code < 500


def test_a_nul_in_an_autocomplete_is_refused_and_no_error(operator, shop):
    term = {"app_label": "orders", "model_name": "orderline", "field_name": "order", "term": "\0"}
    assert operator.get("/admin/autocomplete/", term).status_code in {400, 403}


def test_a_pause_of_all_sending_is_shown(operator):
    call_command("sending", "pause", stdout=StringIO())
    assert "Sending is paused since" in operator.get("/admin/").content.decode()
    call_command("sending", "resume", stdout=StringIO())
    assert "Sending is paused since" not in operator.get("/admin/").content.decode()


def test_what_actions_write_is_only_read(operator, shop):
    read_only = {
        model._meta.model_name
        for model, its_admin in admin.site._registry.items()
        if not its_admin.has_change_permission(operator_request(operator))
    }
    assert read_only == WRITTEN_BY_ACTIONS
    for model in (Order, Event, Supply, StockMovement):
        row = model.objects.first()
        assert operator.post(f"{address(model)}add/").status_code == 403, model
        assert operator.post(f"{address(model)}{row.pk}/change/", {"x": 1}).status_code == 403
        assert operator.post(f"{address(model)}{row.pk}/delete/").status_code == 403, model
        assert model.objects.filter(pk=row.pk).exists()


def test_nothing_is_deleted(operator, shop):
    for model, its_admin in admin.site._registry.items():
        assert not its_admin.has_delete_permission(operator_request(operator)), model
        actions = set(its_admin.get_actions(operator_request(operator)))
        assert isinstance(its_admin, ReadOnlyAdmin) or actions <= CHOSEN, model


def test_a_person_is_made_with_a_small_address(operator, building):
    posted = {
        "email": "New@Example.com",
        "name": "New",
        "usable_password": "true",
        "password1": "correct horse b",
        "password2": "correct horse b",
        "members-TOTAL_FORMS": 0,
        "members-INITIAL_FORMS": 0,
    }
    assert operator.post("/admin/orders/user/add/", posted).status_code == 302
    assert User.objects.get(name="New").email == "new@example.com"


def test_a_seller_gets_another_warehouse(operator, shop):
    leipzig = cast.make_warehouse("LEJ")
    posted = {"seller": shop.seller.pk, "warehouse": leipzig.pk}
    assert operator.post("/admin/orders/sellerwarehouse/add/", posted).status_code == 302
    assert operator.post("/admin/orders/sellerwarehouse/add/", posted).status_code == 200
    rows = shop.seller.houses.order_by("position").values_list("warehouse__code", flat=True)
    assert list(rows) == ["BER", "LEJ"]


def test_another_usual_warehouse_leaves_returns_where_their_customers_send_them(operator):
    house = stages.open_house()
    seller, berlin = house.ada.seller, house.warehouse
    order = stages.delivered_order(house, {"LAMP": 1})
    leipzig = cast.make_warehouse("LEJ")
    coming = request_return(order, units={order.lines.get().pk: 1}, reason="damaged")
    Return.objects.filter(pk=coming.pk).update(warehouse=None)  # as before it was noted
    its_admin = admin.site._registry[Seller]
    form = its_admin.get_form(operator_request(operator), seller)(instance=seller)
    posted = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = operator.post(
        f"/admin/orders/seller/{seller.pk}/change/", posted | {"warehouse": leipzig.pk}
    )
    assert answer.status_code == 302
    rows = seller.houses.order_by("position").values_list("warehouse__code", flat=True)
    assert list(rows) == ["LEJ", "BER"]
    assert Return.objects.get(pk=coming.pk).warehouse == berlin


def test_others_are_sent_away(shop, ada, pat):
    assert (
        Client()
        .get("/admin/orders/order/", follow=True)
        .redirect_chain[-1][0]
        .startswith("/accounts/login/?next=")
    )
    for user in (ada.owner, pat):
        browser = Client()
        browser.force_login(user)
        for path in ("/admin/", "/admin/orders/order/", "/admin/login/"):
            assert browser.get(path, follow=True).status_code == 403, path


def operator_request(browser):
    return browser.get("/admin/").wsgi_request
