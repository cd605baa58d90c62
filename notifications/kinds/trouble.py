"""Kinds of messages to customers about problems: delay, failed delivery, correction."""

from notifications.kinds.journeys import ENDED, EVERYTHING, NOT_RETURNING
from notifications.kinds.record import Dates, Kind, Markup, Sample
from orders.states import PackageStatus

KINDS = (
    Kind(
        name="delayed",
        title="Date changed",
        on="promise.moved",
        occasion="When a promised date changes.",
        essential="customers plan around it",
        overtaken_by=ENDED,
        dates=Dates.CHANGED,
        markup=Markup.DELIVERY,
        sample=Sample(data={"reason": "carrier_delay"}),
    ),
    Kind(
        name="undated",
        title="Date withdrawn",
        on="promise.withdrawn",
        occasion="When the promised date of an order on hold cannot be met.",
        essential="customers plan around it",
        dates=Dates.WITHDRAWN,
        sample=Sample(hold="payment"),
    ),
    Kind(
        name="attempt_failed",
        title="Delivery attempt failed",
        on="package.attempt_failed",
        occasion="When a delivery attempt fails, with what happens next.",
        essential="the customer must act",
        is_state=True,
        is_urgent=True,
        overtaken_by=EVERYTHING - {PackageStatus.ATTEMPT_FAILED},
        markup=Markup.DELIVERY,
        sample=Sample(data={"reason": "not_home"}, has_left=True, promise="at_door", in_days=1),
    ),
    Kind(
        name="returning",
        title="Returning to seller",
        on="package.returning",
        occasion="When an undeliverable parcel is returned to the warehouse.",
        essential="the parcel will not arrive",
        overtaken_by=NOT_RETURNING,
        sample=Sample(promise=""),
    ),
    Kind(
        name="correction",
        title="Correction",
        corrects=True,
        occasion="When an earlier message was wrong.",
        essential="the earlier message was wrong",
        sample=Sample(undoes="package.delivered", promise=""),
    ),
)
