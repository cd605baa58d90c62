"""Traces from an order to its messages, exported to a collector on loopback; off by default."""

import gzip

import pytest
from django.test import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from fulfillment.demo.peers.web import Handler, Server
from fulfillment.observability import tracing
from notifications.delivery.sending import send_due
from orders.models import Order
from tests.orders.intake.test_intake import ORDER
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db


class Collector:
    """Keeps the spans that are exported to `url`."""

    def __init__(self):
        self.spans = []
        self.server = Server("127.0.0.1", _Handler, self)
        self.url = f"http://127.0.0.1:{self.server.start()}/v1/traces"


class _Handler(Handler):
    def do_POST(self):
        body = self.read_body()
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.server.peer.spans += scope.spans
        self.answer(200, {})


@pytest.fixture
def collector():
    collector = Collector()
    yield collector
    collector.server.stop()


def test_an_order_and_its_messages_are_one_trace(ada, collector, smtp_peer, sms_peer):
    exporter = tracing.start(collector.url, "test")
    try:
        answer = Client().post(
            "/api/v1/orders/",
            ORDER,
            content_type="application/json",
            headers={"Authorization": f"Bearer {ada.api_key}", "Idempotency-Key": "once"},
        )
        assert answer.status_code == 201
        send_due()
    finally:
        exporter.stop()
    order = Order.objects.get()
    assert {span.trace_id for span in collector.spans} == {order.pk.bytes}
    names = sorted(span.name for span in collector.spans)
    assert names == ["message sent", "message sent", "order accepted"]
    told = {
        (pair.key, pair.value.string_value)
        for span in collector.spans
        for pair in span.attributes
        if pair.value.string_value
    }
    assert told == {
        ("fulfillment.channel", "email"),
        ("fulfillment.channel", "sms"),
        ("fulfillment.template", "confirmed"),
        ("fulfillment.outcome", "sent"),
    }
    assert all(span.end_time_unix_nano > span.start_time_unix_nano for span in collector.spans)


def test_a_collector_that_is_away_stops_no_order(ada, smtp_peer, sms_peer):
    exporter = tracing.start("http://127.0.0.1:9/v1/traces", "test")
    order = make_order(ada, {"LAMP": 1}, phone="")
    send_due()
    exporter._provider.force_flush(1)
    tracing.use_tracer(None)
    assert order.messages.get().status == "sent"


def test_by_default_nothing_is_traced(ada, collector, smtp_peer, sms_peer):
    make_order(ada, {"LAMP": 1}, phone="")
    send_due()
    assert collector.spans == []
