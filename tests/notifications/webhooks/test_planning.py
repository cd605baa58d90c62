"""Each event of a seller's order becomes one delivery per endpoint, in the transaction of it."""

import json

import pytest
from django.db import transaction
from django.test import Client

from notifications.models import Delivery, Endpoint
from notifications.webhooks.endpoints import delete_endpoint, pause_endpoint
from orders.events.recording import record
from orders.lifecycle.cancel import cancel_order
from orders.models import Event
from tests.notifications.webhooks.conftest import make_endpoint
from tests.support import cast
from tests.support.statements import count_statements
from tests.support.stories import make_ready
from warehouse.floor.undo import undo_packed, undo_ready

pytestmark = pytest.mark.django_db

ELSEWHERE = "http://127.0.0.1:9/hook"


def kinds_of(endpoint):
    rows = Delivery.objects.filter(endpoint=endpoint).order_by("id")
    return list(rows.values_list("kind", flat=True))


def test_a_new_order_is_planned_by_the_statement_that_accepts_it(ada, endpoint):
    order = cast.make_order(ada, {"LAMP": 2}, number="#77", reference="ref-77")
    event = Event.objects.get(order=order, kind="order.received")
    delivery = Delivery.objects.get()
    assert (delivery.endpoint, delivery.event, delivery.order) == (endpoint, event, order)
    assert delivery.webhook_id == f"msg_{event.pk.hex}"
    assert json.loads(delivery.payload) == {
        "type": "order.received",
        "timestamp": event.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "data": {
            "event": str(event.pk),
            "order": str(order.pk),
            "number": "#77",
            "reference": "ref-77",
            "subject": str(order.pk),
            "details": event.data,
        },
    }


def test_the_intake_keeps_its_two_statements(ada, endpoint):
    body = {
        "reference": "r-1",
        "address": {"street": "Weg 1", "city": "Berlin", "country": "DE"},
        "lines": [{"sku": "LAMP", "quantity": 1}],
    }
    client = Client()
    headers = {"Authorization": f"Bearer {ada.api_key}", "Idempotency-Key": "k-1"}
    client.get("/api/v1/events/", headers=headers)  # writes when the key was last used
    # With the first order it is seen that somebody hears of them: they are not plain.
    first = {"data": body | {"reference": "r-0"}, "headers": headers | {"Idempotency-Key": "k-0"}}
    client.post("/api/v1/orders/", content_type="application/json", **first)
    with count_statements() as statements:
        answer = client.post(
            "/api/v1/orders/", body, content_type="application/json", headers=headers
        )
    assert (answer.status_code, len(statements)) == (201, 2)
    assert kinds_of(endpoint) == ["order.received"] * 2
    client.post("/api/v1/orders/", body, content_type="application/json", headers=headers)
    assert kinds_of(endpoint) == ["order.received"] * 2


def test_every_event_of_an_order_is_planned_once_per_endpoint(ada, building, pat, pia, endpoint):
    second = make_endpoint(ada, ELSEWHERE)
    cast.make_product(ada, "LAMP", "Lamp")
    cast.put_stock(ada.products["LAMP"], 5)
    order = cast.make_order(ada, {"LAMP": 1})
    make_ready(building, pat, pia)
    recorded = list(Event.objects.filter(order=order).order_by("id").values_list("kind", flat=True))
    assert len(recorded) > 8
    assert kinds_of(endpoint) == kinds_of(second) == recorded


def test_an_endpoint_hears_what_it_asks_for_and_its_undo(ada, building, pat, pia):
    endpoint = make_endpoint(ada, ELSEWHERE, "shipment.packed")
    cast.make_product(ada, "LAMP", "Lamp")
    cast.put_stock(ada.products["LAMP"], 5)
    order = cast.make_order(ada, {"LAMP": 1})
    make_ready(building, pat, pia)
    assert kinds_of(endpoint) == ["shipment.packed"]
    undo_packed(undo_ready(order.shipments.get(), actor=pia), actor=pia)
    assert kinds_of(endpoint) == ["shipment.packed", "shipment.packed_undone"]


def test_other_sellers_hear_nothing(ada, bo, endpoint):
    cast.make_order(bo, {"TEA": 1})
    assert kinds_of(endpoint) == []


def test_what_is_rolled_back_was_never_planned(ada, endpoint):
    order = cast.make_order(ada, {"LAMP": 1})
    with transaction.atomic():
        cancel_order(order, actor=ada.owner)
        transaction.set_rollback(True)
    assert kinds_of(endpoint) == ["order.received"]


def test_a_paused_endpoint_keeps_its_deliveries_and_a_deleted_one_gets_none(ada, endpoint):
    pause_endpoint(endpoint, actor=ada.owner)
    cast.make_order(ada, {"LAMP": 1})
    assert kinds_of(endpoint) == ["order.received"]
    delete_endpoint(endpoint, actor=ada.owner)
    cast.make_order(ada, {"LAMP": 1})
    assert kinds_of(endpoint) == ["order.received"]
    assert Endpoint.objects.kept().count() == 0


def test_deliveries_are_planned_in_the_statement_that_appends_their_events(ada):
    order = cast.make_order(ada, {"LAMP": 1})

    def statements_of_ten_events():
        event = {"seller": ada.seller, "order": order, "kind": "package.emptied"}
        with count_statements() as statements:
            record([Event(**event, subject_id=order.pk) for _ in range(10)])
        return len(statements)

    without = statements_of_ten_events()
    endpoint = make_endpoint(ada, ELSEWHERE)

    assert statements_of_ten_events() == without
    assert kinds_of(endpoint) == ["package.emptied"] * 10


def test_events_without_an_order_do_not_travel(ada, endpoint):
    record([Event(seller=ada.seller, kind="api_key.made", actor=ada.owner)])
    assert kinds_of(endpoint) == []


def test_payloads_hold_nothing_of_a_person(ada, building, pat, pia, endpoint):
    cast.make_product(ada, "LAMP", "Lamp")
    cast.put_stock(ada.products["LAMP"], 5)
    cast.make_order(ada, {"LAMP": 1})
    make_ready(building, pat, pia)
    sent = " ".join(Delivery.objects.values_list("payload", flat=True))
    for personal in ("Grace", "Hopper", "grace@", "30123", "Linden", "10117"):
        assert personal not in sent
