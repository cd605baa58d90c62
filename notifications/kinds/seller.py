"""Kinds of messages to sellers, by e-mail."""

from functools import partial

from notifications.kinds.journeys import EVERYTHING, FAILURES, FOUND, LOST, NOT_RETURNING, OUT_AGAIN
from notifications.kinds.record import EMAIL, SELLER, Dates, Kind, Sample, When
from orders.states import PackageStatus

_seller = partial(Kind, audience=SELLER, channels=(EMAIL,))

KINDS = (
    _seller(
        name="seller_at_risk",
        title="Promise at risk",
        on="promise.at_risk",
        is_warning=True,
        dates=Dates.AT_RISK,
        says=("order", "when", "at_risk"),
    ),
    _seller(
        name="seller_broken",
        title="Promise broken",
        on="promise.broken",
        is_warning=True,
        says=("order", "when", "broken"),
    ),
    _seller(
        name="seller_delivered",
        title="Delivered",
        on="package.delivered",
        overtaken_by=OUT_AGAIN,
        digest="seller_digest",
        says=("order", "delivered_at", "received_by", "neighbour", "safe_place"),
    ),
    _seller(
        name="seller_attempt_failed",
        title="Delivery attempt failed",
        on="package.attempt_failed",
        overtaken_by=frozenset({PackageStatus.DELIVERED, PackageStatus.OUT_FOR_DELIVERY}),
        says=(
            "order",
            "not_delivered",
            *FAILURES,
            "day_is_set",
            "new_day",
            "safe_with_us",
            "send_address",
            "goes_back",
            "never_delivered",
        ),
    ),
    _seller(
        name="seller_returning",
        title="Parcel returning",
        on="package.returning",
        overtaken_by=NOT_RETURNING,
        says=("order", "goes_back", "not_collected", "refused", "damaged"),
    ),
    _seller(
        name="seller_lost",
        title="Lost",
        on="package.lost",
        overtaken_by=EVERYTHING - LOST,
        says=("order", "lost", "seller_contacts"),
    ),
    _seller(
        name="seller_found",
        title="Found again",
        on="package.found",
        overtaken_by=EVERYTHING - FOUND,
        says=("order", "found", "safe_with_us", "day_is_set", "new_day"),
    ),
    _seller(
        name="seller_return_requested",
        title="Return requested",
        on="return.requested",
        unless=When("decided"),  # by the policy, or with the answer to a problem
        says=(
            "order",
            "rma",
            "reason",
            "return_requested",
            "new_goods",
            "exchange_follows",
            "rest_refunded",
            "credit_follows",
            "repair_follows",
            "comment",
            "decide_by",
            "decision_due",
        ),
    ),
    _seller(
        name="seller_return_closed",
        title="Return inspected",
        on="return.closed",
        unless=When("kept", other="empty"),  # nothing was inspected: they, or their policy, decided
        counts="inspected",
        sample=Sample(refund="dated"),
        says=(
            "order",
            "rma",
            "reason",
            "return_closed",
            "swapped",
            "used",
            "damaged",
            "repaired",
            "nothing_due",
            "differences",
            "refund",
            "refund_by",
            "refund_due",
            "no_refund",
        ),
    ),
    _seller(
        name="seller_return_differs",
        title="Return differs",
        on="return.to_decide",
        is_warning=True,
        outlives_cancel=True,
        names_goods=True,
        counts="received",
        sample=Sample(differs="", promise=""),
        says=("order", "rma", "differences", "needs_decision"),
    ),
    _seller(
        name="seller_address_changed",
        title="Address changed by the customer",
        on="order.address_changed",
        says=("order", "town"),
    ),
    _seller(
        name="seller_called_off",
        title="Cancelled by the customer",
        on="order.called_off",
        is_warning=True,
        outlives_cancel=True,
        says=("order", "cancelled", "refund_is_yours", "nothing_to_pay"),
    ),
    _seller(
        name="seller_problem",
        title="Problem reported",
        on="problem.reported",
        is_warning=True,
        outlives_cancel=True,
        says=("order", "report"),
    ),
    _seller(
        name="seller_correction",
        title="Correction",
        corrects=True,
        says=("order", "still_out", "still_collect", "still_comes"),
    ),
)
