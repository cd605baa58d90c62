"""Kinds of messages to customers about returns."""

from notifications.kinds.record import SMS, Kind, Sample, When

KINDS = (
    Kind(
        name="return_requested",
        title="Return requested",
        on="return.requested",
        unless=When("decided"),  # by the policy, or the shop asked for it: the next message says so
        occasion="When the customer requests a return.",
        on_request=(SMS,),
        sample=Sample(promise=""),
        says=("return_requested", "do_not_send"),
        says_shortly=("rma",),
    ),
    Kind(
        name="return_approved",
        title="Return approved",
        on="return.approved",
        occasion="When the return is approved, with the address.",
        on_request=(SMS,),
        essential="it says where to send the parcel",
        counts="approved",
        sample=Sample(promise=""),
        says=("return_address", "send_return"),
        says_shortly=("rma", "return_approved"),
    ),
    Kind(
        name="return_refused",
        title="Return refused",
        on="return.refused",
        occasion="When the return is refused.",
        on_request=(SMS,),
        essential="the customer should not send anything",
        counts="refused",
        sample=Sample(promise=""),
        says_shortly=("rma", "return_refused"),
    ),
    Kind(
        name="return_received",
        title="Return received",
        on="return.received",
        unless=When("empty"),  # `return_differs` says so
        occasion="When the returned parcel arrives.",
        on_request=(SMS,),
        counts="received",
        sample=Sample(promise=""),
        says_shortly=("rma", "return_received"),
    ),
    Kind(
        name="return_closed",
        title="Return complete",
        on="return.closed",
        unless=When("empty"),  # nothing was inspected; `return_settled` says what was decided
        occasion="When the returned products have been inspected.",
        on_request=(SMS,),
        counts="inspected",
        sample=Sample(promise=""),
        says_shortly=("rma", "return_closed"),
    ),
    Kind(
        name="return_differs",
        title="Return differs",
        on="return.differs",
        occasion="When a returned parcel lacks something, or holds something else.",
        on_request=(SMS,),
        counts="received",
        sample=Sample(promise=""),
        says=("return_differs",),
        says_shortly=("rma", "return_differs"),
    ),
    Kind(
        name="return_settled",
        title="Decision about a return",
        on="return.settled",
        occasion="When you have decided about all that differed in a return.",
        on_request=(SMS,),
        counts="received",
        sample=Sample(promise=""),
        says=("return_settled",),
        says_shortly=("rma", "return_settled"),
    ),
)
