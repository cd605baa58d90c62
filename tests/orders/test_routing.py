"""Routing rules: what new orders get by themselves, by which rule, and what a dry run says."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fulfillment.dashboard.rule_forms import amount
from notifications.models import Message
from orders.accounts.shipping_rule import set_shipping_rule
from orders.errors import DomainError, InvalidInput
from orders.intake.acceptance import accept_orders
from orders.lifecycle.holds import release_hold
from orders.models import Event, Hold, Order, Promise, RoutingRule, Seller
from orders.routing.dry_run import try_rules, with_rule
from orders.routing.matching import Traits, decide, is_met
from orders.routing.rules import (
    add_rule,
    change_rule,
    delete_rule,
    draft,
    rules_of,
    shift_rule,
    switch_rule,
)
from orders.states import ShippingRule
from tests.api.asking import ask
from tests.support.cast import incoming, make_alias, make_order, put_stock
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def rule(side, name, **given):
    return add_rule(side.seller, {"name": name} | given, actor=side.owner)


def accept(side, *orders):
    """Accept with the seller as it is now, as each request has it."""
    side.channel.seller = Seller.objects.select_related("warehouse").get(pk=side.seller.pk)
    found = accept_orders(side.channel, orders)
    return [Order.objects.get(pk=one.order_id) for one in found]


def history(order):
    return list(Event.objects.filter(order=order).order_by("pk").values_list("kind", flat=True))


def test_a_condition_is_met_or_not(ada, lamp):
    order = Traits("DE", "10117", ada.channel.pk, "EUR", 5000, 3, frozenset({lamp.pk}), True, False)
    for name, met, missed in (
        ("countries", ["AT", "DE"], ["AT"]),
        ("postcodes", ["20", "101"], ["011", "101170"]),
        ("channel_id", ada.channel.pk, ada.seller.pk),
        ("product_id", lamp.pk, ada.seller.pk),
        ("currency", "EUR", "USD"),
        ("value_from", 5000, 5001),
        ("value_to", 5000, 4999),
        ("units_from", 3, 4),
        ("units_to", 3, 2),
        ("is_gift", True, False),
        ("has_note", False, True),
    ):
        assert is_met(RoutingRule(**{name: met}), order), name
        assert not is_met(RoutingRule(**{name: missed}), order), name
    assert is_met(RoutingRule(), order)
    first = RoutingRule(countries=["DE"], priority=0)
    rules = [
        RoutingRule(is_active=False, hold="x"),
        first,
        RoutingRule(priority=9, ships_as="complete"),
    ]
    found = decide(rules, order)
    # Of each effect the first rule that has it; a priority of 0 is one.
    assert {effect: made.value for effect, made in found.items()} == {
        "priority": 0, "ships_as": "complete",
    }  # fmt: skip
    assert found["priority"].rule is first
    assert decide(rules, replace(order, country="FR"))["priority"].value == 9


def test_rules_decide_about_new_orders_and_say_so(ada, lamp):
    make_alias(ada, "old-lamp")
    far = rule(ada, "Far", countries="jp, us", priority="20", ships_as="together")
    lamps = rule(ada, "Lamps", product=lamp.pk, priority="10", hold="Check the glass ")
    one, two, three, four = accept(
        ada,
        incoming({"SHADE": 1}, country="JP"),
        incoming({"old-lamp": 1}, country="US"),
        incoming({"LAMP": 1}, priority=3),
        incoming({"SHADE": 1}),
    )
    decided = [(row.priority, row.ships_as, row.status) for row in (one, two, three, four)]
    assert decided == [
        (20, "together", "on_hold"),  # its SKU is unknown
        (20, "together", "on_hold"),
        (3, "as_available", "on_hold"),
        (0, "as_available", "on_hold"),
    ]
    [hold] = two.holds.all()
    assert (hold.reason, hold.detail) == ("seller", "Check the glass")
    assert not four.holds.filter(reason="seller").exists()
    assert history(two) == ["order.received", "order.routed", "hold.opened"]
    event = Event.objects.get(order=two, kind="order.routed")
    assert event.data == {
        "rules": {"priority": str(far.pk), "ships_as": str(far.pk), "hold": str(lamps.pk)},
        "fields": ["priority", "ships_as"],
        "before": {"priority": 0, "ships_as": "as_available"},
        "after": {"priority": 20, "ships_as": "together"},
    }
    # No date before somebody has looked, and one when it goes on.
    assert Promise.objects.get(order=two).released_at
    assert Message.objects.filter(order=two, template="confirmed", channel="email").count() == 1


def test_a_held_order_goes_on_with_a_date(ada, lamp):
    put_stock(lamp, 2)
    rule(ada, "All", hold="Look")
    [order] = accept(ada, incoming({"LAMP": 1}))
    allocate_due()
    release_hold(order.holds.get(), actor=ada.owner)
    assert Order.objects.get().status == "in_progress"
    assert Promise.objects.filter(settled_at__isnull=True).count() == 1
    # The same order again is the same order, and is not held again.
    accept(ada, incoming({"LAMP": 1}, reference=order.reference))
    assert Hold.objects.count() == 1


def test_without_rules_the_intake_asks_nothing_more(ada, lamp):
    def statements(*orders):
        with CaptureQueriesContext(
            connection,
        ) as told:
            accept_orders(ada.channel, orders)
        return len(told)

    statements(incoming({"LAMP": 1}))
    before = statements(incoming({"LAMP": 1}))
    made = rule(ada, "All", hold="Look")
    ada.channel.seller.has_rules = True
    one = statements(incoming({"LAMP": 1}))
    assert one == statements(*[incoming({"LAMP": 1}) for _ in range(9)]) > before
    switch_rule(made, is_active=False, actor=ada.owner)
    ada.channel.seller = Seller.objects.select_related("warehouse").get(pk=ada.seller.pk)
    assert (ada.channel.seller.has_rules, statements(incoming({"LAMP": 1}))) == (False, before)


def test_rules_are_ordered_changed_and_deleted(ada, bo, lamp):
    first, second, third = (rule(ada, name, priority="1") for name in ("A", "B", "C"))
    for moved, steps, names in ((third, -1, "ACB"), (first, 1, "CAB"), (third, -1, "CAB")):
        shift_rule(moved, steps=steps, actor=ada.owner)
        assert "".join(row.name for row in rules_of(ada.seller)) == names
    change_rule(first, {"name": "A", "postcodes": " 10, 1 0,ab 1 ", "hold": "x"}, actor=None)
    row = RoutingRule.objects.get(pk=first.pk)
    assert (row.postcodes, row.priority, row.position) == (["10", "AB1"], None, 2)
    event = Event.objects.filter(kind="routing_rule.changed", subject_id=first.pk).last()
    assert event.data["fields"] == ["postcodes", "priority", "hold"]
    assert "x" not in event.data["after"].values()
    with pytest.raises(DomainError, match="Nothing of the rule “A”"):
        change_rule(row, {"name": "A", "postcodes": "10, AB1", "hold": "x"}, actor=None)
    delete_rule(second, actor=ada.owner)
    with pytest.raises(DomainError, match="is deleted"):
        switch_rule(second, is_active=True, actor=None)

    for given, fields in (
        ({"name": "", "priority": "1"}, {"name"}),
        ({"name": "x"}, {""}),
        ({"name": "x", "priority": "101", "countries": "Germany"}, {"priority", "countries"}),
        ({"name": "x", "hold": "y", "value_from": "1"}, {"currency"}),
        ({"name": "x", "hold": "y", "units_from": 3, "units_to": 2}, {"units_to"}),
        ({"name": "x", "hold": "y", "channel": bo.channel.pk}, {"channel"}),
        ({"name": "x", "hold": "y" * 251, "postcodes": "1" * 11}, {"hold", "postcodes"}),
    ):
        with pytest.raises(InvalidInput) as refused:
            add_rule(ada.seller, given, actor=None)
        assert {path for path, _ in refused.value.problems} == fields
    assert len(rules_of(ada.seller)) == 2


def test_a_dry_run_says_what_would_change_and_writes_nothing(ada, lamp):
    rule(ada, "Lamps", product=lamp.pk, priority="10")
    near, far = make_order(ada, {"LAMP": 1}), make_order(ada, {"LAMP": 1}, country="JP")
    make_order(ada, {"NEW": 1})
    present = rules_of(ada.seller)
    wanted = draft(ada.seller, {"name": "Far", "countries": "JP", "priority": "20", "hold": "Look"})
    before = Event.objects.count()
    tried = try_rules(ada.seller, present, with_rule(present, wanted))
    # The rule above has the priority already.
    [(order, [found])] = tried.orders
    assert (tried.total, tried.changed, order) == (3, 1, far)
    assert (found.effect, found.before, found.after, found.rule) == ("hold", "", "Look", wanted)
    [lamps] = present
    narrow = draft(ada.seller, {"name": "Lamps", "countries": "JP", "priority": "5"}, lamps)
    tried = try_rules(ada.seller, present, with_rule(present, narrow))
    assert [(order, row[0].before, row[0].after) for order, row in tried.orders] == [
        (far, 10, 5), (near, 10, 0),
    ]  # fmt: skip
    assert (Event.objects.count(), RoutingRule.objects.count()) == (before, 1)


def test_pages_and_api_of_rules(ada, bo, lamp, client):
    client.force_login(ada.owner)
    make_order(ada, {"LAMP": 2})
    page = client.get("/dashboard/settings/rules/").content.decode()
    assert "No rules yet" in page
    path = f"/dashboard/settings/sellers/{ada.seller.pk}/rules/new/"
    given = {
        "name": "Lamps", "sku": "LAMP", "value_from": "1,50", "currency": "eur", "priority": "10",
        "hold": "<b>Look",
    }  # fmt: skip
    tried = client.post(path, {**given, "value_from": "", "currency": "", "try": ""})
    assert "<strong>1 of the last 1 order</strong>" in tried.content.decode()
    assert not RoutingRule.objects.exists()
    for wrong in ({"sku": "NOBODY"}, {"value_from": "x"}, {"name": ""}, {"units_from": "0"}):
        assert client.post(path, given | wrong).status_code in (409, 422), wrong
    assert client.post(path, given).status_code == 302
    made = RoutingRule.objects.get()
    page = client.get("/dashboard/settings/rules/").content.decode()
    assert "Orders with LAMP, worth 1.50 EUR or more" in page
    assert "Priority high, hold for review: “&lt;b&gt;Look”" in page
    lamp.is_active = False
    lamp.save()
    assert (
        "is archived: is this rule still needed?"
        in client.get("/dashboard/settings/rules/").content.decode()
    )
    edit = f"/dashboard/settings/rules/{made.pk}/"
    assert 'value="1.50"' in client.get(edit).content.decode()
    assert client.post(f"{edit}move/", {"to": "up"}).status_code == 302
    assert client.post(f"{edit}switch/", {"to": "off"}).status_code == 302
    [told] = ask(ada, "routing-rules/").json()["rules"]
    assert (told["name"], told["sku"], told["value_from"], told["is_active"]) == (
        "Lamps", "LAMP", 150, False,
    )  # fmt: skip
    assert ask(bo, "routing-rules/").json()["rules"] == []
    client.force_login(bo.owner)
    assert client.get(edit).status_code == client.post(f"{edit}delete/").status_code == 404
    client.force_login(ada.owner)
    assert client.post(f"{edit}delete/").status_code == 302
    assert client.get(edit).status_code == 404


def test_a_form_shows_the_amount_that_was_saved():
    for units, currency, shown in (
        (10**16 - 1, "EUR", "99999999999999.99"),
        (7, "EUR", "0.07"),
        (10**15 + 1, "KWD", "1000000000000.001"),
        (150, "JPY", "150"),
        (150, "", "1.50"),
        (None, "EUR", ""),
    ):
        assert amount(units, currency) == shown


def test_rules_decide_by_the_api_once_under_its_key(ada, lamp):
    rule(ada, "All", hold="Look", priority="10")
    address = {"street": "Linden 1", "postcode": "10117", "city": "Berlin", "country": "DE"}
    order = {"address": address, "lines": [{"sku": "LAMP", "quantity": 1}]}
    for _ in range(2):
        answer = ask(ada, "orders/", {"reference": "R-1"} | order, Idempotency_Key="a")
        assert answer.status_code in (200, 201)
    many = [{"reference": f"R-{number}"} | order for number in (1, 2, 3)]
    told = ask(ada, "orders/bulk/", many).json()["results"]
    assert [one["status"] for one in told] == [200, 201, 201]
    assert set(Order.objects.values_list("status", "priority")) == {("on_hold", 10)}
    assert (Hold.objects.count(), Event.objects.filter(kind="order.routed").count()) == (3, 3)
    # What the seller has set for all orders holds for those of the API too.
    set_shipping_rule(ada.seller, ShippingRule.TOGETHER, actor=None)
    ask(ada, "orders/", {"reference": "R-4"} | order, Idempotency_Key="b")
    assert Order.objects.get(reference="R-4").ships_as == "together"
