"""Kinds of messages to customers about returns."""

from notifications.kinds.record import Kind, Sample

KINDS = (
    Kind(
        name="return_requested",
        title="Return requested",
        on="return.requested",
        occasion="When the customer requests a return.",
        sample=Sample(promise=""),
    ),
    Kind(
        name="return_approved",
        title="Return approved",
        on="return.approved",
        occasion="When the return is approved, with the address.",
        essential="it says where to send the parcel",
        counts="approved",
        sample=Sample(promise=""),
    ),
    Kind(
        name="return_refused",
        title="Return refused",
        on="return.refused",
        occasion="When the return is refused.",
        essential="the customer should not send anything",
        counts="refused",
        sample=Sample(promise=""),
    ),
    Kind(
        name="return_received",
        title="Return received",
        on="return.received",
        occasion="When the returned parcel arrives.",
        counts="received",
        sample=Sample(promise=""),
    ),
    Kind(
        name="return_closed",
        title="Return complete",
        on="return.closed",
        occasion="When the returned products have been inspected.",
        counts="inspected",
        sample=Sample(promise=""),
    ),
)
