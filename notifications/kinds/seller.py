"""Kinds of messages to sellers, by e-mail."""

from functools import partial

from notifications.kinds.journeys import NOT_RETURNING, OUT_AGAIN
from notifications.kinds.record import EMAIL, SELLER, Dates, Kind
from orders.states import PackageStatus

_seller = partial(Kind, audience=SELLER, channels=(EMAIL,))

KINDS = (
    _seller(
        name="seller_at_risk",
        title="Promise at risk",
        on="promise.at_risk",
        is_warning=True,
        dates=Dates.AT_RISK,
    ),
    _seller(name="seller_broken", title="Promise broken", on="promise.broken", is_warning=True),
    _seller(
        name="seller_delivered",
        title="Delivered",
        on="package.delivered",
        overtaken_by=OUT_AGAIN,
        digest="seller_digest",
    ),
    _seller(
        name="seller_attempt_failed",
        title="Delivery attempt failed",
        on="package.attempt_failed",
        overtaken_by=frozenset({PackageStatus.DELIVERED, PackageStatus.OUT_FOR_DELIVERY}),
    ),
    _seller(
        name="seller_returning",
        title="Parcel returning",
        on="package.returning",
        overtaken_by=NOT_RETURNING,
    ),
    _seller(
        name="seller_return_requested",
        title="Return requested",
        on="return.requested",
    ),
    _seller(
        name="seller_return_closed",
        title="Return complete",
        on="return.closed",
        counts="inspected",
    ),
    _seller(name="seller_correction", title="Correction", corrects=True),
)
