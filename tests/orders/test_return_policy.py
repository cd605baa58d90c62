"""The return policy: what follows for the customer, and how its rules are kept."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from notifications.models import Message
from orders.catalogue.details import ProductData
from orders.catalogue.products import change_product
from orders.errors import DomainError
from orders.models import Event, Order, Return, ReturnRule
from orders.returns.handling import (
    approve_return,
    cancel_return,
    refuse_return,
    request_return,
    revise_return,
)
from orders.returns.left import returnable_units
from orders.returns.rules import (
    add_rule,
    delete_rule,
    rules_of,
    shift_rule,
    try_rules,
)
from tests.support.stages import delivered_order, open_house
from tests.test_doors import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]

KEY = re.compile('name="key" value="([^"]+)"')


@pytest.fixture
def house(once):
    return once(open_house)


@pytest.fixture
def order(house):
    """Two lamps that came, of 25.00 EUR each."""
    order = delivered_order(house, {"LAMP": 2})
    order.lines.update(unit_price=2_500)
    Order.objects.filter(pk=order.pk).update(currency="EUR")
    return Order.objects.select_related("seller").get(pk=order.pk)


def rule(house, outcome, **given):
    return add_rule(house.ada.seller, {"outcome": outcome, **given}, actor=house.ada.owner)


def key_on(client):
    return KEY.search(client.get("/dashboard/settings/returns/").content.decode())[1]


def ask(order, number=1, reason="damaged"):
    return request_return(order, units={order.lines.get().pk: number}, reason=reason)


def told(order, audience="customer"):
    rows = Message.objects.filter(order=order, audience=audience, template__contains="return_")
    return list(dict.fromkeys(rows.order_by("pk").values_list("template", flat=True)))


def test_no_other_product_helps_past_a_refusal(house):
    order = delivered_order(house, {"LAMP": 2, "SHADE": 1})
    rule(house, "refuse", skus=["LAMP"])
    rule(house, "approve")
    units = dict.fromkeys(order.lines.values_list("pk", flat=True), 1)

    asked = request_return(order, units=units, reason="damaged")

    assert (asked.status, asked.rule) == ("requested", None), "the seller decides"
    (tried,) = try_rules(house.ada.seller, rules_of(house.ada.seller.pk), timezone.now())
    assert tried.verdict.why == (
        "a rule refuses a part of it, so you decide: only SKUs that begin with LAMP"
    )
    page = signed_in(house.ada.owner).get("/dashboard/settings/returns/").content.decode()
    assert "A rule that refuses some of the products leaves the return to you." in page


def test_without_rules_the_seller_decides(order):
    asked = ask(order)

    assert (asked.status, asked.rule) == ("requested", None)
    assert told(order) == ["return_requested"]
    assert told(order, "seller") == ["seller_return_requested"]


def test_what_a_rule_approves_is_told_once(house, order):
    mine = rule(house, "approve", value_to=5_000, currency="EUR", words="Keep the box.")

    asked = ask(order, 2)

    asked.refresh_from_db()
    assert (asked.status, asked.rule, asked.words) == ("approved", mine, "Keep the box.")
    assert asked.lines.get().approved == 2
    assert Event.objects.get(kind="return.approved").data == {"rule": str(mine.pk)}
    assert told(order) == ["return_approved"], "nobody is told to wait"
    assert told(order, "seller") == []


def test_what_a_rule_refuses_is_told_with_the_words_of_the_shop(house, order):
    rule(house, "refuse", reasons=["changed_mind"], words="Lamps are made for you.")

    asked = ask(order, 2, "changed_mind")

    assert asked.status == "refused"
    assert told(order) == ["return_refused"]
    page = signed_in(house.ada.owner).get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert "Decided by the return policy, rule 1: <bdi>" in page
    assert returnable_units(order) == {order.lines.get().pk: 2}


def test_a_rule_of_another_seller_decides_nothing(house, order):
    add_rule(house.bo.seller, {"outcome": "approve"}, actor=None)

    assert ask(order).status == "requested"


def test_a_decision_is_revised_until_something_comes(house, order):
    rule(house, "refuse", words="No.")
    asked = ask(order, 2)

    approved = revise_return(asked, reason="A good customer.", actor=house.ada.owner)
    assert (approved.status, approved.words) == ("approved", ""), "they were of the refusal"
    assert (approved.lines.get().approved, approved.lines.get().refused) == (2, 0)
    refused = revise_return(approved, words="It was worn.", actor=house.ada.owner)
    assert (refused.lines.get().approved, refused.lines.get().refused) == (0, 2)
    assert told(order) == ["return_refused", "return_approved"]


def test_units_that_are_in_another_return_are_not_approved_again(house, order):
    first = refuse_return(ask(order, 2), words="It was worn.", actor=house.ada.owner)
    approve_return(ask(order, 1), actor=house.ada.owner)

    with pytest.raises(DomainError, match="Title of LAMP is in return"):
        revise_return(first, actor=house.ada.owner)

    assert Return.objects.get(pk=first.pk).status == "refused"


def test_what_is_not_decided_is_not_revised(house, order):
    with pytest.raises(DomainError, match="is requested: its decision cannot be revised"):
        revise_return(ask(order), actor=house.ada.owner)


def test_rules_are_ordered_and_deleted(house):
    first, second = rule(house, "refuse"), rule(house, "approve")

    shift_rule(second, steps=-1, actor=None)
    assert rules_of(house.ada.seller.pk) == [second, first]
    with pytest.raises(DomainError, match="cannot be moved further"):
        shift_rule(second, steps=-1, actor=None)
    delete_rule(second, actor=None)
    assert rules_of(house.ada.seller.pk) == [first]
    with pytest.raises(DomainError, match="deleted already"):
        delete_rule(second, actor=None)


def test_a_rule_is_tried_on_the_last_quarter_and_nothing_is_saved(house, order):
    asked = ask(order)
    now = timezone.now()
    wanted = ReturnRule(seller=house.ada.seller, outcome="approve", position=1)

    (tried,) = try_rules(house.ada.seller, [wanted], now)
    assert (tried.order_return, tried.happened, tried.verdict.outcome) == (
        asked,
        "review",
        "approve",
    )
    assert tried.differs
    assert try_rules(house.ada.seller, [wanted], now + timedelta(days=93)) == []
    assert Return.objects.get().status == "requested"


def test_what_the_customer_cancelled_is_not_tried(house, order):
    cancel_return(ask(order))
    wanted = ReturnRule(seller=house.ada.seller, outcome="refuse", position=1)

    assert try_rules(house.ada.seller, [wanted], timezone.now()) == []


def test_the_page_tries_a_rule_before_it_is_saved(house, order):
    ask(order)
    client, address = signed_in(house.ada.owner), "/dashboard/settings/returns/"
    given = {"outcome": "approve", "reasons": ["damaged"], "countries": "de, at", "days_to": "14"}

    tried = client.post(address, given | {"try": "1"}).content.decode()
    assert "Tried on 1 return of the last quarter" in tried
    assert "you decide then, approve with it" in tried
    assert not ReturnRule.objects.exists()
    assert client.post(address, given).status_code == 302
    saved = ReturnRule.objects.get()
    assert (saved.countries, saved.reasons, saved.days_to) == (["DE", "AT"], ["damaged"], 14)
    page = client.get(address).content.decode()
    assert "arrived damaged; to DE, AT; up to 14 days after the delivery" in page
    client.post(f"/dashboard/return-rules/{saved.pk}/delete/")
    assert "No rules yet" in client.get(address).content.decode()


def test_a_rule_names_categories_that_are_in_use(house, order):
    client, address = signed_in(house.ada.owner), "/dashboard/settings/returns/"
    assert "categories" not in client.get(address).context["form"].fields, "there are none yet"
    change_product(order.lines.get().product, ProductData(category="Lighting"), actor=None)
    given = {"outcome": "approve", "categories": ["Lighting"]}

    assert client.post(address, given | {"categories": ["Food"]}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert ReturnRule.objects.get().categories == ["Lighting"]
    page = client.get(address).content.decode()
    assert "only products of the category Lighting" in page
    change_product(order.lines.get().product, ProductData(category=" lighting"), actor=None)
    assert ask(order).status == "approved"


def test_a_rule_that_is_saved_twice_is_one(house, order):
    client, address = signed_in(house.ada.owner), "/dashboard/settings/returns/"
    given = {"outcome": "approve", "value_to": "5", "currency": "EUR", "key": key_on(client)}

    assert key_on(client) != given["key"]
    assert f'value="{given["key"]}"' in client.post(address, given | {"try": "1"}).content.decode()
    assert [client.post(address, given).status_code for _ in range(2)] == [302, 302]
    saved = ReturnRule.objects.get()
    assert str(saved.pk) == given["key"]
    assert Event.objects.filter(kind="return_rule.added").count() == 1

    other = client.post(address, given | {"outcome": "refuse"})
    assert other.status_code == 409
    assert "This form was saved before." in other.content.decode()
    assert ReturnRule.objects.get().outcome == "approve"
    again = given | {"outcome": "refuse", "key": KEY.search(other.content.decode())[1]}
    assert client.post(address, again).status_code == 302
    assert ReturnRule.objects.count() == 2
    delete_rule(saved, actor=None)
    assert client.post(address, given).status_code == 409, "it is deleted, not saved"
    assert client.post(address, given | {"key": "x"}).status_code == 422


def test_the_key_of_another_sellers_rule_is_refused(house):
    client, address = signed_in(house.ada.owner), "/dashboard/settings/returns/"
    theirs = add_rule(house.bo.seller, {"outcome": "approve"}, actor=None)

    answer = client.post(address, {"outcome": "approve", "key": theirs.pk})

    assert answer.status_code == 409
    assert list(ReturnRule.objects.all()) == [theirs]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"outcome": "burn"}, "Select a valid choice"),
        ({"countries": "Germany"}, "expected"),
        ({"value_to": "5"}, "A value needs its currency."),
        ({"days_from": "9", "days_to": "8"}, "The end of a range"),
        ({"days_to": "-1"}, "greater than or equal to 0"),
        ({"reasons": ["undeliverable"]}, "Select a valid choice"),
    ],
)
def test_a_senseless_rule_is_refused(house, given, problem):
    answer = signed_in(house.ada.owner).post(
        "/dashboard/settings/returns/", {"outcome": "approve"} | given
    )

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert not ReturnRule.objects.exists()


def test_the_days_since_the_delivery_count_at_the_place_of_delivery(house, order):
    rule(house, "approve", days_to=0)
    came = order.packages.get().delivered_at
    midnight = (came + timedelta(hours=1)).replace(hour=23, minute=0, second=0, microsecond=0)

    with time_machine.travel(midnight - timedelta(hours=1, seconds=1), tick=False):
        first = ask(order)
        assert first.status == "approved"
    cancel_return(first)
    with time_machine.travel(midnight, tick=False):
        assert ask(order).status == "requested", "in Berlin the next day has begun"
