"""The condition of what comes back: asked for, judged by, read by seller, worker and programs."""

import re

import pytest

from fulfillment.privacy.customers import kept_about
from orders.errors import Refusal
from orders.models import Discrepancy, Order, Return, ReturnLine, ReturnRule, Seller
from orders.returns.asked.by_seller import BySeller
from orders.returns.handling import request_return
from orders.returns.rules import add_rule
from tests.api.asking import ask, errors_of
from tests.support.stages import LAMP_CODE, delivered_order, open_house
from tests.test_doors import signed_in
from tests.tracking.tracked import proven
from tests.warehouse.screens.floor import Worker
from warehouse.returns.arrivals import set_aside_worn
from warehouse.returns.inspection import receive_return

pytestmark = pytest.mark.django_db

POLICY = "/dashboard/settings/returns/"
SAID = {
    "en": ["Please choose", "Unopened", "Opened, but as new", "Used", "Damaged"],
    "de": ["Bitte wählen", "Ungeöffnet", "Geöffnet, aber wie neu", "Gebraucht", "Beschädigt"],
    "fr": ["Choisir", "Jamais ouvert", "Ouvert, mais comme neuf", "Utilisé", "Abîmé"],
    "es": ["Elija una opción", "Sin abrir", "Abierto, pero como nuevo", "Usado", "Dañado"],
    "ar": ["اختر", "لم يُفتح", "مفتوح، لكنه كالجديد", "مستعمَل", "تالف"],
    "ja": ["選択してください", "未開封", "開封済み（新品同様）", "使用済み", "破損あり"],
}


def brought():
    """Two lamps and a shade that were delivered."""
    house = open_house()
    Seller.objects.update(return_choices={"condition": True})
    return house, delivered_order(house, {"LAMP": 2, "SHADE": 1})


@pytest.fixture
def told(once):
    return once(brought)


@pytest.fixture
def house(told):
    return told[0]


@pytest.fixture
def order(told):
    return Order.objects.select_related("seller").get(pk=told[1].pk)


def line(order, sku="LAMP"):
    return order.lines.get(sku=sku)


def form_of(order, language="en"):
    return proven(order).get(f"/track/{order.token}/return/?lang={language}").content.decode()


def send(order, **conditions):
    """The form with a lamp, and what its menus say: {SKU: condition}."""
    menus = {f"state-{line(order, sku).pk}": code for sku, code in conditions.items()}
    fields = {f"units-{line(order).pk}": 1, "reason": "changed_mind", **menus}
    return proven(order).post(f"/track/{order.token}/return/", fields)


def requested(order, condition):
    lamp = line(order).pk
    return request_return(
        order, units={lamp: 1}, reason="changed_mind", conditions={lamp: condition}
    )


def arrived(house, order, condition):
    """A lamp whose customer has said this of it, before the worker."""
    lamp = line(order).pk
    back = request_return(
        order,
        units={lamp: 1},
        reason="changed_mind",
        conditions={lamp: condition} if condition else {},
        by=BySeller(house.ada.owner),
    )
    part = back.lines.get()
    receive_return(back, received={part.pk: 1}, actor=house.pat)
    return part


def bench(house, part, grade):
    address = f"/warehouse/returns/{part.order_return_id}/?line={part.pk}"
    return Worker(house.pat).opens(f"{address}&scanned={LAMP_CODE}&counted=1&done=0&grade={grade}")


@pytest.mark.parametrize("language", SAID)
def test_the_form_asks_it_of_each_product_in_the_customers_language(order, language):
    menus = re.findall(r'<select name="state-.*?</select>', form_of(order, language), re.DOTALL)

    assert [re.findall(r"<option[^>]*>([^<]+)", menu) for menu in menus] == [SAID[language]] * 2
    assert not any(" selected" in menu.partition("</option>")[2] for menu in menus)


def test_it_is_asked_only_where_the_seller_wants_it(order):
    Seller.objects.update(return_choices={})

    assert 'name="state-' not in form_of(order)
    assert send(order, LAMP="used").status_code == 302
    assert ReturnLine.objects.get().condition == ""


def test_what_comes_back_needs_it_and_nothing_else_does(order):
    answer = send(order, SHADE="used")

    assert answer.status_code == 422
    assert answer.content.decode().count("Please choose what condition it is in.") == 2, "of one"
    assert send(order, LAMP="broken").status_code == 422
    assert not Return.objects.exists()

    assert send(order, LAMP="as_new", SHADE="used").status_code == 302
    assert ReturnLine.objects.get().condition == "as_new"


@pytest.mark.parametrize("condition", ["", "broken"])
def test_the_action_refuses_what_the_form_would_not_send(order, condition):
    with pytest.raises(Refusal, match="Choose the condition of Title of LAMP"):
        requested(order, condition)

    assert not Return.objects.exists()


def test_a_rule_that_names_it_decides_and_says_so(house, order):
    add_rule(house.ada.seller, {"outcome": "refuse", "conditions": ["used"]}, actor=None)
    add_rule(house.ada.seller, {"outcome": "approve", "conditions": ["unopened"]}, actor=None)

    back = requested(order, "used")

    assert back.status == "refused"
    page = signed_in(house.ada.owner).get(f"/dashboard/orders/{order.pk}/").content.decode()
    why = "rule 1: <bdi>only products that the customer calls used</bdi>"
    assert f"Decided by the return policy, {why}" in page
    assert "Condition according to the customer: <bdi>Used</bdi>" in page
    assert requested(order, "unopened").status == "approved"


def test_a_rule_is_tried_on_what_customers_said_in_the_last_quarter(house, order):
    client, shade = signed_in(house.ada.owner), line(order, "SHADE").pk
    requested(order, "damaged")
    by = BySeller(house.ada.owner)
    request_return(order, units={shade: 1}, reason="changed_mind", by=by)  # nobody asked
    given = {"outcome": "refuse", "conditions": ["used", "damaged"]}

    page = client.post(POLICY, given | {"try": "1"}).content.decode()

    assert "Approve: 0, You decide: 1, Refuse: 1." in page
    assert "only products that the customer calls used or damaged" in page
    assert "Of 1 of them the condition is not known: the rule does not fit it." in page
    assert client.post(POLICY, given).status_code == 302
    assert ReturnRule.objects.get().conditions == ["used", "damaged"]
    assert client.post(POLICY, given | {"conditions": ["broken"]}).status_code == 422
    assert ReturnRule.objects.count() == 1


def test_a_rule_that_cannot_fit_any_more_says_so(house, order):
    add_rule(house.ada.seller, {"outcome": "refuse", "conditions": ["used"]}, actor=None)
    client = signed_in(house.ada.owner)
    assert "It fits no return" not in client.get(POLICY).content.decode()

    Seller.objects.update(return_choices={})

    page = client.get(POLICY)
    assert "It fits no return" in page.content.decode()
    assert "conditions" not in page.context["form"].fields


def test_the_seller_switches_it_on(house):
    Seller.objects.update(return_choices={})
    address = "/dashboard/settings/refunds/"
    client = signed_in(house.ada.owner)

    client.post(address, {"refund_method": "payment", "condition": "on"})

    assert Seller.objects.get(pk=house.ada.seller.pk).return_choices == {"condition": True}
    assert client.get(address).context["form"].initial["condition"]


@pytest.mark.parametrize(("chosen", "kept"), [("used", "used"), ("", "")])
def test_a_seller_says_it_for_a_customer_or_leaves_it(house, order, chosen, kept):
    ada, page = signed_in(house.ada.owner), f"/dashboard/orders/{order.pk}/return/"
    lamp = line(order).pk
    form = {f"units-{lamp}": 1, f"state-{lamp}": chosen, "given": "damaged"}
    assert ada.get(page).content.decode().count("Condition according to the customer") == 2

    assert ada.post(page, form | {f"state-{lamp}": "broken"}).status_code == 422
    assert not Return.objects.exists()
    assert ada.post(page, form).status_code == 302
    assert ReturnLine.objects.get().condition == kept


def test_a_program_says_and_reads_it(house, order):
    lamp = {"line": str(line(order).pk), "quantity": 1}
    body = {"order": str(order.pk), "reason": "changed_mind"}
    wrong = body | {"lines": [lamp | {"condition": "broken"}]}
    refused = ask(house.ada, "returns/", wrong, Idempotency_Key="a")
    assert list(errors_of(refused)) == ["lines[0].condition"]

    made = ask(
        house.ada,
        "returns/",
        body | {"lines": [lamp | {"condition": "as_new"}]},
        Idempotency_Key="b",
    )

    assert (made.status_code, made.json()["lines"][0]["condition"]) == (201, "as_new")
    shade = {"line": str(line(order, "SHADE").pk), "quantity": 1}
    bare = ask(house.ada, "returns/", body | {"lines": [shade]}, Idempotency_Key="c")
    assert bare.json()["lines"][0]["condition"] == ""


@pytest.mark.parametrize(
    ("said", "grade", "is_surprise"),
    [
        ("unopened", "b", True),
        ("as_new", "c", True),
        ("used", "c", True),
        ("used", "b", False),
        ("damaged", "c", False),
        ("", "b", True),
        ("unopened", "a", False),
    ],
)
def test_a_worker_reads_it_beside_the_grade(house, order, said, grade, is_surprise):
    part = arrived(house, order, said)

    screen = bench(house, part, grade)

    assert ("The customer said:" in screen.text) is bool(said)
    assert ("Not as agreed: the seller decides" in screen.text) is is_surprise
    assert ("the seller may decide" in screen.text) is (is_surprise and bool(said))


def test_who_decides_about_a_worn_unit_reads_what_was_said(house, order):
    part = arrived(house, order, "unopened")
    set_aside_worn(part, quantity=1, actor=house.pat)
    (worn,) = Discrepancy.objects.all()

    page = signed_in(house.ada.owner).get(f"/dashboard/discrepancies/{worn.pk}/").content.decode()

    assert "Condition according to the customer: <bdi>Unopened</bdi>" in page


def test_a_customer_who_asks_for_their_data_gets_what_they_said(house, order):
    asked = requested(order, "as_new")

    [said] = kept_about(order)["return_lines"]

    assert (said["order_return__number"], said["line__sku"]) == (asked.number, "LAMP")
    assert (said["requested"], said["condition"]) == (1, "as_new")
