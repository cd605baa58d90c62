"""Export spans by OpenTelemetry (OTLP over HTTP); only imported where TRACES_URL is set."""

import time
from uuid import UUID

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from orders.events.spans import use_tracer

LOW_BITS = (1 << 64) - 1
SECONDS = 5  # to hand a batch over; a thread does it, so no request waits


class Exporter:
    """Exports the spans of this process, in batches."""

    def __init__(self, url: str, process: str) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": process}))
        self._provider.add_span_processor(
            BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=SECONDS))
        )
        self._tracer = self._provider.get_tracer("fulfillment")

    def span(self, order_id: UUID, name: str, seconds: float, told: dict[str, str | int]) -> None:
        """Export a span that ends now, in the trace of its order."""
        now = time.time_ns()
        # The root of the trace is the order itself, which nobody exports.
        order = trace.SpanContext(
            order_id.int, order_id.int & LOW_BITS, is_remote=True, trace_flags=trace.TraceFlags(1)
        )
        span = self._tracer.start_span(
            name,
            context=trace.set_span_in_context(trace.NonRecordingSpan(order)),
            attributes={f"fulfillment.{key}": value for key, value in told.items()},
            start_time=now - round(seconds * 1e9),
        )
        span.end(now)

    def stop(self) -> None:
        """Hand over what waits, and export nothing more."""
        use_tracer(None)
        self._provider.shutdown()


def start(url: str, process: str) -> Exporter:
    """Export every span of this process to a collector."""
    exporter = Exporter(url, process)
    use_tracer(exporter)
    return exporter
